"""The runs that were kept, in SQLite."""
