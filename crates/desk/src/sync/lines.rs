//! Reading an answer of changes line by line, however it is cut into pieces, in bounded memory.

use bytes::BytesMut;
use futures_util::StreamExt;
use guildhall_protocol::changes::{ChangeLine, Cursor, FirstLine, LastLine};
use guildhall_protocol::routes;

use crate::wire::{Body, WireError};

/// One answer, as far as it came.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// None: the answer was cut off before its first line ended.
    pub(crate) first: Option<FirstLine>,
    /// The whole lines that came.
    pub(crate) lines: Vec<ChangeLine>,
    /// None: the answer was cut off.
    pub(crate) last: Option<LastLine>,
    /// Why it has no last line.
    pub(crate) cut: Option<Cut>,
}

/// Why an answer ended before its last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cut {
    #[error(transparent)]
    Wire(#[from] WireError),
    /// It is not what the protocol says: a line that is none, too long, out of order, or too many of them.
    #[error("the answer is not as it must be")]
    Malformed,
}

/// Reads an answer to its end, or to the first thing that is wrong with it: what came before that is good.
pub(crate) async fn read_page(mut body: Body) -> Page {
    let mut page = Page::default();
    let mut buffer = BytesMut::new();
    loop {
        match body.next().await {
            Some(Ok(piece)) => buffer.extend_from_slice(&piece),
            Some(Err(error)) => {
                page.cut = Some(error.into());
                return page;
            }
            None => {
                if page.last.is_none() {
                    page.cut = Some(WireError::Lost.into());
                }
                return page;
            }
        }
        while let Some(end) = buffer.iter().position(|&byte| byte == b'\n') {
            let line = buffer.split_to(end + 1);
            if !page.take(line.trim_ascii()) {
                page.cut = Some(Cut::Malformed);
                return page;
            }
            if page.last.is_some() {
                return page;
            }
        }
        if buffer.len() > routes::MAX_LINE {
            page.cut = Some(Cut::Malformed);
            return page;
        }
    }
}

impl Page {
    /// False where the line can't follow those that came.
    fn take(&mut self, line: &[u8]) -> bool {
        let Some(_first) = &self.first else {
            self.first = serde_json::from_slice(line).ok();
            return self.first.is_some();
        };
        if let Ok(change) = serde_json::from_slice::<ChangeLine>(line) {
            let in_order = self.lines.last().is_none_or(|before| before.seq < change.seq);
            let room = self.lines.len() < routes::MAX_PAGE as usize;
            let whole = change.gone || change.body.is_some();
            if in_order && room && whole {
                self.lines.push(change);
                return true;
            }
            return false;
        }
        match serde_json::from_slice::<LastLine>(line) {
            Ok(last) if last.count == self.lines.len() as u64 && last.cursor.parse::<Cursor>().is_ok() => {
                self.last = Some(last);
                true
            }
            _ => false,
        }
    }
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
        read_page(stream::iter(pieces).boxed()).await
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
            assert_eq!(page.cut, Some(Cut::Wire(WireError::Lost)), "{end}");
            assert!(page.last.is_none());
            let whole_lines = WHOLE[..end].matches('\n').count();
            assert_eq!(page.lines.len(), whole_lines.saturating_sub(1));
        }
    }

    #[tokio::test]
    async fn what_is_no_answer_is_told_as_such() {
        let first = "{\"epoch\":\"k3\",\"access\":0}\n";
        let change = |seq: u64| format!("{{\"seq\":{seq},\"kind\":\"a\",\"id\":\"1\",\"gone\":true}}\n");
        for bad in [
            "<html>Welcome to the hotel</html>\n".to_owned(),
            format!("{first}<html>\n"),
            format!("{first}{}{}", change(5), change(4)),
            format!("{first}{{\"cursor\":\"k3.0.9\",\"more\":false,\"count\":3}}\n"),
            format!("{first}{{\"seq\":1,\"kind\":\"a\",\"id\":\"1\"}}\n"),
            "x".repeat(routes::MAX_LINE + 2),
        ] {
            let page = read(&bad, 4096).await;
            assert_eq!(page.cut, Some(Cut::Malformed), "{}", &bad[..bad.len().min(80)]);
        }
    }
}
