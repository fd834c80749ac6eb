//! Wakes the engine when a ticket is there.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::Stream;
use futures::task::AtomicWaker;

/// A bell that the engine listens to; clones are the same bell.
///
/// apalis looks at such a stream once for each of its own turns and forgets to listen again after an item, so this one
/// yields none: being woken is all that the engine needs.
#[derive(Clone, Default, Debug)]
pub struct Bell(Arc<AtomicWaker>);

impl Bell {
    pub fn ring(&self) {
        self.0.wake();
    }
}

impl Stream for Bell {
    type Item = ();

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<()>> {
        self.0.register(cx.waker());
        Poll::Pending
    }
}
