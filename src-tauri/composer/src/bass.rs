//! The bass: patterns locked to the drums, long notes under the kicks, or four to the bar.

use son1k_domain::score::Role;

use crate::cast::Player;
use crate::drums;
use crate::form::{Part, word};
use crate::grid::{EIGHTH, SIXTEENTH};
use crate::plan::{Plan, Strike};
use crate::random::Dice;
use crate::style::Practice;
use crate::theory::Chord;
use crate::theory::voicing::nearest_pitch;

/// How far a sliding note overlaps the next, in ticks: enough for a monophonic synth to glide.
const SLIDE: u32 = 36;

/// Writes the bass line.
pub(crate) fn line(plan: &Plan, player: &Player, cast: &[Player]) -> Vec<Strike> {
    let mut strikes = Vec::new();
    let mut hand = Hand::new(player);
    for part in &plan.form.parts {
        let Some(level) = plan.level(player, part) else { continue };
        let from = strikes.len();
        match player.plan.practice {
            Practice::Walking if level > 0 => walk(plan, part, &mut hand, &mut strikes),
            Practice::FollowKick => follow(plan, part, cast, level, &mut hand, &mut strikes),
            _ => pattern(plan, player, part, level, &mut hand, &mut strikes),
        }
        let end = (part.start + part.length).min(plan.form.ending);
        strikes.retain(|s| s.at < end || s.at < part.start);
        for strike in &mut strikes[from..] {
            strike.length = strike.length.min(end - strike.at);
        }
    }
    strikes
}

/// Where the hand lies: roots stay near the one before.
pub(crate) struct Hand {
    low: u8,
    high: u8,
    last: u8,
}

impl Hand {
    pub(crate) fn new(player: &Player) -> Self {
        let [low, high] = player.range;
        Self { low, high, last: low + (high - low) / 3 }
    }

    /// Finds the pitch of a class inside the range, near the middle and near the last root.
    pub(crate) fn place(&mut self, class: u8) -> u8 {
        let centre = self.low + (self.high - self.low) / 3;
        let near = (u16::from(self.last) + u16::from(centre)) / 2;
        let mut pitch = nearest_pitch(class, u8::try_from(near).unwrap_or(centre));
        while pitch < self.low {
            pitch += 12;
        }
        while pitch > self.high && pitch >= 12 {
            pitch -= 12;
        }
        self.last = pitch;
        pitch
    }

    fn fold(&self, pitch: i32) -> u8 {
        let mut pitch = pitch;
        while pitch < i32::from(self.low) {
            pitch += 12;
        }
        while pitch > i32::from(self.high) + 7 {
            pitch -= 12;
        }
        u8::try_from(pitch.clamp(0, 127)).unwrap_or(self.low)
    }
}

fn pattern(
    plan: &Plan,
    player: &Player,
    part: &Part,
    level: usize,
    hand: &mut Hand,
    strikes: &mut Vec<Strike>,
) {
    let patterns = &player.plan.patterns;
    let Some(choices) = patterns.get(level.min(patterns.len().saturating_sub(1))) else { return };
    let mut dice = plan.dice(&format!("bass/{}", word(part.kind)));
    let main = dice.below(choices.len());
    let other = dice.below(choices.len());
    for bar in 0..part.bars {
        let Some(text) = choices.get(if bar % 4 == 3 { other } else { main }) else { continue };
        let start = part.start + plan.grid.bar * u32::try_from(bar).unwrap_or(0);
        for hit in plan.grid.hits(text, bar, 1, false) {
            let at = start + hit.at;
            // A chord that changes under a held note strikes again.
            let mut begin = at;
            while begin < at + hit.length {
                let Some(change) = plan.change(begin) else { break };
                let until = (at + hit.length).min(change.end());
                let root = hand.place(change.chord.bass);
                let mark = if begin == at { hit.mark } else { 'R' };
                // The first note of a chord is its root, whatever the pattern says.
                let mark = if begin == change.start { 'R' } else { mark };
                let pitch = marked(plan, mark, root, &change.chord, begin, hand);
                let force = 84 + i32::from(plan.grid.strength(begin)) * 4 - if mark == 'r' { 34 } else { 0 };
                let length = (until - begin).saturating_sub(10).max(30);
                if until - begin >= SIXTEENTH / 2 {
                    strikes.push(Strike { at: begin, length, pitch, force });
                }
                begin = until.max(begin + 1);
            }
        }
    }
}

/// The pitch a mark stands for: root, fifth, octave, third, seventh, an approach to the next root.
fn marked(plan: &Plan, mark: char, root: u8, chord: &Chord, at: u32, hand: &Hand) -> u8 {
    let up = |class: u8| i32::from(root) + i32::from((class + 12 - root % 12) % 12);
    match mark {
        '5' => hand.fold(up(chord.fifth())),
        '8' => hand.fold(i32::from(root) + 12),
        '3' => hand.fold(up(chord.third())),
        '7' => hand.fold(up(chord.seventh().unwrap_or(chord.fifth()))),
        'a' => {
            let next = plan.next_change(at).map_or(chord.bass, |change| change.chord.bass);
            let goal = i32::from(nearest_pitch(next, root));
            let scale = chord.scale(plan.key);
            let below = usize::try_from((goal - 2).rem_euclid(12)).unwrap_or(0);
            hand.fold(if goal == i32::from(root) {
                up(chord.fifth()) - 12
            } else if scale[below] {
                goal - 2
            } else {
                goal - 1
            })
        }
        _ => root,
    }
}

/// Long notes under the kicks; where two kicks lie close the second may slide to the octave or the fifth.
fn follow(
    plan: &Plan,
    part: &Part,
    cast: &[Player],
    level: usize,
    hand: &mut Hand,
    strikes: &mut Vec<Strike>,
) {
    let drummer = cast.iter().find(|player| player.plan.role == Role::Drums);
    let drum_level = drummer.and_then(|drummer| plan.level(drummer, part)).unwrap_or(level);
    let mut dice = plan.dice(&format!("slides/{}", word(part.kind)));
    let mut onsets: Vec<u32> = drums::kicks(plan, part, drum_level).iter().map(|kick| kick.at).collect();
    let end = part.start + part.length;
    onsets.extend(plan.changes.iter().map(|change| change.start).filter(|at| (part.start..end).contains(at)));
    onsets.push(part.start);
    onsets.sort_unstable();
    onsets.dedup();
    for (index, at) in onsets.iter().enumerate() {
        let Some(change) = plan.change(*at) else { continue };
        let until = onsets.get(index + 1).copied().unwrap_or(end);
        let root = hand.place(change.chord.bass);
        let turn = plan.grid.strength(at - part.start) < 2 && until - at <= 3 * EIGHTH && level > 0;
        let slides = turn && dice.chance(30);
        let pitch = match (slides, dice.chance(60)) {
            (true, true) => hand.fold(i32::from(root) + 12),
            (true, false) => hand.fold(i32::from(root) + 7),
            _ => root,
        };
        let length =
            if slides || dice.chance(35) { until - at + SLIDE } else { (until - at).min(6 * EIGHTH) - 8 };
        strikes.push(Strike { at: *at, length, pitch, force: 98 });
    }
}

/// A walking line: the root on the change, chord tones and steps on the way, a half-step or fifth into the next.
fn walk(plan: &Plan, part: &Part, hand: &mut Hand, strikes: &mut Vec<Strike>) {
    let mut dice = plan.dice(&format!("walk/{}/{}", word(part.kind), part.occurrence));
    let end = (part.start + part.length).min(plan.form.ending);
    let mut last: Option<i32> = None;
    for bar in 0..part.bars {
        let start = part.start + plan.grid.bar * u32::try_from(bar).unwrap_or(0);
        for pulse in &plan.grid.pulses {
            let at = start + pulse.start;
            let Some(change) = plan.change(at).filter(|_| at < end) else { continue };
            let fresh = at == change.start || last.is_none() || pulse.start == 0;
            let next_at = at + pulse.length;
            let next = plan.change(next_at).map_or(change.chord.bass, |c| c.chord.bass);
            let arriving = next_at >= change.end();
            let pitch = if fresh {
                i32::from(hand.place(change.chord.bass))
            } else {
                step(plan, change, last.unwrap_or(40), next, arriving, hand, &mut dice)
            };
            last = Some(pitch);
            let pitch = u8::try_from(pitch.clamp(0, 127)).unwrap_or(40);
            let force = 82 + i32::from(plan.grid.strength(at - part.start)) * 2 + dice.bell(5);
            let skip = pulse.length == 2 * EIGHTH && dice.chance(9);
            let length = if skip { EIGHTH - 12 } else { pulse.length * 15 / 16 };
            strikes.push(Strike { at, length, pitch, force });
            if skip {
                strikes.push(Strike { at: at + EIGHTH, length: EIGHTH / 2, pitch, force: force - 24 });
            }
        }
    }
}

fn step(
    plan: &Plan,
    change: &crate::harmony::Change,
    last: i32,
    next: u8,
    arriving: bool,
    hand: &Hand,
    dice: &mut Dice,
) -> i32 {
    let near = u8::try_from(last.clamp(0, 127)).unwrap_or(40);
    let goal = i32::from(nearest_pitch(next, near));
    if arriving {
        let approach = match dice.below(10) {
            0..=3 => goal - 1,
            4..=6 => goal + 1,
            7 | 8 => goal + 2,
            _ => goal + 7,
        };
        return i32::from(hand.fold(if approach == last { goal + 1 } else { approach }));
    }
    let scale = change.chord.scale(plan.key);
    let direction =
        if i32::from(hand.fold(last + 9)) < last || (goal < last && dice.chance(55)) { -1 } else { 1 };
    let reach = if dice.chance(45) { 1 } else { 3 };
    let fits = |pitch: i32| {
        let class = u8::try_from(pitch.rem_euclid(12)).unwrap_or(0);
        change.chord.has(class) || (reach == 1 && scale[usize::from(class)])
    };
    let found =
        (reach..=8).map(|n| last + direction * n).find(|pitch| fits(*pitch)).unwrap_or(last + direction * 2);
    i32::from(hand.fold(found))
}
