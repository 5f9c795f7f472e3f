"""Lets `python -m seedtui` do what `seedtui` does."""

import sys

from seedtui.cli import main

if __name__ == "__main__":
    sys.exit(main())
