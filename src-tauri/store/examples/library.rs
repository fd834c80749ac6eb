//! How fast a large library is: `library FOLDER ROWS` fills one in the folder and prints a table.
//!
//! Names and tags are drawn from a vocabulary in which a few words are frequent and most are rare, as in languages
//! (Zipf). Every search is a new text, so that none is answered from what was kept.

use std::path::Path;
use std::time::{Duration, Instant};

use son1k_domain::library::{FileTags, LibraryFilter, LibraryQuery, LibrarySort};
use son1k_domain::loudness::Loudness;
use son1k_domain::music::{Key, Mode, PitchClass};
use son1k_domain::sound::{Codec, Container, SoundFacts};
use son1k_domain::unit::{Bpm, Dbfs, Dbtp, Lu, Lufs, Seconds};
use son1k_store::Store;
use son1k_store::library::{FoundSound, Heard};

type Failed = Box<dyn std::error::Error>;

/// Files that an import adds together.
const BATCH: usize = 64;
const WORDS: usize = 20_000;
/// Of so many sounds, one gets an analysis, so that the filters have something to find.
const HEARD: usize = 10;
const ROUNDS: usize = 300;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("library FOLDER ROWS")?;
    let rows: usize = arguments.next().ok_or("library FOLDER ROWS")?.parse()?;
    let (store, _) = Store::open(Path::new(&folder)).await?;
    let mut words = Words::new();
    println!("| what | figure |\n|---|---|");
    fill(&store, rows, &mut words).await?;
    search(&store, &mut words).await?;
    let bytes = Path::new(&folder).join("studio.db").metadata()?.len();
    println!("| database | {:.0} MB |", bytes as f64 / 1e6);
    println!("| peak memory | {:.0} MiB |", peak_memory());
    store.close().await;
    Ok(())
}

async fn fill(store: &Store, rows: usize, words: &mut Words) -> Result<(), Failed> {
    let mut adding = Duration::ZERO;
    for from in (0..rows).step_by(BATCH) {
        let batch: Vec<FoundSound> = (from..(from + BATCH).min(rows)).map(|at| sound(at, words)).collect();
        let start = Instant::now();
        store.add_sounds(&batch).await?;
        adding += start.elapsed();
    }
    println!("| add, {BATCH} at a time | {:.0} sounds/s |", rows as f64 / adding.as_secs_f64());
    let start = Instant::now();
    for at in (0..rows).step_by(HEARD) {
        hear(store, at, words).await?;
    }
    let steps = 2 * rows.div_ceil(HEARD);
    println!("| note a step of the analysis | {:.2} ms |", milliseconds(start.elapsed()) / steps as f64);
    let start = Instant::now();
    store.optimise_library().await?;
    println!("| join the index of words | {:.1} s |", start.elapsed().as_secs_f64());
    Ok(())
}

async fn hear(store: &Store, at: usize, words: &mut Words) -> Result<(), Failed> {
    let content = content(at).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let id = format!("sound-{at}").as_str().into();
    let key = Key { tonic: PitchClass(words.below(12) as u8), mode: Mode::Minor };
    let rhythm = Heard::Rhythm { bpm: Some(Bpm(60.0 + words.below(1200) as f32 / 10.0)), key: Some(key) };
    store.note_heard(&id, &content, &rhythm).await?;
    let integrated = -30.0 + words.below(250) as f32 / 10.0;
    let loudness = Loudness {
        integrated: Some(Lufs(integrated)),
        range: Some(Lu(5.0)),
        max_momentary: Some(Lufs(integrated + 4.0)),
        max_short_term: Some(Lufs(integrated + 2.0)),
        sample_peak: Some(Dbfs(-1.0)),
        true_peak: Some(Dbtp(-0.8)),
        duration: Seconds(200.0),
    };
    store.note_heard(&id, &content, &Heard::Loudness(loudness)).await?;
    Ok(())
}

async fn search(store: &Store, words: &mut Words) -> Result<(), Failed> {
    let first = LibraryQuery { descending: true, limit: 100, ..LibraryQuery::default() };
    measure(store, "first page, newest first", (0..ROUNDS).map(|_| first.clone()).collect()).await?;
    let typed = |words: &mut Words| {
        let text = format!("{} {}", words.frequent(), words.any());
        (1..=text.chars().count()).map(|end| text.chars().take(end).collect::<String>()).collect::<Vec<_>>()
    };
    let texts: Vec<String> = (0..ROUNDS / 10).flat_map(|_| typed(words)).collect();
    for (name, sort) in [("newest first", LibrarySort::Added), ("by title", LibrarySort::Title)] {
        let asked = texts.iter().map(|text| LibraryQuery { text: text.clone(), sort, ..first.clone() });
        measure(store, &format!("search as you type, {name}"), asked.collect()).await?;
    }
    let sorts = [LibrarySort::Title, LibrarySort::Artist, LibrarySort::Bpm, LibrarySort::Duration];
    let sorted = |round: usize| LibraryQuery {
        sort: sorts[round % sorts.len()],
        descending: round.is_multiple_of(2),
        offset: (round * 331 % 90_000) as u32,
        ..first.clone()
    };
    measure(store, "any page, in any order", (0..ROUNDS).map(sorted).collect()).await?;
    let filtered = |round: usize| LibraryQuery {
        filter: LibraryFilter {
            bpm_min: Some(Bpm(60.0 + (round % 100) as f32)),
            bpm_max: Some(Bpm(70.0 + (round % 100) as f32)),
            loudness_min: Some(Lufs(-20.0 - (round / 100) as f32)),
            ..LibraryFilter::default()
        },
        sort: LibrarySort::Bpm,
        ..first.clone()
    };
    measure(store, "filter by tempo and loudness", (0..ROUNDS).map(filtered).collect()).await
}

/// Asks all questions one after the other and prints the median and the 95th percentile.
async fn measure(store: &Store, name: &str, queries: Vec<LibraryQuery>) -> Result<(), Failed> {
    let mut times = Vec::with_capacity(queries.len());
    for query in &queries {
        let start = Instant::now();
        store.search_sounds(query).await?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    let at = |part: usize| milliseconds(times[(times.len() * part / 100).min(times.len() - 1)]);
    println!("| {name} | p50 {:.2} ms, p95 {:.2} ms, worst {:.2} ms |", at(50), at(95), at(100));
    Ok(())
}

fn sound(at: usize, words: &mut Words) -> FoundSound {
    let mut some = |count: usize| (0..count).map(|_| words.any()).collect::<Vec<_>>().join(" ");
    let tags = FileTags {
        title: some(3),
        artist: some(2),
        album: some(2),
        genre: some(1),
        year: Some(1960 + (at % 65) as u16),
        comment: some(6),
    };
    FoundSound {
        id: format!("sound-{at}").as_str().into(),
        path: format!("/music/{}/{at} {}.flac", at / 12, some(3)),
        content: content(at),
        modified_ms: at as f64,
        facts: SoundFacts {
            container: Container::Flac,
            codec: Codec::Flac,
            rate: 44_100,
            channels: 2,
            bits: Some(16),
            duration: Some(Seconds(60.0 + (at * 7919 % 300) as f64)),
            bytes: 20e6,
        },
        tags,
        has_cover: at.is_multiple_of(3),
        added_ms: at as f64,
    }
}

fn content(at: usize) -> [u8; 32] {
    let mut content = [0; 32];
    content[..8].copy_from_slice(&(at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    content[24..].copy_from_slice(&at.to_be_bytes());
    content
}

/// A made-up language.
struct Words {
    vocabulary: Vec<String>,
    /// Sums of the frequencies.
    sums: Vec<f64>,
    state: u64,
}

impl Words {
    fn new() -> Self {
        let mut words = Self { vocabulary: Vec::new(), sums: Vec::new(), state: 42 };
        let mut sum = 0.0;
        for rank in 0..WORDS {
            let length = 2 + words.below(3);
            let syllable = |words: &mut Self| {
                let consonant = b"bcdfghjklmnprstvz"[words.below(17)] as char;
                format!("{consonant}{}", b"aeiou"[words.below(5)] as char)
            };
            let word: String = (0..length).map(|_| syllable(&mut words)).collect();
            words.vocabulary.push(word);
            sum += 1.0 / (rank as f64 + 2.7);
            words.sums.push(sum);
        }
        words
    }

    /// Marsaglia's xorshift, 64 bit.
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % end as u64) as usize
    }

    fn any(&mut self) -> String {
        let wanted = self.below(1 << 30) as f64 / f64::from(1 << 30) * self.sums[WORDS - 1];
        self.vocabulary[self.sums.partition_point(|sum| *sum < wanted).min(WORDS - 1)].clone()
    }

    fn frequent(&mut self) -> String {
        let rank = self.below(200);
        self.vocabulary[rank].clone()
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Reads the kernel's high-water mark of this process, in MiB; 0 where there is no /proc.
fn peak_memory() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib =
        line.and_then(|rest| rest.split_whitespace().next()).and_then(|digits| digits.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
