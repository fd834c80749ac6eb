//! A voice made another: its pitch, its formants, its range, its breath. Samples in, samples out.
