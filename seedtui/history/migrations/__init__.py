"""The schema, in numbered steps. A step that has been released is never edited: add another."""
