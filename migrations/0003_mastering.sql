-- A job can be paused: SQLite changes a check only with its table.
CREATE TABLE job_that_pauses (
    id TEXT PRIMARY KEY,
    work TEXT NOT NULL,
    priority TEXT NOT NULL,
    -- Lower runs first.
    rank INTEGER NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'retrying', 'paused', 'done', 'failed', 'cancelled')),
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

INSERT INTO job_that_pauses (
    id, work, priority, rank, state, stage, progress, attempt, problem, created_ms, started_ms, finished_ms, ticket,
    due_ms, deaths
)
SELECT
    id, work, priority, rank, state, stage, progress, attempt, problem, created_ms, started_ms, finished_ms, ticket,
    due_ms, deaths
FROM job;

DROP TABLE job;
ALTER TABLE job_that_pauses RENAME TO job;
CREATE INDEX job_by_state ON job (state, rank, created_ms);

-- Batches of files that are brought to a loudness. They outlive their jobs, which leave the list within the hour.
CREATE TABLE mastering (
    -- Ascends with the time of the order.
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    job TEXT NOT NULL UNIQUE,
    request TEXT NOT NULL,
    -- The one gain of an album in dB, measured once: NULL until then, and for an album with nothing to measure.
    gain REAL,
    measured INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Files of a batch that were begun: where the result goes, and what came of it once that is known.
CREATE TABLE mastering_file (
    job TEXT NOT NULL REFERENCES mastering (job) ON DELETE CASCADE,
    -- The place among the files of the request, from 0.
    file INTEGER NOT NULL,
    place TEXT NOT NULL COLLATE NOCASE,
    result TEXT,
    PRIMARY KEY (job, file)
) STRICT, WITHOUT ROWID;

CREATE INDEX mastering_file_by_place ON mastering_file (place) WHERE result IS NULL;
