//! Pull: reads changes and applies them to the mirror, each page in one transaction with its cursor.

use guildhall_protocol::Code;
use guildhall_protocol::changes::{ChangeLine, Cursor, FirstLine};
use guildhall_protocol::digest::Digest;
use guildhall_protocol::routes;
use jiff::Timestamp;

use super::page::{Cut, Page, read_page};
use crate::error::{Failure, Result};
use crate::profile::Profile;
use crate::remote::api::ApiError;
use crate::remote::session::with_token;
use crate::store::mirror::{Mirror, Reading, contact, reading, record};

/// The state of the mirror after a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PullOutcome {
    /// There is more to read.
    More {
        /// Records read so far.
        done: u32,
        /// Records in total, approximately.
        of: u32,
    },
    /// The mirror agrees with the registry.
    UpToDate {
        /// Something in the mirror changed.
        changed: bool,
    },
    /// All pages are read and the digests differ: the mirror is being read from zero, once.
    Repairing,
    /// The digests still differ after reading from zero.
    Differs,
}

/// The registry's answer, not applied yet.
pub(crate) enum Answer {
    Page {
        page: Page,
        /// The mirror's digest when the page was requested.
        asked_with: Digest,
    },
    /// The cursor is no longer valid: read from zero.
    ResyncRequired,
}

/// Requests the next page. With `wait` the registry may hold its answer until something changes. Writes nothing, so it
/// can be cancelled at any point.
pub(crate) async fn fetch(profile: &Profile, wait: bool) -> Result<Answer> {
    let reading = profile.mirror.read(reading::get).await?;
    let mut query = format!("limit={}", routes::MAX_PAGE);
    if let Some(cursor) = &reading.cursor {
        query.push_str(&format!("&after={cursor}"));
        if let Some(began) = reading.began {
            query.push_str(&format!("&began={began}"));
        }
        if wait {
            query.push_str("&wait=25");
        }
    }
    let answer = with_token(profile.credentials(), |token| {
        let query = &query;
        async move { profile.api.changes(query, token.as_deref()).await }
    });
    match answer.await {
        Ok(body) => {
            let page = read_page(body, reading.cursor.as_ref()).await;
            // The page belongs to another epoch or access than the cursor, though the registry did not ask for a
            // resync.
            let is_other = |(first, asked): (&FirstLine, &Cursor)| {
                (&first.epoch, first.access) != (&asked.epoch, asked.access)
            };
            match page.first.as_ref().zip(reading.cursor.as_ref()).is_some_and(is_other) {
                true => Ok(Answer::ResyncRequired),
                false => Ok(Answer::Page { page, asked_with: reading.digest }),
            }
        }
        Err(ApiError::Problem(problem)) if problem.code == Code::ResyncRequired => Ok(Answer::ResyncRequired),
        Err(error) => Err(error.into()),
    }
}

/// Applies an answer to the mirror.
///
/// # Errors
/// If the files cannot be written or the answer was cut off; in the second case the lines received have been applied.
pub(crate) async fn apply(mirror: &Mirror, answer: Answer, now: Timestamp) -> Result<PullOutcome> {
    match answer {
        Answer::Page { page, asked_with } => apply_whole_page(mirror, page, asked_with, now).await,
        Answer::ResyncRequired => {
            tracing::info!("the registry asks for a resync");
            start_over(mirror).await?;
            Ok(PullOutcome::More { done: 0, of: 0 })
        }
    }
}

/// Reads records again that an earlier version of the app could not read. True if there were any.
pub(crate) async fn read_set_aside(mirror: &Mirror) -> Result<bool> {
    mirror.write(record::read_set_aside).await
}

async fn start_over(mirror: &Mirror) -> Result<()> {
    mirror
        .write(|tx| {
            let mut reading = reading::get(tx)?;
            reading.start_over();
            reading::set(tx, &reading)
        })
        .await
}

async fn apply_whole_page(
    mirror: &Mirror,
    page: Page,
    asked_with: Digest,
    now: Timestamp,
) -> Result<PullOutcome> {
    let cut = page.cut;
    let begun = page.first.is_some();
    let outcome = match page.first {
        Some(_) => mirror.write(move |tx| apply_page(tx, &page, asked_with, now)).await?,
        None => PullOutcome::More { done: 0, of: 0 },
    };
    match cut {
        None => Ok(outcome),
        Some(Cut::Transport(_)) => Err(Failure::NoConnection),
        Some(Cut::Malformed) if begun => Err(Failure::AnswerUnreadable),
        Some(Cut::Malformed) => Err(Failure::NotARegistry),
    }
}

fn apply_page(
    tx: &rusqlite::Transaction<'_>,
    page: &Page,
    asked_with: Digest,
    now: Timestamp,
) -> Result<PullOutcome> {
    let before = reading::get(tx)?;
    let mut reading = plan(&before, page);
    // Counts as contact from the first page on, so that retention removes nothing before the reading ends.
    contact::made(tx, now)?;
    for line in &page.lines {
        reading.digest = record::apply_record(tx, line, reading.generation, reading.digest)?;
    }
    // A submission's answer may have put a record newer than this page into the mirror since the page was requested.
    // The digests are then compared after the next page.
    let is_comparable = before.digest == asked_with;
    let Some(last) = page.last.as_ref().filter(|last| !last.more && is_comparable) else {
        let remaining = page.first.as_ref().map_or(0, |first| first.remaining);
        let of = u64::from(before.read).saturating_add(remaining);
        reading::set(tx, &reading)?;
        return Ok(PullOutcome::More { done: reading.read, of: u32::try_from(of).unwrap_or(u32::MAX) });
    };

    // Before the sweep, so that lost access to a hidden project is recorded as well.
    let restored = contact::restored(tx)? && record::show_hidden(tx)?;
    let swept = reading.sweeping;
    if reading.sweeping {
        reading.digest = record::sweep(tx, reading.generation, reading.digest)?;
        reading.sweeping = false;
    }
    (reading.read, reading.began) = (0, None);
    let agrees = last.digest.as_ref().is_some_and(|digest| *digest == reading.digest.to_hex());
    let outcome = if agrees {
        reading.updated_at = Some(now);
        PullOutcome::UpToDate { changed: swept || restored || !page.lines.is_empty() }
    } else if swept {
        tracing::error!("the digests still differ after reading from zero");
        PullOutcome::Differs
    } else {
        tracing::warn!("the digests differ: reading from zero");
        reading.start_over();
        PullOutcome::Repairing
    };
    reading::set(tx, &reading)?;
    Ok(outcome)
}

/// The reading state once the page is applied. If the last line is missing, reading resumes after the last record.
fn plan(before: &Reading, page: &Page) -> Reading {
    let mut reading = before.clone();
    if reading.cursor.is_none() {
        reading.began = page.first.as_ref().map(|first| first.newest);
    }
    let cursor = match (&page.last, &page.first, page.lines.last()) {
        (Some(last), _, _) => last.cursor.parse().ok(),
        (None, Some(first), Some(line)) => {
            Some(Cursor { epoch: first.epoch.clone(), access: first.access, seq: line.seq })
        }
        _ => None,
    };
    if cursor.is_some() {
        reading.cursor = cursor;
    }
    reading.read = reading.read.saturating_add(u32::try_from(page.lines.len()).unwrap_or(u32::MAX));
    reading
}

/// Applies the record in a submission's answer if it is newer than the mirror's. The cursor does not move: the record
/// comes again with the changes, where it has no effect.
pub(crate) async fn apply_verdict(mirror: &Mirror, line: ChangeLine, now: Timestamp) -> Result<()> {
    mirror
        .write(move |tx| {
            let mut reading = reading::get(tx)?;
            // During a resync a record that it has not confirmed yet is stored under the previous generation. The
            // registry may have been restored to an earlier state without this record, and the sweep must then remove
            // it.
            let confirmed = !reading.sweeping || record::is_of_generation(tx, &line, reading.generation)?;
            let generation = if confirmed { reading.generation } else { reading.generation - 1 };
            reading.digest = record::apply_record(tx, &line, generation, reading.digest)?;
            contact::made(tx, now)?;
            reading::set(tx, &reading)
        })
        .await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use guildhall_protocol::changes::LastLine;
    use serde_json::json;

    use super::*;
    use crate::env::RealDisk;

    struct Feed {
        mirror: Mirror,
        _dir: tempfile::TempDir,
    }

    impl Feed {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            Self {
                mirror: Mirror::open(&dir.path().join("mirror.db"), Arc::new(RealDisk)).unwrap(),
                _dir: dir,
            }
        }

        async fn take(&self, page: Page) -> Result<PullOutcome> {
            let asked_with = self.reading().await.digest;
            apply(&self.mirror, Answer::Page { page, asked_with }, Timestamp::UNIX_EPOCH).await
        }

        async fn reading(&self) -> Reading {
            self.mirror.read(reading::get).await.unwrap()
        }

        async fn services(&self) -> Vec<String> {
            let services = self.mirror.read(crate::store::mirror::services::all).await.unwrap();
            services.into_iter().map(|service| service.name).collect()
        }
    }

    fn service(seq: u64, id: u32, version: u32, name: &str) -> ChangeLine {
        let body = json!({"id": id, "name": name, "from_next_year": true}).as_object().cloned();
        ChangeLine { seq, kind: "service".into(), id: id.to_string(), version, body, gone: false }
    }

    fn gone(seq: u64, id: u32) -> ChangeLine {
        ChangeLine { seq, kind: "service".into(), id: id.to_string(), version: 0, body: None, gone: true }
    }

    fn digest(records: &[(u32, u32)]) -> Digest {
        let one = |&(id, version): &(u32, u32)| Digest::of("service", &id.to_string(), version);
        records.iter().map(one).fold(Digest::default(), Digest::with)
    }

    fn page(epoch: &str, lines: Vec<ChangeLine>, digest: Digest) -> Page {
        let seq = lines.last().map_or(0, |line| line.seq);
        Page {
            first: Some(FirstLine { epoch: epoch.into(), access: 0, newest: 0, remaining: 0 }),
            last: Some(LastLine {
                cursor: format!("{epoch}.0.{seq}"),
                more: false,
                count: lines.len() as u64,
                digest: Some(digest.to_hex()),
            }),
            lines,
            cut: None,
        }
    }

    #[tokio::test]
    async fn the_digest_follows_every_change() {
        let feed = Feed::new();
        let lines = vec![service(1, 1, 1, "Bins"), service(2, 2, 1, "Trees")];
        let outcome = feed.take(page("a", lines, digest(&[(1, 1), (2, 1)]))).await;
        assert_eq!(outcome, Ok(PullOutcome::UpToDate { changed: true }));
        let lines = vec![service(3, 1, 2, "Waste"), gone(4, 2)];
        let outcome = feed.take(page("a", lines, digest(&[(1, 2)]))).await;
        assert_eq!(outcome, Ok(PullOutcome::UpToDate { changed: true }));
        assert_eq!(feed.services().await, ["Waste"]);
        let outcome = feed.take(page("a", vec![], digest(&[(1, 2)]))).await;
        assert_eq!(outcome, Ok(PullOutcome::UpToDate { changed: false }));
    }

    #[tokio::test]
    async fn reading_goes_on_where_the_last_line_says() {
        let feed = Feed::new();
        let mut hidden_after = page("a", vec![service(1, 1, 1, "Bins")], digest(&[(1, 1)]));
        hidden_after.last.as_mut().unwrap().cursor = "a.0.7".into();
        feed.take(hidden_after).await.unwrap();
        let reading = feed.reading().await;
        assert_eq!(reading.cursor.as_ref().unwrap().seq, 7, "changes that its reader may not see count too");
        let history = reading.history();
        apply(&feed.mirror, Answer::ResyncRequired, Timestamp::UNIX_EPOCH).await.unwrap();
        feed.take(page("a", vec![service(1, 1, 1, "Bins")], digest(&[(1, 1)]))).await.unwrap();
        assert_ne!(feed.reading().await.history(), history, "what was read from zero is another history");
    }

    #[tokio::test]
    async fn a_gone_line_removes_its_record_only() {
        let feed = Feed::new();
        apply_verdict(&feed.mirror, service(3, 1, 2, "As answered"), Timestamp::UNIX_EPOCH).await.unwrap();
        apply_verdict(&feed.mirror, service(3, 1, 2, "As read"), Timestamp::UNIX_EPOCH).await.unwrap();
        feed.take(page("a", vec![service(4, 2, 1, "Trees")], digest(&[(1, 2), (2, 1)]))).await.unwrap();
        assert_eq!(feed.services().await, ["As read", "Trees"]);
        feed.take(page("a", vec![gone(5, 2)], digest(&[(1, 2)]))).await.unwrap();
        assert_eq!(feed.services().await, ["As read"]);
    }

    #[tokio::test]
    async fn an_older_state_changes_nothing() {
        let feed = Feed::new();
        apply_verdict(&feed.mirror, service(9, 1, 3, "Newest"), Timestamp::UNIX_EPOCH).await.unwrap();
        let outcome = feed.take(page("a", vec![service(5, 1, 2, "Older")], digest(&[(1, 3)]))).await;
        assert_eq!(outcome, Ok(PullOutcome::UpToDate { changed: true }));
        assert_eq!(feed.services().await, ["Newest"]);
    }

    #[tokio::test]
    async fn a_page_asked_for_before_an_answer_is_not_compared() {
        let feed = Feed::new();
        let asked_with = feed.reading().await.digest;
        apply_verdict(&feed.mirror, service(2, 1, 2, "Newest"), Timestamp::UNIX_EPOCH).await.unwrap();
        let page_before = page("a", vec![service(1, 1, 1, "Older")], digest(&[(1, 1)]));
        let answer = Answer::Page { page: page_before, asked_with };
        let outcome = apply(&feed.mirror, answer, Timestamp::UNIX_EPOCH).await;
        assert_eq!(outcome, Ok(PullOutcome::More { done: 1, of: 0 }));
        assert_eq!(feed.reading().await.updated_at, None, "nobody knows yet");
        let outcome = feed.take(page("a", vec![service(2, 1, 2, "Newest")], digest(&[(1, 2)]))).await;
        assert_eq!(outcome, Ok(PullOutcome::UpToDate { changed: true }));
    }

    #[tokio::test]
    async fn what_can_not_be_read_is_set_aside_and_counts() {
        let feed = Feed::new();
        let mut strange = service(1, 1, 4, "Bins");
        strange.kind = "weather".into();
        let mut broken = service(2, 2, 1, "Trees");
        broken.body = json!({"id": "not a number"}).as_object().cloned();
        let digest = Digest::of("weather", "1", 4).with(Digest::of("service", "2", 1));
        let outcome = feed.take(page("a", vec![strange, broken], digest)).await;
        assert_eq!(outcome, Ok(PullOutcome::UpToDate { changed: true }));
        assert_eq!(feed.services().await, Vec::<String>::new());
        let mended = feed.take(page(
            "a",
            vec![service(3, 2, 2, "Trees")],
            Digest::of("weather", "1", 4).with(Digest::of("service", "2", 2)),
        ));
        assert_eq!(mended.await, Ok(PullOutcome::UpToDate { changed: true }));
        assert_eq!(feed.services().await, ["Trees"]);
    }

    #[tokio::test]
    async fn what_was_set_aside_is_read_once_the_app_knows_how() {
        let feed = Feed::new();
        feed.take(page("a", vec![service(1, 1, 4, "Bins")], digest(&[(1, 4)]))).await.unwrap();
        // As an earlier version left it.
        let earlier = feed.mirror.write(|tx| {
            tx.execute(
                "INSERT INTO set_aside (kind, id, version, seq, generation, body)
                 SELECT 'service', id, version, seq, generation, body FROM services",
                [],
            )?;
            Ok(tx.execute("DELETE FROM services", [])?)
        });
        assert_eq!((earlier.await, feed.services().await), (Ok(1), vec![]));
        assert_eq!(feed.mirror.write(record::read_set_aside).await, Ok(true));
        assert_eq!(feed.services().await, ["Bins"]);
        let outcome = feed.take(page("a", vec![], digest(&[(1, 4)]))).await;
        assert_eq!(outcome, Ok(PullOutcome::UpToDate { changed: false }), "it counts as before");
        assert_eq!(feed.mirror.write(record::read_set_aside).await, Ok(false));
    }

    #[tokio::test]
    async fn a_page_cut_off_fails_and_resumes_after_its_last_line() {
        let feed = Feed::new();
        let mut cut = page("a", vec![service(1, 1, 1, "Bins"), service(2, 2, 1, "Trees")], Digest::default());
        cut.last = None;
        cut.cut = Some(Cut::Transport(crate::remote::transport::TransportError::Lost));
        assert_eq!(feed.take(cut).await, Err(Failure::NoConnection));
        assert_eq!(feed.services().await, ["Bins", "Trees"]);
        let reading = feed.reading().await;
        assert_eq!(reading.cursor.unwrap().to_string(), "a.0.2");
        assert_eq!(reading.updated_at, None);
        let contact = feed.mirror.read(contact::get).await.unwrap();
        assert_eq!(contact.unwrap().looked_at, Timestamp::UNIX_EPOCH, "the registry answered all the same");
    }

    #[tokio::test]
    async fn a_new_epoch_sweeps_missing_records_at_its_end() {
        let feed = Feed::new();
        let lines = vec![service(1, 1, 1, "Bins"), service(2, 2, 1, "Trees")];
        feed.take(page("a", lines, digest(&[(1, 1), (2, 1)]))).await.unwrap();
        apply(&feed.mirror, Answer::ResyncRequired, Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(feed.services().await, ["Bins", "Trees"], "in use meanwhile");
        assert_eq!(feed.reading().await.cursor, None);
        let outcome = feed.take(page("b", vec![service(1, 2, 1, "Hedges")], digest(&[(2, 1)]))).await;
        assert_eq!(outcome, Ok(PullOutcome::UpToDate { changed: true }));
        assert_eq!(feed.services().await, ["Hedges"], "another history counts anew");
    }

    #[tokio::test]
    async fn an_answers_record_outlives_a_resync_that_has_it() {
        let feed = Feed::new();
        feed.take(page("a", vec![service(1, 1, 1, "Bins")], digest(&[(1, 1)]))).await.unwrap();
        apply(&feed.mirror, Answer::ResyncRequired, Timestamp::UNIX_EPOCH).await.unwrap();
        apply_verdict(&feed.mirror, service(2, 1, 2, "Waste"), Timestamp::UNIX_EPOCH).await.unwrap();
        apply_verdict(&feed.mirror, service(3, 2, 1, "Trees"), Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(feed.services().await, ["Trees", "Waste"], "in use meanwhile");
        let bins = || service(1, 1, 1, "Bins");
        let mut begun = page("b", vec![bins()], Digest::default());
        begun.last.as_mut().unwrap().more = true;
        feed.take(begun).await.unwrap();
        apply_verdict(&feed.mirror, bins(), Timestamp::UNIX_EPOCH).await.unwrap();
        let outcome = feed.take(page("b", vec![], digest(&[(1, 1)]))).await;
        assert_eq!(outcome, Ok(PullOutcome::UpToDate { changed: true }));
        assert_eq!(feed.services().await, ["Bins"]);
    }

    #[tokio::test]
    async fn differing_digests_are_repaired_once_then_reported() {
        let feed = Feed::new();
        let wrong = || page("a", vec![service(1, 1, 1, "Bins")], digest(&[(7, 7)]));
        assert_eq!(feed.take(wrong()).await, Ok(PullOutcome::Repairing));
        assert_eq!(feed.reading().await.updated_at, None, "not up to date");
        assert_eq!(feed.take(wrong()).await, Ok(PullOutcome::Differs));
        assert_eq!(feed.services().await, ["Bins"]);
    }
}
