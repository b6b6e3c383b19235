//! The law that everything stands on: whatever people do, in whatever order readers read and in pages of whatever
//! size, each ends with what someone who reads from zero gets, and what was acknowledged is there.

use guildhall_protocol::{Verdict, routes};
use http::StatusCode;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::stage::{ALEX, Mirror, SAM, Stage, VISITOR, edit, new_project};

#[derive(Clone, Debug)]
enum Step {
    /// Someone begins a project with that visibility.
    Begin { who: usize, visibility: usize },
    /// Someone changes one of the projects that there are, as it was at some version, or sends that twice.
    Change { who: usize, which: usize, back: u32, field: usize, twice: bool },
    /// Someone lets others see it, or no longer.
    Show { who: usize, which: usize, visibility: usize },
    /// A reader reads one page.
    Read { reader: usize, limit: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0..2usize, 0..4usize).prop_map(|(who, visibility)| Step::Begin { who, visibility }),
        3 => (0..2usize, 0..8usize, 0..3u32, 0..3usize, any::<bool>())
            .prop_map(|(who, which, back, field, twice)| Step::Change { who, which, back, field, twice }),
        3 => (0..2usize, 0..8usize, 0..4usize)
            .prop_map(|(who, which, visibility)| Step::Show { who, which, visibility }),
        3 => (0..4usize, 1..4u32).prop_map(|(reader, limit)| Step::Read { reader, limit }),
    ]
}

const VISIBILITIES: [&str; 4] = ["public", "members", "councils", "team"];
const COUNCILS: [&str; 2] = ["BCH", "CAS"];

struct Run {
    stage: Stage,
    tokens: [String; 2],
    readers: Vec<Mirror>,
    /// Each project with its council and its version as last acknowledged.
    projects: Vec<(String, usize, u32)>,
    sent: u32,
}

impl Run {
    async fn begin() -> Self {
        let stage = Stage::empty().await;
        let made =
            "local-authority-code,official-name,nation\nBCH,Barchester,England\nCAS,Casterbridge,England\n";
        let file = stage.folder.path().join("councils.csv");
        std::fs::write(&file, made).unwrap();
        guildhall_registry::import_councils(&stage.registry, &file).await.unwrap();
        for (domain, code) in [("barchester.example", "BCH"), ("casterbridge.example", "CAS")] {
            stage.registry.add_domain(domain, &code.parse().unwrap()).await.unwrap();
        }
        let tokens = [stage.sign_in(SAM).await, stage.sign_in(ALEX).await];
        let visitor = stage.sign_in(VISITOR).await;
        let readers = [None, Some(&visitor), Some(&tokens[0]), Some(&tokens[1])];
        let readers = readers.map(|token| stage.mirror(token.map(String::as_str))).to_vec();
        Self { stage, tokens, readers, projects: Vec::new(), sent: 0 }
    }

    /// Sends it; true where it was published.
    async fn send(&mut self, who: usize, body: &Value, twice: bool) -> Option<Verdict> {
        let id = self.stage.new_id();
        let answer = self.stage.put(&id, &self.tokens[who], body).await;
        if twice {
            let again = self.stage.put(&id, &self.tokens[who], body).await;
            assert_eq!(
                (again.status, &again.json::<Value>()["version"]),
                (answer.status, &answer.json::<Value>()["version"])
            );
        }
        assert!(
            [StatusCode::OK, StatusCode::CONFLICT, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND]
                .contains(&answer.status),
            "{}",
            answer.text
        );
        (answer.status == StatusCode::OK).then(|| answer.json())
    }

    async fn take(&mut self, step: &Step) {
        self.sent += 1;
        match *step {
            Step::Begin { who, visibility } => {
                let record = self.stage.new_id();
                let mut body = new_project(&record, COUNCILS[who], "Begun");
                body["set"]["visibility"] = json!(VISIBILITIES[visibility]);
                let verdict = self.send(who, &body, false).await.unwrap();
                self.projects.push((record, who, verdict.version));
            }
            Step::Change { who, which, back, field, twice } => {
                let text = format!("Change {}", self.sent);
                let set = [json!({"title": text}), json!({"summary": text}), json!({"why": text})];
                self.change(who, which, back, set[field].clone(), twice).await;
            }
            Step::Show { who, which, visibility } => {
                self.change(who, which, 0, json!({"visibility": VISIBILITIES[visibility]}), false).await;
            }
            Step::Read { reader, limit } => {
                self.readers[reader].page(&self.stage.registry, limit).await;
            }
        }
    }

    async fn change(&mut self, who: usize, which: usize, back: u32, set: Value, twice: bool) {
        if self.projects.is_empty() {
            return;
        }
        let which = which % self.projects.len();
        let (record, owner, version) = self.projects[which].clone();
        let base = version.saturating_sub(back).max(1);
        let verdict = self.send(who, &edit(&record, COUNCILS[who], base, set), twice).await;
        assert!(verdict.is_none() || who == owner, "only its council changes a project");
        if let Some(verdict) = verdict {
            assert_eq!(verdict.version, version + 1);
            self.projects[which].2 = verdict.version;
        }
    }

    async fn check(mut self) {
        for reader in &mut self.readers {
            reader.sync(&self.stage.registry, 2).await;
            let mut fresh = self.stage.mirror(reader.token.as_deref());
            fresh.sync(&self.stage.registry, routes::MAX_PAGE).await;
            assert_eq!(reader.records, fresh.records);
            assert_eq!(reader.cursor, fresh.cursor);
        }
        for (record, owner, version) in &self.projects {
            let line = &self.readers[2 + owner].records[&("project".to_owned(), record.clone())];
            assert_eq!(line.version, *version, "what was acknowledged is there");
        }
    }
}

#[test]
fn readers_converge() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&prop::collection::vec(step(), 1..40), |steps| {
            runtime.block_on(async {
                let mut run = Run::begin().await;
                for step in &steps {
                    run.take(step).await;
                }
                run.check().await;
            });
            Ok(())
        })
        .unwrap();
}
