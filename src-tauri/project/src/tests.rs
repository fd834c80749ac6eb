//! Tests of the document as a whole.

mod crash;
mod random;
mod sample;
mod speed;
mod steps;
