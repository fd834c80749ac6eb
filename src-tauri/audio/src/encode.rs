//! Samples into WAV, FLAC, MP3 and Ogg Vorbis files.
