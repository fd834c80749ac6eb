//! What the fields of a request are called, and how to fill them in.

use son1k_domain::setting::Language;

use super::voice;

pub(super) fn field_en(field: &str) -> &str {
    match field {
        "bpm" => "the tempo",
        "key" => "the key",
        "meter" => "the meter",
        "duration" => "the length",
        "style" => "the style",
        "seed" => "the seed",
        "variations" => "the variations",
        "lyrics" => "the lyrics",
        "instruments" | "without" => "the instruments",
        "moods" => "the mood",
        "prompt" => "the prompt",
        "out" => "the file to write",
        "lufs" => "the loudness",
        "true-peak" => "the true peak",
        "preset" => "the preset",
        "format" => "the format",
        "bitrate" => "the bit rate",
        "path" | "paths" => "the file",
        "files" => "the list of files",
        "folder" => "the folder",
        "loudness" => "the loudness",
        "ceiling" => "the highest true peak",
        "encoding" => "the format",
        "rating" => "the rating",
        "title" | "artist" | "album" | "genre" | "comment" => "a tag",
        "year" => "the year",
        "bucket" => "the bucket",
        "access_key" => "the access key",
        "strength" => "the strength",
        "position" => "the position",
        "volume" => "the volume",
        "speed" => "the speed",
        "crossfade" => "the cross-fade",
        "selection" => "the selection",
        "branch" => "the name of a branch",
        "sounds" => "the sounds",
        "start" | "index" => "the place in the queue",
        "onset" | "frame" => "the threshold",
        "shortest" => "the shortest note",
        "cleaning" => "the cleaning",
        "denoise" => "the noise reduction",
        "hum" => "the mains",
        "fade" => "the fades",
        "notes" => "the number of notes",
        "note" => "a note",
        "pitch" => "the pitch of a note",
        "velocity" => "the velocity of a note",
        "tempo" => "the tempo of the notes",
        "zoom" | "span" | "buckets" => "the stretch to draw",
        "width" => "the width",
        "height" => "the height",
        "picture" => "the picture to write",
        "part" => "a part of a version",
        other => voice::called(other, Language::En).unwrap_or(other),
    }
}

pub(super) fn field_es(field: &str) -> &str {
    match field {
        "bpm" => "el tempo",
        "key" => "la tonalidad",
        "meter" => "el compás",
        "duration" => "la duración",
        "style" => "el estilo",
        "seed" => "la semilla",
        "variations" => "las variaciones",
        "lyrics" => "la letra",
        "instruments" | "without" => "los instrumentos",
        "moods" => "el ánimo",
        "prompt" => "la descripción",
        "out" => "el archivo de salida",
        "lufs" => "la sonoridad",
        "true-peak" => "el pico real",
        "preset" => "el ajuste",
        "format" => "el formato",
        "bitrate" => "la tasa de bits",
        "path" | "paths" => "el archivo",
        "files" => "la lista de archivos",
        "folder" => "la carpeta",
        "loudness" => "la sonoridad",
        "ceiling" => "el pico real máximo",
        "encoding" => "el formato",
        "rating" => "la valoración",
        "title" | "artist" | "album" | "genre" | "comment" => "una etiqueta",
        "year" => "el año",
        "bucket" => "el depósito (bucket)",
        "access_key" => "la clave de acceso",
        "strength" => "la intensidad",
        "position" => "la posición",
        "volume" => "el volumen",
        "speed" => "la velocidad",
        "crossfade" => "el fundido",
        "selection" => "la selección",
        "branch" => "el nombre de una rama",
        "sounds" => "los sonidos",
        "start" | "index" => "el lugar en la cola",
        "onset" | "frame" => "el umbral",
        "shortest" => "la nota más corta",
        "cleaning" => "la limpieza",
        "denoise" => "la reducción de ruido",
        "hum" => "la red eléctrica",
        "fade" => "los fundidos",
        "notes" => "el número de notas",
        "note" => "una nota",
        "pitch" => "la altura de una nota",
        "velocity" => "la intensidad de una nota",
        "tempo" => "el tempo de las notas",
        "zoom" | "span" | "buckets" => "el tramo que se dibuja",
        "width" => "el ancho",
        "height" => "el alto",
        "picture" => "la imagen de salida",
        "part" => "una parte de una versión",
        other => voice::called(other, Language::Es).unwrap_or(other),
    }
}

pub(super) fn field_hint_en(field: &str) -> &'static str {
    match field {
        "bpm" => "Use a tempo between 40 and 240 BPM.",
        "key" => "Write a key such as A minor, F# dorian or Bb major.",
        "meter" => "Use a meter such as 4/4, 3/4 or 6/8.",
        "duration" => "Use a length between 10 seconds and 10 minutes.",
        "variations" => "Ask for 1 to 8 variations.",
        "lyrics" => "Lyrics may have up to 50 kB of text.",
        "style" => "Choose reggaeton, trap, house, synthwave, lo-fi, pop, rock, ambient, jazz or cinematic.",
        "seed" => "Use a whole number from 0 to 4294967295.",
        "prompt" => "Write it as plain text in UTF-8.",
        "out" => "Use another name than that of the source, ending in .wav, .flac, .mp3 or .ogg.",
        "lufs" => "Use a loudness between −40 and −5 LUFS.",
        "true-peak" => "Use a true peak between −9 and 0 dBTP.",
        "preset" => "Choose ebu-r128, podcast, streaming, apple or announcement.",
        "format" => "Choose wav, wav16, wav32f, aiff, flac, mp3, ogg or opus.",
        "bitrate" => "Use a bit rate such as 128, 192, 256 or 320.",
        "path" | "paths" => {
            "Choose a file or a folder that is not in use by another sound, with a plain name."
        }
        "files" => "Choose at least one sound file.",
        "folder" => "Choose a folder that exists, or a new one inside of it.",
        "loudness" => "Use a loudness between −70 and 0 LUFS.",
        "ceiling" => "Use a true peak between −20 and 0 dBTP.",
        "encoding" => {
            "Use MP3 with 32 to 320 kbit/s, Opus with 16 to 510 kbit/s, Ogg Vorbis with a quality from 0 to 10, or FLAC \
             with 16 or 24 bits."
        }
        "rating" => "Give 0 to 5 stars.",
        "title" | "artist" | "album" | "genre" | "comment" => "Use at most 1000 characters.",
        "year" => "Use a year from 1 to 9999, or 0 for none.",
        "bucket" | "access_key" => "Your storage tells it where you made its keys.",
        "name" => "Use a name of 1 to 120 characters.",
        "position" => "Use a time from 0 seconds on.",
        "volume" => "Use a volume between 0 and 1.",
        "speed" => "Use a speed between 0.25 and 4.",
        "crossfade" => "Use a cross-fade of 0 to 12 seconds.",
        "branch" => "Give it a name of 1 to 60 letters.",
        "selection" => "Select at least 20 milliseconds within the sound.",
        "sounds" => "Choose one sound or more; to compare, two that differ.",
        "start" | "index" => "Choose a sound that is in the queue.",
        "strength" => "Use decibels from 0 (leave everything) to 100 (take all noise away).",
        "onset" | "frame" => "Use a value from 0 (more notes) to 1 (surer notes).",
        "shortest" => "Use a length from 0 to 10,000 milliseconds.",
        "cleaning" => "Choose at least one thing to clean.",
        "hum" => "Choose heard, 50 or 60.",
        "denoise" => "Use a share from 0 (leave everything) to 1 (take all noise away).",
        "fade" => "Use fades that are together no longer than the sound.",
        "notes" => "Keep at most 100,000 notes.",
        "note" => "Give each note a length, and keep it between the beginning and the end of the sound.",
        "pitch" => "Use a MIDI key from 0 to 127.",
        "velocity" => "Use a velocity from 1 to 127.",
        "tempo" => "Use a tempo between 10 and 1000 BPM, or none.",
        "width" => "Use a width of 1 to 16384 pixels.",
        "height" => "Use a height of 2 to 4096 pixels.",
        "picture" => "Use a name ending in .png.",
        "part" => "Write track:ID, section:ID or file:PATH; son1k history show lists the files of a version.",
        other => voice::hint(other, Language::En).unwrap_or("Choose one of the values on offer."),
    }
}

pub(super) fn field_hint_es(field: &str) -> &'static str {
    match field {
        "bpm" => "Usa un tempo entre 40 y 240 BPM.",
        "key" => "Escribe una tonalidad como la menor, fa# dórico o si bemol mayor.",
        "meter" => "Usa un compás como 4/4, 3/4 o 6/8.",
        "duration" => "Usa una duración entre 10 segundos y 10 minutos.",
        "variations" => "Pide de 1 a 8 variaciones.",
        "lyrics" => "La letra puede tener hasta 50 kB de texto.",
        "style" => "Elige reggaeton, trap, house, synthwave, lo-fi, pop, rock, ambient, jazz o cinematic.",
        "seed" => "Usa un número entero de 0 a 4294967295.",
        "prompt" => "Escríbela como texto simple en UTF-8.",
        "out" => "Usa un nombre distinto del original, que termine en .wav, .flac, .mp3 u .ogg.",
        "lufs" => "Usa una sonoridad entre −40 y −5 LUFS.",
        "true-peak" => "Usa un pico real entre −9 y 0 dBTP.",
        "preset" => "Elige ebu-r128, podcast, streaming, apple o announcement.",
        "format" => "Elige wav, wav16, wav32f, aiff, flac, mp3, ogg u opus.",
        "bitrate" => "Usa una tasa de bits como 128, 192, 256 o 320.",
        "path" | "paths" => "Elige un archivo o carpeta que no use otro sonido, con un nombre sencillo.",
        "files" => "Elige al menos un archivo de sonido.",
        "folder" => "Elige una carpeta que exista, o una nueva dentro de ella.",
        "loudness" => "Usa una sonoridad entre −70 y 0 LUFS.",
        "ceiling" => "Usa un pico real entre −20 y 0 dBTP.",
        "encoding" => {
            "Usa MP3 con 32 a 320 kbit/s, Opus con 16 a 510 kbit/s, Ogg Vorbis con calidad de 0 a 10, o FLAC con 16 o \
             24 bits."
        }
        "rating" => "Da de 0 a 5 estrellas.",
        "title" | "artist" | "album" | "genre" | "comment" => "Usa como máximo 1000 caracteres.",
        "year" => "Usa un año de 1 a 9999, o 0 para ninguno.",
        "bucket" | "access_key" => "Tu almacenamiento lo dice donde creaste sus claves.",
        "name" => "Usa un nombre de 1 a 120 caracteres.",
        "position" => "Usa un tiempo desde 0 segundos en adelante.",
        "volume" => "Usa un volumen entre 0 y 1.",
        "speed" => "Usa una velocidad entre 0,25 y 4.",
        "crossfade" => "Usa un fundido de 0 a 12 segundos.",
        "branch" => "Dale un nombre de 1 a 60 letras.",
        "selection" => "Selecciona al menos 20 milisegundos dentro del sonido.",
        "sounds" => "Elige uno o más sonidos; para comparar, dos distintos.",
        "start" | "index" => "Elige un sonido que esté en la cola.",
        "strength" => "Usa decibelios de 0 (no quitar nada) a 100 (quitar todo el ruido).",
        "onset" | "frame" => "Usa un valor de 0 (más notas) a 1 (notas más seguras).",
        "shortest" => "Usa una duración de 0 a 10 000 milisegundos.",
        "cleaning" => "Elige al menos una cosa que limpiar.",
        "hum" => "Elige heard, 50 o 60.",
        "denoise" => "Usa una parte de 0 (no quitar nada) a 1 (quitar todo el ruido).",
        "fade" => "Usa fundidos que juntos no duren más que el sonido.",
        "notes" => "Conserva como máximo 100 000 notas.",
        "note" => "Da a cada nota una duración y déjala entre el principio y el final del sonido.",
        "pitch" => "Usa una tecla MIDI de 0 a 127.",
        "velocity" => "Usa una intensidad de 1 a 127.",
        "tempo" => "Usa un tempo entre 10 y 1000 BPM, o ninguno.",
        "width" => "Usa un ancho de 1 a 16384 píxeles.",
        "height" => "Usa un alto de 2 a 4096 píxeles.",
        "picture" => "Usa un nombre que termine en .png.",
        "part" => {
            "Escribe track:ID, section:ID o file:RUTA; son1k history show lista los archivos de una versión."
        }
        other => voice::hint(other, Language::Es).unwrap_or("Elige uno de los valores que se ofrecen."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_version_has_words_in_both_languages_and_a_hint_that_names_its_three_forms() {
        assert_eq!([field_en("part"), field_es("part")], ["a part of a version", "una parte de una versión"]);
        for hint in [field_hint_en("part"), field_hint_es("part")] {
            assert!(["track:", "section:", "file:"].iter().all(|form| hint.contains(form)), "{hint}");
        }
    }
}
