//! The last pictures of waveforms, so that going back to a take draws at once.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use son1k_domain::id::AssetId;
use son1k_domain::take::Peaks;

/// Pictures that are kept.
const KEPT: usize = 16;

/// A small memory of peaks, newest last.
#[derive(Default)]
pub struct PeakMemory(Mutex<VecDeque<((AssetId, u32), Peaks)>>);

impl PeakMemory {
    pub fn get(&self, key: &(AssetId, u32)) -> Option<Peaks> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(have, _)| have == key).map(|(_, peaks)| peaks.clone())
    }

    pub fn keep(&self, key: (AssetId, u32), peaks: Peaks) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((key, peaks));
    }
}
