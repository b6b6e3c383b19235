//! Every council, current and former, in the order of their codes.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Fields;

use crate::Registry;
use crate::error::Outcome;
use crate::store::records;

pub(crate) async fn councils(State(registry): State<Registry>) -> Outcome<Json<Vec<Fields>>> {
    let mut tx = registry.store().read().await?;
    records::all(&mut tx, Kind::Council).await.map(Json)
}
