//! Frozen examples of everything in the two databases: see `frozen/`. Each is written again and compared, and every
//! example ever frozen is read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_protocol::changes::{ChangeLine, Cursor};
use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{
    Approach, BudgetBand, Collaboration, LinkKind, NeedId, Phase, ProjectId, ServiceId, State, SubmissionId,
    Visibility, WantedKind,
};
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::types::{Value as Sql, ValueRef};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::mirror::contact::{self, Contact, Private};
use super::mirror::{Mirror, councils, lost_access, projects, reading, record, reviews, services, updates};
use super::work::answers::{self, StoredAnswer, StoredRefusal, StoredReview};
use super::work::conflicts::{self, StoredChoice, StoredChosen, Theirs};
use super::work::drafts::{
    self, StoredAttention, StoredDate, StoredDraft, StoredError, StoredForm, StoredLink, StoredMerge,
    StoredNeed, StoredPhaseDates, StoredState, StoredWanted,
};
use super::work::outbox::{self, Waiting};
use super::work::unfinished::{self, StoredText};
use super::work::unused_texts::{self, StoredUnusedText, StoredWhose};
use super::work::{Work, set_aside};
use super::{Choice, StoredCouncil};
use crate::env::RealDisk;

/// Compares the value with the frozen example of that name.
pub(crate) fn is_as_frozen(name: &str, value: &Value) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_json_snapshot!(name, value));
}

/// Every example frozen under the name: `NAME-1`, `NAME-2` and so on.
pub(crate) fn all_frozen(name: &str) -> Vec<Value> {
    let text = |n: usize| std::fs::read_to_string(folder().join(format!("{name}-{n}.snap"))).ok();
    let texts: Vec<String> = (1..).map_while(text).collect();
    assert!(!texts.is_empty(), "{name} is not frozen");
    texts
        .iter()
        .map(|text| {
            let (_, example) = text.trim_start_matches("---\n").split_once("\n---\n").unwrap();
            serde_json::from_str(example).unwrap()
        })
        .collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("frozen")
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | n)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn later(field: &str) -> Map<String, Value> {
    Map::from_iter([(field.to_owned(), json!({"of": "a later version"}))])
}

fn date(day: &str, month: &str, year: &str) -> StoredDate {
    StoredDate { day: day.into(), month: month.into(), year: year.into(), rest: later("about") }
}

fn form() -> StoredForm {
    StoredForm {
        title: "Report a missed bin".into(),
        summary: "Residents tell us on any device.".into(),
        why: "A third of the calls on a Monday.".into(),
        problem: "The form asks for an account.".into(),
        needs: vec![StoredNeed {
            id: NeedId(id(1)),
            as_a: "resident".into(),
            i_need: "report a missed bin".into(),
            so_that: "it is collected".into(),
            evidence: "12 interviews".into(),
            rest: later("asked_by"),
        }],
        services: vec![ServiceId(524)],
        phase: Phase::Alpha,
        phase_dates: vec![StoredPhaseDates {
            phase: Phase::Discovery,
            started: date("5", "January", "2026"),
            ended: date("31", "", ""),
            rest: later("place"),
        }],
        learned: "An address is enough.".into(),
        approach: Approach::Buy,
        product: "BinTime".into(),
        supplier: "Casterbridge Software Ltd".into(),
        contract_ends: date("31", "3", "2029"),
        collaboration: Collaboration::LookingForPartners,
        wanted: vec![StoredWanted {
            kind: WantedKind::Research,
            what: "five interviews".into(),
            by: date("1", "9", "2026"),
            rest: later("for_whom"),
        }],
        budget_band: BudgetBand::From50kTo250k,
        contact_mailbox: "digital@barchester.example".into(),
        contact_name: "Septimus Harding".into(),
        lang: "cy".into(),
        links: vec![
            StoredLink {
                id: id(2),
                kind: Choice::Known(LinkKind::Repository),
                url: "https://code.barchester.example/bins".into(),
                label: "The code".into(),
                rest: later("since"),
            },
            StoredLink {
                id: id(3),
                kind: Choice::Other("film".into()),
                url: "https://barchester.example/film".into(),
                label: "The film".into(),
                rest: Map::new(),
            },
        ],
        tags: vec!["bins".into()],
        licence: "MIT".into(),
        reuse: "Take the form.".into(),
        visibility: Some(Visibility::Public),
        rest: later("mood"),
    }
}

fn draft() -> StoredDraft {
    StoredDraft {
        id: id(4),
        project: ProjectId(id(5)),
        council: council(),
        base_version: 7,
        base: json!({"council": "BCH", "title": "Missed bins", "sponsor": "Place"})
            .as_object()
            .cloned()
            .unwrap(),
        form: form(),
        state: StoredState::NeedsAttention,
        attention: Some(StoredAttention::Refused {
            errors: vec![StoredError {
                pointer: "/needs/0/i_need".into(),
                code: Choice::Known(FieldCode::TooLong),
                detail: "At most 300 characters".into(),
            }],
        }),
        saved_at: at("2026-11-20T10:00:00.123Z"),
        sent_at: Some(at("2026-11-21T09:00:00Z")),
        merged_with: Some(StoredMerge {
            fields: vec!["summary".into()],
            by: "robin@walmington.example".into(),
            at: Some(at("2026-11-19T12:00:00Z")),
        }),
    }
}

fn council() -> StoredCouncil {
    StoredCouncil {
        code: "BCH".parse().unwrap(),
        name: "Barchester City Council".into(),
        name_cy: "Cyngor Dinas Barchester".into(),
    }
}

fn answer() -> StoredAnswer {
    StoredAnswer {
        review: SubmissionId(id(6)),
        submission: SubmissionId(id(7)),
        body: r#"{"kind":"review","record":"r"}"#.into(),
        row: Some(StoredReview {
            id: SubmissionId(id(6)),
            project: ProjectId(id(5)),
            title: "What was sent".into(),
            council: council(),
            author: "mary.thorne@barchester.example".into(),
            new: true,
            sent_at: at("2026-11-18T15:00:00Z"),
        }),
        state: State::ChangesRequested,
        reason: "Say who runs it.".into(),
        tries: 1,
        refused: Some(Choice::Known(StoredRefusal::Changed)),
    }
}

fn theirs() -> Theirs {
    let chosen = |field: &str, member: Option<Uuid>, choice| StoredChosen {
        field: field.into(),
        member: member.map(|id| id.to_string()),
        choice,
        rest: later("by"),
    };
    Theirs {
        version: 8,
        fields: json!({"council": "BCH", "title": "Missed bins, counted", "sponsor": "Place"})
            .as_object()
            .cloned()
            .unwrap(),
        by: "robin@walmington.example".into(),
        steps: vec![
            vec![chosen("title", None, StoredChoice::Mine)],
            vec![
                chosen("needs", Some(id(1)), StoredChoice::Theirs),
                chosen("summary", None, StoredChoice::Anew { value: "\"Both\"".into() }),
                chosen("tags", None, StoredChoice::Other(json!({"take": "both"}))),
            ],
        ],
    }
}

fn unused() -> StoredUnusedText {
    StoredUnusedText {
        id: id(8),
        project: ProjectId(id(5)),
        title: "Missed bins".into(),
        field: "needs".into(),
        value: r#"{"id":"01900000-0000-7000-8000-000000000001","as_a":"driver"}"#.into(),
        whose: StoredWhose::Theirs,
        kept_at: at("2026-11-21T09:00:00Z"),
    }
}

fn waiting() -> Waiting {
    Waiting {
        submission: SubmissionId(id(9)),
        draft: id(4),
        body: r#"{"kind":"project","record":"p"}"#.into(),
        tries: 2,
    }
}

fn unfinished() -> StoredText {
    StoredText { choice: "declined".into(), text: "Say who it is for".into() }
}

const WORK: [&str; 6] = ["drafts", "outbox", "conflicts", "unused_texts", "answers", "unfinished"];
const MIRROR: [&str; 10] = [
    "contact",
    "reading",
    "councils",
    "services",
    "projects",
    "updates",
    "reviews",
    "submissions",
    "set_aside",
    "lost_access",
];

fn contact() -> Contact {
    let days = |days: i64| jiff::SignedDuration::from_hours(24 * days);
    Contact {
        looked_at: at("2026-11-23T17:01:00Z"),
        passed: days(31),
        ran: days(3),
        private: Private::Hidden,
        hidden_at: days(2),
    }
}

#[tokio::test]
async fn all_work_is_written_as_frozen() {
    let dir = tempfile::tempdir().unwrap();
    let work = Work::open(&dir.path().join("work.db"), Arc::new(RealDisk)).unwrap();
    let write = work.write(|tx| {
        let (draft, waiting, answer, now) = (draft(), waiting(), answer(), at("2026-11-21T09:00:00Z"));
        drafts::insert(tx, &draft)?;
        let (merged, submission) = (draft.merged_with.as_ref(), SubmissionId(id(10)));
        drafts::set_answered(tx, draft.id, draft.state, submission, "k3x.2", merged)?;
        drafts::hide(tx, draft.id)?;
        outbox::enqueue(tx, &waiting, now)?;
        (0..waiting.tries).try_for_each(|_| outbox::mark_try(tx, waiting.submission).map(drop))?;
        conflicts::put(tx, draft.id, &theirs(), now)?;
        unused_texts::insert(tx, &unused())?;
        unfinished::save(tx, "review", "0190", &unfinished(), now)?;
        answers::enqueue(tx, &answer, now)?;
        answers::mark_try(tx, answer.review)?;
        answers::refuse(tx, answer.review, StoredRefusal::Changed)
    });
    write.await.unwrap();
    work.read(|work| {
        WORK.iter().for_each(|table| is_as_frozen(&newest(table), &first_row(work, table)));
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn all_work_that_was_ever_frozen_is_read() {
    for n in 0..most_frozen(&WORK) {
        let dir = tempfile::tempdir().unwrap();
        let work = Work::open(&dir.path().join("work.db"), Arc::new(RealDisk)).unwrap();
        work.write(move |tx| {
            WORK.iter().for_each(|table| put_frozen(tx, table, n));
            assert!(set_aside::all(tx)?.is_empty());
            let read = drafts::get(tx, id(4))?;
            assert_eq!(format!("{read:?}"), format!("{:?}", draft()));
            assert_eq!(outbox::peek_next(tx, &[])?, Some(waiting()));
            assert_eq!(conflicts::get(tx, id(4))?, Some(theirs()));
            assert_eq!(unused_texts::all(tx)?, [unused()]);
            assert_eq!(unfinished::find(tx, "review", "0190")?, Some(unfinished()));
            assert_eq!(format!("{:?}", answers::all(tx)?), format!("{:?}", [answer()]));
            Ok(())
        })
        .await
        .unwrap();
    }
}

/// Every state and reason; the examples of rows have one each.
#[test]
fn every_reason_is_written_as_frozen_and_read() {
    let (by, reason) = ("eleanor.bold@barchester.example".to_owned(), "Say who runs it.".to_owned());
    let reasons = [
        StoredAttention::Conflict,
        draft().attention.unwrap(),
        StoredAttention::NotAllowed,
        StoredAttention::Gone,
        StoredAttention::Mismatch,
        StoredAttention::TooLarge,
        StoredAttention::ChangesRequested { by: by.clone(), reason: reason.clone() },
        StoredAttention::Declined { by: by.clone(), reason },
        StoredAttention::NotThere,
        StoredAttention::Other(json!({"why": "merged_away", "into": "p"})),
    ];
    let mut now = reasons.to_vec();
    now.push(StoredAttention::ChangedSince { by });
    is_as_frozen("attention-2", &serde_json::to_value(&now).unwrap());
    for frozen in all_frozen("attention") {
        let read: Vec<StoredAttention> = serde_json::from_value(frozen).unwrap();
        assert_eq!(read[..reasons.len()], reasons);
        assert!(read.len() == reasons.len() || read == now);
    }
    let refusals =
        [StoredRefusal::Answered, StoredRefusal::Changed, StoredRefusal::NotAllowed, StoredRefusal::Invalid];
    is_as_frozen("refused-1", &serde_json::to_value(refusals).unwrap());
}

#[tokio::test]
async fn the_mirror_is_written_as_frozen() {
    let dir = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(&dir.path().join("mirror.db"), Arc::new(RealDisk)).unwrap();
    mirror
        .write(|tx| {
            let mut reading = reading::get(tx)?;
            reading.generation = 2;
            for (seq, (kind, record, body)) in (40..).zip(records()) {
                let (kind, body) = (kind.to_owned(), body.as_object().cloned());
                let line = ChangeLine { seq, kind, id: record, version: 3, body, gone: false };
                reading.digest = record::apply_record(tx, &line, 2, reading.digest)?;
            }
            lost_access::keep(tx, &id(5).to_string())?;
            reading.cursor = Some(Cursor { epoch: "k3x".into(), access: 4, seq: 46 });
            reading.began = Some(29);
            reading.sweeping = true;
            reading.read = 7;
            reading.updated_at = Some(at("2026-11-23T17:00:00Z"));
            reading::set(tx, &reading)?;
            contact::set(tx, &contact())
        })
        .await
        .unwrap();
    mirror
        .read(|mirror| {
            MIRROR.iter().for_each(|table| is_as_frozen(&newest(table), &first_row(mirror, table)));
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn every_mirror_that_was_ever_frozen_is_read() {
    for n in 0..most_frozen(&MIRROR) {
        let dir = tempfile::tempdir().unwrap();
        let mirror = Mirror::open(&dir.path().join("mirror.db"), Arc::new(RealDisk)).unwrap();
        mirror
            .write(move |tx| {
                tx.execute("DELETE FROM reading", [])?;
                for table in MIRROR {
                    put_frozen(tx, table, n);
                }
                let reading = reading::get(tx)?;
                assert_eq!(reading.cursor.unwrap().to_string(), "k3x.4.46");
                assert_eq!((reading.began, reading.sweeping, reading.read), (Some(29), true, 7));
                assert_eq!(councils::current(tx, "2026-11-24".parse().unwrap())?, [council()]);
                assert_eq!(services::all(tx)?.len(), 1);
                let project = projects::get(tx, ProjectId(id(5)))?;
                assert_eq!(project.fields["sponsor"], "Place");
                assert_eq!(projects::facts(tx, &councils::facts(tx)?)?.len(), 1);
                assert_eq!(updates::of_project(tx, ProjectId(id(5)))?.len(), 1);
                assert_eq!(reviews::all(tx)?.len(), 1);
                assert_eq!(reviews::told(tx)?.len(), 1);
                assert_eq!(lost_access::all(tx)?.len(), 1);
                assert_eq!(contact::get(tx)?, Some(contact()));
                Ok(())
            })
            .await
            .unwrap();
    }
}

/// (kind, id, body)
fn records() -> [(&'static str, String, Value); 7] {
    let sent = json!({"author": id(11), "email": "mary.thorne@barchester.example", "council": "BCH", "project": id(5),
        "base_version": 3, "patch": {"set": {"title": "Bins"}, "add": {"tags": ["bins"]}, "remove": {"services": [524]}},
        "sent_at": "2026-11-18T15:00:00Z", "urgency": 2});
    let told = json!({"state": "changes_requested", "reason": "Somebody was faster.",
        "by": "eleanor.bold@barchester.example", "at": "2026-11-22T10:00:00Z", "project": id(5), "thread": "t1",
        "conflict": {"version": 6, "seq": 40, "fields": ["summary"], "by": "robin@walmington.example", "record": {}}});
    let project = json!({"council": "BCH", "title": "Missed bins", "phase": "alpha", "tags": ["bins"],
        "services": [524], "collaboration": "open_to_talk", "created_at": "2026-05-04T09:30:00Z",
        "confirmed_at": "2026-11-03T08:00:00Z", "needs": [{"id": id(1), "i_need": "report a missed bin"}],
        "visibility": "public", "sponsor": "Place"});
    let council = json!({"code": "BCH", "name": "Barchester City Council", "name_cy": "Cyngor Dinas Barchester",
        "nation": "wales", "region": "Wales", "population": 84000});
    let update = json!({"project": id(5), "at": "2026-11-10T12:00:00Z", "text": "Show and tell.",
        "happens_at": "2026-11-27T14:00:00Z", "place": "The library", "open_to": "anyone", "sign_up": "x"});
    [
        ("council", "BCH".into(), council),
        ("service", "524".into(), json!({"id": 524, "name": "Missed bin collection", "group": "Waste"})),
        ("project", id(5).to_string(), project),
        ("update", id(12).to_string(), update),
        ("review", id(6).to_string(), sent),
        ("submission", id(10).to_string(), told),
        ("poll", "p1".into(), json!({"question": "Bins?"})),
    ]
}

/// The first row of a table, with JSON columns parsed. Bodies that are sent byte for byte stay text.
fn first_row(connection: &Connection, table: &str) -> Value {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY rowid LIMIT 1")).unwrap();
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let is_sent = ["outbox", "answers"].contains(&table);
    let row = statement.query_row([], |row| {
        let mut fields = Map::new();
        for (column, name) in names.iter().enumerate() {
            let value = match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => number.into(),
                other => {
                    let text = other.as_str()?;
                    let is_json = text.starts_with(['{', '[']) && !(is_sent && name == "body");
                    if is_json { serde_json::from_str(text).unwrap() } else { text.into() }
                }
            };
            fields.insert(name.clone(), value);
        }
        Ok(fields)
    });
    Value::Object(row.unwrap_or_else(|error| panic!("{table}: {error}")))
}

/// The base name of a table's examples.
fn name(table: &str) -> String {
    if MIRROR.contains(&table) { format!("mirror-{table}") } else { table.to_owned() }
}

/// The name of a table's newest example; older ones are only read.
fn newest(table: &str) -> String {
    let n = match table {
        // The second has the `hidden` column.
        "set_aside" => 2,
        _ => 1,
    };
    format!("{}-{n}", name(table))
}

fn most_frozen(tables: &[&str]) -> usize {
    tables.iter().map(|table| all_frozen(&name(table)).len()).max().unwrap()
}

fn put_frozen(connection: &Connection, table: &str, n: usize) {
    let frozen = all_frozen(&name(table));
    // A table that has not changed since has fewer examples.
    put_rows(connection, table, frozen.get(n).unwrap_or_else(|| frozen.last().unwrap()));
}

fn put_rows(connection: &Connection, table: &str, row: &Value) {
    let row = row.as_object().unwrap();
    let values = row.values().map(|value| match value {
        Value::Null => Sql::Null,
        Value::Number(number) => Sql::Integer(number.as_i64().unwrap()),
        Value::String(text) => Sql::Text(text.clone()),
        json => Sql::Text(json.to_string()),
    });
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let sql = format!("INSERT OR REPLACE INTO {table} ({}) VALUES ({marks})", names.join(", "));
    connection.execute(&sql, rusqlite::params_from_iter(values)).unwrap();
}
