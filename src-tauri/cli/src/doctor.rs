//! `son1k doctor`

use std::process::ExitCode;

use son1k_domain::system::CheckState;
use son1k_services::Services;

use crate::report::Report;
use crate::text;

/// Exits with 1 when something is missing that a first song needs.
pub async fn run(services: &Services, report: &Report) -> son1k_services::Result<ExitCode> {
    let checks = services.examine().await;
    let fails = checks.iter().any(|check| check.state == CheckState::Fails);
    if report.json {
        let notices = services.welcome().notices;
        report.object(&serde_json::json!({ "ok": !fails, "checks": checks, "notices": notices }));
    } else {
        for check in &checks {
            println!("{}  {:<20} {}", text::check(check.state, report.language()), check.id, check.found);
            if !check.hint.is_empty() {
                println!("{:33}{}", "", check.hint);
            }
        }
    }
    Ok(if fails { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
