//! Conversions of a voice whose pitch and formants are known, because it was made here.

mod effects;
mod ends;
mod live;
mod pitch;
mod streams;
pub(crate) mod support;
