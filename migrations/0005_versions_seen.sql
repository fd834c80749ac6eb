-- What a version changed, as it was worked out once: JSON, as it is only read and written whole. It can be worked out again.
CREATE TABLE version_seen (
    version TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    changes INTEGER NOT NULL,
    foremost TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX version_seen_project ON version_seen (project);
