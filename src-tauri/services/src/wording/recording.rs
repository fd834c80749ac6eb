//! What goes wrong while recording, and what helps.

use crate::recording::Trouble;

pub(super) fn english(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoInput(_) => "No audio input could be opened.".into(),
        Trouble::NoOutput(_) => "No audio output could be opened to hear the input or the count.".into(),
        Trouble::Closed => "No input is open.".into(),
        Trouble::Recording => "A take is being recorded.".into(),
        Trouble::Channels(count) => format!("The input has {count} channels; others were asked for."),
        Trouble::Count(beats) => format!("{beats} beats are too many to count in."),
        Trouble::Tempo(bpm) => format!("A tempo of {bpm} BPM cannot be counted."),
        Trouble::NoRoom => "There is no room on the disk for a recording.".into(),
        Trouble::LittleRoom(seconds) => {
            format!(
                "The disk has room for less than {} more of recording.",
                time(*seconds, "minutes", "seconds")
            )
        }
        Trouble::Full => "The disk is full, so the recording ended; what was recorded is kept.".into(),
        Trouble::Disk(_) => "The disk refused the recording; what was recorded before is kept.".into(),
        Trouble::Lost(_) => "The audio input is gone; what was recorded before is kept.".into(),
        Trouble::Unheard(_) => "The audio output on which the input was heard is gone.".into(),
        Trouble::Dropped => "The machine was too busy: parts of the take are missing.".into(),
        Trouble::Missing(seconds) => {
            format!("The machine was too busy: {seconds:.1} s of the take are silent.")
        }
        Trouble::VoiceLost(_) => "The microphone is gone, so the live voice has ended.".into(),
        Trouble::VoiceUnheard(_) => "There is no audio output on which the voice could be heard.".into(),
    }
}

pub(super) fn english_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::NoInput(_) => {
            "Connect a microphone or an interface, let this program use it in the system's settings, or choose another input."
        }
        Trouble::NoOutput(_) => "Connect headphones, or record without monitor and count-in.",
        Trouble::Closed => "Choose an input first.",
        Trouble::Recording => "Stop the recording first.",
        Trouble::Channels(_) => "Choose channels that the input has, at most 8 of them.",
        Trouble::Count(_) => "Count in 0 to 16 beats.",
        Trouble::Tempo(_) => "Use a tempo between 30 and 300 BPM.",
        Trouble::NoRoom | Trouble::LittleRoom(_) => "Free some space: a minute in stereo takes about 17 MB.",
        Trouble::Full => "Free some space, then record the rest as a new take.",
        Trouble::Disk(_) => "Check that the disk of your music folder is there and may be written to.",
        Trouble::Lost(_) => "Connect it again and open the input, or choose another.",
        Trouble::Unheard(_) => {
            "Connect it again and turn the monitor on; a take that runs goes on without it."
        }
        Trouble::Dropped | Trouble::Missing(_) => {
            "Close other programs, and record to a disk of this machine rather than over a network."
        }
        Trouble::VoiceLost(_) => "Connect it again, or choose another, and switch Live on.",
        Trouble::VoiceUnheard(_) => "Connect headphones or choose another output, and switch Live on.",
    }
}

pub(super) fn spanish(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoInput(_) => "No se pudo abrir ninguna entrada de audio.".into(),
        Trouble::NoOutput(_) => {
            "No se pudo abrir ninguna salida de audio para oír la entrada o la cuenta.".into()
        }
        Trouble::Closed => "No hay ninguna entrada abierta.".into(),
        Trouble::Recording => "Se está grabando una toma.".into(),
        Trouble::Channels(count) => format!("La entrada tiene {count} canales; se pidieron otros."),
        Trouble::Count(beats) => format!("{beats} pulsos de cuenta son demasiados."),
        Trouble::Tempo(bpm) => format!("No se puede contar a un tempo de {bpm} BPM."),
        Trouble::NoRoom => "No queda espacio en el disco para grabar.".into(),
        Trouble::LittleRoom(seconds) => {
            format!("En el disco caben menos de {} más de grabación.", time(*seconds, "minutos", "segundos"))
        }
        Trouble::Full => "El disco está lleno y la grabación terminó; lo grabado se conserva.".into(),
        Trouble::Disk(_) => "El disco rechazó la grabación; lo grabado hasta entonces se conserva.".into(),
        Trouble::Lost(_) => {
            "La entrada de audio ha desaparecido; lo grabado hasta entonces se conserva.".into()
        }
        Trouble::Unheard(_) => "La salida de audio en la que se oía la entrada ha desaparecido.".into(),
        Trouble::Dropped => "El equipo estaba demasiado ocupado: faltan partes de la toma.".into(),
        Trouble::Missing(seconds) => {
            format!("El equipo estaba demasiado ocupado: {seconds:.1} s de la toma están en silencio.")
        }
        Trouble::VoiceLost(_) => "El micrófono ha desaparecido y la voz en vivo terminó.".into(),
        Trouble::VoiceUnheard(_) => "No hay ninguna salida de audio en la que oír la voz.".into(),
    }
}

pub(super) fn spanish_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::NoInput(_) => {
            "Conecta un micrófono o una interfaz, permite que este programa la use en los ajustes del sistema, o elige otra entrada."
        }
        Trouble::NoOutput(_) => "Conecta unos auriculares, o graba sin monitor ni cuenta previa.",
        Trouble::Closed => "Elige primero una entrada.",
        Trouble::Recording => "Detén primero la grabación.",
        Trouble::Channels(_) => "Elige canales que tenga la entrada, como máximo 8.",
        Trouble::Count(_) => "Cuenta de 0 a 16 pulsos.",
        Trouble::Tempo(_) => "Usa un tempo entre 30 y 300 BPM.",
        Trouble::NoRoom | Trouble::LittleRoom(_) => "Libera espacio: un minuto en estéreo ocupa unos 17 MB.",
        Trouble::Full => "Libera espacio y graba el resto como una toma nueva.",
        Trouble::Disk(_) => "Comprueba que el disco de tu carpeta de música está ahí y permite escribir.",
        Trouble::Lost(_) => "Conéctala otra vez y abre la entrada, o elige otra.",
        Trouble::Unheard(_) => "Conéctala otra vez y activa el monitor; una toma en curso sigue sin él.",
        Trouble::Dropped | Trouble::Missing(_) => {
            "Cierra otros programas y graba en un disco de este equipo, no a través de la red."
        }
        Trouble::VoiceLost(_) => "Conéctalo otra vez, o elige otro, y activa En vivo.",
        Trouble::VoiceUnheard(_) => "Conecta unos auriculares o elige otra salida, y activa En vivo.",
    }
}

/// Returns a bit more than so many seconds, as people say it.
fn time(seconds: u32, minutes: &str, in_seconds: &str) -> String {
    if seconds >= 60 { format!("2 {minutes}") } else { format!("{} {in_seconds}", seconds + 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_says_what_is_wrong_and_what_helps_in_both_languages() {
        let why = || "why".to_owned();
        for trouble in [
            Trouble::NoInput(why()),
            Trouble::NoOutput(why()),
            Trouble::Closed,
            Trouble::Recording,
            Trouble::Channels(2),
            Trouble::Count(17),
            Trouble::Tempo(301.0),
            Trouble::NoRoom,
            Trouble::LittleRoom(110),
            Trouble::Full,
            Trouble::Disk(why()),
            Trouble::Lost(why()),
            Trouble::Unheard(why()),
            Trouble::Dropped,
            Trouble::Missing(0.25),
            Trouble::VoiceLost(why()),
            Trouble::VoiceUnheard(why()),
        ] {
            let ours = [english(&trouble), english_hint(&trouble).to_owned()];
            let theirs = [spanish(&trouble), spanish_hint(&trouble).to_owned()];
            for (english, spanish) in ours.iter().zip(&theirs) {
                assert!(english.ends_with('.') && spanish.ends_with('.'), "{trouble:?}: {english} {spanish}");
                assert_ne!(english, spanish, "{trouble:?}");
            }
        }
        assert!(english(&Trouble::LittleRoom(110)).contains("less than 2 minutes"));
        assert!(english(&Trouble::LittleRoom(40)).contains("less than 50 seconds"));
        assert!(spanish(&Trouble::LittleRoom(0)).contains("menos de 10 segundos"));
    }
}
