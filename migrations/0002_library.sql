-- The library: the musician's own sound files. The files stay where they are; this is what is known of them.
CREATE TABLE sound (
    -- Ascends with the time of adding; also the row of `sound_words`.
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    missing INTEGER NOT NULL DEFAULT 0,
    -- The blake3 hash of the file's bytes.
    content BLOB NOT NULL,
    -- The file's own time, to notice a change without reading it; milliseconds since the Unix epoch.
    modified_ms REAL NOT NULL,
    bytes INTEGER NOT NULL,
    container TEXT NOT NULL,
    codec TEXT NOT NULL,
    rate INTEGER NOT NULL,
    channels INTEGER NOT NULL,
    bits INTEGER,
    duration_s REAL,
    title TEXT NOT NULL,
    artist TEXT NOT NULL,
    album TEXT NOT NULL,
    genre TEXT NOT NULL,
    year INTEGER,
    comment TEXT NOT NULL,
    has_cover INTEGER NOT NULL,
    rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
    added_ms REAL NOT NULL,
    -- What was heard: loudness and tags as JSON, and the numbers that are sorted and filtered by beside them.
    loudness TEXT,
    integrated REAL,
    bpm REAL,
    -- Tonic and mode in one number, tonics first.
    key INTEGER,
    sounds_like TEXT NOT NULL DEFAULT '[]',
    problem TEXT,
    peaks_step TEXT NOT NULL DEFAULT 'waiting',
    loudness_step TEXT NOT NULL DEFAULT 'waiting',
    rhythm_step TEXT NOT NULL DEFAULT 'waiting',
    sounds_like_step TEXT NOT NULL DEFAULT 'waiting',
    -- Texts as they are sorted: without case and accents.
    title_key TEXT NOT NULL,
    artist_key TEXT NOT NULL,
    album_key TEXT NOT NULL,
    genre_key TEXT NOT NULL,
    name_key TEXT NOT NULL
) STRICT;

CREATE INDEX sound_by_content ON sound (content);

-- One index an order; what has no value is left out and listed last.
CREATE INDEX sound_by_title ON sound (title_key) WHERE title_key <> '';
CREATE INDEX sound_by_artist ON sound (artist_key) WHERE artist_key <> '';
CREATE INDEX sound_by_album ON sound (album_key) WHERE album_key <> '';
CREATE INDEX sound_by_genre ON sound (genre_key) WHERE genre_key <> '';
CREATE INDEX sound_by_name ON sound (name_key) WHERE name_key <> '';
CREATE INDEX sound_by_duration ON sound (duration_s) WHERE duration_s IS NOT NULL;
CREATE INDEX sound_by_bpm ON sound (bpm) WHERE bpm IS NOT NULL;
CREATE INDEX sound_by_key ON sound (key) WHERE key IS NOT NULL;
CREATE INDEX sound_by_loudness ON sound (integrated) WHERE integrated IS NOT NULL;
CREATE INDEX sound_by_rating ON sound (rating) WHERE rating > 0;

-- All that can be filtered by, so that a filter reads no row.
CREATE INDEX sound_filter ON sound (missing, rating, key, bpm, integrated);

CREATE INDEX sound_waiting ON sound (number)
WHERE peaks_step = 'waiting' OR loudness_step = 'waiting' OR rhythm_step = 'waiting' OR sounds_like_step = 'waiting';

-- The words that a sound is found by. The texts themselves are in `sound`.
CREATE VIRTUAL TABLE sound_words USING fts5 (
    words,
    content = '',
    contentless_delete = 1,
    prefix = '1 2 3',
    tokenize = "unicode61 remove_diacritics 2"
);

CREATE TABLE collection (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE collection_sound (
    collection INTEGER NOT NULL REFERENCES collection (number) ON DELETE CASCADE,
    sound INTEGER NOT NULL REFERENCES sound (number) ON DELETE CASCADE,
    PRIMARY KEY (collection, sound)
) STRICT, WITHOUT ROWID;

CREATE INDEX collection_by_sound ON collection_sound (sound);

-- Counts the changes, so that a list of rows that was kept is known to be old.
CREATE TABLE library_revision (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL
) STRICT;

INSERT INTO library_revision (id, revision) VALUES (1, 0);
