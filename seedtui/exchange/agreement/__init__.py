"""How far completions agree, written: as text, JSON, CSV or Markdown."""
