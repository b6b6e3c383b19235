//! A laptop's mirror, as the tests read it.

use super::*;

/// A laptop's mirror: it reads page by page and checks the digest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mirror {
    pub(crate) token: Option<String>,
    pub(crate) cursor: String,
    pub(crate) records: BTreeMap<(String, String), ChangeLine>,
    pub(crate) last_seq: u64,
    /// While it reads from zero: the registry's newest number when that began.
    pub(super) began: Option<u64>,
}

impl Mirror {
    fn path(&self, limit: u32) -> String {
        let began = self.began.map(|began| format!("&began={began}")).unwrap_or_default();
        format!("{}?after={}&limit={limit}{began}", routes::CHANGES, self.cursor)
    }

    /// The same mirror with another token of the same person.
    pub(crate) fn for_token(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// Reads all pages of at most `limit` records.
    pub(crate) async fn sync(&mut self, registry: &Registry, limit: u32) {
        while self.page(registry, limit).await.1.more {}
    }

    /// Reads one page, or discards everything if the registry asks for a resync. Returns whether there is more.
    pub(crate) async fn read(&mut self, registry: &Registry, limit: u32) -> bool {
        let answer =
            ask(registry, Method::GET, &self.path(limit), self.token.as_deref(), Body::empty()).await;
        if answer.status == StatusCode::GONE {
            *self = Self { token: self.token.take(), ..Self::default() };
            return true;
        }
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.take(&answer).1.more
    }

    /// Reads one page.
    pub(crate) async fn page(
        &mut self,
        registry: &Registry,
        limit: u32,
    ) -> (FirstLine, LastLine, Vec<ChangeLine>) {
        let answer =
            ask(registry, Method::GET, &self.path(limit), self.token.as_deref(), Body::empty()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.take(&answer)
    }

    pub(crate) fn take(&mut self, answer: &Answer) -> (FirstLine, LastLine, Vec<ChangeLine>) {
        assert_eq!(answer.headers[header::CONTENT_TYPE], routes::NDJSON);
        assert!(answer.text.ends_with('\n'));
        let lines: Vec<&str> = answer.text.lines().collect();
        let first: FirstLine = serde_json::from_str(lines[0]).unwrap();
        let last: LastLine = serde_json::from_str(lines[lines.len() - 1]).unwrap();
        let changes: Vec<ChangeLine> =
            lines[1..lines.len() - 1].iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(changes.len() as u64, last.count);
        let from_zero = self.cursor.is_empty();
        for line in &changes {
            assert!(line.seq > self.last_seq, "in order, and never a smaller one");
            self.last_seq = line.seq;
            let key = (line.kind.clone(), line.id.clone());
            if line.gone {
                assert!(!from_zero, "nothing is gone from zero");
                self.records.remove(&key);
            } else {
                self.records.insert(key, line.clone());
            }
        }
        self.cursor.clone_from(&last.cursor);
        self.last_seq = self.cursor.rsplit('.').next().unwrap().parse().unwrap();
        self.began = match (from_zero, last.more) {
            (_, false) => None,
            (true, true) => Some(first.newest),
            (false, true) => self.began,
        };
        assert_eq!(last.digest.is_some(), !last.more);
        if let Some(digest) = &last.digest {
            assert_eq!(*digest, self.digest(), "the mirror has all that its reader may see");
        }
        (first, last, changes)
    }

    pub(crate) fn digest(&self) -> String {
        let sum = self
            .records
            .iter()
            .fold(Digest::default(), |sum, ((kind, id), line)| sum.with(Digest::of(kind, id, line.version)));
        sum.to_hex()
    }

    pub(crate) fn has(&self, kind: &str, id: &str) -> bool {
        self.records.contains_key(&(kind.to_owned(), id.to_owned()))
    }

    pub(crate) fn ids(&self, kind: &str) -> Vec<String> {
        self.records.keys().filter(|(k, _)| k == kind).map(|(_, id)| id.clone()).collect()
    }

    pub(crate) fn title(&self, id: &str) -> String {
        let line = &self.records[&("project".to_owned(), id.to_owned())];
        line.body.as_ref().unwrap()["title"].as_str().unwrap().to_owned()
    }

    pub(crate) fn count(&self, kind: &str) -> usize {
        self.records.keys().filter(|(k, _)| k == kind).count()
    }
}
