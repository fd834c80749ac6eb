//! What stands behind a number: a noun it agrees with, or not.

use super::number::Form;

/// Words behind a number that are no noun, so that the number stands alone: "el 1 de mayo", "21 y 22".
const NO_NOUN: &[&str] = &[
    "a", "al", "ante", "antes", "así", "aunque", "bajo", "como", "con", "contra", "cuando", "de", "del",
    "desde", "después", "donde", "durante", "e", "el", "ella", "ellas", "ellos", "en", "entre", "era",
    "eran", "es", "está", "están", "fue", "fueron", "ha", "han", "hasta", "hay", "la", "las", "le", "les",
    "lo", "los", "mas", "más", "me", "menos", "mi", "mientras", "mil", "millones", "millón", "muy", "ni",
    "no", "nos", "o", "para", "pero", "por", "porque", "pues", "que", "se", "según", "ser", "será", "si",
    "sin", "sino", "sobre", "son", "su", "sus", "también", "te", "tiene", "tras", "tu", "u", "un", "una",
    "unas", "unos", "va", "vs", "x", "y", "ya", "yo",
];

/// Feminine nouns whose endings do not tell: "noches", "manos".
const FEMININE: &[&str] = &[
    "azafata",
    "base",
    "bases",
    "calle",
    "calles",
    "canción",
    "catedral",
    "catedrales",
    "clase",
    "clases",
    "clave",
    "claves",
    "cruz",
    "cruces",
    "flor",
    "flores",
    "foto",
    "fotos",
    "frase",
    "frases",
    "fuente",
    "fuentes",
    "gente",
    "hoz",
    "imagen",
    "imágenes",
    "labor",
    "labores",
    "leche",
    "ley",
    "leyes",
    "llave",
    "llaves",
    "luz",
    "luces",
    "mano",
    "manos",
    "mitad",
    "moto",
    "motos",
    "muerte",
    "muertes",
    "mujer",
    "mujeres",
    "nariz",
    "nave",
    "naves",
    "nieve",
    "noche",
    "noches",
    "nube",
    "nubes",
    "orden",
    "órdenes",
    "parte",
    "partes",
    "pared",
    "paredes",
    "paz",
    "piel",
    "pieles",
    "playlist",
    "playlists",
    "radio",
    "radios",
    "raíz",
    "raíces",
    "razón",
    "red",
    "redes",
    "sal",
    "sangre",
    "sede",
    "sedes",
    "señal",
    "señales",
    "serie",
    "series",
    "sílaba",
    "suerte",
    "tarde",
    "tardes",
    "torre",
    "torres",
    "tos",
    "tribu",
    "tribus",
    "vez",
    "veces",
    "voz",
    "voces",
    "demo",
    "demos",
    "jam",
    "app",
    "apps",
];

/// Nouns that end as feminine ones do and take *un*: masculine ones, and feminine ones that begin with a stressed a.
const MASCULINE: &[&str] = &[
    "agua",
    "alma",
    "águila",
    "arma",
    "aroma",
    "artista",
    "artistas",
    "atleta",
    "atletas",
    "aula",
    "bajista",
    "bajistas",
    "baterista",
    "bateristas",
    "cometa",
    "delta",
    "día",
    "días",
    "drama",
    "dramas",
    "extra",
    "extras",
    "fantasma",
    "fantasmas",
    "futbolista",
    "futbolistas",
    "gramo",
    "guitarrista",
    "guitarristas",
    "hacha",
    "karma",
    "mapa",
    "mapas",
    "panorama",
    "panoramas",
    "pianista",
    "pianistas",
    "pijama",
    "pijamas",
    "planeta",
    "planetas",
    "poeta",
    "poetas",
    "profeta",
    "profetas",
    "ska",
    "sofá",
    "trauma",
    "traumas",
];

/// Endings of feminine nouns and of the adjectives before them.
const FEMININE_ENDINGS: &[&str] = &[
    "a", "as", "ción", "ciones", "sión", "siones", "gión", "giones", "nión", "niones", "dad", "dades", "tad",
    "tades", "tud", "tudes", "umbre", "umbres", "iz", "ices",
];

/// Endings of masculine nouns that the endings above would take: Greek *-ma* and *-ta*.
const MASCULINE_ENDINGS: &[&str] = &["ema", "emas", "ama", "amas", "oma", "omas", "igma", "igmas"];

/// Feminine all the same, though they end as Greek nouns do.
const NOT_GREEK: &[&str] = &[
    "cama", "camas", "crema", "cremas", "dama", "damas", "fama", "gama", "gamas", "goma", "gomas", "llama",
    "llamas", "rama", "ramas", "toma", "tomas", "trama", "tramas", "yema", "yemas", "broma", "bromas",
    "loma", "lomas", "paloma", "palomas", "coma", "comas", "escama", "escamas",
];

/// Returns the form that a number takes before `word`; none is [`Form::Alone`].
pub(super) fn form_before(word: &str) -> Form {
    let word = word.to_lowercase();
    if word.is_empty() || NO_NOUN.contains(&word.as_str()) {
        return Form::Alone;
    }
    if is_feminine(&word) { Form::Feminine } else { Form::Masculine }
}

fn is_feminine(word: &str) -> bool {
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if FEMININE.contains(&word) || NOT_GREEK.contains(&word) {
        return true;
    }
    !MASCULINE.contains(&word) && !ends(MASCULINE_ENDINGS) && ends(FEMININE_ENDINGS)
}
