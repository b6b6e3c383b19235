//! Every council, current and former, in the order of their codes.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Fields;

use crate::Registry;
use crate::error::Result;
use crate::store::records;

pub(crate) async fn councils(State(registry): State<Registry>) -> Result<Json<Vec<Fields>>> {
    let mut tx = registry.store().read().await?;
    Ok(records::all(&mut tx, Kind::Council).await.map(Json)?)
}
