//! Fuzz target for the decoder of answers, which may come from anything that claims to be a registry. `cargo xtask
//! fuzz` searches for inputs that break the properties below; `cargo test` replays the corpus in `__fuzz__` beside this
//! file.

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use guildhall_protocol::changes::Cursor;
use guildhall_protocol::routes;

use super::page::{Page, read_page};

/// Reads the bytes, split into pieces of `piece` bytes.
fn read(bytes: &[u8], piece: usize, asked: Option<&Cursor>) -> Page {
    let pieces: Vec<_> = bytes.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    read_page(stream::iter(pieces).boxed(), asked).now_or_never().expect("there is nothing to wait for")
}

#[test]
fn an_answer_is_read_up_to_its_first_fault() {
    bolero::check!().for_each(|input: &[u8]| {
        let Some((&first, bytes)) = input.split_first() else { return };
        let asked = (first % 2 == 0).then(|| Cursor { epoch: "k3".into(), access: 0, seq: u64::from(first) });
        let page = read(bytes, usize::from(first) + 1, asked.as_ref());

        let whole = read(bytes, usize::MAX, asked.as_ref());
        assert_eq!(format!("{page:?}"), format!("{whole:?}"), "in pieces or not");

        assert!(page.lines.len() <= routes::MAX_PAGE as usize);
        assert!(page.lines.iter().all(|line| line.seq <= i64::MAX as u64));
        assert!(page.lines.iter().all(|line| line.gone || (line.version > 0 && line.body.is_some())));
        let seqs: Vec<u64> =
            asked.iter().map(|asked| asked.seq).chain(page.lines.iter().map(|line| line.seq)).collect();
        assert!(seqs.is_sorted_by(|a, b| a < b), "each after the one before: {seqs:?}");
        assert_eq!(page.last.is_none(), page.cut.is_some(), "whole, or cut off");
        if let Some(last) = &page.last {
            let cursor: Cursor = last.cursor.parse().expect("a cursor to go on from");
            assert_eq!(last.count, page.lines.len() as u64);
            assert!(last.more || last.digest.is_some());
            assert!(page.lines.last().is_none_or(|line| line.seq <= cursor.seq));
        }
    });
}
