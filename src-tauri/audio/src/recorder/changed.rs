//! What changes the sound between the input and the ears: a thread of its own, because neither device's may wait for it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rtrb::{Consumer, RingBuffer};

use super::inlet::Ears;
use super::phones::{Wire, line};

/// Changes a block of sound of one channel in place, at the rate of the input, and returns by how many frames what comes
/// out is behind what went in.
pub type Change = Box<dyn FnMut(&mut [f32]) -> usize + Send>;

/// How long it sleeps when there is nothing to do: as much is heard later.
const NAP: Duration = Duration::from_millis(1);

/// Frames that are changed at once.
const BLOCK: usize = 1_024;

struct Worker {
    sound: Consumer<[f32; 2]>,
    ears: Ears,
    wire: Arc<Wire>,
    change: Change,
    block: Vec<f32>,
}

/// Puts a change in front of the ears, and returns the end that the input has to fill. It ends by itself when the input or
/// the output has gone.
///
/// # Errors
/// When the system has no thread for it.
pub(super) fn between(ears: Ears, wire: Arc<Wire>, rate: u32, change: Change) -> io::Result<Ears> {
    let (begin, sound) = RingBuffer::new(line(rate));
    let worker = Worker { sound, ears, wire, change, block: Vec::with_capacity(BLOCK) };
    std::thread::Builder::new().name("live".into()).spawn(move || worker.run())?;
    Ok(begin)
}

impl Worker {
    fn run(mut self) {
        while !self.ears.is_abandoned() {
            let gone = self.sound.is_abandoned();
            if !self.work() {
                if gone {
                    return;
                }
                std::thread::sleep(NAP);
            }
        }
    }

    /// Changes what is there, as far as the ears have room for it; false when there is nothing.
    fn work(&mut self) -> bool {
        let count = self.sound.slots().min(self.ears.slots()).min(BLOCK);
        let Ok(chunk) = self.sound.read_chunk(count) else { return false };
        self.block.clear();
        self.block.extend(chunk.into_iter().map(|[left, right]| 0.5 * (left + right)));
        if self.block.is_empty() {
            return false;
        }
        let behind = (self.change)(&mut self.block);
        self.wire.set_behind(behind);
        for &sample in &self.block {
            // There is room: it was looked for.
            let _ = self.ears.push([sample; 2]);
        }
        true
    }
}
