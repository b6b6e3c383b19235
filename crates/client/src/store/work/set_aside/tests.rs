use std::path::{Path, PathBuf};
use std::sync::Arc;

use guildhall_protocol::ProjectId;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::env::RealDisk;
use crate::error::Failure;
use crate::store::upgrades::{landed, make};
use crate::store::work::Work;

/// An id as the released files have them.
fn id(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | (kind << 16) | n)
}

/// A released database, changed by `sql` so that this version cannot read all of it.
fn damaged(sql: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("work.db");
    make(&landed("work")[&3], &path);
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
    (dir, path)
}

fn open(path: &Path) -> Work {
    Work::open(path, Arc::new(RealDisk)).unwrap()
}

/// How many of each can be read: listed drafts, open drafts, sendable submissions, unused texts, answers.
fn readable(work: &Connection) -> [usize; 5] {
    let (writing, waiting, attention) = drafts::count(work).unwrap();
    [
        drafts::all(work).unwrap().len(),
        (writing + waiting + attention) as usize,
        outbox::count(work).unwrap() as usize,
        unused_texts::all(work).unwrap().len(),
        answers::all(work).unwrap().len(),
    ]
}

#[tokio::test]
async fn a_row_that_cant_be_read_takes_no_other_along() {
    let (draft, waits, clash) = (id(2, 1), id(2, 2), id(2, 4));
    let cases = [
        (
            format!("UPDATE drafts SET form = json_set(form, '$.phase', 'pilot') WHERE id = '{draft}'"),
            (RowKind::Draft, "Report a missed bin"),
            [15, 10, 2, 3, 6],
        ),
        (
            format!("UPDATE drafts SET form = 'rubbish' WHERE id = '{waits}'"),
            (RowKind::Draft, ""),
            [15, 10, 1, 3, 6],
        ),
        (
            format!("UPDATE drafts SET base = '[]' WHERE id = '{draft}'"),
            (RowKind::Draft, "Report a missed bin"),
            [15, 10, 2, 3, 6],
        ),
        (
            format!("UPDATE drafts SET base_version = -1 WHERE id = '{draft}'"),
            (RowKind::Draft, "Report a missed bin"),
            [15, 10, 2, 3, 6],
        ),
        (
            format!("UPDATE drafts SET saved_at = 9000000000000000000 WHERE id = '{draft}'"),
            (RowKind::Draft, "Report a missed bin"),
            [15, 10, 2, 3, 6],
        ),
        (
            format!("UPDATE drafts SET project = 'x' WHERE id = '{draft}'"),
            (RowKind::Draft, "Report a missed bin"),
            [15, 10, 2, 3, 6],
        ),
        (
            format!("UPDATE outbox SET submission = 'x' WHERE draft = '{waits}'"),
            (RowKind::Waiting, "Missed bins on any device"),
            [16, 11, 1, 3, 6],
        ),
        (
            format!("UPDATE conflicts SET theirs = '1' WHERE draft = '{clash}'"),
            (RowKind::Conflict, "Needs attention 4"),
            [16, 11, 2, 3, 6],
        ),
        (
            format!("UPDATE conflicts SET steps = '{{}}' WHERE draft = '{clash}'"),
            (RowKind::Conflict, "Needs attention 4"),
            [16, 11, 2, 3, 6],
        ),
        (
            format!("UPDATE kept SET project = 'x' WHERE id = '{}'", id(7, 1)),
            (RowKind::UnusedText, "Missed bins"),
            [16, 11, 2, 2, 6],
        ),
        (
            format!("UPDATE answers SET submission = 'x' WHERE review = '{}'", id(8, 1)),
            (RowKind::Answer, "What was sent 1"),
            [16, 11, 2, 3, 5],
        ),
        (
            // It is sent all the same: the review that it answers is only shown.
            format!("UPDATE answers SET row = json_remove(row, '$.project') WHERE review = '{}'", id(8, 1)),
            (RowKind::Answer, "What was sent 1"),
            [16, 11, 2, 3, 6],
        ),
    ];
    for (sql, (what, title), expected) in cases {
        let (_dir, path) = damaged(&sql);
        let work = open(&path);
        let (aside, read) = work.read(|work| Ok((all(work)?, readable(work)))).await.unwrap();
        assert_eq!(read, expected, "{sql}");
        let told: Vec<_> = aside.iter().map(|aside| (aside.what, aside.title.as_str())).collect();
        assert_eq!(told, [(what, title)], "{sql}");
        assert!(aside[0].row.len() > 4, "{sql}: all of the row is there to be saved");
    }
}

#[tokio::test]
async fn what_cant_be_read_is_told_when_it_is_asked_for() {
    let (_dir, path) = damaged(&format!("UPDATE drafts SET form = '7' WHERE id = '{}'", id(2, 1)));
    let work = open(&path);
    let (draft, other) = (id(2, 1), id(2, 3));
    work.read(move |work| {
        assert_eq!(drafts::get(work, draft).err(), Some(Failure::Unreadable));
        assert_eq!(drafts::get(work, other).unwrap().form.title, "Bulky waste: book and pay");
        assert_eq!(drafts::get(work, Uuid::nil()).err(), Some(Failure::NotFound));
        // No other draft of its project is started, and it is counted in the warning before a sign-out.
        assert!(drafts::open_by_project(work)?.iter().any(|(_, open)| *open == draft));
        assert_eq!(drafts::count_open(work)?, 11);
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn erasure_reaches_unreadable_rows() {
    let draft = id(2, 2);
    let sql = format!("UPDATE drafts SET form = json_set(form, '$.phase', 'pilot') WHERE id = '{draft}'");
    let (_dir, path) = damaged(&sql);
    let work = open(&path);
    assert!(work.write(move |tx| drafts::delete_contact(tx, ProjectId(id(5, 2)))).await.unwrap());
    let aside = work.read(all).await.unwrap().remove(0);
    assert!(!json!(aside.row).to_string().contains("digital@barchester.example"));
    // Everything else is unchanged.
    assert_eq!(
        (&aside.row["form"]["phase"], &aside.row["base"]["sponsor"]),
        (&json!("pilot"), &json!("Directorate of Place"))
    );
}
