-- Runs that were written once more after they had ended: what an index knows of them is no longer so.
CREATE TABLE rewritten (
    run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE
);
