-- What lists and filters look at comes first: columns behind a long text are slow to reach.
CREATE TABLE runs (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at        TEXT NOT NULL,
    deleted_at        TEXT,
    status            TEXT NOT NULL,
    endpoint          TEXT NOT NULL,
    model             TEXT NOT NULL,
    served_model      TEXT,
    seed              TEXT, -- a number; as text, since it may have more than 64 bits
    temperature       TEXT,
    digest            TEXT NOT NULL,
    fingerprints      TEXT NOT NULL DEFAULT '[]',
    completion_tokens INTEGER,
    choices           INTEGER NOT NULL DEFAULT 0,
    first_words       TEXT NOT NULL DEFAULT '',
    first_token_ms    REAL,
    total_ms          REAL,
    retries           INTEGER NOT NULL DEFAULT 0,
    owner             TEXT,
    import_key        TEXT UNIQUE,
    error             TEXT,
    headers           TEXT NOT NULL DEFAULT '{}',
    request           TEXT NOT NULL,
    response          TEXT
);
CREATE INDEX runs_by_digest ON runs (digest);
CREATE INDEX runs_unfinished ON runs (id) WHERE status = 'streaming';
CREATE INDEX runs_deleted ON runs (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE completions (
    run_id        INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    choice        INTEGER NOT NULL,
    text          TEXT NOT NULL,
    finish_reason TEXT,
    sha256        TEXT NOT NULL,
    PRIMARY KEY (run_id, choice)
) WITHOUT ROWID;

-- Text as it arrives: appended, and folded into completions when the run ends.
CREATE TABLE chunks (
    id     INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    choice INTEGER NOT NULL,
    text   TEXT NOT NULL
);
CREATE INDEX chunks_by_run ON chunks (run_id);
