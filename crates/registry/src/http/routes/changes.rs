//! The one way down. With `wait` the answer is held back until there is something in it.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use guildhall_protocol::changes::Cursor;
use guildhall_protocol::routes::{MAX_PAGE, NDJSON};
use guildhall_protocol::validate::FieldCode;
use http::header;
use serde::Deserialize;

use super::{Bearer, ClientIp};
use crate::Registry;
use crate::error::{Error, Result};
use crate::feed::{MAX_WAIT, Page, Question};

/// `?after=EPOCH.ACCESS.SEQ&began=SEQ&limit=N&wait=SECONDS`, each optional.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    after: Option<String>,
    began: Option<u64>,
    limit: Option<u32>,
    wait: Option<u32>,
}

pub(crate) async fn changes(
    State(registry): State<Registry>,
    bearer: Bearer,
    client_ip: ClientIp,
    Query(parameters): Query<Parameters>,
) -> Result<Response> {
    let after = match parameters.after.as_deref() {
        None | Some("") => None,
        Some(text) => Some(
            text.parse::<Cursor>()
                .map_err(|error| Error::invalid("/after", FieldCode::NotAllowed, error.to_string()))?,
        ),
    };
    let (began, limit) = (parameters.began.unwrap_or(0), parameters.limit.unwrap_or(MAX_PAGE));
    let question = Question { after, began, limit };
    let wait = Duration::from_secs(parameters.wait.unwrap_or(0).into()).min(MAX_WAIT);
    let _held = match registry.limits().filter(|_| !wait.is_zero()) {
        Some(limits) => Some(limits.wait(client_ip.0)?),
        None => None,
    };
    let page = wait_for_page(&registry, &bearer, &question, wait).await?;
    Ok(([(header::CONTENT_TYPE, NDJSON)], page.text).into_response())
}

/// The first page that has something in it, or an empty one once the time is over or the registry closes.
async fn wait_for_page(
    registry: &Registry,
    bearer: &Bearer,
    question: &Question,
    wait: Duration,
) -> Result<Page> {
    let mut changed = registry.store().changed();
    let mut closing = registry.closing();
    let time_is_over = registry.env().clock.pass(wait);
    tokio::pin!(time_is_over);
    let mut last_look = wait.is_zero();
    loop {
        changed.mark_unchanged();
        // Who asks may have lost what they could see while they waited: everything is asked anew.
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
