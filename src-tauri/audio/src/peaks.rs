//! Peaks for drawing.
