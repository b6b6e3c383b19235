//! Every service of the Local Government Service List: what "What do you work on?" offers before the first sync.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Fields;

use crate::Registry;
use crate::error::Result;
use crate::store::records;

pub(crate) async fn services(State(registry): State<Registry>) -> Result<Json<Vec<Fields>>> {
    let mut tx = registry.store().read().await?;
    Ok(records::all(&mut tx, Kind::Service).await.map(Json)?)
}
