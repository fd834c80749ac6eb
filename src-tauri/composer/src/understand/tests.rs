//! Tests of understanding as a whole.

mod hostile;
mod prompts;
mod rules;

use son1k_domain::generation::{ChipKind, ChipSource, Request, Understanding};

use super::understand;

fn of(prompt: &str) -> Understanding {
    understand(&Request { prompt: prompt.into(), ..Request::default() }, 1).unwrap()
}

/// The chips that the prompt or a field asked for, as `kind value`, in order.
fn asked(understood: &Understanding) -> String {
    let chips = understood.chips.iter().filter(|c| c.source != ChipSource::Chosen);
    let kind = |kind: ChipKind| match kind {
        ChipKind::Style => "style ",
        ChipKind::Tempo => "tempo ",
        ChipKind::Key => "key ",
        ChipKind::Meter => "meter ",
        ChipKind::Length => "length ",
        ChipKind::Mood => "",
        ChipKind::Instrument => "+",
        ChipKind::Without => "-",
    };
    chips.map(|c| format!("{}{}", kind(c.kind), c.value)).collect::<Vec<_>>().join(", ")
}
