//! The history of a project, for whoever may read the project: what changed and when, and for people of its council also
//! by whom. The texts of earlier versions are not shown to anybody.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::{self, Fields};
use guildhall_protocol::{HistoryEntry, HistoryKind, Project, ProjectId};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::moderation::readable;
use crate::Registry;
use crate::access::council::name_of;
use crate::access::policy;
use crate::access::principal::Actor;
use crate::error::{Error, Result};
use crate::store::records::to_fields;
use crate::store::{history, people, read_time};

/// The most versions that are shown, and one more to compare the last of them with.
const MOST: usize = 100;

impl Registry {
    /// What happened to a project, newest first.
    pub(crate) async fn project_history(
        &self,
        actor: Option<&Actor>,
        project: ProjectId,
    ) -> Result<Vec<HistoryEntry>> {
        let mut tx = self.store().read().await?;
        let reader = policy::reader(&mut tx, actor).await?;
        let record = readable(&mut tx, &reader, project).await?;
        let earlier = history::last(&mut tx, Kind::Project, &record.id, MOST as i64).await?;
        let now = record.council.parse().map_err(|error| Error::damaged("a council's code", error))?;
        let is_colleague = actor.is_some_and(|actor| actor.role_at(&now).is_some());
        let mut entries = Vec::with_capacity(earlier.len() + 1);
        let (mut version, mut body, mut author) = (record.version, record.body, record.author);
        let mut before = earlier.into_iter();
        while entries.len() < MOST {
            let earlier = before.next();
            let council = field(&body, "council").unwrap_or_else(|| now.clone());
            let was = earlier.as_ref().map(|earlier| &earlier.body);
            let at = match &earlier {
                Some(earlier) => Some(read_time(earlier.replaced_at)?),
                None if version == 1 => field(&body, "created_at").or_else(|| field(&body, "confirmed_at")),
                None => None,
            };
            let by = if is_colleague { people::address_of(&mut tx, &author).await? } else { String::new() };
            let (kind, fields) = what_happened(was, &body)?;
            let news = |name| was.is_none_or(|was| was.get(name) != body.get(name));
            entries.push(HistoryEntry {
                version,
                at,
                kind,
                fields,
                phase: field(&body, "phase").filter(|_| news("phase")),
                visibility: field(&body, "visibility").filter(|_| news("visibility")),
                council_name: name_of(&mut tx, &council).await?,
                council,
                by,
            });
            let Some(earlier) = earlier else { break };
            (version, body, author) = (earlier.version, earlier.body, earlier.author);
        }
        Ok(entries)
    }
}

fn field<T: DeserializeOwned>(fields: &Fields, name: &str) -> Option<T> {
    fields.get(name).and_then(|value| serde_json::from_value(value.clone()).ok())
}

/// What a version came from, and the fields that people changed in it. Of the first version all that was filled in
/// counts as changed.
fn what_happened(was: Option<&Fields>, is: &Fields) -> Result<(HistoryKind, Vec<String>)> {
    let is_unclaimed = |fields: &Fields| fields.get("unclaimed") == Some(&Value::Bool(true));
    let changed = |was: &Fields| {
        let mut fields: Vec<String> = fields::diff(was, is).fields().map(str::to_owned).collect();
        fields.sort();
        fields.dedup();
        fields
    };
    let Some(was) = was else {
        let empty = match field(is, "council") {
            Some(council) => to_fields(&Project::new(council))?,
            None => Fields::new(),
        };
        let kind = if is_unclaimed(is) { HistoryKind::Imported } else { HistoryKind::Published };
        return Ok((kind, changed(&empty)));
    };
    let fields = changed(was);
    let kind = if was.get("council") != is.get("council") {
        HistoryKind::Moved
    } else if is_unclaimed(was) && !is_unclaimed(is) {
        HistoryKind::Claimed
    } else if fields.is_empty() && was.get("confirmed_at") != is.get("confirmed_at") {
        HistoryKind::Confirmed
    } else {
        HistoryKind::Changed
    };
    Ok((kind, fields))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Fields {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_version_tells_what_happened() {
        let base = json!({"council": "BCH", "title": "Bins", "phase": "alpha", "confirmed_at": "2026-03-01T09:00:00Z"});
        let with = |more: Value| {
            let mut all = fields(base.clone());
            all.extend(fields(more));
            all
        };
        let later = "2026-04-01T09:00:00Z";
        for (was, is, kind, changed) in [
            (json!({}), json!({"phase": "beta", "confirmed_at": later}), HistoryKind::Changed, vec!["phase"]),
            (json!({}), json!({"confirmed_at": later}), HistoryKind::Confirmed, vec![]),
            (json!({"unclaimed": true}), json!({"confirmed_at": later}), HistoryKind::Claimed, vec![]),
            (json!({}), json!({"council": "CAS"}), HistoryKind::Moved, vec![]),
        ] {
            let found = what_happened(Some(&with(was)), &with(is.clone())).unwrap();
            assert_eq!(
                (found.0, found.1.iter().map(String::as_str).collect::<Vec<_>>()),
                (kind, changed),
                "{is}"
            );
        }
        assert_eq!(what_happened(None, &with(json!({}))).unwrap().0, HistoryKind::Published);
        assert_eq!(what_happened(None, &with(json!({"unclaimed": true}))).unwrap().0, HistoryKind::Imported);
        assert_eq!(what_happened(None, &with(json!({}))).unwrap().1, ["phase", "title"]);
    }
}
