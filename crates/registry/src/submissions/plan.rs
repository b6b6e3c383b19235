//! What a submission comes to, given the record as it is and the version that it was written on. All of it is pure.

use std::collections::BTreeSet;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::fields::{self, Fields};
use guildhall_protocol::merge::merge;
use guildhall_protocol::validate::{FieldCode, FieldError, validate, validate_change};
use guildhall_protocol::{Code, Conflict, MergedWith, PersonId, Problem, Project, ProjectId, Submission};
use jiff::Timestamp;
use serde_json::Value;

use super::problems::problem_with;
use crate::access::policy;
use crate::store::records::{Record, RecordWrite, to_fields};

/// What a submission comes to.
pub(crate) struct Plan {
    /// What the record is to be.
    pub(super) record: RecordWrite,
    /// What somebody else changed since the version that it was written on.
    pub(super) merged_with: Option<MergedWith>,
    /// The fields from which characters that nobody can see were removed.
    pub(super) cleaned: Vec<String>,
}

/// Merges the patch with what has changed since its base, and fills in the fields that the registry keeps. Without a
/// base it cannot be merged, and is a conflict. Who wrote the other version is not known here: `by` is left empty.
pub(super) fn plan(
    id: ProjectId,
    author: PersonId,
    submission: &Submission,
    current: Option<&Record>,
    base: Option<&Fields>,
    now: Timestamp,
) -> Result<Plan, Box<Problem>> {
    let mut patch = submission.patch.clone();
    let cleaned = patch.clean();
    let patch = &patch;
    let Some(base) = base else {
        let fields: BTreeSet<String> = patch.fields().map(str::to_owned).collect();
        return Err(conflict(current, fields.into_iter().collect()));
    };
    let theirs = current.map_or(base, |current| &current.body);
    let merged = merge(base, theirs, patch);
    if !merged.clashes.is_empty() {
        let mut fields: Vec<String> = merged.clashes.into_iter().map(|clash| clash.field).collect();
        fields.dedup();
        return Err(conflict(current, fields));
    }
    let mut body = merged.fields;
    let others: Vec<String> = fields::diff(base, theirs).fields().map(str::to_owned).collect();

    let mut project = read_project(&body).map_err(problem_with)?;
    // Seconds are precise enough for a catalogue of projects that take months.
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    project.owner = project.owner.or(Some(author));
    project.created_at = project.created_at.or(Some(now));
    project.changed_at = Some(now);
    project.confirmed_at = Some(now);
    project.unclaimed = false;
    let was: Option<Project> = serde_json::from_value(Value::Object(theirs.clone())).ok();
    let check = |project: &Project| match &was {
        Some(was) => validate_change(was, project),
        None => validate(project),
    };
    let errors = check(&project);
    if !errors.is_empty() {
        // Each change may be allowed alone and both together be too long or too many. Their author did nothing wrong:
        // it is a conflict for them to resolve.
        let mine = serde_json::from_value::<Project>(Value::Object(fields::apply(base, patch)));
        if !others.is_empty() && mine.is_ok_and(|mine| check(&mine).is_empty()) {
            return Err(conflict(current, patch.fields().map(str::to_owned).collect()));
        }
        return Err(problem_with(errors));
    }
    // Added to what was there, so that fields which this version does not know stay.
    body.append(&mut to_fields(&project).map_err(|_| problem_with(Vec::new()))?);
    let cell = policy::cell_of(id, project.visibility);
    let author = author.to_string();
    let record =
        RecordWrite { kind: Kind::Project, id: id.to_string(), cell, project: String::new(), body, author };
    let merged_with = (!others.is_empty()).then(|| MergedWith {
        fields: others,
        by: String::new(),
        at: read_project(theirs).ok().and_then(|theirs| theirs.changed_at),
    });
    Ok(Plan { record, merged_with, cleaned })
}

pub(super) fn conflict(current: Option<&Record>, fields: Vec<String>) -> Box<Problem> {
    let mut problem = Box::new(Problem::new(Code::VersionConflict, "Someone else changed the same fields"));
    problem.conflict = current.map(|current| {
        Box::new(Conflict {
            version: current.version,
            seq: current.seq,
            fields,
            by: String::new(),
            record: current.body.clone(),
        })
    });
    problem
}

/// Reads the fields as a project, or says which of them can't be.
fn read_project(fields: &Fields) -> Result<Project, Vec<FieldError>> {
    serde_json::from_value(Value::Object(fields.clone())).map_err(|_| {
        let alone = |field: &str, value: &Value| {
            let mut project = Fields::new();
            project.insert("council".to_owned(), fields.get("council").cloned().unwrap_or_default());
            project.insert("title".to_owned(), Value::String(String::new()));
            project.insert(field.to_owned(), value.clone());
            serde_json::from_value::<Project>(Value::Object(project))
        };
        let unreadable = fields.iter().filter_map(|(field, value)| {
            let error = alone(field, value).err()?;
            Some(FieldError::new(format!("/{field}"), FieldCode::NotAllowed, error.to_string()))
        });
        unreadable.collect()
    })
}

#[cfg(test)]
mod tests {
    use guildhall_protocol::CouncilCode;
    use guildhall_protocol::fields::Patch;
    use guildhall_protocol::validate::LIMITS;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const TEN: &str = "2026-03-02T10:00:00Z";
    const AUTHOR: &str = "0190aaaa-0000-7000-8000-000000000001";
    const ROBIN: &str = "0190aaaa-0000-7000-8000-000000000002";
    /// More than half of what a text may have.
    const LONG: usize = LIMITS.long_text as usize * 2 / 3;

    fn project(said: &Value) -> Fields {
        let council: CouncilCode = "BCH".parse().unwrap();
        let mut fields = to_fields(&Project::new(council)).unwrap();
        let whole = json!({
            "title": "Bins", "problem": "They are missed.", "contact": {"mailbox": "team@barchester.example"},
            "visibility": "public", "changed_at": "2026-03-01T09:00:00Z",
        });
        for said in [&whole, said] {
            fields.extend(said.as_object().unwrap().clone());
        }
        fields
    }

    /// What each case expects: the fields of the record and what they were merged with, the fields of a conflict, or
    /// where the record breaks a rule.
    enum Then {
        Is(Value, &'static [&'static str]),
        Conflict(&'static [&'static str]),
        Breaks(&'static str),
    }

    /// (what, base, theirs, what is set, what is planned). None for a base: nobody has that version.
    #[test]
    fn cases() {
        use Then::{Breaks, Conflict, Is};
        let cases = [
            (
                "nobody else changed it",
                Some(json!({})),
                json!({}),
                json!({"title": "Waste"}),
                Is(json!({"title": "Waste"}), &[]),
            ),
            (
                "another field changed",
                Some(json!({})),
                json!({"summary": "Theirs"}),
                json!({"title": "Waste"}),
                Is(json!({"title": "Waste", "summary": "Theirs"}), &["summary"]),
            ),
            (
                "the same change",
                Some(json!({})),
                json!({"title": "Waste"}),
                json!({"title": "Waste"}),
                Is(json!({"title": "Waste"}), &["title"]),
            ),
            (
                "the same field changed",
                Some(json!({})),
                json!({"title": "Refuse"}),
                json!({"title": "Waste"}),
                Conflict(&["title"]),
            ),
            (
                "paragraphs of one text",
                Some(json!({"problem": "One.\n\nTwo."})),
                json!({"problem": "One!\n\nTwo."}),
                json!({"problem": "One.\n\nTwo!"}),
                Is(json!({"problem": "One!\n\nTwo!"}), &["problem"]),
            ),
            (
                "nobody has the base",
                None,
                json!({}),
                json!({"title": "Waste", "summary": "Mine"}),
                Conflict(&["summary", "title"]),
            ),
            ("a rule is broken", Some(json!({})), json!({}), json!({"title": ""}), Breaks("/title")),
            (
                "a field cannot be read",
                Some(json!({})),
                json!({}),
                json!({"phase": "later"}),
                Breaks("/phase"),
            ),
            (
                "only both together are too long",
                Some(json!({"problem": "One.\n\nTwo."})),
                json!({"problem": format!("{}\n\nTwo.", "a".repeat(LONG))}),
                json!({"problem": format!("One.\n\n{}", "b".repeat(LONG))}),
                Conflict(&["problem"]),
            ),
            (
                "hidden characters",
                Some(json!({})),
                json!({}),
                json!({"title": "Wa\u{200b}ste"}),
                Is(json!({"title": "Waste"}), &[]),
            ),
            (
                "an unknown field stays",
                Some(json!({"later": 1})),
                json!({"later": 1}),
                json!({"title": "Waste"}),
                Is(json!({"title": "Waste", "later": 1}), &[]),
            ),
            (
                "an import becomes its author's",
                Some(json!({"unclaimed": true})),
                json!({"unclaimed": true}),
                json!({"title": "Waste"}),
                Is(json!({"owner": AUTHOR}), &[]),
            ),
            (
                "an owner stays",
                Some(json!({"owner": ROBIN})),
                json!({"owner": ROBIN}),
                json!({"title": "Waste"}),
                Is(json!({"owner": ROBIN, "confirmed_at": TEN}), &[]),
            ),
        ];
        for (what, base, theirs, set, expected) in cases {
            let id = ProjectId(Uuid::from_u128(7));
            let current = Record {
                id: id.to_string(),
                version: 3,
                seq: 9,
                cell: "public".to_owned(),
                body: project(&theirs),
                council: "BCH".to_owned(),
                author: ROBIN.to_owned(),
            };
            let submission = Submission {
                kind: Kind::Project,
                record: id.to_string(),
                council: "BCH".parse().unwrap(),
                base_version: 2,
                base: None,
                patch: Patch { set: set.as_object().unwrap().clone(), ..Patch::default() },
            };
            let author = PersonId(AUTHOR.parse().unwrap());
            let base = base.map(|base| project(&base));
            // Half a second past: whole seconds are stored.
            let now: Timestamp = "2026-03-02T10:00:00.5Z".parse().unwrap();
            match plan(id, author, &submission, Some(&current), base.as_ref(), now) {
                Ok(plan) => {
                    let Is(fields, others) = &expected else { panic!("{what}: it is planned") };
                    for (field, value) in fields.as_object().unwrap() {
                        assert_eq!(plan.record.body.get(field), Some(value), "{what}: {field}");
                    }
                    let merged_with = plan.merged_with.map(|merged| merged.fields).unwrap_or_default();
                    assert_eq!(merged_with, *others, "{what}");
                    let (cell, author) = (plan.record.cell.as_str(), plan.record.author.as_str());
                    assert_eq!((cell, author), ("public", AUTHOR), "{what}");
                    assert_eq!(plan.record.body["changed_at"], TEN, "{what}");
                    assert_eq!(plan.record.body["unclaimed"], false, "{what}");
                    assert_eq!(plan.cleaned.is_empty(), what != "hidden characters");
                }
                Err(problem) => match (problem.conflict, problem.errors.first()) {
                    (Some(conflict), _) => {
                        let Conflict(fields) = &expected else { panic!("{what}: {:?}", conflict.fields) };
                        assert_eq!(conflict.fields, *fields, "{what}");
                        assert_eq!((conflict.version, conflict.seq), (3, 9), "{what}");
                        assert_eq!(conflict.record, current.body, "{what}: the record as it is");
                    }
                    (None, error) => {
                        let Breaks(pointer) = &expected else { panic!("{what}: {error:?}") };
                        assert_eq!(error.map(|error| error.pointer.as_str()), Some(*pointer), "{what}");
                    }
                },
            }
        }
    }

    #[test]
    fn a_new_project_takes_the_audience_that_its_author_chose() {
        for (visibility, cell) in [("public", "public"), ("councils", "councils"), ("members", "members")] {
            let id = ProjectId(Uuid::from_u128(8));
            let set = project(&json!({"visibility": visibility}));
            let council: CouncilCode = "BCH".parse().unwrap();
            let empty = to_fields(&Project::new(council.clone())).unwrap();
            let submission = Submission {
                kind: Kind::Project,
                record: id.to_string(),
                council,
                base_version: 0,
                base: None,
                patch: fields::diff(&empty, &set),
            };
            let author = PersonId(AUTHOR.parse().unwrap());
            let plan = plan(id, author, &submission, None, Some(&empty), TEN.parse().unwrap());
            let plan = plan.unwrap_or_else(|problem| panic!("{problem:?}"));
            assert_eq!((plan.record.cell.as_str(), plan.record.council()), (cell, "BCH"));
            assert!(plan.merged_with.is_none());
            assert_eq!(plan.record.body["owner"], AUTHOR);
            assert_eq!(plan.record.body["created_at"], TEN);
        }
    }
}
