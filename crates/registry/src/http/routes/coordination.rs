//! What needs a coordinator, and the activity log.

use axum::Json;
use axum::extract::{Query, State};
use guildhall_protocol::{AuditPage, Coordination};
use serde::Deserialize;

use crate::Registry;
use crate::error::{Error, Result};
use crate::http::extract::SignedIn;
use crate::http::operation::{Parameter, Parameters};

pub(crate) async fn show(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
) -> Result<Json<Coordination>> {
    registry.coordination(&actor).await.map(Json)
}

/// `?council=CODE&before=ID`, each optional.
#[derive(Deserialize)]
pub(crate) struct Audit {
    council: Option<String>,
    before: Option<String>,
}

impl Parameters for Audit {
    const DESCRIBED: &'static [Parameter] = &[
        (
            "council",
            "string",
            "Only activity of this council. Without it, your own activity, or everyone’s if you are a coordinator",
        ),
        ("before", "string", "Only activity before the entry with this id"),
    ];
}

pub(crate) async fn audit(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Query(Audit { council, before }): Query<Audit>,
) -> Result<Json<AuditPage>> {
    let council = council.map(|code| code.parse()).transpose().map_err(|_| Error::not_found())?;
    let before = before.map(|id| id.parse()).transpose().map_err(|_| Error::not_found())?;
    registry.audit(&actor, council, before).await.map(Json)
}
