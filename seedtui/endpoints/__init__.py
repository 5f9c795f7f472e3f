"""Where completions come from: the openai client, and the built-in local model."""
