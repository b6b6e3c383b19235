//! The one way up: a submission is put under an id made on the laptop, as often as it takes to get an answer.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::{SubmissionId, Verdict};

use crate::Registry;
use crate::error::Result;
use crate::http::extract::{Path, SignedIn, SubmissionBody};

pub(crate) async fn submit(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(id): Path<SubmissionId>,
    SubmissionBody { hash, submission }: SubmissionBody,
) -> Result<Json<Verdict>> {
    registry.submit(&actor.principal, id, hash, submission).await.map(Json)
}

pub(crate) async fn show(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(id): Path<SubmissionId>,
) -> Result<Json<Verdict>> {
    registry.submission(&actor, id).await.map(Json)
}

pub(crate) async fn withdraw(
    State(registry): State<Registry>,
    SignedIn(actor): SignedIn,
    Path(id): Path<SubmissionId>,
) -> Result<Json<Verdict>> {
    registry.withdraw(&actor.principal, id).await.map(Json)
}
