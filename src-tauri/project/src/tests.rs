//! Tests of the document as a whole.

mod branches;
mod compare;
mod crash;
mod edits;
mod lanes;
mod merging;
mod random;
mod restarts;
mod restore;
mod sample;
mod steps;
