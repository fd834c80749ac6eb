//! Sound files of every common kind into stereo samples.
