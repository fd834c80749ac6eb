-- Voices of one's own and of others: JSON, as it is only read and written whole. Samples are files.
CREATE TABLE profile (
    id TEXT PRIMARY KEY,
    profile TEXT NOT NULL
) STRICT, WITHOUT ROWID;
