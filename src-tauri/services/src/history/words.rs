//! What changed, in the few words that a musician would write on a tape.

use std::collections::BTreeSet;

use son1k_domain::comparison::{Bars, Change, Control, Figure};
use son1k_domain::history::{FileChange, VersionComparison};
use son1k_domain::id::SectionId;
use son1k_domain::score::{Score, SectionKind};
use son1k_domain::setting::Language;

/// Phrases in a message.
const PHRASES: usize = 3;
/// Letters that a message of several phrases has at most.
const LETTERS: usize = 72;

/// Returns what the first version of a project is called.
pub(super) fn first(language: Language) -> &'static str {
    match language {
        Language::En => "First version",
        Language::Es => "Primera versión",
    }
}

/// Returns what a comparison is about; empty where nothing differs. Names of sections come from `score`.
pub(super) fn summary(compared: &VersionComparison, score: Option<&Score>, language: Language) -> String {
    let speaker = Speaker { language, score };
    let changes = compared.comparison.changes.iter().map(|change| speaker.change(change));
    let mut said: BTreeSet<String> = BTreeSet::new();
    let mut message = String::new();
    let mut phrases = 0;
    for phrase in changes.chain(speaker.files(&compared.files)) {
        if phrases == PHRASES || !said.insert(phrase.clone()) {
            continue;
        }
        let length = message.chars().count() + phrase.chars().count();
        if phrases > 0 && length > LETTERS {
            continue;
        }
        if phrases > 0 {
            message.push_str(", ");
        }
        message.push_str(&phrase);
        phrases += 1;
    }
    capital(&message)
}

/// Returns a phrase for each change and file of a comparison.
pub(super) fn phrases(
    compared: &VersionComparison,
    score: Option<&Score>,
    language: Language,
) -> Vec<String> {
    let speaker = Speaker { language, score };
    let changes = compared.comparison.changes.iter().map(|change| speaker.change(change));
    let files = compared.files.iter().map(|file| speaker.file(file));
    changes.chain(files).map(|phrase| capital(&phrase)).collect()
}

struct Speaker<'a> {
    language: Language,
    score: Option<&'a Score>,
}

impl Speaker<'_> {
    fn pick(&self, english: String, spanish: String) -> String {
        match self.language {
            Language::En => english,
            Language::Es => spanish,
        }
    }

    fn change(&self, change: &Change) -> String {
        match change {
            Change::LanesReplaced { title, .. } => {
                self.pick(format!("“{title}” on the lanes"), format!("«{title}» en las pistas"))
            }
            Change::TakeAdded { title, .. } => {
                self.pick(format!("new take “{title}”"), format!("toma nueva «{title}»"))
            }
            Change::TakeRemoved { title, .. } => {
                self.pick(format!("take “{title}” deleted"), format!("toma «{title}» eliminada"))
            }
            Change::TakeRenamed { before, after, .. } | Change::TrackRenamed { before, after, .. } => {
                self.pick(format!("“{before}” is now “{after}”"), format!("«{before}» ahora es «{after}»"))
            }
            Change::TakeStarred { title, after: true, .. } => {
                self.pick(format!("star for “{title}”"), format!("estrella para «{title}»"))
            }
            Change::TakeStarred { title, .. } => {
                self.pick(format!("no star for “{title}”"), format!("«{title}» sin estrella"))
            }
            Change::ProjectRenamed { after, .. } => {
                self.pick(format!("now called “{after}”"), format!("ahora se llama «{after}»"))
            }
            Change::Lyrics { .. } => self.pick("new words".into(), "otra letra".into()),
            Change::Chords { .. } => self.pick("other chords".into(), "otros acordes".into()),
            Change::Tempo { before, after } => {
                let (before, after) = (number(before.0), number(after.0));
                self.pick(format!("tempo {before} → {after}"), format!("tempo {before} → {after}"))
            }
            Change::Key { after, .. } => self.pick(format!("now in {after}"), "otra tonalidad".into()),
            Change::Meter { before, after } => {
                self.pick(format!("{before} becomes {after}"), format!("compás {before} → {after}"))
            }
            change => self.section_change(change),
        }
    }

    fn section_change(&self, change: &Change) -> String {
        let of = |kind: &SectionKind| Name::of(*kind);
        match change {
            Change::SectionAdded { section_kind, .. } => {
                let name = of(section_kind);
                self.pick(format!("{} added", name.english), format!("{} {}", name.spanish, name.o("nuev")))
            }
            Change::SectionRemoved { section_kind, .. } => {
                let name = of(section_kind);
                self.pick(format!("no more {}", name.english), format!("sin {}", name.spanish))
            }
            Change::SectionMoved { section_kind, .. } => {
                let name = of(section_kind);
                self.pick(format!("{} moved", name.english), format!("{} en otro lugar", name.spanish))
            }
            Change::SectionResized { section_kind, before, after, .. } => {
                let (name, longer) = (of(section_kind), length(*after) > length(*before));
                let (english, spanish) = if longer { ("longer", "larg") } else { ("shorter", "cort") };
                self.pick(
                    format!("{english} {}", name.english),
                    format!("{} más {}", name.spanish, name.o(spanish)),
                )
            }
            Change::SectionRenamed { before, after, .. } => {
                let (before, after) = (of(before), of(after));
                self.pick(
                    format!("{} is now {}", before.english, after.english),
                    format!("{} ahora es {}", before.spanish, after.spanish),
                )
            }
            Change::SectionEnergy { section_kind, before, after, .. } => {
                let (name, fuller) = (of(section_kind), after > before);
                let (english, spanish) = if fuller { ("fuller", "llen") } else { ("sparser", "vací") };
                self.pick(
                    format!("{english} {}", name.english),
                    format!("{} más {}", name.spanish, name.o(spanish)),
                )
            }
            change => self.track_change(change),
        }
    }

    fn track_change(&self, change: &Change) -> String {
        match change {
            Change::TrackAdded { name, .. } => {
                let name = small(name);
                self.pick(format!("{name} added"), format!("pista nueva: {name}"))
            }
            Change::TrackRemoved { name, .. } => {
                let name = small(name);
                self.pick(format!("{name} removed"), format!("sin {name}"))
            }
            Change::TrackMoved { name, .. } => {
                let name = small(name);
                self.pick(format!("{name} moved"), format!("{name} en otro lugar"))
            }
            Change::TrackSound { name, .. } => {
                let name = small(name);
                self.pick(format!("{name} with another sound"), format!("{name} con otro sonido"))
            }
            Change::ClipAdded { name, section_kind, .. } => {
                let (name, section) = (small(name), Name::of(*section_kind));
                self.pick(
                    format!("{name} joins the {}", section.english),
                    format!("{name} entra en {}", section.with_article()),
                )
            }
            Change::ClipRemoved { name, section_kind, .. } => {
                let (name, section) = (small(name), Name::of(*section_kind));
                self.pick(
                    format!("{name} rests in the {}", section.english),
                    format!("{name} calla en {}", section.with_article()),
                )
            }
            Change::Notes { name, before, after, .. } => self.notes(&small(name), before, after),
            Change::Mixer { name, control, before, after, .. } => {
                self.mixer(&small(name), *control, *before, *after)
            }
            _ => self.pick("small changes".into(), "pequeños cambios".into()),
        }
    }

    fn notes(&self, name: &str, before: &[Bars], after: &[Bars]) -> String {
        let bars = if after.is_empty() { before } else { after };
        match self.section_of(bars) {
            Some(kind) => {
                let section = Name::of(kind);
                self.pick(
                    format!("{} {name} changed", section.english),
                    format!("cambia {name} en {}", section.with_article()),
                )
            }
            None => self.pick(format!("{name} changed"), format!("cambia {name}")),
        }
    }

    /// Returns the section that all of these bars lie in, if there is one.
    fn section_of(&self, bars: &[Bars]) -> Option<SectionKind> {
        let score = self.score?;
        let bar = score.meter.bar().0.max(1);
        let at = |number: u32| {
            let tick = number.saturating_sub(1).saturating_mul(bar);
            let inside = |section: &&son1k_domain::score::Section| {
                (section.start.0..section.start.0.saturating_add(section.length.0)).contains(&tick)
            };
            score.sections.iter().find(inside)
        };
        let mut found: BTreeSet<&SectionId> = BTreeSet::new();
        let mut kinds = Vec::new();
        for section in bars.iter().flat_map(|bars| [at(bars.first), at(bars.last)]) {
            let section = section?;
            found.insert(&section.id);
            kinds.push(section.kind);
        }
        // Both choruses of a song are still the chorus.
        let first = kinds.first().copied()?;
        (found.len() == 1 || kinds.iter().all(|kind| *kind == first)).then_some(first)
    }

    fn mixer(&self, name: &str, control: Control, before: Figure, after: Figure) -> String {
        let up = grows(before, after);
        let name = if name.is_empty() { self.pick("mix".into(), "mezcla".into()) } else { name.to_owned() };
        let (english, spanish) = match (control, after) {
            (Control::Fader | Control::Level, _) if up => ("louder", "más fuerte"),
            (Control::Fader | Control::Level, _) => ("quieter", "más suave"),
            (Control::Mute, Figure::Switch(true)) => ("muted", "en silencio"),
            (Control::Mute, _) => ("back in", "suena otra vez"),
            (Control::Solo, Figure::Switch(true)) => ("alone", "en solo"),
            (Control::Solo, _) => ("no longer alone", "ya no va en solo"),
            (Control::Pan | Control::Balance, Figure::Pan(pan)) if pan.0 < 0.0 => {
                ("to the left", "a la izquierda")
            }
            (Control::Pan | Control::Balance, Figure::Pan(pan)) if pan.0 > 0.0 => {
                ("to the right", "a la derecha")
            }
            (Control::Pan | Control::Balance, _) => ("to the centre", "al centro"),
            (Control::Width, _) if up => ("wider", "con más anchura"),
            (Control::Width, _) => ("narrower", "con menos anchura"),
            (Control::Reverb | Control::ReverbTime, _) if up => ("wetter", "con más reverb"),
            (Control::Reverb | Control::ReverbTime, _) => ("drier", "con menos reverb"),
            (Control::Delay | Control::DelayTime | Control::DelayFeedback, _) => {
                ("with other echoes", "con otro eco")
            }
            (Control::Drive, _) if up => ("dirtier", "con más distorsión"),
            (Control::Drive, _) => ("cleaner", "con menos distorsión"),
            (Control::Compressor | Control::Ducking, _) => ("compressed anew", "con otra compresión"),
            (
                Control::HighPass
                | Control::LowPass
                | Control::Equaliser
                | Control::LowShelf
                | Control::HighShelf,
                _,
            ) => ("with another tone", "con otro timbre"),
        };
        self.pick(format!("{name} {english}"), format!("{name} {spanish}"))
    }

    fn files(&self, files: &[FileChange]) -> Vec<String> {
        if files.len() > PHRASES {
            let count = files.len();
            return vec![self.pick(format!("{count} files changed"), format!("{count} archivos cambiados"))];
        }
        files.iter().map(|file| self.file(file)).collect()
    }

    fn file(&self, file: &FileChange) -> String {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        match (file.before, file.after) {
            (None, _) => self.pick(format!("{name} added"), format!("nuevo {name}")),
            (_, None) => self.pick(format!("{name} removed"), format!("sin {name}")),
            _ => self.pick(format!("{name} changed"), format!("cambia {name}")),
        }
    }
}

/// A section in both languages, with its gender in Spanish.
struct Name {
    english: &'static str,
    spanish: &'static str,
    feminine: bool,
}

impl Name {
    fn of(kind: SectionKind) -> Self {
        let (english, spanish, feminine) = match kind {
            SectionKind::Intro => ("intro", "intro", true),
            SectionKind::Verse => ("verse", "estrofa", true),
            SectionKind::PreChorus => ("pre-chorus", "precoro", false),
            SectionKind::Chorus => ("chorus", "coro", false),
            SectionKind::Bridge => ("bridge", "puente", false),
            SectionKind::Solo => ("solo", "solo", false),
            SectionKind::Build => ("build-up", "subida", true),
            SectionKind::Drop => ("drop", "drop", false),
            SectionKind::Breakdown => ("breakdown", "bajada", true),
            SectionKind::Outro => ("outro", "final", false),
        };
        Self { english, spanish, feminine }
    }

    fn o(&self, stem: &str) -> String {
        format!("{stem}{}", if self.feminine { 'a' } else { 'o' })
    }

    fn with_article(&self) -> String {
        format!("{} {}", if self.feminine { "la" } else { "el" }, self.spanish)
    }
}

fn length(bars: Bars) -> u32 {
    bars.last.saturating_sub(bars.first)
}

fn grows(before: Figure, after: Figure) -> bool {
    let value = |figure: Figure| match figure {
        Figure::Db(db) => db.0,
        Figure::Pan(pan) => pan.0,
        Figure::Hertz(hertz) => hertz.0,
        Figure::Seconds(seconds) => seconds.0 as f32,
        Figure::Amount(amount) => amount,
        Figure::Switch(on) => f32::from(u8::from(on)),
        Figure::Off => f32::NEG_INFINITY,
        Figure::Several(count) => count as f32,
    };
    value(after) > value(before)
}

/// Writes a name as it stands inside a sentence; `808` and `FM bass` stay.
fn small(name: &str) -> String {
    let mut letters = name.chars();
    let (first, second) = (letters.next(), letters.clone().next());
    match first {
        Some(first) if second.is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn number(value: f32) -> String {
    let rounded = (f64::from(value) * 10.0).round() / 10.0;
    format!("{rounded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::comparison::Comparison;
    use son1k_domain::id::{TrackId, VersionId};
    use son1k_domain::unit::{Bpm, Db};

    fn compared(changes: Vec<Change>, files: Vec<FileChange>) -> VersionComparison {
        let comparison = Comparison { changes, lyrics: Vec::new() };
        VersionComparison { before: VersionId::from("a"), after: None, comparison, files }
    }

    fn fader(name: &str, after: f32) -> Change {
        Change::Mixer {
            track: Some(TrackId::from("bass")),
            name: name.into(),
            control: Control::Fader,
            before: Figure::Db(Db(0.0)),
            after: Figure::Db(Db(after)),
        }
    }

    fn drums(section_kind: SectionKind) -> Change {
        Change::ClipAdded {
            track: TrackId::from("drums"),
            name: "Drums".into(),
            section: SectionId::from("chorus-1"),
            section_kind,
            notes: 16,
        }
    }

    #[test]
    fn a_message_says_in_both_languages_what_a_musician_would_say() {
        let compared = compared(vec![fader("Bass", 2.0), drums(SectionKind::Chorus)], Vec::new());
        assert_eq!(summary(&compared, None, Language::En), "Bass louder, drums joins the chorus");
        assert_eq!(summary(&compared, None, Language::Es), "Bass más fuerte, drums entra en el coro");
    }

    #[test]
    fn a_message_stays_short_and_says_nothing_twice() {
        let tempo = Change::Tempo { before: Bpm(95.0), after: Bpm(97.5) };
        let many = vec![tempo.clone(), tempo, fader("808", -3.0), fader("Pad", 1.0), fader("Lead", 1.0)];
        let files = vec![FileChange { path: "stems/kick.wav".into(), before: Some(1.0), after: Some(2.0) }];
        let message = summary(&compared(many, files), None, Language::En);
        assert_eq!(message, "Tempo 95 → 97.5, 808 quieter, pad louder");
        assert_eq!(summary(&compared(Vec::new(), Vec::new()), None, Language::Es), "");
    }

    #[test]
    fn files_of_a_folder_are_named() {
        let file = |path: &str, before, after| FileChange { path: path.into(), before, after };
        let files = vec![file("stems/kick.wav", Some(1.0), Some(2.0)), file("vox.wav", None, Some(1.0))];
        let compared = compared(Vec::new(), files);
        assert_eq!(summary(&compared, None, Language::En), "Kick.wav changed, vox.wav added");
        assert_eq!(summary(&compared, None, Language::Es), "Cambia kick.wav, nuevo vox.wav");
    }
}
