//! The laws that everything stands on. Whatever people do, and in whatever order and page size readers read: each
//! reader ends with what a reader from zero gets, everything acknowledged is there, and the feed shows exactly what can
//! be read directly.

use guildhall_protocol::changes::ChangeLine;
use guildhall_protocol::{Review, State, Verdict, routes};
use http::{Method, StatusCode};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::test_registry::{ALEX, Mirror, SAM, TestRegistry, VISITOR, edit, new_project};

#[derive(Clone, Debug)]
enum Step {
    /// Someone creates a project with this visibility.
    Begin { who: usize, visibility: usize },
    /// Someone edits a project, based on an earlier version or not, perhaps sending it twice.
    Change { who: usize, which: usize, back: u32, field: usize, twice: bool },
    /// Someone changes a project's visibility.
    Show { who: usize, which: usize, visibility: usize },
    /// Kim gets another role at Barchester, or none.
    Become { role: usize },
    /// Barchester changes its settings.
    Settle { review: usize, editors_decide: bool, delegated: bool },
    /// Someone answers a review.
    Answer { who: usize, which: usize, publish: bool },
    /// A reader reads one page.
    Read { reader: usize, limit: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0..3usize, 0..4usize).prop_map(|(who, visibility)| Step::Begin { who, visibility }),
        3 => (0..3usize, 0..8usize, 0..3u32, 0..3usize, any::<bool>())
            .prop_map(|(who, which, back, field, twice)| Step::Change { who, which, back, field, twice }),
        3 => (0..3usize, 0..8usize, 0..4usize)
            .prop_map(|(who, which, visibility)| Step::Show { who, which, visibility }),
        1 => (0..4usize).prop_map(|role| Step::Become { role }),
        1 => (0..3usize, any::<bool>(), any::<bool>())
            .prop_map(|(review, editors_decide, delegated)| Step::Settle { review, editors_decide, delegated }),
        2 => (0..4usize, 0..4usize, any::<bool>())
            .prop_map(|(who, which, publish)| Step::Answer { who, which, publish }),
        3 => (0..6usize, 1..4u32).prop_map(|(reader, limit)| Step::Read { reader, limit }),
    ]
}

const VISIBILITIES: [&str; 4] = ["public", "members", "councils", "team"];
/// Of Sam, Alex and Kim.
const COUNCILS: [&str; 3] = ["BCH", "CAS", "BCH"];
const KIM: &str = "kim.digital@barchester.example";
const PAT: &str = "pat.hub@network.example";

struct Run {
    stage: TestRegistry,
    /// Of Sam, Alex, Kim and Pat.
    tokens: [String; 4],
    kim: String,
    readers: Vec<Mirror>,
    /// Each project with its author's index in [`COUNCILS`] and its last acknowledged version.
    projects: Vec<(String, usize, u32)>,
    sent: u32,
}

impl Run {
    async fn begin() -> Self {
        let stage = TestRegistry::empty().await;
        let made =
            "local-authority-code,official-name,nation\nBCH,Barchester,England\nCAS,Casterbridge,England\n";
        let file = stage.folder.path().join("councils.csv");
        std::fs::write(&file, made).unwrap();
        guildhall_registry::import_councils(&stage.registry, &file).await.unwrap();
        for (domain, code) in [("barchester.example", "BCH"), ("casterbridge.example", "CAS")] {
            stage.registry.add_domain(domain, &code.parse().unwrap()).await.unwrap();
        }
        stage.registry.set_coordinator(PAT, true).await.unwrap();
        for (email, code) in [(SAM, "BCH"), (ALEX, "CAS")] {
            stage.registry.add_lead(email, &code.parse().unwrap()).await.unwrap();
        }
        let mut tokens = [const { String::new() }; 4];
        for (token, email) in tokens.iter_mut().zip([SAM, ALEX, KIM, PAT]) {
            *token = stage.sign_in(email).await;
        }
        let kim = stage.person(&tokens[2]).await;
        let visitor = stage.sign_in(VISITOR).await;
        let [sam, alex, kims, pat] = &tokens;
        let readers = [None, Some(&visitor), Some(sam), Some(alex), Some(kims), Some(pat)];
        let readers = readers.map(|token| stage.mirror(token.map(String::as_str))).to_vec();
        Self { stage, tokens, kim, readers, projects: Vec::new(), sent: 0 }
    }

    /// Sends a submission, perhaps twice. Returns its verdict if it was accepted.
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
                let verdict = self.send(who, &body, false).await;
                match verdict {
                    Some(verdict) if verdict.state == State::Published => {
                        self.projects.push((record, who, verdict.version));
                    }
                    // Only Kim may have to wait for a review, or have lost their role.
                    _ => assert_eq!(who, 2),
                }
            }
            Step::Change { who, which, back, field, twice } => {
                let text = format!("Change {}", self.sent);
                let set = [json!({"title": text}), json!({"summary": text}), json!({"why": text})];
                self.change(who, which, back, set[field].clone(), twice).await;
            }
            Step::Show { who, which, visibility } => {
                self.change(who, which, 0, json!({"visibility": VISIBILITIES[visibility]}), false).await;
            }
            Step::Become { role } => self.kim_becomes(role).await,
            Step::Settle { review, editors_decide, delegated } => {
                let review = ["none", "first", "all"][review];
                let settings = json!({"review": review, "editors_decide": editors_decide,
                                      "delegate_to_coordinator": delegated});
                let path = "/api/v1/councils/BCH/settings";
                let answer =
                    self.stage.ask(Method::PUT, path, Some(&self.tokens[0]), settings.to_string()).await;
                assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
            }
            Step::Answer { who, which, publish } => self.answer(who, which, publish).await,
            Step::Read { reader, limit } => {
                self.readers[reader].read(&self.stage.registry, limit).await;
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
        assert!(verdict.is_none() || COUNCILS[who] == COUNCILS[owner], "only its council changes a project");
        if let Some(verdict) = verdict.filter(|verdict| verdict.state == State::Published) {
            assert_eq!(verdict.version, version + 1);
            self.projects[which].2 = verdict.version;
        }
    }

    /// A contributor, an editor, a lead, or no member at all.
    async fn kim_becomes(&mut self, role: usize) {
        let (stage, [sam, _, kim, _]) = (&self.stage, &self.tokens);
        let path = format!("/api/v1/councils/BCH/people/{}", self.kim);
        let Some(role) = ["contributor", "editor", "lead"].get(role) else {
            let answer = stage.ask(Method::DELETE, &path, Some(sam), "").await;
            assert!(
                [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND].contains(&answer.status),
                "{}",
                answer.text
            );
            return;
        };
        let body = json!({"role": role}).to_string();
        let answer = stage.ask(Method::PUT, &path, Some(sam), body).await;
        if answer.status == StatusCode::NOT_FOUND {
            stage.invite(sam, "BCH", KIM, "editor").await;
            stage.accept_invitations(kim).await;
        }
    }

    async fn answer(&mut self, who: usize, which: usize, publish: bool) {
        let mut mine = self.stage.mirror(Some(&self.tokens[who]));
        mine.sync(&self.stage.registry, routes::MAX_PAGE).await;
        let waiting: Vec<&ChangeLine> = mine.records.values().filter(|line| line.kind == "review").collect();
        if waiting.is_empty() {
            return;
        }
        let waits = waiting[which % waiting.len()].clone();
        let review: Review = serde_json::from_value(Value::Object(waits.body.clone().unwrap())).unwrap();
        let state = if publish { "published" } else { "declined" };
        let body = json!({"kind": "review", "record": waits.id, "council": review.council,
                          "base_version": waits.version, "set": {"state": state, "reason": "As agreed"}});
        let answer = self.stage.put(&self.stage.new_id(), &self.tokens[who], &body).await;
        if review.email == KIM && who == 2 {
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "nobody decides their own");
            return;
        }
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let verdict: Verdict = answer.json();
        if verdict.state == State::Published {
            let record = review.project.to_string();
            match self.projects.iter_mut().find(|(id, ..)| *id == record) {
                Some(project) => project.2 = verdict.version,
                None => self.projects.push((record, 2, verdict.version)),
            }
        }
    }

    async fn check(mut self) {
        for reader in &mut self.readers {
            while reader.read(&self.stage.registry, 2).await {}
            for (record, ..) in &self.projects {
                let path = format!("/api/v1/projects/{record}");
                let directly = self.stage.get(&path, reader.token.as_deref()).await;
                assert_eq!(
                    directly.status == StatusCode::OK,
                    reader.has("project", record),
                    "{}",
                    directly.text
                );
            }
            // The web pages and feeds show what anyone may read, whoever asks for them.
            if reader.token.is_none() {
                let listed = self.stage.get("/", None).await.text;
                let fed = self.stage.get("/feed.atom", None).await.text;
                for (record, owner, _) in &self.projects {
                    let is_public = reader.has("project", record);
                    let page = self.stage.get(&format!("/projects/{record}"), None).await;
                    assert_eq!(page.status == StatusCode::OK, is_public, "{}", page.text);
                    assert_eq!(listed.contains(record.as_str()), is_public, "{listed}");
                    assert_eq!(fed.contains(record.as_str()), is_public, "{fed}");
                    for path in ["", "/feed.atom"] {
                        let path = format!("/councils/{}{path}", COUNCILS[*owner]);
                        let council = self.stage.get(&path, None).await.text;
                        assert_eq!(council.contains(record.as_str()), is_public, "{council}");
                    }
                }
            }
            let mut fresh = self.stage.mirror(reader.token.as_deref());
            fresh.sync(&self.stage.registry, routes::MAX_PAGE).await;
            assert_eq!(reader.records, fresh.records);
            assert_eq!(reader.cursor, fresh.cursor);
        }
        for (record, owner, version) in &self.projects {
            // Kim may no longer see it, but Sam leads the same council.
            let line = &self.readers[2 + owner % 2].records[&("project".to_owned(), record.clone())];
            assert_eq!(line.version, *version, "what was acknowledged is there");
        }
    }
}

#[test]
fn readers_converge() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases: 80, failure_persistence: None, ..Config::default() };
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
