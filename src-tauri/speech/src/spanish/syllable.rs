//! Which vowels of a word carry a syllable, and which of them carries the stress.

use super::letter::{Sound, is_vowel};

/// Part of a vowel in its syllable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The syllable is this vowel's.
    Nucleus,
    /// Glides into the next vowel: the *i* of "tiene".
    Onglide,
    /// Glides out of the one before: the *i* of "seis".
    Offglide,
    Consonant,
}

/// Returns the part of each sound. Two vowels share a syllable when one of them is an unaccented i or u (*Ortografía*
/// 2010, II 3.3): of two such the first glides.
pub(super) fn roles(sounds: &[Sound]) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::with_capacity(sounds.len());
    for (at, sound) in sounds.iter().enumerate() {
        let Sound::Vowel(vowel, accent) = *sound else {
            roles.push(Role::Consonant);
            continue;
        };
        let weak = !accent && matches!(vowel, 'i' | 'u');
        let before = roles.last().copied().unwrap_or(Role::Consonant);
        let next = match sounds.get(at + 1) {
            Some(Sound::Vowel(next, _)) => Some(*next),
            _ => None,
        };
        roles.push(match (weak, next, before) {
            (true, Some(next), _) if next != vowel => Role::Onglide,
            (true, _, Role::Nucleus) if !is_doubled(sounds, at) => Role::Offglide,
            _ => Role::Nucleus,
        });
    }
    roles
}

fn is_doubled(sounds: &[Sound], at: usize) -> bool {
    matches!((sounds[at], sounds[at.saturating_sub(1)]), (Sound::Vowel(this, _), Sound::Vowel(before, _)) if this == before)
}

/// Returns which sound is stressed; `None` in a word without a vowel.
pub(super) fn stress(word: &[char], sounds: &[Sound], roles: &[Role]) -> Option<usize> {
    if let Some(accented) = sounds.iter().position(|sound| matches!(sound, Sound::Vowel(_, true))) {
        return Some(accented);
    }
    let nuclei: Vec<usize> =
        roles.iter().enumerate().filter(|(_, role)| **role == Role::Nucleus).map(|(at, _)| at).collect();
    let last = *nuclei.last()?;
    let before_last = nuclei.len().checked_sub(2).map_or(last, |at| nuclei[at]);
    Some(if ends_openly(word) { before_last } else { last })
}

/// Words in a vowel, in *n* or in *s* lean on the last syllable but one; *y* and groups of consonants do not count.
fn ends_openly(word: &[char]) -> bool {
    match word {
        [.., last] if is_vowel(*last) => true,
        [.., before, 'n' | 's'] => is_vowel(*before),
        _ => false,
    }
}
