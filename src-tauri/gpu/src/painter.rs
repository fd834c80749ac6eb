//! Whoever draws: the GPU as long as it is there, else the processor.

use crate::device::Gpu;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::spectrogram::Spectrogram;
use crate::{Passage, Picture, View, reference};

/// Bytes of sound that one picture may take on the GPU, the least that every adapter allows in one piece.
const MOST_BYTES: usize = 128 << 20;

/// By what pictures are drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DrawnBy {
    /// Its name.
    Gpu(String),
    /// The reference, and why.
    Processor(Option<Error>),
}

/// Draws spectrograms.
pub struct Painter(Result<Spectrogram, Option<Error>>);

impl Painter {
    /// Opens a GPU; without one, the processor draws. Takes up to a second.
    pub fn open() -> Self {
        Self::opened(Gpu::open().and_then(|gpu| match gpu.software {
            true => Err(Error::OnlySoftware(gpu.name.clone())),
            false => Ok(gpu),
        }))
    }

    /// Opens whatever there is, even a driver that stands in for a GPU: what it draws is what a GPU draws.
    pub fn on_any_adapter() -> Self {
        Self::opened(Gpu::open())
    }

    fn opened(gpu: Result<Gpu, Error>) -> Self {
        let opened = gpu.and_then(Spectrogram::new);
        match &opened {
            Ok(ready) => tracing::info!(name = ready.gpu.name, "GPU opened"),
            Err(error) => tracing::info!(%error, "the processor draws spectrograms"),
        }
        Self(opened.map_err(Some))
    }

    /// Returns the painter without a GPU.
    pub fn on_processor() -> Self {
        Self(Err(None))
    }

    /// Returns by what the next picture is drawn.
    pub fn drawn_by(&self) -> DrawnBy {
        match &self.0 {
            Err(why) => DrawnBy::Processor(why.clone()),
            Ok(ready) => match ready.gpu.check() {
                Err(why) => DrawnBy::Processor(Some(why)),
                Ok(()) => DrawnBy::Gpu(ready.gpu.name.clone()),
            },
        }
    }

    /// Draws a passage; when the GPU is lost meanwhile, the processor does it.
    pub fn draw(&self, passage: Passage<'_>, view: &View) -> Picture {
        let plan = Plan::new(passage, view);
        if let Ok(ready) = &self.0
            && ready.gpu.check().is_ok()
            && 4 * plan.samples.len() <= MOST_BYTES
        {
            // What was lost has told the log so.
            if let Ok(picture) = ready.draw(&plan) {
                return picture;
            }
        }
        reference::draw(&plan)
    }

    /// Takes the GPU away, as a driver's reset does.
    #[cfg(test)]
    pub(crate) fn lose(&self) {
        if let Ok(ready) = &self.0 {
            ready.gpu.device.destroy();
        }
    }
}
