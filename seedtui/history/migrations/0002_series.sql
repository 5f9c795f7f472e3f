-- Runs that were sent together: what was to be sent, as JSON.
CREATE TABLE series (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at TEXT NOT NULL,
    plan       TEXT NOT NULL
);

-- Which run was sent for which place of a plan. A row outlives its run, so that a slot that was answered stays
-- answered: what the run's status was is written here when the run is dropped for good. Until then it is null.
CREATE TABLE slots (
    series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    slot      INTEGER NOT NULL,
    run_id    INTEGER NOT NULL,
    status    TEXT,
    PRIMARY KEY (series_id, slot, run_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX slots_by_run ON slots (run_id);

CREATE TABLE baselines (
    run_id    INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    pinned_at TEXT NOT NULL
);

-- All that statistics and filters look at, so that they need not pass by the requests and texts.
CREATE INDEX runs_facts ON runs
    (id, deleted_at, created_at, status, endpoint, model, served_model, seed, digest, fingerprints);
CREATE INDEX completions_facts ON completions (run_id, choice, finish_reason, sha256);
-- Which fingerprints an endpoint gave for a model, and when.
CREATE INDEX runs_by_backend ON runs (endpoint, model, fingerprints, created_at) WHERE fingerprints <> '[]';
