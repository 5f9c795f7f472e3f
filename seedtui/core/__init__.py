"""What things mean: requests, runs, diffs, verdicts. Pure: no I/O and no user interface."""
