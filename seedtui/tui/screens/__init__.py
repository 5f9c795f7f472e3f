"""Screens: they connect widgets with the runner and the history."""
