//! The transport: plays stems through the mixer.
