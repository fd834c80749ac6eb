//! A program that is open, and answers one JSON object with another, a line each.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::bench::peak_memory;
use crate::error::{Error, Result, io};

/// A program that is spoken with.
pub struct Talker {
    name: &'static str,
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// From its start until it was ready.
    pub opening: Duration,
}

impl Talker {
    /// Starts a program, which says a line when it is ready.
    pub fn start(name: &'static str, mut command: Command) -> Result<Self> {
        let begun = Instant::now();
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.spawn().map_err(io(&format!("start {name}")))?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::new(format!("{name} cannot be talked to"), ""));
        };
        let mut talker = Self { name, child, to, from: BufReader::new(from), opening: Duration::ZERO };
        talker.answer()?;
        talker.opening = begun.elapsed();
        Ok(talker)
    }

    /// Asks and waits for the answer.
    pub fn ask(&mut self, question: &Value) -> Result<Value> {
        writeln!(self.to, "{question}").map_err(io(&format!("ask {}", self.name)))?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.from.read_line(&mut line).map_err(io(&format!("hear {}", self.name)))?;
        let answer = serde_json::from_str(&line);
        answer.map_err(|_| Error::new(format!("{} gave no answer", self.name), "Read what it printed."))
    }

    /// Returns the most memory that it held so far, in MiB.
    pub fn memory(&self) -> f64 {
        peak_memory(self.child.id())
    }
}

impl Drop for Talker {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
