//! The one way down. With `wait`, the answer is held back until there is something in it.

use std::time::Duration;

use axum::extract::{Query, State};
use guildhall_protocol::changes::Cursor;
use guildhall_protocol::routes::MAX_PAGE;
use guildhall_protocol::validate::FieldCode;
use serde::Deserialize;

use crate::Registry;
use crate::error::{Error, Result};
use crate::feed::{MAX_WAIT, Page, PageRequest};
use crate::http::extract::{Bearer, ClientIp};
use crate::http::operation::{Lines, Parameter, Parameters};

/// `?after=EPOCH.ACCESS.SEQ&began=SEQ&limit=N&wait=SECONDS`, each optional.
#[derive(Deserialize)]
pub(crate) struct Feed {
    after: Option<String>,
    began: Option<u64>,
    limit: Option<u32>,
    wait: Option<u32>,
}

impl Parameters for Feed {
    const DESCRIBED: &'static [Parameter] = &[
        ("after", "string", "The cursor of the last answer. Without it, changes are read from the start"),
        ("began", "integer", "In a reading from the start, the newest change when that reading began"),
        ("limit", "integer", "The most records to return"),
        ("wait", "integer", "How many seconds to wait if nothing has changed"),
    ];
}

pub(crate) async fn changes(
    State(registry): State<Registry>,
    bearer: Bearer,
    ClientIp(from): ClientIp,
    Query(Feed { after, began, limit, wait }): Query<Feed>,
) -> Result<Lines> {
    let after = match after.as_deref() {
        None | Some("") => None,
        Some(text) => Some(
            text.parse::<Cursor>()
                .map_err(|error| Error::invalid("/after", FieldCode::NotAllowed, error.to_string()))?,
        ),
    };
    let question = PageRequest { after, began: began.unwrap_or(0), limit: limit.unwrap_or(MAX_PAGE) };
    let wait = Duration::from_secs(wait.unwrap_or(0).into()).min(MAX_WAIT);
    let _held = match registry.limits().filter(|_| !wait.is_zero()) {
        Some(limits) => Some(limits.wait(from)?),
        None => None,
    };
    let page = wait_for_page(&registry, &bearer, &question, wait).await?;
    Ok(Lines(page.text))
}

/// The first page that has something in it, or an empty one once the time is over or the registry closes.
async fn wait_for_page(
    registry: &Registry,
    bearer: &Bearer,
    question: &PageRequest,
    wait: Duration,
) -> Result<Page> {
    let mut changed = registry.changed();
    let mut closing = registry.closing();
    let time_is_over = registry.env().clock.pass(wait);
    tokio::pin!(time_is_over);
    let mut last_look = wait.is_zero();
    loop {
        changed.mark_unchanged();
        // What they may see can have changed while they waited, so it is read again.
        let actor = bearer.actor(registry).await?;
        let page = registry.changes(actor.as_ref(), question).await?;
        if page.count > 0 || last_look {
            return Ok(page);
        }
        tokio::select! {
            woken = changed.changed() => last_look = woken.is_err(),
            () = &mut time_is_over => last_look = true,
            _ = closing.wait_for(|closing| *closing) => last_look = true,
        }
    }
}
