//! The styles, read from data files that are compiled in.
use son1k_domain::generation::StyleInfo;
use son1k_domain::unit::{Bpm, Seconds};

/// Returns every style as the form shows it, in menu order.
pub fn styles() -> Vec<StyleInfo> {
    TABLE
        .iter()
        .map(|(id, en, es, min, max, typical, seconds)| StyleInfo {
            id: (*id).to_owned(),
            name_en: (*en).to_owned(),
            name_es: (*es).to_owned(),
            bpm_min: Bpm(*min),
            bpm_max: Bpm(*max),
            bpm_typical: Bpm(*typical),
            duration_typical: Seconds(*seconds),
        })
        .collect()
}

type Row = (&'static str, &'static str, &'static str, f32, f32, f32, f64);
const TABLE: [Row; 10] = [
    ("reggaeton", "Reggaeton", "Reguetón", 84.0, 104.0, 94.0, 170.0),
    ("trap", "Trap", "Trap", 120.0, 156.0, 140.0, 160.0),
    ("house", "House", "House", 118.0, 130.0, 124.0, 200.0),
    ("synthwave", "Synthwave", "Synthwave", 80.0, 118.0, 100.0, 200.0),
    ("lo-fi", "Lo-fi", "Lo-fi", 70.0, 92.0, 80.0, 140.0),
    ("pop", "Pop", "Pop", 90.0, 128.0, 112.0, 190.0),
    ("rock", "Rock", "Rock", 96.0, 160.0, 128.0, 200.0),
    ("ambient", "Ambient", "Ambient", 60.0, 90.0, 70.0, 210.0),
    ("jazz", "Jazz", "Jazz", 100.0, 200.0, 140.0, 190.0),
    ("cinematic", "Cinematic", "Cinemática", 66.0, 130.0, 90.0, 180.0),
];
