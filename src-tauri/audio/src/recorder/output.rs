//! The output that count and monitor are heard on.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use super::changed::{Change, between};
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

    /// Lets the sound be changed before it is heard.
    pub(super) fn change(&mut self, rate: u32, change: Change) -> io::Result<()> {
        if let Some(ears) = self.desk.ears.take() {
            self.desk.ears = Some(between(ears, Arc::clone(&self.desk.wire), rate, change)?);
        }
        Ok(())
    }

    /// Returns why it is gone, if it is.
    pub(super) fn gone(&mut self) -> Option<String> {
        self.look.gone(&self.desk.wire.signs, Instant::now())
    }
}
