//! Every service of the Local Government Service List: what "What do you work on?" offers before the first sync.

use axum::extract::State;
use guildhall_protocol::Service;
use guildhall_protocol::changes::Kind;

use crate::Registry;
use crate::error::Result;
use crate::http::operation::Records;

pub(crate) async fn list(State(registry): State<Registry>) -> Result<Records<Service>> {
    registry.public_records(Kind::Service).await.map(Records::from)
}
