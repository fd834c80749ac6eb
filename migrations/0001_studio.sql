-- Settings: one JSON record, so that a new field needs no migration.
CREATE TABLE setting (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    record TEXT NOT NULL
) STRICT;

-- Projects known to this machine; the document in the folder is the truth about their content.
CREATE TABLE project (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    folder TEXT NOT NULL UNIQUE,
    modified_ms REAL NOT NULL
) STRICT;

-- Background jobs as everyone sees them. The queue's own file only delivers them and can be rebuilt from here.
CREATE TABLE job (
    id TEXT PRIMARY KEY,
    work TEXT NOT NULL,
    priority TEXT NOT NULL,
    -- Lower runs first.
    rank INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'retrying', 'done', 'failed', 'cancelled')),
    stage TEXT NOT NULL,
    progress REAL NOT NULL,
    attempt INTEGER NOT NULL,
    problem TEXT,
    created_ms REAL NOT NULL,
    started_ms REAL,
    finished_ms REAL,
    -- The ticket in the queue that may start this job; an older ticket may not.
    ticket TEXT NOT NULL,
    -- Not to be started before.
    due_ms REAL NOT NULL,
    -- How often the studio died while this job ran.
    deaths INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX job_by_state ON job (state, rank, created_ms);

-- Index of the result cache; the results themselves are files.
CREATE TABLE cache (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    -- Sizes and times of the files, to notice a change without reading them.
    stamp TEXT NOT NULL,
    packed INTEGER NOT NULL,
    created_ms REAL NOT NULL,
    last_used_ms REAL NOT NULL,
    expires_ms REAL NOT NULL,
    hits INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, key)
) STRICT;

CREATE INDEX cache_by_use ON cache (last_used_ms);

CREATE TABLE cache_counter (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    hits INTEGER NOT NULL,
    misses INTEGER NOT NULL
) STRICT;

INSERT INTO cache_counter (id, hits, misses) VALUES (1, 0, 0);
