//! Tickets: what the engine hands out.

use std::time::Duration;

use apalis::prelude::{Task, TaskBuilder, TaskId};
use serde::{Deserialize, Serialize};
use son1k_domain::id::JobId;
use son1k_domain::job::Priority;
use son1k_store::JobRow;
use ulid::Ulid;

/// The permission to start a job, given out once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    pub job: JobId,
    pub number: String,
}

/// Returns a new ticket's number. Numbers ascend, and the engine gives equals out in their order.
pub fn new_ticket() -> String {
    // UUID v7 ascends even within a millisecond, and has the 128 bits of the ULID that the engine wants.
    Ulid::from(uuid::Uuid::now_v7().as_u128()).to_string()
}

/// Returns the engine's measure of a priority: a higher one is served first.
pub fn weight(priority: Priority) -> i64 {
    i64::from(Priority::Free.rank()) - i64::from(priority.rank())
}

/// Makes the engine's task for a waiting job.
pub fn task(row: &JobRow, now_ms: f64) -> Option<Task<Ticket>> {
    let ticket = Ticket { job: row.job.id.clone(), number: row.ticket.clone() };
    let number = Ulid::from_string(&row.ticket).ok()?;
    let task = TaskBuilder::new(ticket)
        .task_id(TaskId::from_ulid(number))
        .max_attempts(1)
        .priority(usize::try_from(weight(row.job.priority)).unwrap_or(0));
    let wait = Duration::from_secs_f64((row.due_ms - now_ms).max(0.0) / 1000.0);
    // The engine's clock is cut to seconds: rounded up, a wait is never too short.
    let task = if wait.is_zero() { task } else { task.run_after(wait + Duration::from_millis(999)) };
    Some(task.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend_however_fast_they_are_drawn() {
        let numbers: Vec<_> = (0..10_000).map(|_| new_ticket()).collect();
        assert!(numbers.is_sorted());
    }

    #[test]
    fn the_most_urgent_weighs_most() {
        let all = [Priority::Enterprise, Priority::Premium, Priority::Pro, Priority::Free];
        assert_eq!(all.map(weight), [19, 15, 10, 0]);
    }
}
