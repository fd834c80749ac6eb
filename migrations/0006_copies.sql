-- Copies of the store of versions. Passphrases and secret keys are in the system's keychain, never here.
CREATE TABLE store_copy (
    id TEXT PRIMARY KEY,
    -- Where it is: JSON, as it is only read and written whole.
    place TEXT NOT NULL UNIQUE,
    added_ms REAL NOT NULL,
    -- The moment whose versions it holds; NULL before the first time.
    synced_ms REAL,
    -- Why it could not be brought up to date last time: JSON.
    problem TEXT
) STRICT, WITHOUT ROWID;
