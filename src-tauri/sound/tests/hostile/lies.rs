//! Files written to lie: about their length, their rate, their channels, and how much there is to read.

use std::process::Command;

use super::Hostile;

/// A WAVE header; `data` is what it says of its samples' size.
fn wave(tag: u16, channels: u16, rate: u32, bits: u16, data: u32) -> Vec<u8> {
    let align = (u32::from(channels) * u32::from(bits / 8)) as u16;
    let mut head = b"RIFF".to_vec();
    head.extend(data.saturating_add(36).to_le_bytes());
    head.extend(b"WAVEfmt \x10\0\0\0");
    head.extend(tag.to_le_bytes());
    head.extend(channels.to_le_bytes());
    head.extend(rate.to_le_bytes());
    head.extend(rate.wrapping_mul(u32::from(align)).to_le_bytes());
    head.extend(align.to_le_bytes());
    head.extend(bits.to_le_bytes());
    head.extend(b"data");
    head.extend(data.to_le_bytes());
    head
}

fn with(mut head: Vec<u8>, body: &[u8]) -> Vec<u8> {
    head.extend_from_slice(body);
    head
}

fn atom(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    with(with((body.len() as u32 + 8).to_be_bytes().to_vec(), name), body)
}

/// One frame of silence, MPEG-1 layer III, 128 kb/s, 44.1 kHz, stereo.
fn mpeg_frame() -> Vec<u8> {
    with(vec![0xFF, 0xFB, 0x90, 0x00], &[0; 413])
}

/// A FLAC file's marker and stream information: 44.1 kHz, stereo, 16 bit.
fn flac_head(more: bool) -> Vec<u8> {
    let mut head = b"fLaC".to_vec();
    head.extend([if more { 0 } else { 0x80 }, 0, 0, 34, 0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0]);
    head.extend([0x0A, 0xC4, 0x42, 0xF0, 0xFF, 0xFF, 0xFF, 0xFF]);
    head.extend([0; 16]);
    head
}

fn flac_with_pictures() -> Vec<u8> {
    let mut file = flac_head(true);
    for _ in 0..6 {
        file.extend([6, 0xF0, 0, 0]);
        file.resize(file.len() + 0xF0_0000, 1);
    }
    file
}

/// ID3v2.4 that says it is 256 MiB long.
fn endless_tag() -> Vec<u8> {
    with(b"ID3\x04\0\0\x7F\x7F\x7F\x7FAPIC\x7F\x7F\x7F\x70\0\0".to_vec(), &[1; 1_000])
}

fn many_chunks() -> Vec<u8> {
    let mut file = b"RIFF\xFF\xFF\xFF\xFFWAVE".to_vec();
    for _ in 0..200_000 {
        file.extend(b"junk\x02\0\0\0ab");
    }
    file
}

fn nested_lists() -> Vec<u8> {
    let mut file = b"RIFF\xFF\xFF\xFF\xFFWAVE".to_vec();
    for depth in 0..20_000u32 {
        file.extend(b"LIST");
        file.extend((1_000_000 - depth * 12).to_le_bytes());
        file.extend(b"INFO");
    }
    file
}

fn nested_atoms() -> Vec<u8> {
    let mut inner = Vec::new();
    for _ in 0..5_000 {
        inner = atom(b"moov", &inner);
    }
    with(atom(b"ftyp", b"M4A \0\0\0\0M4A "), &inner)
}

/// A film that says its sound has four thousand million samples of no bytes.
fn table_without_end() -> Vec<u8> {
    let mut film = atom(b"mvhd", &[0; 100]);
    let sizes = atom(b"stsz", &with(vec![0; 8], &[0xFF; 4]));
    let times = atom(b"stts", &with(vec![0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], &[0, 0, 0, 1].repeat(50_000)));
    let table = atom(b"stbl", &[sizes, times].concat());
    let media = atom(b"mdia", &atom(b"minf", &table));
    film.extend(atom(b"trak", &[atom(b"tkhd", &[0; 84]), media].concat()));
    [atom(b"ftyp", b"M4A \0\0\0\0M4A "), atom(b"moov", &film)].concat()
}

/// Matroska's head and a segment with one element of unknown kind and the largest size.
fn endless_element() -> Vec<u8> {
    let mut file = b"\x1A\x45\xDF\xA3\x8B\x42\x82\x88matroska".to_vec();
    file.extend(b"\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF");
    file.extend(b"\x12\x54\xC3\x67\x08\x00\x00\x00\xF0\x00\x00\x00");
    file
}

fn ogg_of_many_streams() -> Vec<u8> {
    let mut file = Vec::new();
    for serial in 0..5_000u32 {
        file.extend(b"OggS\0\x02\0\0\0\0\0\0\0\0");
        file.extend(serial.to_le_bytes());
        file.extend([0; 8]);
        file.extend(b"\x01\x13OpusHead\x01\x02\x38\x01\x80\xBB\0\0\0\0\0");
    }
    file
}

/// Hours that take no room: silence packs well.
fn hours_of_silence() -> Vec<u8> {
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "anullsrc=r=44100:cl=stereo:d=7200"])
        .args(["-compression_level", "0", "-f", "flac", "-"])
        .output()
        .expect("ffmpeg is installed");
    made.stdout
}

fn numbers(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Returns all of them.
pub fn lies() -> Vec<Hostile> {
    let broken = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, -0.0].repeat(20_000);
    let noise: Vec<u8> = (0..1_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 23) as u8).collect();
    let frames = mpeg_frame().repeat(50);
    vec![
        Hostile::new("nothing.wav", Vec::new()),
        Hostile::new("one-byte.mp3", vec![0xFF]),
        Hostile::new("words.flac", b"once upon a time ".repeat(9_999)),
        Hostile::new("picture.mp3", with(b"\x89PNG\r\n\x1a\n".to_vec(), &noise)),
        Hostile::new("noise.mp3", noise.clone()),
        Hostile::new("only-sync.mp3", [0xFF, 0xFB].repeat(100_000)),
        Hostile::new("frames-and-noise.mp3", with(frames.clone(), &noise)),
        Hostile::new("tag-without-end.mp3", with(endless_tag(), &frames)),
        Hostile::new("no-numbers.wav", with(wave(3, 2, 44_100, 32, 480_000), &numbers(&broken))),
        Hostile::new("one-hertz.wav", with(wave(1, 1, 1, 16, 2_000), &[1; 2_000])),
        Hostile::new("no-hertz.wav", with(wave(1, 1, 0, 16, 2_000), &[1; 2_000])),
        Hostile::new("all-hertz.wav", with(wave(1, 1, u32::MAX, 16, 2_000), &[1; 2_000])),
        Hostile::new("64-channels.wav", with(wave(1, 64, 48_000, 24, 1_920_000), &noise)),
        Hostile::new("65-channels.wav", with(wave(1, 65, 48_000, 24, 1_920_000), &noise)),
        Hostile::new("all-channels.wav", with(wave(1, u16::MAX, 48_000, 16, 1_000_000), &noise)),
        Hostile::new("no-channels.wav", with(wave(1, 0, 48_000, 16, 1_000_000), &noise)),
        Hostile::new("no-bits.wav", with(wave(1, 2, 48_000, 0, 1_000_000), &noise)),
        Hostile::new("promises.wav", with(wave(1, 2, 48_000, 16, u32::MAX - 99), &noise[..1_000])),
        Hostile::new("many-chunks.wav", many_chunks()),
        Hostile::new("nested-lists.wav", nested_lists()),
        Hostile::new("nested-atoms.m4a", nested_atoms()),
        Hostile::new("table-without-end.m4a", table_without_end()),
        Hostile::new("many-streams.ogg", ogg_of_many_streams()),
        Hostile::new("pictures.flac", flac_with_pictures()),
        Hostile::new("hours.flac", hours_of_silence()),
        Hostile::sparse("zeros.bin", Vec::new()),
        Hostile::sparse("zeros.wav", wave(1, 2, 44_100, 16, u32::MAX - 99)),
        Hostile::sparse("zeros-8-bit.wav", wave(1, 1, 8_000, 8, u32::MAX - 99)),
        Hostile::sparse("zeros.mp3", frames),
        Hostile::sparse("zeros.flac", flac_head(false)),
        Hostile::sparse("zeros-in-a-tag.mp3", endless_tag()),
        Hostile::sparse("zeros.mka", endless_element()),
        Hostile::sparse(
            "zeros.m4a",
            [atom(b"ftyp", b"M4A \0\0\0\0M4A "), vec![0xF0, 0, 0, 0], b"moov".to_vec()].concat(),
        ),
        Hostile::sparse("zeros.ogg", ogg_of_many_streams()[..56].to_vec()),
        Hostile::sparse("zeros.caf", b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20".to_vec()),
        Hostile::sparse("zeros.aiff", b"FORM\xF0\0\0\0AIFFSSND\xF0\0\0\0\0\0\0\0\0\0\0\0".to_vec()),
    ]
}
