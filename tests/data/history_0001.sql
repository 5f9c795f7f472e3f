-- A history as the first schema kept it. Never edit it: every later schema must be able to take it over.
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE chunks (
    id     INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    choice INTEGER NOT NULL,
    text   TEXT NOT NULL
);
INSERT INTO "chunks" VALUES(1,2,0,'Once ');
INSERT INTO "chunks" VALUES(2,2,1,'Far ');
INSERT INTO "chunks" VALUES(3,2,0,'upon');
CREATE TABLE completions (
    run_id        INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    choice        INTEGER NOT NULL,
    text          TEXT NOT NULL,
    finish_reason TEXT,
    sha256        TEXT NOT NULL,
    PRIMARY KEY (run_id, choice)
) WITHOUT ROWID;
INSERT INTO "completions" VALUES(1,0,'In the year 2050 …','stop','1b87bc9ef411a905fd3691fa156497a0156bc167c3bf4139b52decd1f0c1afb6');
CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL);
INSERT INTO "migrations" VALUES(1,'runs','2026-11-22T21:00:00+00:00');
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
INSERT INTO "runs" VALUES(1,'2026-11-22T21:43:00.120000Z',NULL,'complete','openai','gpt-4o','gpt-4o-2024-08-06','9223372036854775807','0.7','a689911a7f72c06d13bce6efc3f578ac9d2da14a8015bd18bc97a80bdc2f68f1','["fp_fefa7b2153"]',5,1,'In the year 2050 …',80.5,2100.0,1,NULL,NULL,NULL,'{"x-request-id":"req-1"}','{"model":"gpt-4o","messages":[{"role":"system","content":"You are a helpful assistant that generates short stories."},{"role":"user","content":"Generate a short story about a journey to Mars."}],"seed":9223372036854775807,"temperature":0.7,"max_tokens":200}','{"id":"r-1","object":"chat.completion","model":"gpt-4o-2024-08-06","system_fingerprint":"fp_fefa7b2153","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"In the year 2050 …"}}],"usage":{"prompt_tokens":31,"completion_tokens":5}}');
INSERT INTO "runs" VALUES(2,'2026-11-22T21:43:00.120000Z',NULL,'streaming','local','gpt-4o',NULL,NULL,'0.7','86a6d4ca009ea3e4d850e4f402f5b415520f38e4baacfd8c9f3e2ba391c8aa77','[]',NULL,0,'',NULL,NULL,0,'999999999:1:a-boot',NULL,NULL,'{}','{"model":"gpt-4o","messages":[{"role":"system","content":"You are a helpful assistant that generates short stories."},{"role":"user","content":"Generate a short story about a journey to Mars."}],"temperature":0.7,"max_tokens":200}',NULL);
INSERT INTO "runs" VALUES(3,'2026-11-22T21:43:00.120000Z','2999-01-01T00:00:00.000000Z','failed','openai','gpt-4o',NULL,NULL,'0.7','86a6d4ca009ea3e4d850e4f402f5b415520f38e4baacfd8c9f3e2ba391c8aa77','[]',NULL,0,'',NULL,NULL,0,NULL,NULL,'{"kind":"http","message":"The endpoint answered 401: check the key.","http_status":401}','{}','{"model":"gpt-4o","messages":[{"role":"system","content":"You are a helpful assistant that generates short stories."},{"role":"user","content":"Generate a short story about a journey to Mars."}],"temperature":0.7,"max_tokens":200}',NULL);
CREATE INDEX runs_by_digest ON runs (digest);
CREATE INDEX runs_unfinished ON runs (id) WHERE status = 'streaming';
CREATE INDEX runs_deleted ON runs (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX chunks_by_run ON chunks (run_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('runs',3);
COMMIT;
