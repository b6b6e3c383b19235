//! The way in: reading changes and applying them to the mirror, a page and its cursor in one transaction.

use guildhall_protocol::Code;
use guildhall_protocol::changes::{ChangeLine, Cursor};
use guildhall_protocol::digest::Digest;
use guildhall_protocol::routes;
use jiff::Timestamp;

use super::lines::{Cut, Page, read_page};
use crate::api::ApiError;
use crate::failure::{Failure, Result};
use crate::place::Place;
use crate::store::mirror::{Mirror, Reading, reading, record};

/// How far a page has brought the mirror.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is more to read.
    More {
        /// Records read so far.
        done: u32,
        /// Records that there are, about.
        of: u32,
    },
    /// The mirror agrees with the registry.
    UpToDate {
        /// Something in the mirror is other than before.
        changed: bool,
    },
    /// All was read and the digests differ: the mirror is being read anew, once.
    Repairing,
    /// They differ still.
    Differs,
}

/// What the registry answered, not yet taken in.
pub(crate) enum Answer {
    Page(Page),
    /// The cursor is of no use: read from zero.
    ResyncRequired,
}

/// Asks for the next page. With `wait` the registry may hold its answer back until something changes. Nothing is
/// written: it may be given up at any moment.
pub(crate) async fn fetch(place: &Place, wait: bool) -> Result<Answer> {
    let reading = place.mirror.read(reading::get).await?;
    let mut query = format!("limit={}", routes::MAX_PAGE);
    if let Some(cursor) = &reading.cursor {
        query.push_str(&format!("&after={cursor}"));
        if wait {
            query.push_str("&wait=25");
        }
    }
    let answer = super::with_token(place.credentials(), |token| {
        let query = &query;
        async move { place.api.changes(query, token.as_deref()).await }
    });
    match answer.await {
        Ok(body) => Ok(Answer::Page(read_page(body).await)),
        Err(ApiError::Problem(problem)) if problem.code == Code::ResyncRequired => Ok(Answer::ResyncRequired),
        Err(error) => Err(error.into()),
    }
}

/// Takes an answer in.
///
/// # Errors
/// Where the files can't be written, and where the answer was cut off: what came of it is then in.
pub(crate) async fn take_in(mirror: &Mirror, answer: Answer, now: Timestamp) -> Result<Outcome> {
    match answer {
        Answer::Page(page) => apply(mirror, page, now).await,
        Answer::ResyncRequired => {
            tracing::info!("the registry asks for a reading from zero");
            start_over(mirror).await?;
            Ok(Outcome::More { done: 0, of: 0 })
        }
    }
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

async fn apply(mirror: &Mirror, page: Page, now: Timestamp) -> Result<Outcome> {
    let cut = page.cut;
    let outcome = match page.first {
        Some(_) => mirror.write(move |tx| apply_page(tx, &page, now)).await?,
        None => Outcome::More { done: 0, of: 0 },
    };
    match cut {
        None => Ok(outcome),
        Some(Cut::Wire(_)) => Err(Failure::NoConnection),
        Some(Cut::Malformed) => Err(Failure::NotARegistry),
    }
}

fn apply_page(tx: &rusqlite::Transaction<'_>, page: &Page, now: Timestamp) -> Result<Outcome> {
    let before = reading::get(tx)?;
    let mut reading = plan(&before, page);
    for line in &page.lines {
        reading.digest = record::take_in(tx, line, reading.generation, reading.digest)?;
    }
    let Some(last) = page.last.as_ref().filter(|last| !last.more) else {
        let remaining = page.first.as_ref().map_or(0, |first| first.remaining);
        let of = u64::from(before.read).saturating_add(remaining);
        reading::set(tx, &reading)?;
        return Ok(Outcome::More { done: reading.read, of: u32::try_from(of).unwrap_or(u32::MAX) });
    };

    let swept = reading.sweeping;
    if reading.sweeping {
        reading.digest = record::sweep(tx, reading.generation, reading.digest)?;
        reading.sweeping = false;
    }
    reading.read = 0;
    let agrees = last.digest.as_ref().is_none_or(|digest| *digest == reading.digest.to_hex());
    let outcome = if agrees {
        reading.updated_at = Some(now);
        Outcome::UpToDate { changed: swept || !page.lines.is_empty() }
    } else if swept {
        tracing::error!("read from zero, and the digests still differ");
        Outcome::Differs
    } else {
        tracing::warn!("the digests differ: reading from zero");
        reading.start_over();
        Outcome::Repairing
    };
    reading::set(tx, &reading)?;
    Ok(outcome)
}

/// Where reading stands once the page is applied. Without its last line, it resumes at the last line that came.
fn plan(before: &Reading, page: &Page) -> Reading {
    let mut reading = before.clone();
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

/// Takes in a record that came with an answer to a submission, where it is newer than what is here. The cursor
/// stays: the same record comes again with the changes, and is then nothing new.
pub(crate) async fn take_in_answer(mirror: &Mirror, line: ChangeLine) -> Result<()> {
    mirror
        .write(move |tx| {
            let mut reading = reading::get(tx)?;
            let digest: Digest = record::take_in(tx, &line, reading.generation, reading.digest)?;
            reading.digest = digest;
            reading::set(tx, &reading)
        })
        .await
}
