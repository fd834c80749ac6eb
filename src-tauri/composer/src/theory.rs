//! Music theory: scales, chords, voicings.
