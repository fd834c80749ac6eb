//! Frames into a stream: the sound of each goes to the first free place that it may reach.

use std::collections::VecDeque;
use std::io::Write;

use super::frame::{Frame, Shape};
use crate::error::{Error, Result};

/// The end of a stream, with the slots that still have room.
pub(super) struct Reservoir<W> {
    out: W,
    shape: Shape,
    open: VecDeque<Open>,
    frames: u32,
}

/// A frame that is not written yet, because later ones may use its slot.
struct Open {
    bytes: Vec<u8>,
    /// Where its free bytes begin.
    free: usize,
}

impl<W: Write> Reservoir<W> {
    pub fn new(out: W, shape: Shape) -> Self {
        Self { out, shape, open: VecDeque::new(), frames: 0 }
    }

    /// Appends a frame. Frames that one encoder made one after the other always find room, and so does one that reached
    /// back no farther than there is room now.
    ///
    /// # Errors
    /// [`Error::Encode`] when a frame finds no room, and what writing gives.
    pub fn place(&mut self, mut frame: Frame) -> Result<()> {
        let mut room: usize = self.open.iter().map(|open| open.bytes.len() - open.free).sum();
        while room > self.shape.farthest()
            && let Some(first) = self.open.front_mut()
        {
            let lost = (room - self.shape.farthest()).min(first.bytes.len() - first.free);
            first.free += lost;
            room -= lost;
            self.write_full()?;
        }
        frame.reach_back(self.shape, room);
        let head = frame.head.len();
        frame.head.resize(head + frame.slot, 0);
        self.open.push_back(Open { bytes: frame.head, free: head });
        self.frames += 1;
        let mut sound = frame.sound.as_slice();
        for open in &mut self.open {
            let (now, later) = sound.split_at(sound.len().min(open.bytes.len() - open.free));
            open.bytes[open.free..open.free + now.len()].copy_from_slice(now);
            open.free += now.len();
            sound = later;
        }
        if !sound.is_empty() {
            return Err(Error::Encode(format!("LAME: {} bytes of a frame find no room", sound.len())));
        }
        self.write_full()
    }

    fn write_full(&mut self) -> Result<()> {
        while let Some(full) = self.open.pop_front_if(|open| open.free == open.bytes.len()) {
            self.out.write_all(&full.bytes)?;
        }
        Ok(())
    }

    /// Writes what is open. Returns what the stream is written to, and its frames.
    pub fn finish(&mut self) -> Result<(&mut W, u32)> {
        for open in self.open.drain(..) {
            self.out.write_all(&open.bytes)?;
        }
        Ok((&mut self.out, self.frames))
    }
}
