//! The output that count and monitor are heard on.

use std::time::Instant;

use super::phones::Desk;
use super::signs::Look;

pub(super) struct Output {
    pub(super) desk: Desk,
    pub(super) stream: Option<cpal::Stream>,
    look: Look,
}

impl Output {
    pub(super) fn new(desk: Desk, stream: Option<cpal::Stream>) -> Self {
        Self { desk, stream, look: Look::new(Instant::now()) }
    }

    /// Returns why it is gone, if it is.
    pub(super) fn gone(&mut self) -> Option<String> {
        self.look.gone(&self.desk.wire.signs, Instant::now())
    }
}
