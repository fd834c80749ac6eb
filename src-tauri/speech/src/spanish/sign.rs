//! Signs that stand for words, and those that say nothing.

use super::scan::Scan;

/// Takes one sign, and returns its name: empty for one that is not read.
pub(super) fn sign(scan: &mut Scan) -> Option<&'static str> {
    let behind = scan.last();
    let next = scan.any()?;
    let ahead = scan.peek();
    let between = |kind: fn(char) -> bool| behind.is_some_and(kind) && ahead.is_some_and(kind);
    Some(match next {
        '&' => "y",
        '+' => "más",
        '=' => "igual a",
        '@' => "arroba",
        '%' => "por ciento",
        '‰' => "por mil",
        '#' if ahead.is_some_and(|next| next.is_ascii_digit()) => "número",
        '#' if behind.is_some_and(char::is_alphanumeric) => "almohadilla",
        '°' | 'º' => "grados",
        '×' => "por",
        '÷' => "entre",
        '<' => "menor que",
        '>' => "mayor que",
        '≤' => "menor o igual que",
        '≥' => "mayor o igual que",
        '≠' => "distinto de",
        '≈' | '~' => "aproximadamente",
        '±' => "más menos",
        '√' => "raíz de",
        '∞' => "infinito",
        '§' => "sección",
        '©' => "copirráit",
        '♯' => "sostenido",
        '♭' => "bemol",
        '♮' => "becuadro",
        '²' => "al cuadrado",
        '³' => "al cubo",
        '^' if between(char::is_alphanumeric) => "elevado a",
        'π' => "pi",
        'α' => "alfa",
        'β' => "beta",
        'γ' => "gamma",
        'Δ' | 'δ' => "delta",
        'λ' => "lambda",
        'µ' | 'μ' => "micro",
        'σ' | 'Σ' => "sigma",
        'φ' => "fi",
        'Ω' | 'ω' => "omega",
        '→' | '|' | '/' | '\\' | '•' | '·' => ",",
        '_' | '^' | '*' | '`' | '®' | '™' | '♪' | '♫' | '♩' | '♬' | '#' | '{' | '}' => "",
        _ => return None,
    })
}
