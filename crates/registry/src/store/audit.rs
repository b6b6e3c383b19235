//! Who did what, committed together with what was done. Names no addresses: a person is an id here.

use super::write::WriteTx;
use crate::failure::Outcome;
use crate::world::World;

/// One act.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// A person's id, or `operator` for a command of the machine itself.
    pub(crate) actor: String,
    /// What was done, for example `publish`.
    pub(crate) action: &'static str,
    /// To what: `project/ID`, for example.
    pub(crate) subject: String,
    /// What else is worth knowing.
    pub(crate) detail: String,
}

impl Act {
    /// An act of whoever runs the registry.
    pub(crate) fn operator(
        action: &'static str,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self { actor: "operator".to_owned(), action, subject: subject.into(), detail: detail.into() }
    }
}

/// Writes it down.
pub(crate) async fn log(tx: &mut WriteTx, world: &World, act: &Act) -> Outcome<()> {
    sqlx::query("INSERT INTO audit (id, at, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(world.new_id().to_string())
        .bind(world.now_ms())
        .bind(act.actor.as_str())
        .bind(act.action)
        .bind(act.subject.as_str())
        .bind(act.detail.as_str())
        .execute(tx.sql())
        .await?;
    Ok(())
}
