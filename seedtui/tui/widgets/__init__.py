"""Widgets: they paint what they are given, and answer with messages."""
