//! A sound file as it is read on a thread of its own, some way ahead: a disk that stalls holds up nobody.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use son1k_domain::sound::Refusal;
use son1k_sound::Reader;

use super::reel::Reel;
use super::{Cue, Fault};

/// Stereo frames of a file, from its frame `at` on.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) at: u64,
    pub(super) frames: Vec<[f32; 2]>,
}

/// What a tape has to give now.
#[derive(Debug)]
pub(super) enum Taken {
    Piece(Piece),
    Later,
    Over,
}

/// The listening end; dropping it ends the reading, without waiting for it.
pub(super) struct Tape(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    turn: Condvar,
}

struct State {
    /// Where reading is to go on.
    wanted: Option<Cue>,
    /// Seconds that are read ahead.
    depth: f64,
    /// The file's rate in hertz, once it is open.
    rate: Option<u32>,
    pieces: VecDeque<Piece>,
    /// Frames in the pieces.
    ahead: usize,
    /// Nothing follows the pieces.
    over: bool,
    fault: Option<Fault>,
    left: bool,
}

impl Tape {
    /// Begins to open and read a file.
    pub(super) fn start(path: PathBuf, cue: Cue, depth: f64) -> Self {
        let state = State {
            wanted: Some(cue),
            depth,
            rate: None,
            pieces: VecDeque::new(),
            ahead: 0,
            over: false,
            fault: None,
            left: false,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), turn: Condvar::new() });
        let reading = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("tape".into()).spawn(move || reading.run(path));
        if let Err(error) = thread {
            shared.end(Some(Fault::Unreadable(error.to_string())));
        }
        Self(shared)
    }

    /// Makes the next piece that of another place; what was read ahead is forgotten.
    pub(super) fn cue(&self, cue: Cue) {
        let mut state = self.0.state();
        if state.is_dead() {
            return;
        }
        state.pieces.clear();
        (state.ahead, state.over) = (0, false);
        state.wanted = Some(cue);
        self.0.turn.notify_all();
    }

    /// Returns the rate of the file in hertz; none before it is open.
    pub(super) fn rate(&self) -> Option<u32> {
        self.0.state().rate
    }

    pub(super) fn take(&self) -> Taken {
        let mut state = self.0.state();
        match state.pieces.pop_front() {
            Some(piece) => {
                state.ahead -= piece.frames.len();
                self.0.turn.notify_all();
                Taken::Piece(piece)
            }
            None if state.over => Taken::Over,
            None => Taken::Later,
        }
    }

    /// Returns how many frames are left to take, once the end is in sight.
    pub(super) fn left(&self) -> Option<usize> {
        let state = self.0.state();
        state.over.then_some(state.ahead)
    }

    /// Returns whether so many seconds, or all there is, can be taken now.
    pub(super) fn is_ready(&self, seconds: f64) -> bool {
        let state = self.0.state();
        state.rate.is_some_and(|rate| state.over || state.ahead as f64 >= seconds * f64::from(rate))
    }

    /// Returns whether the file could not even be opened.
    pub(super) fn is_dead(&self) -> bool {
        self.0.state().is_dead()
    }

    /// Returns why the file could not be opened, if so, once.
    pub(super) fn refusal(&self) -> Option<Fault> {
        let mut state = self.0.state();
        if state.is_dead() { state.fault.take() } else { None }
    }

    /// Reads further ahead from now on.
    pub(super) fn set_depth(&self, depth: f64) {
        self.0.state().depth = depth;
        self.0.turn.notify_all();
    }

    /// Returns what is wrong with the file, once.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.0.state().fault.take()
    }

    /// Waits until there is something to take, or the patience is over.
    pub(super) fn wait(&self, patience: Duration) {
        let empty = |state: &mut State| state.pieces.is_empty() && !state.over;
        drop(self.0.turn.wait_timeout_while(self.0.state(), patience, empty));
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        self.0.state().left = true;
        self.0.turn.notify_all();
    }
}

impl State {
    fn is_dead(&self) -> bool {
        self.over && self.rate.is_none()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, path: PathBuf) {
        let reader = match Reader::open(&path) {
            Ok(reader) => reader,
            Err(error) => return self.end(Some(fault(&error))),
        };
        self.state().rate = Some(reader.facts().rate);
        let mut reel = Reel::new(reader);
        while let Some(cue) = self.turn() {
            let read = cue.map_or(Ok(()), |cue| reel.cue(cue)).and_then(|()| reel.next());
            match read {
                Ok(Some(piece)) => self.give(piece),
                Ok(None) => self.end(reel.is_damaged().then_some(Fault::Damaged)),
                Err(error) => self.end(Some(fault(&error))),
            }
        }
    }

    /// Waits for something to do: to read on, maybe from another place. None when nobody listens any more.
    fn turn(&self) -> Option<Option<Cue>> {
        let idle = |state: &mut State| {
            let full = state.over || state.ahead as f64 >= state.depth * f64::from(state.rate.unwrap_or(1));
            !state.left && state.wanted.is_none() && full
        };
        let mut state = self.turn.wait_while(self.state(), idle).unwrap_or_else(PoisonError::into_inner);
        (!state.left).then(|| state.wanted.take())
    }

    fn give(&self, piece: Piece) {
        let mut state = self.state();
        // What was read before a cue is not wanted any more.
        if state.wanted.is_none() {
            state.ahead += piece.frames.len();
            state.pieces.push_back(piece);
        }
        self.turn.notify_all();
    }

    fn end(&self, fault: Option<Fault>) {
        let mut state = self.state();
        if state.wanted.is_none() || state.rate.is_none() {
            state.over = true;
        }
        state.fault = state.fault.take().or(fault);
        self.turn.notify_all();
    }
}

fn fault(error: &son1k_sound::Error) -> Fault {
    match error {
        son1k_sound::Error::Refused(Refusal::Damaged) => Fault::Damaged,
        son1k_sound::Error::Refused(refusal) => Fault::Refused(refusal.clone()),
        son1k_sound::Error::Io(error) if error.kind() == std::io::ErrorKind::NotFound => Fault::Missing,
        son1k_sound::Error::Io(error) => Fault::Unreadable(error.to_string()),
        other => Fault::Unreadable(other.to_string()),
    }
}
