//! The form: a genre's plan of sections, fitted to the length that is asked for.

use son1k_domain::score::SectionKind;

use crate::random::Dice;
use crate::style::Style;

/// A section with its place in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) kind: SectionKind,
    /// 1 for the first of its kind.
    pub(crate) occurrence: usize,
    pub(crate) start: u32,
    pub(crate) length: u32,
    /// Whole bars.
    pub(crate) bars: usize,
    /// 0 to 100.
    pub(crate) energy: u32,
}

/// The whole form in ticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) parts: Vec<Part>,
    /// Where the last chord is struck.
    pub(crate) ending: u32,
    pub(crate) length: u32,
}

/// The word for a kind of section in data files and section ids.
pub(crate) fn word(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Intro => "intro",
        SectionKind::Verse => "verse",
        SectionKind::PreChorus => "pre",
        SectionKind::Chorus => "chorus",
        SectionKind::Bridge => "bridge",
        SectionKind::Solo => "solo",
        SectionKind::Build => "build",
        SectionKind::Drop => "drop",
        SectionKind::Breakdown => "breakdown",
        SectionKind::Outro => "outro",
    }
}

fn kind(word: &str) -> Option<SectionKind> {
    use SectionKind as Kind;
    [
        Kind::Intro,
        Kind::Verse,
        Kind::PreChorus,
        Kind::Chorus,
        Kind::Bridge,
        Kind::Solo,
        Kind::Build,
        Kind::Drop,
        Kind::Breakdown,
        Kind::Outro,
    ]
    .into_iter()
    .find(|kind| self::word(*kind) == word)
}

type Block = (SectionKind, usize);

/// Fits a form of the style to a length in ticks; `pulse` is the shortest step by which the last bar may stretch.
pub(crate) fn fit(style: &Style, seed: u32, target: u32, bar: u32, pulse: u32) -> Form {
    let bars = ((target / bar) as usize).max(1);
    let left = target.saturating_sub(bar * ticks(bars));
    let extra = ((left + pulse / 2) / pulse * pulse).min(bar);
    let blocks = blocks(style, seed, bars);
    let length = bar * ticks(bars) + extra;
    let ending = ending(bars, bar, extra, pulse, length);
    Form { parts: parts(style, &blocks, bar, length), ending, length }
}

/// The last chord takes the last bar; a stretched bar when that is half a bar or more.
fn ending(bars: usize, bar: u32, extra: u32, pulse: u32, length: u32) -> u32 {
    let whole = bar * ticks(bars);
    if extra * 2 >= bar {
        whole
    } else if bars > 1 {
        whole - bar
    } else {
        (length / 2 / pulse * pulse).max(pulse.min(length / 2))
    }
}

fn ticks(bars: usize) -> u32 {
    u32::try_from(bars).unwrap_or(u32::MAX)
}

fn blocks(style: &Style, seed: u32, bars: usize) -> Vec<Block> {
    let climax = if style.play.contains_key("drop") { SectionKind::Drop } else { SectionKind::Chorus };
    let climax = if style.play.contains_key(word(climax)) { climax } else { SectionKind::Verse };
    match bars {
        0..=4 => return vec![(climax, bars)],
        5..=7 => return vec![(climax, 4), (SectionKind::Outro, bars - 4)],
        8..=11 => return vec![(SectionKind::Intro, bars - 6), (climax, 4), (SectionKind::Outro, 2)],
        _ => {}
    }
    let mut forms: Vec<Vec<Block>> = style.forms.iter().map(|text| read(text)).collect();
    for form in &mut forms {
        grow(form, bars);
    }
    let distance = |form: &Vec<Block>| total(form).abs_diff(bars);
    let nearest = forms.iter().map(distance).min().unwrap_or(0);
    forms.retain(|form| distance(form) <= nearest + bars / 10);
    let chosen = Dice::new(seed, "form").pick(&forms).cloned();
    let mut form = chosen.unwrap_or_else(|| vec![(climax, bars)]);
    stretch(&mut form, bars);
    form
}

fn read(text: &str) -> Vec<Block> {
    text.split(',')
        .filter_map(|entry| {
            let (name, bars) = entry.trim().split_once(' ')?;
            Some((kind(name)?, bars.trim().parse().ok()?))
        })
        .collect()
}

fn total(form: &[Block]) -> usize {
    form.iter().map(|(_, bars)| bars).sum()
}

/// Repeats the cycle from the first section after the intro to the first climax while the piece is much too short.
fn grow(form: &mut Vec<Block>, bars: usize) {
    let first = usize::from(form.first().is_some_and(|(kind, _)| *kind == SectionKind::Intro));
    let climax =
        |kind: SectionKind| matches!(kind, SectionKind::Chorus | SectionKind::Drop | SectionKind::Solo);
    let Some(last) = form.iter().position(|(kind, _)| climax(*kind)) else { return };
    let cycle: Vec<Block> = form[first..=last].to_vec();
    let size = total(&cycle).max(1);
    while total(form) + size * 2 / 3 < bars {
        form.splice(last + 1..last + 1, cycle.iter().copied());
    }
}

/// Brings the bars to the exact number: whole phrases first, then the odd bars at the edges.
fn stretch(form: &mut Vec<Block>, bars: usize) {
    while total(form) + 4 <= bars {
        let shortest = (0..form.len()).rev().min_by_key(|i| (form[*i].1, growth_rank(form[*i].0)));
        let Some(index) = shortest else { return };
        form[index].1 += 4;
    }
    while total(form) >= bars + 3 {
        shrink(form);
    }
    let odd = bars.abs_diff(total(form));
    if total(form) < bars {
        edge(form, odd, 0).1 += odd;
    } else if odd > 0 {
        edge(form, odd, odd + 1).1 -= odd;
    }
}

/// Which sections bear more bars first.
fn growth_rank(kind: SectionKind) -> u8 {
    match kind {
        SectionKind::Solo => 0,
        SectionKind::Drop | SectionKind::Chorus => 1,
        SectionKind::Verse => 2,
        SectionKind::Breakdown | SectionKind::Bridge => 3,
        _ => 4,
    }
}

/// Takes a phrase from the longest section, or drops a section that the form can miss.
fn shrink(form: &mut Vec<Block>) {
    let longest = (0..form.len()).max_by_key(|i| (form[*i].1, growth_rank(form[*i].0)));
    match longest {
        Some(index) if form[index].1 > 8 => form[index].1 -= 4,
        _ => {
            let order = [
                SectionKind::PreChorus,
                SectionKind::Bridge,
                SectionKind::Breakdown,
                SectionKind::Solo,
                SectionKind::Build,
                SectionKind::Verse,
            ];
            let spare = order.iter().find_map(|kind| form.iter().rposition(|(k, _)| k == kind));
            match (spare, longest) {
                (Some(index), _) if form.len() > 4 => {
                    form.remove(index);
                }
                (_, Some(index)) if form[index].1 > 4 => form[index].1 -= 4,
                (_, Some(index)) if form.len() > 1 => {
                    form.remove(index);
                }
                _ => form[0].1 = form[0].1.saturating_sub(4).max(1),
            }
        }
    }
}

/// The outer section that takes the odd bars: the outro, else the intro, else the longest.
fn edge(form: &mut [Block], odd: usize, at_least: usize) -> &mut Block {
    let last = form.len() - 1;
    let index = if form[last].1 > at_least {
        last
    } else if form[0].1 > at_least {
        0
    } else {
        (0..form.len()).max_by_key(|i| form[*i].1).unwrap_or(last)
    };
    debug_assert!(form[index].1 >= odd || at_least == 0);
    &mut form[index]
}

fn parts(style: &Style, blocks: &[Block], bar: u32, length: u32) -> Vec<Part> {
    let mut start = 0;
    let mut parts: Vec<Part> = Vec::with_capacity(blocks.len());
    for (kind, bars) in blocks.iter().filter(|(_, bars)| *bars > 0) {
        let occurrence = 1 + parts.iter().filter(|part| part.kind == *kind).count();
        let base = style.energy.get(word(*kind)).copied().unwrap_or(50);
        let lift = u32::try_from(occurrence - 1).unwrap_or(0).min(3) * 4;
        let energy = (base + lift).min(100);
        parts.push(Part { kind: *kind, occurrence, start, length: bar * ticks(*bars), bars: *bars, energy });
        start += bar * ticks(*bars);
    }
    if let Some(last) = parts.last_mut() {
        last.length = length - last.start;
    }
    parts
}
