//! Output devices.
