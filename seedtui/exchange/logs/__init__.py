"""Readers of logs: JSON lines, OpenAI's batches, and other tools' files. `reading` tells which is which."""
