"""What enters and leaves: JSON lines, and diffs in several formats."""
