//! The recovery sheet: one page to print, with all that is needed to get every version back.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use son1k_domain::history::{CopyPlace, StoreCopy};
use son1k_domain::setting::Language;
use son1k_history::Key;

use super::Copies;
use crate::export::folder_of;
use crate::{Error, Result};

const STYLE: &str = "
  @page { size: A4; margin: 18mm; }
  * { box-sizing: border-box; }
  body { font: 11pt/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; color: #14161f; background: #fff;
         max-width: 174mm; margin: 12mm auto; padding: 0 6mm; }
  header { border-bottom: 3px solid #14161f; padding-bottom: 4mm; margin-bottom: 6mm; }
  h1 { font-size: 22pt; line-height: 1.15; margin: 0 0 1mm; letter-spacing: -0.01em; }
  header p { margin: 0; color: #444a5c; }
  h2 { font-size: 12.5pt; margin: 7mm 0 1.5mm; }
  p, ol { margin: 0 0 2mm; } ol { padding-left: 6mm; } li { margin-bottom: 1mm; }
  .key { font: 600 15pt/1.7 ui-monospace, 'JetBrains Mono', Consolas, monospace; border: 2px solid #14161f;
         border-radius: 3mm; padding: 4mm 6mm; display: flex; flex-wrap: wrap; gap: 0 1.2em; }
  pre, code { font: 9.5pt/1.55 ui-monospace, 'JetBrains Mono', Consolas, monospace; }
  pre { background: #f1f3f8; border-radius: 2mm; padding: 3mm 4mm; white-space: pre-wrap; overflow-wrap: anywhere;
        margin: 0 0 2mm; }
  .warn { border-left: 4px solid #b3261e; padding: 1mm 0 1mm 4mm; margin: 4mm 0; }
  .line { border-bottom: 1px solid #8a90a2; height: 9mm; }
  section { break-inside: avoid; }
  @media print { body { margin: 0; padding: 0; } pre { background: none; border: 1px solid #c9cedb; } }";

/// What the sheet says in one language.
struct Words {
    code: &'static str,
    title: &'static str,
    lead: &'static str,
    warning: &'static str,
    key: &'static str,
    key_hint: &'static str,
    store: &'static str,
    store_hint: &'static str,
    back: &'static str,
    steps: [&'static str; 3],
    plain: &'static str,
    plain_hint: &'static str,
    copies: &'static str,
    copies_hint: &'static str,
    none: &'static str,
    notes: &'static str,
}

const ENGLISH: Words = Words {
    code: "en",
    title: "Recovery sheet",
    lead: "Son1k Studio · everything you need to get your versions back",
    warning: "Whoever has this sheet and your store can read all your songs. Print it, keep it with your papers, \
              and delete the file.",
    key: "The key",
    key_hint: "64 characters, 0–9 and a–f. Type them without the spaces, in one line.",
    store: "The store",
    store_hint: "This folder holds every version of every project:",
    back: "Get everything back with the studio",
    steps: [
        "Put the store back where it was, or choose History, Copies, “Restore from a copy”.",
        "If the key file is lost, write the key into a text file with this name:",
        "Open the studio: your projects and their versions are there.",
    ],
    plain: "Get everything back without the studio",
    plain_hint: "The free program restic (restic.net, 0.14 or newer) opens the store. It asks for a password: type the key.",
    copies: "Copies",
    copies_hint: "Each copy opens with its own passphrase, not with the key above:",
    none: "There is no copy yet. A store on one disk only is lost with that disk.",
    notes: "Room for the passphrases of your copies",
};

const SPANISH: Words = Words {
    code: "es",
    title: "Hoja de rescate",
    lead: "Son1k Studio · todo lo que necesitas para recuperar tus versiones",
    warning: "Quien tenga esta hoja y tu almacén puede leer todas tus canciones. Imprímela, guárdala con tus papeles \
              y borra el archivo.",
    key: "La llave",
    key_hint: "64 caracteres, 0–9 y a–f. Escríbelos sin espacios, en una sola línea.",
    store: "El almacén",
    store_hint: "Esta carpeta guarda cada versión de cada proyecto:",
    back: "Recuperarlo todo con el estudio",
    steps: [
        "Vuelve a poner el almacén donde estaba, o elige Historia, Copias, «Recuperar de una copia».",
        "Si se perdió el archivo de la llave, escribe la llave en un archivo de texto con este nombre:",
        "Abre el estudio: tus proyectos y sus versiones están ahí.",
    ],
    plain: "Recuperarlo todo sin el estudio",
    plain_hint: "El programa libre restic (restic.net, 0.14 o posterior) abre el almacén. Pide una contraseña: escribe la llave.",
    copies: "Copias",
    copies_hint: "Cada copia se abre con su propia frase, no con la llave de arriba:",
    none: "Todavía no hay ninguna copia. Un almacén en un solo disco se pierde con ese disco.",
    notes: "Espacio para las frases de tus copias",
};

impl Copies {
    /// Writes the recovery sheet to a file that only its owner can read.
    ///
    /// # Errors
    /// [`Error::DiskFull`], [`Error::Unwritable`], and what keeps the store from being opened.
    pub async fn save_sheet(self: &Arc<Self>, path: String) -> Result<()> {
        let copies = self.list().await?;
        self.run(move |this| {
            // There is no key before there is a store.
            this.history.vault()?;
            let key_file = this.history.key_file();
            let key = Key::read(&key_file)?;
            let sheet = page(this.settings.language(), &this.history.folder(), &key_file, &key, &copies);
            write(Path::new(&path), &sheet)
        })
        .await
    }
}

/// Returns the page.
fn page(language: Language, store: &Path, key_file: &Path, key: &Key, copies: &[StoreCopy]) -> String {
    let words = match language {
        Language::En => &ENGLISH,
        Language::Es => &SPANISH,
    };
    let Words { code, title, lead, warning, .. } = words;
    let (store, key_file) = (escaped(&store.display().to_string()), escaped(&key_file.display().to_string()));
    let [first, second, third] = words.steps;
    format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title} · Son1k Studio</title>\n<style>{STYLE}\n</style>\n</head>\n<body>\n\
         <header><h1>{title}</h1><p>{lead}</p></header>\n<p class=\"warn\">{warning}</p>\n\
         <section><h2>{}</h2>\n<div class=\"key\">{}</div>\n<p>{}</p></section>\n\
         <section><h2>{}</h2>\n<p>{}</p>\n<pre>{store}</pre></section>\n\
         <section><h2>{}</h2>\n<ol><li>{first}</li><li>{second}<pre>{key_file}</pre></li><li>{third}</li></ol></section>\n\
         <section><h2>{}</h2>\n<p>{}</p>\n<pre>{}</pre></section>\n\
         <section><h2>{}</h2>\n{}\n<h2>{}</h2>\n{}</section>\n</body>\n</html>\n",
        words.key,
        in_groups(key.as_str()),
        words.key_hint,
        words.store,
        words.store_hint,
        words.back,
        words.plain,
        words.plain_hint,
        commands(&store),
        words.copies,
        listed(words, copies),
        words.notes,
        "<div class=\"line\"></div>".repeat(copies.len().max(2)),
    )
}

/// Sixteen groups of four can be read aloud and typed.
fn in_groups(key: &str) -> String {
    let characters: Vec<char> = key.chars().collect();
    let groups =
        characters.chunks(4).map(|group| format!("<span>{}</span>", escaped(&String::from_iter(group))));
    groups.collect()
}

fn commands(store: &str) -> String {
    ["snapshots", "restore latest --target DIR", "restore VERSION --target DIR", "check --read-data"]
        .map(|command| format!("restic -r \"{store}\" {command}"))
        .join("\n")
}

fn listed(words: &Words, copies: &[StoreCopy]) -> String {
    if copies.is_empty() {
        return format!("<p class=\"warn\">{}</p>", words.none);
    }
    let rows: Vec<String> = copies.iter().map(|copy| escaped(&place(&copy.place))).collect();
    format!("<p>{}</p>\n<pre>{}</pre>", words.copies_hint, rows.join("\n"))
}

/// Returns what restic takes for a place.
fn place(place: &CopyPlace) -> String {
    match place {
        CopyPlace::Folder { path } => path.clone(),
        CopyPlace::S3 { endpoint, bucket, prefix, .. } => {
            let endpoint =
                if endpoint.is_empty() { "s3.amazonaws.com" } else { endpoint.trim_end_matches('/') };
            let prefix = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
            format!("s3:{endpoint}/{bucket}{prefix}")
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Writes a file in one step; a temporary file is its owner's alone from the start.
fn write(path: &Path, content: &str) -> Result<()> {
    let refused = |error| Error::writing(path, error);
    let mut file = tempfile::NamedTempFile::new_in(folder_of(path)).map_err(refused)?;
    file.write_all(content.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(refused)?;
    file.persist(path).map_err(|error| refused(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use son1k_domain::id::CopyId;

    use super::*;

    fn copy(place: CopyPlace) -> StoreCopy {
        StoreCopy { id: CopyId("one".into()), place, synced_ms: None, problem: None }
    }

    #[test]
    fn the_sheet_says_in_both_languages_what_is_needed_and_what_to_do() {
        let key = Key::passphrase(&"0123456789abcdef".repeat(4));
        let bucket = CopyPlace::S3 {
            endpoint: "https://s3.example.org".into(),
            region: String::new(),
            bucket: "songs".into(),
            prefix: "studio".into(),
            access_key: "MUSICIAN".into(),
        };
        let copies = [copy(CopyPlace::Folder { path: "/disk/<b>".into() }), copy(bucket)];
        for (language, title) in [(Language::En, "Recovery sheet"), (Language::Es, "Hoja de rescate")] {
            let sheet = page(language, Path::new("/data/Ana & Co"), Path::new("/data/key"), &key, &copies);
            for part in [
                title,
                "restic -r \"/data/Ana &amp; Co\" restore VERSION --target DIR",
                "<span>0123</span><span>4567</span>",
                "/disk/&lt;b&gt;",
                "s3:https://s3.example.org/songs/studio",
                "<pre>/data/key</pre>",
            ] {
                assert!(sheet.contains(part), "{part} is not in {sheet}");
            }
            assert_eq!(sheet.matches("<span>").count(), 16);
            assert!(
                !sheet.contains("MUSICIAN") && !sheet.contains("http-equiv") && !sheet.contains("<script")
            );
        }
        let sheet = page(Language::En, Path::new("/data"), Path::new("/key"), &key, &[]);
        assert!(sheet.contains("There is no copy yet."));
    }

    #[test]
    fn the_sheet_replaces_an_older_one_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.html");
        std::fs::write(&path, "old").unwrap();
        write(&path, "new").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(matches!(write(&folder.path().join("gone/sheet.html"), "x"), Err(Error::Unwritable { .. })));
    }
}
