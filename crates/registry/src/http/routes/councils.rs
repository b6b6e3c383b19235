//! Every council, current and former, in the order of their codes.

use axum::extract::State;
use guildhall_protocol::Council;
use guildhall_protocol::changes::Kind;

use crate::Registry;
use crate::error::Result;
use crate::http::operation::Records;

pub(crate) async fn list(State(registry): State<Registry>) -> Result<Records<Council>> {
    registry.public_records(Kind::Council).await.map(Records::from)
}
