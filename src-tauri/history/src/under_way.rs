//! Packs that are written while the caller goes on.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::error::{Error, Result};
use crate::watch::{BEAT, Watch, lock};

/// Packs on their way to a place, and whether one of the same work did not arrive.
#[derive(Debug, Default)]
pub(crate) struct UnderWay {
    packs: Mutex<Packs>,
    /// Ends the waiting: a line that says nothing any more is given up late.
    pub(crate) watch: Arc<Watch>,
}

#[derive(Debug, Default)]
struct Packs {
    /// What the threads that write them will say, the first first.
    coming: VecDeque<Receiver<Result<()>>>,
    failure: Option<Error>,
}

impl UnderWay {
    /// Lets a pack be written while the caller goes on, once fewer than `most` are on their way: more would only fill the
    /// memory.
    ///
    /// # Errors
    /// Why an earlier pack of the work did not arrive, or [`Error::Cancelled`]; this one is then not begun.
    pub(crate) fn begin(
        &self,
        most: usize,
        write: impl FnOnce() -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let mut packs = lock(&self.packs);
        while packs.coming.len() >= most {
            packs.wait_for_one(&self.watch)?;
        }
        packs.outcome()?;
        let (done, coming) = mpsc::channel();
        thread::spawn(move || {
            let _nobody_waits_any_more = done.send(write());
        });
        packs.coming.push_back(coming);
        Ok(())
    }

    /// Waits until every pack is there.
    ///
    /// # Errors
    /// Why a pack of the work did not arrive, whoever was told so before: the engine writes packs in one thread and the
    /// index that names them in another. [`Error::Cancelled`].
    pub(crate) fn settle(&self) -> Result<()> {
        // The lock stays taken, so that whoever asks meanwhile waits for the same packs.
        let mut packs = lock(&self.packs);
        while !packs.coming.is_empty() {
            packs.wait_for_one(&self.watch)?;
        }
        packs.outcome()
    }

    /// A new work begins: what did not arrive of an earlier one does not concern it, and nothing that it writes names what
    /// may still arrive.
    pub(crate) fn begin_anew(&self) {
        *lock(&self.packs) = Packs::default();
    }
}

impl Packs {
    fn wait_for_one(&mut self, watch: &Watch) -> Result<()> {
        let Some(first) = self.coming.front() else { return Ok(()) };
        let written = loop {
            match first.recv_timeout(BEAT) {
                Ok(written) => break written,
                Err(RecvTimeoutError::Timeout) => watch.check()?,
                Err(RecvTimeoutError::Disconnected) => break Err(Error::Engine("a writer died".into())),
            }
        };
        self.coming.pop_front();
        if let Err(error) = written {
            self.failure.get_or_insert(error);
        }
        Ok(())
    }

    fn outcome(&self) -> Result<()> {
        self.failure.clone().map_or(Ok(()), Err)
    }
}
