-- The notes that were heard in a sound, as its musician has mended them: JSON, as they are only read and written whole.
CREATE TABLE notes (
    sound TEXT PRIMARY KEY REFERENCES sound (id) ON DELETE CASCADE,
    sheet TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The beats that were heard in a sound. Rows of `sound` stay small without them.
CREATE TABLE beats (
    sound TEXT PRIMARY KEY REFERENCES sound (id) ON DELETE CASCADE,
    bpm REAL NOT NULL,
    pulse TEXT NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE sound ADD COLUMN beats_step TEXT NOT NULL DEFAULT 'waiting';

DROP INDEX sound_waiting;
CREATE INDEX sound_waiting ON sound (number)
WHERE peaks_step = 'waiting' OR loudness_step = 'waiting' OR rhythm_step = 'waiting' OR sounds_like_step = 'waiting'
    OR beats_step = 'waiting';

-- Another sound at the same place has other beats. Its notes may be somebody's work, and stay.
CREATE TRIGGER beats_of_another_sound AFTER UPDATE OF content ON sound WHEN old.content <> new.content
BEGIN
    DELETE FROM beats WHERE sound = new.id;
END;
