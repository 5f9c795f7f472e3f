"""seedtui shows whether a language model's completions are reproducible, and why not."""

__version__ = "0.1.0"
