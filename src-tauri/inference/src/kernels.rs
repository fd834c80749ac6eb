//! Operations of the studio's own that ONNX Runtime computes in its models: what takes a model a dozen operations, nearly
//! all of which read or write the whole sound, takes one here, and silence need not be made. `models/convert/kokoro.py` puts
//! them in.

mod ada_in_snake;
mod sounding;
mod unfold;

use std::sync::{Mutex, PoisonError};

use ort::operator::{ComputeContext, OperatorDomain};
use ort::value::{ValueRef, ValueRefMut};

use ada_in_snake::AdaInSnake;
use sounding::Sounding;
use unfold::Unfold;

/// What their names begin with in a model.
const DOMAIN: &str = "son1k";

/// Returns the operations, for one session.
pub(crate) fn all() -> ort::Result<OperatorDomain> {
    OperatorDomain::new(DOMAIN)?.add(AdaInSnake)?.add(Sounding)?.add(Unfold)
}

fn input(context: &ComputeContext, number: usize) -> ort::Result<ValueRef<'_>> {
    context.input(number)?.ok_or_else(|| missing("an input"))
}

fn output(context: &ComputeContext, number: usize, shape: Vec<i64>) -> ort::Result<ValueRefMut<'_>> {
    context.output(number, shape)?.ok_or_else(|| missing("an output"))
}

/// Lets ONNX Runtime's threads fill pieces of an output; `fill` is told the number of its piece.
fn fill_pieces<T: Send>(
    context: &ComputeContext,
    output: &mut [T],
    piece: usize,
    fill: impl Fn(usize, &mut [T]) + Sync + Send,
) -> ort::Result<()> {
    // Each is locked once, by the thread that fills it.
    let pieces: Vec<Mutex<&mut [T]>> = output.chunks_mut(piece.max(1)).map(Mutex::new).collect();
    context.par_for(pieces.len(), 0, |number| {
        fill(number, &mut pieces[number].lock().unwrap_or_else(PoisonError::into_inner));
    })
}

fn missing(what: &str) -> ort::Error {
    ort::Error::new(format!("{what} is missing or has another shape"))
}
