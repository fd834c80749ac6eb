//! `son1k spectrogram`

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use serde::Serialize;
use son1k_domain::unit::Seconds;
use son1k_services::seeing::{Drawn, DrawnBy, PictureSize, draw_file};
use son1k_services::{Painter, Progress, Result};

use crate::arguments::Drawing;
use crate::generate::invalid;
use crate::report::Report;
use crate::text::pick;
use crate::watched::watched;

/// What was drawn, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Printed {
    file: PathBuf,
    width: u32,
    height: u32,
    /// The name of the GPU; null for the processor.
    adapter: Option<String>,
    drawn_by: &'static str,
    duration_s: Seconds,
    /// Reading, drawing and writing.
    elapsed_s: f64,
    /// Whether all of the file could be read.
    whole: bool,
}

pub async fn run(wish: Drawing, report: &Report) -> Result<ExitCode> {
    let size = PictureSize { width: pixels("width", &wish.width)?, height: pixels("height", &wish.height)? };
    let what = pick(report.language(), "drawing", "dibujando");
    let (out, cpu) = (wish.out.clone(), wish.cpu);
    let work = move |progress: &Progress<'_>| -> Result<(Drawn, f64)> {
        let painter = if cpu { Painter::on_processor() } else { Painter::open() };
        let started = Instant::now();
        let drawn = draw_file(&wish.input, &wish.out, size, &painter, progress)?;
        Ok((drawn, started.elapsed().as_secs_f64()))
    };
    let (drawn, elapsed_s) = watched(what, work).await?;
    let (adapter, drawn_by) = match drawn.by {
        DrawnBy::Gpu(name) => (Some(name), "gpu"),
        DrawnBy::Processor(_) => (None, "processor"),
    };
    if !drawn.is_whole {
        let english = "the file is damaged; it was drawn as far as it could be read";
        let spanish = "el archivo está dañado; se dibujó hasta donde se pudo leer";
        eprintln!("son1k: {}", pick(report.language(), english, spanish));
    }
    let printed = Printed {
        file: out,
        width: size.width,
        height: size.height,
        adapter,
        drawn_by,
        duration_s: drawn.duration,
        elapsed_s,
        whole: drawn.is_whole,
    };
    print(&printed, report);
    Ok(ExitCode::SUCCESS)
}

fn pixels(field: &str, text: &str) -> Result<u32> {
    text.trim().parse().map_err(|_| invalid(field, text))
}

fn print(printed: &Printed, report: &Report) {
    if report.json {
        return report.object(printed);
    }
    let processor = pick(report.language(), "processor", "procesador");
    let by = printed.adapter.as_deref().unwrap_or(processor);
    println!("  {}", printed.file.display());
    println!("  {:.1} s · {:.2} s · {by}", printed.duration_s.0, printed.elapsed_s);
}
