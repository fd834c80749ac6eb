//! The steps of a session that can be taken back, each with its name.
//!
//! Built on the library's undo manager, which leaves other people's edits alone. The name of a step travels as the
//! metadata of its entry: set when an edit is pushed, carried over when undo turns it into a redo and back.

use std::sync::{Arc, Mutex, PoisonError};

use loro::{LoroDoc, LoroValue, UndoItemMeta, UndoManager};
use son1k_domain::id::TrackId;
use son1k_domain::project::{Step, StepName};

use crate::value::{plain, read};
use crate::{Error, Result};

/// Steps that are kept; older ones stay done.
const DEPTH: usize = 500;

/// One movement of one control: all of its changes are one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gesture {
    pub track: TrackId,
    pub step: Step,
    pub number: u32,
}

pub(crate) struct History {
    undo: UndoManager,
    /// The name that the next pushed entry takes.
    name: Arc<Mutex<LoroValue>>,
    gesture: Option<Gesture>,
}

impl History {
    /// Starts an empty history; what the document holds already cannot be undone.
    pub fn of(doc: &LoroDoc) -> Self {
        let name = Arc::new(Mutex::new(LoroValue::Null));
        let mut undo = UndoManager::new(doc);
        undo.set_max_undo_steps(DEPTH);
        undo.set_merge_interval(0);
        let pushed = Arc::clone(&name);
        undo.set_on_push(Some(Box::new(move |_, _, _| {
            let mut meta = UndoItemMeta::new();
            meta.set_value(pushed.lock().unwrap_or_else(PoisonError::into_inner).clone());
            meta
        })));
        let popped = Arc::clone(&name);
        undo.set_on_pop(Some(Box::new(move |_, _, meta| {
            *popped.lock().unwrap_or_else(PoisonError::into_inner) = meta.value;
        })));
        Self { undo, name, gesture: None }
    }

    /// Names the edit that is about to be made, and joins it to the step before when it continues its gesture.
    pub fn prepare(&mut self, step: &StepName, gesture: Option<Gesture>) -> Result<()> {
        if gesture.is_none() || gesture != self.gesture {
            self.end_gesture();
            if gesture.is_some() {
                self.undo.group_start()?;
            }
            self.gesture = gesture;
        }
        *self.name.lock().unwrap_or_else(PoisonError::into_inner) = plain("the name of a step", step)?;
        Ok(())
    }

    /// Ends the open gesture; the next change is a step of its own.
    pub fn end_gesture(&mut self) {
        if self.gesture.take().is_some() {
            self.undo.group_end();
        }
    }

    pub fn undo(&mut self) -> Result<Option<StepName>> {
        self.end_gesture();
        // A step whose effect is nil (a fader dragged back to where it was) is passed over.
        while let Some(name) = self.next_undo() {
            if self.undo.undo().map_err(Error::from)? {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    pub fn redo(&mut self) -> Result<Option<StepName>> {
        self.end_gesture();
        while let Some(name) = self.next_redo() {
            if self.undo.redo().map_err(Error::from)? {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    pub fn next_undo(&self) -> Option<StepName> {
        self.undo.top_undo_value().and_then(|name| read(&name).ok())
    }

    pub fn next_redo(&self) -> Option<StepName> {
        self.undo.top_redo_value().and_then(|name| read(&name).ok())
    }
}
