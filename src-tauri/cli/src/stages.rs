//! How long each stage of the work took.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use son1k_domain::job::Stage;

/// Hears of stages as they begin, from any thread.
#[derive(Debug, Default)]
pub struct Stages(Mutex<Vec<(Stage, Instant)>>);

impl Stages {
    /// Notes that work is in this stage now.
    pub fn enter(&self, stage: Stage) {
        let mut entered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entered.last().is_none_or(|(last, _)| *last != stage) {
            entered.push((stage, Instant::now()));
        }
    }

    /// Returns seconds by the stage's name as in `--json`, up to now; a stage that was entered again is summed.
    pub fn seconds(&self) -> BTreeMap<String, f64> {
        let entered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = entered.iter().skip(1).map(|(_, start)| *start).chain([Instant::now()]);
        let mut seconds = BTreeMap::new();
        for ((stage, start), end) in entered.iter().zip(ends) {
            let name = serde_json::to_value(stage).ok().and_then(|name| name.as_str().map(str::to_owned));
            *seconds.entry(name.unwrap_or_default()).or_default() += (end - *start).as_secs_f64();
        }
        seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_that_is_entered_again_is_summed() {
        let stages = Stages::default();
        for stage in [Stage::Composing, Stage::Composing, Stage::Rendering, Stage::Composing] {
            stages.enter(stage);
        }
        assert_eq!(stages.0.lock().unwrap().len(), 3);
        assert_eq!(stages.seconds().into_keys().collect::<Vec<_>>(), ["composing", "rendering"]);
    }
}
