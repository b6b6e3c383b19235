//! Submissions that have waited too long to be checked: first those who decide are reminded, then coordinators can
//! decide too.

use std::collections::BTreeMap;

use guildhall_protocol::Review;
use guildhall_protocol::changes::Kind;
use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde_json::Value;
use sqlx::AnyConnection;

use super::review;
use crate::access::council::{deciders_of, name_of};
use crate::access::policy;
use crate::env::Env;
use crate::error::Result;
use crate::mail::letters::Waiting;
use crate::store::audit::{self, AuditAction, AuditEvent};
use crate::store::{WriteTx, people, records, reminders};

/// The working days after which those who decide are reminded.
const REMINDED_AFTER: u32 = 5;
/// The working days after which coordinators can decide too.
const OVERDUE_AFTER: u32 = 10;

/// Shows coordinators what has waited for too long. Returns the addresses of those to remind today, each with what
/// waits for them.
pub(crate) async fn escalate_overdue(tx: &mut WriteTx, env: &Env) -> Result<Vec<(String, Vec<Waiting>)>> {
    let now = env.clock.now();
    let mut reminded = BTreeMap::<String, Vec<Waiting>>::new();
    reminders::forget_answered(tx).await?;
    for waits in records::of_kind(tx.sql(), Kind::Review).await? {
        let review = review::read(&waits)?;
        let overdue = policy::cell_of_overdue(&review.council);
        match working_days(review.sent_at, now) {
            days if days >= OVERDUE_AFTER && waits.cell != overdue => {
                records::show_to(tx, Kind::Review, &waits, &overdue, now.as_millisecond()).await?;
                let waiting = as_told(tx.sql(), &review).await?;
                for coordinator in people::coordinators(tx.sql()).await? {
                    reminded.entry(coordinator.email).or_default().push(waiting.clone());
                }
            }
            days if days >= REMINDED_AFTER && reminders::add(tx, &waits.id, now.as_millisecond()).await? => {
                audit::log(tx, env, &AuditEvent::operator(AuditAction::Remind, waits.id.as_str(), ""))
                    .await?;
                let waiting = as_told(tx.sql(), &review).await?;
                for email in deciders_of(tx.sql(), &review.council).await? {
                    reminded.entry(email).or_default().push(waiting.clone());
                }
            }
            _ => {}
        }
    }
    Ok(reminded.into_iter().collect())
}

/// What a letter says of a review.
async fn as_told(sql: &mut AnyConnection, review: &Review) -> Result<Waiting> {
    let title = match review.patch.set.get("title").and_then(Value::as_str) {
        Some(title) => title.to_owned(),
        None => {
            let record = records::find(sql, Kind::Project, &review.project.to_string()).await?;
            record.as_ref().map(records::title_of).unwrap_or_default()
        }
    };
    let council = name_of(sql, &review.council).await?;
    Ok(Waiting { title, by: review.email.clone(), council, sent_at: review.sent_at })
}

/// The working days that have passed, Monday to Friday in UTC.
fn working_days(from: Timestamp, to: Timestamp) -> u32 {
    let date = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    let (mut day, last, mut count) = (date(from), date(to), 0);
    while day < last {
        day = day.saturating_add(jiff::Span::new().days(1));
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weekend_is_no_working_day() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // A Friday.
        let friday = at("2026-03-06T15:00:00Z");
        for (until, days) in [
            ("2026-03-06T23:59:00Z", 0),
            ("2026-03-08T09:00:00Z", 0),
            ("2026-03-09T09:00:00Z", 1),
            ("2026-03-13T09:00:00Z", 5),
            ("2026-03-20T09:00:00Z", 10),
        ] {
            assert_eq!(working_days(friday, at(until)), days, "{until}");
        }
    }
}
