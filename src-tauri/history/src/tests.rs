//! The store as the studio uses it, and as a bad day treats it.

mod ahead;
mod annotating;
mod bucket;
mod copying;
mod crash;
mod damage;
mod disk;
mod keeping;
mod opening;
mod order;
mod pruning;
mod restic;
mod restoring;
mod sample;
mod staged;
mod together;
