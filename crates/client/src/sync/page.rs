//! Reads an answer of changes line by line, in bounded memory and however the network splits it.

use bytes::BytesMut;
use futures_util::StreamExt;
use guildhall_protocol::changes::{ChangeLine, Cursor, FirstLine, LastLine};
use guildhall_protocol::routes;

use crate::remote::transport::{Body, TransportError};

/// One answer, as far as it was received.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// `None` if the answer was cut off within its first line.
    pub(crate) first: Option<FirstLine>,
    /// The complete lines received.
    pub(crate) lines: Vec<ChangeLine>,
    /// `None` if the answer was cut off.
    pub(crate) last: Option<LastLine>,
    /// Why there is no last line.
    pub(crate) cut: Option<Cut>,
}

/// Why an answer ended before its last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cut {
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// It breaks the protocol: a line is invalid, too long or out of order, or there are too many.
    #[error("the answer is not as it must be")]
    Malformed,
}

/// Reads an answer to its end or its first fault. The lines before a fault are kept. `asked` is the cursor that was
/// sent with the request.
pub(crate) async fn read_page(mut body: Body, asked: Option<&Cursor>) -> Page {
    let mut page = Page::default();
    let (mut buffer, mut room) = (BytesMut::new(), routes::MAX_ANSWER);
    let cut = loop {
        let piece = match body.next().await {
            Some(Ok(piece)) => piece,
            Some(Err(error)) => break error.into(),
            None => break TransportError::Lost.into(),
        };
        let Some(left) = room.checked_sub(piece.len()) else { break Cut::Malformed };
        room = left;
        // The buffer holds no complete line yet, so only the new piece is searched.
        let mut searched = buffer.len();
        buffer.extend_from_slice(&piece);
        while let Some(end) = buffer[searched..].iter().position(|&byte| byte == b'\n') {
            let line = buffer.split_to(searched + end + 1);
            searched = 0;
            if line.len() > routes::MAX_LINE || !page.take(line.trim_ascii(), asked) {
                page.cut = Some(Cut::Malformed);
                return page;
            }
            if page.last.is_some() {
                return page;
            }
        }
        if buffer.len() > routes::MAX_LINE {
            break Cut::Malformed;
        }
    };
    page.cut = Some(cut);
    page
}

impl Page {
    /// False if the line cannot follow those before it.
    fn take(&mut self, line: &[u8], asked: Option<&Cursor>) -> bool {
        let Some(first) = &self.first else {
            self.first = serde_json::from_slice(line).ok();
            return self.first.is_some();
        };
        let read_to = self.lines.last().map(|line| line.seq).or(asked.map(|asked| asked.seq));
        if let Ok(change) = serde_json::from_slice::<ChangeLine>(line) {
            let room = self.lines.len() < routes::MAX_PAGE as usize;
            let fits = room && is_whole(&change) && read_to.is_none_or(|read_to| read_to < change.seq);
            if fits {
                self.lines.push(change);
            }
            return fits;
        }
        let Ok(last) = serde_json::from_slice::<LastLine>(line) else { return false };
        let Ok(cursor) = last.cursor.parse::<Cursor>() else { return false };
        let is_of_this = (&cursor.epoch, cursor.access) == (&first.epoch, first.access);
        let is_after = read_to.is_none_or(|read_to| read_to <= cursor.seq) && is_a_seq(cursor.seq);
        // With `more` but no lines, the cursor could not advance, and the same page would be requested for ever.
        let goes_on = if last.more { !self.lines.is_empty() } else { last.digest.is_some() };
        let fits = last.count == self.lines.len() as u64 && is_of_this && is_after && goes_on;
        if fits {
            self.last = Some(last);
        }
        fits
    }
}

/// A line needs a version and a body unless it is a tombstone. Its names must be within the protocol's limits.
fn is_whole(line: &ChangeLine) -> bool {
    let says_something = line.gone || (line.body.is_some() && line.version > 0);
    let named = [&line.id, &line.kind].iter().all(|name| (1..=routes::MAX_NAME).contains(&name.len()));
    says_something && named && is_a_seq(line.seq)
}

/// Registries count in signed 64-bit integers, as SQL does.
fn is_a_seq(seq: u64) -> bool {
    i64::try_from(seq).is_ok()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;

    use super::*;

    const WHOLE: &str = concat!(
        "{\"epoch\":\"k3\",\"access\":0,\"remaining\":2}\n",
        "{\"seq\":4,\"kind\":\"service\",\"id\":\"1\",\"version\":1,\"body\":{\"id\":1,\"name\":\"ŵ\"}}\n",
        "{\"seq\":7,\"kind\":\"project\",\"id\":\"x\",\"gone\":true}\n",
        "{\"cursor\":\"k3.0.9\",\"more\":false,\"count\":2,\"digest\":\"00\"}\n",
    );

    async fn read(text: &str, piece: usize) -> Page {
        let pieces: Vec<_> =
            text.as_bytes().chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        read_page(stream::iter(pieces).boxed(), None).await
    }

    #[tokio::test]
    async fn a_page_reads_the_same_however_it_is_cut() {
        for piece in [1, 3, 64, 10_000] {
            let page = read(WHOLE, piece).await;
            assert_eq!((page.lines.len(), page.cut), (2, None), "{piece}");
            assert_eq!(page.last.unwrap().cursor, "k3.0.9");
        }
    }

    #[tokio::test]
    async fn what_came_whole_before_the_cut_is_kept() {
        for end in 0..WHOLE.len() - 1 {
            if !WHOLE.is_char_boundary(end) {
                continue;
            }
            let page = read(&WHOLE[..end], 16).await;
            assert_eq!(page.cut, Some(Cut::Transport(TransportError::Lost)), "{end}");
            assert!(page.last.is_none());
            let whole_lines = WHOLE[..end].matches('\n').count();
            assert_eq!(page.lines.len(), whole_lines.saturating_sub(1));
        }
    }

    #[tokio::test]
    async fn malformed_answers_are_rejected() {
        let first = "{\"epoch\":\"k3\",\"access\":0}\n";
        let change = |seq: u64| format!("{{\"seq\":{seq},\"kind\":\"a\",\"id\":\"1\",\"gone\":true}}\n");
        let last = |cursor: &str, more: bool, count: u64| {
            format!("{{\"cursor\":\"{cursor}\",\"more\":{more},\"count\":{count},\"digest\":\"00\"}}\n")
        };
        for bad in [
            "<html>Welcome to the hotel</html>\n".to_owned(),
            format!("{first}<html>\n"),
            format!("{first}{}{}", change(5), change(4)),
            format!("{first}{{\"cursor\":\"k3.0.9\",\"more\":false,\"count\":3}}\n"),
            format!("{first}{{\"seq\":1,\"kind\":\"a\",\"id\":\"1\"}}\n"),
            format!("{first}{{\"seq\":1,\"kind\":\"a\",\"id\":\"1\",\"body\":{{}}}}\n"),
            format!("{first}{{\"seq\":-1,\"kind\":\"a\",\"id\":\"1\",\"gone\":true}}\n"),
            format!("{first}{}", change(u64::MAX)),
            format!("{first}{{\"seq\":1,\"kind\":\"a\",\"id\":\"{}\",\"gone\":true}}\n", "x".repeat(1000)),
            format!("{first}{{\"seq\":1,\"kind\":\"a\",\"id\":\"1\",\"body\":{}\n", "[".repeat(100_000)),
            format!("{first}{}{}", change(5), last("k3.0.4", false, 1)),
            format!("{first}{}", last("k3.0.4", true, 0)),
            format!("{first}{}", last("k4.0.4", false, 0)),
            format!("{first}{}", last("k3.1.4", false, 0)),
            format!("{first}{{\"cursor\":\"k3.0.9\",\"more\":false,\"count\":0}}\n"),
            "x".repeat(routes::MAX_LINE + 2),
        ] {
            let page = read(&bad, 4096).await;
            assert_eq!(page.cut, Some(Cut::Malformed), "{}", &bad[..bad.len().min(80)]);
        }
    }

    #[tokio::test]
    async fn what_was_read_already_is_refused() {
        let asked = "k3.0.6".parse().unwrap();
        let body = stream::iter([Ok(Bytes::from_static(WHOLE.as_bytes()))]).boxed();
        let page = read_page(body, Some(&asked)).await;
        assert_eq!((page.lines.len(), page.cut), (0, Some(Cut::Malformed)), "seq 4 is behind 6");
    }

    /// However much is sent, no more than the largest permitted answer is read from the network.
    #[tokio::test]
    async fn an_endless_answer_is_given_up() {
        let line = |seq: u64| {
            format!(
                "{{\"seq\":{seq},\"kind\":\"a\",\"id\":\"1\",\"version\":1,\"body\":{{\"x\":\"{}\"}}}}\n",
                "y".repeat(200_000)
            )
        };
        let no_end = |_: u64| "x".repeat(65_536);
        let no_words = |_: u64| "\n".repeat(65_536);
        type PieceOf = fn(u64) -> String;
        let bodies: [(PieceOf, usize); 3] = [(no_end, 0), (no_words, 0), (line, 41)];
        for (piece, whole_lines) in bodies {
            let taken = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
            let count = taken.clone();
            let first = "{\"epoch\":\"k3\",\"access\":0}\n".to_owned();
            let endless = stream::iter(0..).map(move |n| {
                let piece = if n == 0 { first.clone() } else { piece(n) };
                count.fetch_add(piece.len(), std::sync::atomic::Ordering::SeqCst);
                Ok(Bytes::from(piece))
            });
            let page = read_page(endless.boxed(), None).await;
            assert_eq!((page.lines.len(), page.cut), (whole_lines, Some(Cut::Malformed)));
            let taken = taken.load(std::sync::atomic::Ordering::SeqCst);
            assert!(taken <= routes::MAX_ANSWER + 300_000, "{taken}");
        }
    }
}
