//! Which services and needs each project has. The table follows from the projects' bodies: `records.rs` keeps it up to
//! date, and [`fill`] makes it for a registry from before it existed.

use std::collections::BTreeSet;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::Fields;
use serde_json::Value;
use sqlx::AnyConnection;

use super::write::WriteTx;
use crate::store::error::Result;
use crate::store::records;

/// What a project can be found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LinkTo {
    Service,
    Need,
}

impl LinkTo {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Need => "need",
        }
    }
}

/// Stores a project's links.
pub(crate) async fn set(sql: &mut AnyConnection, project: &str, body: &Fields) -> Result<()> {
    let stored: Vec<(String, String)> =
        sqlx::query_as("SELECT kind, target FROM project_links WHERE project = $1")
            .bind(project)
            .fetch_all(&mut *sql)
            .await?;
    let now = links_of(body);
    if stored.into_iter().collect::<BTreeSet<_>>() == now {
        return Ok(());
    }
    forget(sql, project).await?;
    for (kind, target) in now {
        sqlx::query("INSERT INTO project_links (project, kind, target) VALUES ($1, $2, $3)")
            .bind(project)
            .bind(kind)
            .bind(target)
            .execute(&mut *sql)
            .await?;
    }
    Ok(())
}

/// Deletes a project's links.
pub(crate) async fn forget(sql: &mut AnyConnection, project: &str) -> Result<()> {
    sqlx::query("DELETE FROM project_links WHERE project = $1").bind(project).execute(sql).await?;
    Ok(())
}

/// Whether the table was never filled.
pub(crate) async fn are_missing(sql: &mut AnyConnection) -> Result<bool> {
    let link: Option<String> =
        sqlx::query_scalar("SELECT project FROM project_links LIMIT 1").fetch_optional(&mut *sql).await?;
    let project: Option<String> = sqlx::query_scalar("SELECT id FROM records WHERE kind = 'project' LIMIT 1")
        .fetch_optional(sql)
        .await?;
    Ok(link.is_none() && project.is_some())
}

/// Fills the table from every project.
pub(crate) async fn fill(tx: &mut WriteTx) -> Result<()> {
    for project in records::of_kind(tx.sql(), Kind::Project).await? {
        set(tx.sql(), &project.id, &project.body).await?;
    }
    Ok(())
}

fn links_of(body: &Fields) -> BTreeSet<(String, String)> {
    let list = |name: &str| body.get(name).and_then(Value::as_array).into_iter().flatten();
    let services = list("services").map(|id| (LinkTo::Service, id.to_string().trim_matches('"').to_owned()));
    let needs = list("needs").filter_map(|need| Some((LinkTo::Need, need.get("id")?.as_str()?.to_owned())));
    services.chain(needs).map(|(kind, target)| (kind.as_str().to_owned(), target)).collect()
}
