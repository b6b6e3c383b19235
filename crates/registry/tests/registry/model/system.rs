//! The registry, used as its clients use it.

use std::sync::Arc;

use guildhall_protocol::{Code, Me, Seat, State as Stood, Verdict, routes};
use guildhall_registry::{Setting, import_councils};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use proptest_state_machine::StateMachineTest;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::rules::steps::{Step, spells};
use super::rules::{Answer, COORDINATORS, COUNCILS, DOMAINS, PAT, PEOPLE, Role, State};
use crate::test_registry::{Mirror, TestRegistry, new_project};

const MADE: &str = "local-authority-code,official-name,nation\n\
    BCH,Barchester,England\nCAS,Casterbridge,England\nNEW,New Barset,England\n";

/// A session as its laptop has it.
struct Session {
    access: String,
    refresh: String,
    mirror: Mirror,
}

pub(super) struct System {
    runtime: Arc<Runtime>,
    stage: TestRegistry,
    sessions: [Option<Session>; PEOPLE.len()],
    projects: Vec<String>,
}

impl System {
    async fn begin(runtime: Arc<Runtime>) -> Self {
        let stage = TestRegistry::empty().await;
        let file = stage.folder.path().join("councils.csv");
        std::fs::write(&file, MADE).unwrap();
        import_councils(&stage.registry, &file).await.unwrap();
        for (domain, council) in DOMAINS.into_iter().zip(COUNCILS) {
            assert!(stage.registry.add_domain(domain, &council.parse().unwrap()).await.unwrap());
        }
        // Second factors have their own tests, so no role is suspended here.
        stage.registry.set(Setting::SecondFactorDays, "365").await.unwrap();
        for who in COORDINATORS {
            stage.registry.set_coordinator(PEOPLE[who], true).await.unwrap();
        }
        Self { runtime, stage, sessions: Default::default(), projects: Vec::new() }
    }

    /// The id of a known person, signed in or not.
    async fn person(&self, who: usize) -> String {
        let database = self.stage.database().await;
        let id = sqlx::query_scalar("SELECT id FROM people WHERE email = $1").bind(PEOPLE[who]);
        id.fetch_one(&database).await.unwrap()
    }

    async fn ask(&self, by: usize, method: Method, path: &str, parameters: &[&str], body: Value) -> Answer {
        let token = self.sessions[by].as_ref().unwrap().access.clone();
        let path = routes::with(path, parameters);
        let answer = self.stage.ask(method, &path, Some(&token), body.to_string()).await;
        match answer.status {
            status if status.is_success() => Answer::Done,
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::CONFLICT => Answer::Refused,
            status => panic!("{status}: {}", answer.text),
        }
    }

    async fn sign_in(&mut self, who: usize) {
        let session = self.stage.session(PEOPLE[who]).await;
        let text = |name: &str| session[name].as_str().unwrap().to_owned();
        let (access, refresh) = (text("access_token"), text("refresh_token"));
        let mirror = match self.sessions[who].take() {
            Some(before) => before.mirror.for_token(&access),
            None => self.stage.mirror(Some(&access)),
        };
        self.sessions[who] = Some(Session { access, refresh, mirror });
    }

    /// Refreshes everybody's tokens. Whoever's session has ended learns it here.
    async fn refresh_all(&mut self) {
        for who in 0..PEOPLE.len() {
            let Some(session) = self.sessions[who].take() else { continue };
            let body = json!({"refresh_token": session.refresh});
            let answer = self.stage.post(routes::AUTH_TOKEN, body).await;
            if answer.status == StatusCode::OK {
                let tokens: Value = answer.json();
                let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
                let (access, refresh) = (text("access_token"), text("refresh_token"));
                let mirror = session.mirror.for_token(&access);
                self.sessions[who] = Some(Session { access, refresh, mirror });
            } else {
                assert_eq!(answer.code(), Code::SessionRevoked);
            }
        }
    }

    async fn take(&mut self, step: &Step) -> Answer {
        // All requests come from one address, which is limited in how often it may try codes and tokens.
        self.stage.clock.turn(SignedDuration::from_secs(1));
        let code = |council: usize| COUNCILS[council];
        match *step {
            Step::Pass { days } => {
                for days in spells(days) {
                    self.stage.clock.turn(SignedDuration::from_hours(24 * days));
                    self.stage.registry.maintain().await.unwrap();
                    self.refresh_all().await;
                }
            }
            Step::SignIn { who } => self.sign_in(who).await,
            Step::AddDomain { council } => {
                self.stage
                    .registry
                    .add_domain(DOMAINS[council], &code(council).parse().unwrap())
                    .await
                    .unwrap();
            }
            Step::RemoveDomain { council } => {
                let council_code = code(council).parse().unwrap();
                self.stage.registry.remove_domain(DOMAINS[council], &council_code).await.unwrap();
            }
            Step::AddLead { who, council } => {
                self.stage.registry.add_lead(PEOPLE[who], &code(council).parse().unwrap()).await.unwrap();
            }
            Step::Invite { by, council, to, role } => {
                let body = json!({"email": PEOPLE[to], "role": name(role)});
                return self.ask(by, Method::POST, routes::INVITATIONS, &[code(council)], body).await;
            }
            Step::Accept { who, council } => {
                let token = self.sessions[who].as_ref().unwrap().access.clone();
                let me: Me = self.stage.get(routes::ME, Some(&token)).await.json();
                let mine = me.invitations.iter().find(|it| it.council.as_str() == code(council));
                let Some(mine) = mine else { return Answer::Refused };
                let (id, body) = (mine.id.to_string(), json!({"accept": true}));
                return self.ask(who, Method::POST, routes::INVITATION_ANSWER, &[&id], body).await;
            }
            Step::SetRole { by, council, who, role } => {
                let (person, body) = (self.person(who).await, json!({"role": name(role)}));
                return self
                    .ask(by, Method::PUT, routes::COUNCIL_PERSON, &[code(council), &person], body)
                    .await;
            }
            Step::Remove { by, council, who } => {
                let person = self.person(who).await;
                let path = [code(council), &person];
                return self.ask(by, Method::DELETE, routes::COUNCIL_PERSON, &path, json!(null)).await;
            }
            Step::Publish { by, council } => return self.publish(by, code(council)).await,
            Step::TakeSeatBack { by, project, who } => {
                let (project, person) = (self.projects[project].clone(), self.person(who).await);
                return self.ask(by, Method::DELETE, routes::SEAT, &[&project, &person], json!(null)).await;
            }
            Step::Vouch { by, council, who } => {
                let person = self.person(who).await;
                return self
                    .ask(by, Method::POST, routes::VOUCH, &[code(council), &person], json!(null))
                    .await;
            }
            Step::Object { by, council, who } => {
                let person = self.person(who).await;
                return self
                    .ask(by, Method::POST, routes::OBJECTION, &[code(council), &person], json!(null))
                    .await;
            }
            Step::Merge => {
                let body = json!({"from": "2026-01-01", "successors": [{"council": "NEW", "area": ""}]});
                return self.ask(PAT, Method::PUT, routes::SUCCESSORS, &["BCH"], body).await;
            }
            Step::TakeOver { by } => {
                let body = json!({"from": "BCH", "projects": [], "team_only": true});
                return self.ask(by, Method::POST, routes::TAKE_OVER, &["NEW"], body).await;
            }
        }
        Answer::Done
    }

    async fn publish(&mut self, by: usize, council: &str) -> Answer {
        let (id, token) = (self.stage.new_id(), self.sessions[by].as_ref().unwrap().access.clone());
        let mut body = new_project(&id, council, "A restructure");
        body["set"]["visibility"] = json!("team");
        let answer = self.stage.put(&self.stage.new_id(), &token, &body).await;
        if answer.status != StatusCode::OK {
            assert_eq!(answer.code(), Code::NotAllowed, "{}", answer.text);
            return Answer::Refused;
        }
        match answer.json::<Verdict>().state {
            Stood::InReview => Answer::InReview,
            _ => {
                self.projects.push(id);
                Answer::Done
            }
        }
    }

    /// Compares each person's roles and what they may read, however they ask.
    async fn compare(&mut self, rules: &State) {
        for (who, email) in PEOPLE.into_iter().enumerate() {
            assert_eq!(self.sessions[who].is_some(), rules.is_signed_in(who), "{email} is signed in");
            let Some(session) = &mut self.sessions[who] else { continue };
            let me: Me = self.stage.get(routes::ME, Some(&session.access)).await.json();
            let mut roles: Vec<_> = me
                .councils
                .iter()
                .map(|at| (at.council.as_str().to_owned(), at.role.as_str(), at.unconfirmed))
                .collect();
            roles.sort();
            let right: Vec<_> = rules
                .roles(who)
                .into_iter()
                .map(|(council, role, unconfirmed)| (COUNCILS[council].to_owned(), name(role), unconfirmed))
                .collect();
            assert_eq!(roles, right, "what {email} is");
            // Reading also compares the digests.
            while session.mirror.read(&self.stage.registry, 1000).await {}
            for (nth, project) in self.projects.iter().enumerate() {
                let right = rules.may_read(who, nth);
                assert_eq!(session.mirror.has("project", project), right, "{email} has {nth}");
                let path = routes::with(routes::PROJECT, &[project]);
                let read = self.stage.get(&path, Some(&session.access)).await.status;
                assert_eq!(read == StatusCode::OK, right, "{email} reads {nth}");
            }
        }
    }

    /// The more expensive comparisons: a new reader, a council's pages, and the export of its data.
    async fn compare_in_full(&mut self, rules: &State) {
        self.compare(rules).await;
        for (who, email) in PEOPLE.into_iter().enumerate() {
            let Some(session) = &self.sessions[who] else { continue };
            let token = session.access.clone();
            let mut anew = self.stage.mirror(Some(&token));
            anew.sync(&self.stage.registry, 3).await;
            let seen = |mirror: &Mirror| -> Vec<bool> {
                self.projects.iter().map(|project| mirror.has("project", project)).collect()
            };
            assert_eq!(seen(&anew), seen(&session.mirror), "{email} reads from zero");
            for (nth, council) in COUNCILS.into_iter().enumerate() {
                for (path, right) in [
                    (routes::PEOPLE, rules.sees_people(who, nth)),
                    (routes::COUNCIL_DATA, rules.manages(who, nth)),
                ] {
                    let answer = self.stage.get(&routes::with(path, &[council]), Some(&token)).await;
                    assert_eq!(
                        answer.status == StatusCode::OK,
                        right,
                        "{} asks for {path} of {council}",
                        email
                    );
                    for (project, id) in self.projects.iter().enumerate() {
                        let tells = path == routes::COUNCIL_DATA
                            && answer.json::<Value>()["records"].to_string().contains(id.as_str());
                        assert!(!tells || rules.may_read(who, project), "{}'s copy of {council}", email);
                    }
                }
            }
            for (nth, project) in self.projects.iter().enumerate() {
                let path = routes::with(routes::SEATS, &[project]);
                let told = self.stage.get(&path, Some(&token)).await;
                if told.status == StatusCode::OK {
                    assert!(rules.may_read(who, nth), "{email} sees who is in {nth}");
                    assert_eq!(seats(&told.json::<Vec<Seat>>()), named(&rules.seats(nth)), "who is in {nth}");
                }
            }
        }
    }
}

/// Address and council of each seat, sorted.
fn seats(told: &[Seat]) -> Vec<(String, String)> {
    let mut seats: Vec<_> = told.iter().map(|seat| (seat.email.clone(), seat.council.to_string())).collect();
    seats.sort();
    seats
}

fn named(seats: &[(usize, usize)]) -> Vec<(String, String)> {
    let name = |(who, council): &(usize, usize)| (PEOPLE[*who].to_owned(), COUNCILS[*council].to_owned());
    let mut named: Vec<_> = seats.iter().map(name).collect();
    named.sort();
    named
}

fn name(role: Role) -> &'static str {
    match role {
        Role::Contributor => "contributor",
        Role::Editor => "editor",
        Role::Lead => "lead",
    }
}

impl StateMachineTest for System {
    type SystemUnderTest = Self;
    type Reference = State;

    fn init_test(rules: &State) -> Self {
        let runtime = Arc::new(Runtime::new().unwrap());
        runtime.block_on(async {
            let mut system = Self::begin(Arc::clone(&runtime)).await;
            for step in &rules.prologue {
                assert_eq!(system.take(step).await, Answer::Done, "{step:?}");
            }
            system
        })
    }

    fn apply(mut system: Self, rules: &State, step: Step) -> Self {
        let runtime = Arc::clone(&system.runtime);
        runtime.block_on(async {
            assert_eq!(system.take(&step).await, rules.last, "{step:?}");
            system.compare(rules).await;
        });
        system
    }

    fn teardown(mut system: Self, rules: State) {
        let runtime = Arc::clone(&system.runtime);
        runtime.block_on(system.compare_in_full(&rules));
    }
}
