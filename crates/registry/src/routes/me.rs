//! Who is signed in, and what for.

use axum::Json;
use axum::extract::State;
use guildhall_protocol::changes::Kind;
use guildhall_protocol::{Me, Membership};
use serde_json::Value;

use super::Bearer;
use crate::Registry;
use crate::failure::Outcome;
use crate::store::records;

pub(crate) async fn me(State(registry): State<Registry>, bearer: Bearer) -> Outcome<Json<Me>> {
    let actor = bearer.signed_in(&registry).await?;
    let mut tx = registry.store().read().await?;
    let mut councils = Vec::with_capacity(actor.councils.len());
    for council in actor.councils {
        let record = records::find(&mut tx, Kind::Council, council.as_str()).await?;
        let name = record.as_ref().and_then(|record| record.body.get("name")).and_then(Value::as_str);
        let name = name.unwrap_or(council.as_str()).to_owned();
        councils.push(Membership { council, name });
    }
    Ok(Json(Me { person: actor.person.id, email: actor.person.email, councils }))
}
