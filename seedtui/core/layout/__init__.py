"""Comparisons laid out in rows, for whoever paints or writes them."""
