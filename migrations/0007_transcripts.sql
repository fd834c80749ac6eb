-- What somebody says in a sound, as its musician has mended it: JSON, as it is only read and written whole.
CREATE TABLE transcript (
    sound TEXT PRIMARY KEY REFERENCES sound (id) ON DELETE CASCADE,
    transcript TEXT NOT NULL
) STRICT, WITHOUT ROWID;
