"""The search index: a file beside the history that tells which runs may match a query.

It is derived from the history and knows nothing that is not there: it can be deleted at any time, is no part of a
backup, and is built anew bit by bit. What it finds is looked at in the history before it is shown; what it does not
cover is searched there. It may be behind, but never wrong by omission: a run is covered once it has ended, and one
that is written again after that is noted in the history itself.
"""
