//! Units of measure behind a number.

use super::figure::Figure;
use super::number::Form;
use super::scan::Scan;

struct Unit {
    symbol: &'static str,
    one: &'static str,
    several: &'static str,
    form: Form,
    /// Whether it is read without a number too: "en km".
    alone: bool,
}

const fn unit(symbol: &'static str, one: &'static str, several: &'static str) -> Unit {
    Unit { symbol, one, several, form: Form::Masculine, alone: symbol.len() > 1 }
}

/// For symbols that are a word, a note or an acronym as well, unless a number stands before them.
const fn counted(symbol: &'static str, one: &'static str, several: &'static str) -> Unit {
    Unit { symbol, one, several, form: Form::Masculine, alone: false }
}

const fn feminine(symbol: &'static str, one: &'static str, several: &'static str) -> Unit {
    Unit { symbol, one, several, form: Form::Feminine, alone: false }
}

/// Longest first among those that begin alike.
const UNITS: &[Unit] = &[
    unit("km/h", "kilómetro por hora", "kilómetros por hora"),
    unit("km²", "kilómetro cuadrado", "kilómetros cuadrados"),
    unit("km2", "kilómetro cuadrado", "kilómetros cuadrados"),
    unit("kms", "kilómetro", "kilómetros"),
    unit("km", "kilómetro", "kilómetros"),
    unit("kHz", "kilohercio", "kilohercios"),
    unit("KHz", "kilohercio", "kilohercios"),
    unit("MHz", "megahercio", "megahercios"),
    unit("GHz", "gigahercio", "gigahercios"),
    unit("Hz", "hercio", "hercios"),
    unit("dBFS", "decibelio de escala completa", "decibelios de escala completa"),
    unit("dBTP", "decibelio de pico real", "decibelios de pico real"),
    unit("dB", "decibelio", "decibelios"),
    unit("db", "decibelio", "decibelios"),
    unit("LUFS", "lufs", "lufs"),
    unit("LU", "lu", "lus"),
    unit("BPM", "be pe eme", "be pe eme"),
    unit("bpm", "be pe eme", "be pe eme"),
    unit("kbps", "kilobit por segundo", "kilobits por segundo"),
    unit("kb/s", "kilobit por segundo", "kilobits por segundo"),
    unit("Mbps", "megabit por segundo", "megabits por segundo"),
    unit("Gbps", "gigabit por segundo", "gigabits por segundo"),
    unit("kg", "kilogramo", "kilogramos"),
    unit("Kg", "kilogramo", "kilogramos"),
    counted("mg", "miligramo", "miligramos"),
    counted("g", "gramo", "gramos"),
    counted("gr", "gramo", "gramos"),
    unit("cm²", "centímetro cuadrado", "centímetros cuadrados"),
    unit("cm", "centímetro", "centímetros"),
    unit("mm", "milímetro", "milímetros"),
    unit("ms", "milisegundo", "milisegundos"),
    unit("µs", "microsegundo", "microsegundos"),
    unit("μs", "microsegundo", "microsegundos"),
    unit("min", "minuto", "minutos"),
    counted("mins", "minuto", "minutos"),
    unit("seg", "segundo", "segundos"),
    unit("segs", "segundo", "segundos"),
    counted("s", "segundo", "segundos"),
    unit("m²", "metro cuadrado", "metros cuadrados"),
    unit("m³", "metro cúbico", "metros cúbicos"),
    unit("m/s", "metro por segundo", "metros por segundo"),
    counted("m2", "metro cuadrado", "metros cuadrados"),
    counted("m3", "metro cúbico", "metros cúbicos"),
    counted("m", "metro", "metros"),
    unit("ml", "mililitro", "mililitros"),
    counted("l", "litro", "litros"),
    counted("L", "litro", "litros"),
    unit("kWh", "kilovatio hora", "kilovatios hora"),
    unit("kW", "kilovatio", "kilovatios"),
    unit("mW", "milivatio", "milivatios"),
    counted("W", "vatio", "vatios"),
    unit("mV", "milivoltio", "milivoltios"),
    counted("V", "voltio", "voltios"),
    unit("kΩ", "kiloohmio", "kiloohmios"),
    counted("Ω", "ohmio", "ohmios"),
    unit("TB", "terabait", "terabaits"),
    unit("GB", "gigabait", "gigabaits"),
    unit("MB", "megabait", "megabaits"),
    unit("KB", "kilobait", "kilobaits"),
    unit("kB", "kilobait", "kilobaits"),
    unit("px", "píxel", "píxeles"),
    unit("fps", "fotograma por segundo", "fotogramas por segundo"),
    counted("ct", "centésima", "centésimas"),
    counted("st", "semitono", "semitonos"),
    counted("ha", "hectárea", "hectáreas"),
    feminine("hrs", "hora", "horas"),
    feminine("hr", "hora", "horas"),
    feminine("h", "hora", "horas"),
    feminine("lbs", "libra", "libras"),
    feminine("lb", "libra", "libras"),
    feminine("oz", "onza", "onzas"),
    counted("°C", "grado Celsius", "grados Celsius"),
    counted("ºC", "grado Celsius", "grados Celsius"),
    counted("°F", "grado Fahrenheit", "grados Fahrenheit"),
    counted("ºF", "grado Fahrenheit", "grados Fahrenheit"),
    counted("°", "grado", "grados"),
    counted("bits", "bit", "bits"),
    counted("bit", "bit", "bits"),
];

/// Takes a unit behind a number: "5 km", "20 °C", "-14 LUFS".
pub(super) fn measured(scan: &mut Scan) -> Option<String> {
    let figure = Figure::take(scan)?;
    scan.spaces();
    let unit = take(scan)?;
    scan.maybe(|scan| abbreviating_stop(scan, unit.symbol));
    let form = if figure.fraction.is_some() { Form::Alone } else { unit.form };
    let name = if figure.is_one() { unit.one } else { unit.several };
    Some(format!("{} {name}", figure.words(form)))
}

/// Takes a unit that stands alone: "en kHz".
pub(super) fn alone(scan: &mut Scan) -> Option<String> {
    take(scan).filter(|unit| unit.alone && unit.symbol != "min").map(|unit| unit.several.to_owned())
}

fn take(scan: &mut Scan) -> Option<&'static Unit> {
    let rest = scan.rest();
    let fits = |unit: &&Unit| {
        rest.strip_prefix(unit.symbol).is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    };
    let unit = UNITS.iter().filter(fits).max_by_key(|unit| unit.symbol.len())?;
    scan.literal(unit.symbol)?;
    Some(unit)
}

/// A full stop behind a unit ("5 min. más") belongs to it when the sentence goes on in lower case.
fn abbreviating_stop(scan: &mut Scan, symbol: &str) -> Option<()> {
    scan.literal(".")?;
    let goes_on = scan.next_word().starts_with(char::is_lowercase);
    (goes_on && symbol.chars().all(char::is_alphabetic)).then_some(())
}
