//! The lines of the change feed.

use guildhall_protocol::changes::{ChangeLine, FirstLine, LastLine};

use crate::records::fields;
use crate::{frozen, frozen_in_full, uuid};

#[test]
fn a_first_line() {
    let first = FirstLine { epoch: "k3x9".into(), access: 4, newest: 420, remaining: 1012 };
    frozen_in_full("feed_first", &first);
}

#[test]
fn a_record() {
    let (kind, id) = ("project".to_owned(), uuid(4).to_string());
    frozen("feed_change", &ChangeLine { seq: 412, kind, id, version: 7, body: Some(fields()), gone: false });
}

#[test]
fn a_tombstone() {
    let (kind, id) = ("project".to_owned(), uuid(4).to_string());
    frozen("feed_gone", &ChangeLine { seq: 413, kind, id, version: 0, body: None, gone: true });
}

#[test]
fn a_last_line() {
    let cursor = "k3x9.4.420".to_owned();
    let digest = Some("58a988e15cc120b5".to_owned());
    frozen("feed_last", &LastLine { cursor: cursor.clone(), more: false, count: 2, digest });
    frozen("feed_last_of_a_page", &LastLine { cursor, more: true, count: 1000, digest: None });
}
