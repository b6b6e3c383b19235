//! Which answer everybody gets on every route: each role, at their own council and at another, for a project of each
//! visibility and for one in review. A route that is not listed here fails the test.

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{State, Verdict, routes as paths};
use guildhall_registry::{Clock as _, routes};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::reviews::{KIM, PAT};
use crate::test_registry::{ALEX, SAM, TestRegistry, VISITOR, edit, new_project};

const ROBIN: &str = "robin.digital@barchester.example";
const EDDIE: &str = "eddie.digital@barchester.example";
const VISIBILITIES: [&str; 4] = ["public", "members", "councils", "team"];
const OWN: &str = "BCH";
const OTHER: &str = "CAS";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Anyone,
    Member,
    Contributor,
    Editor,
    /// A lead whom nobody has confirmed.
    Unconfirmed,
    Lead,
    Coordinator,
    /// An editor whose address needs proving again, with a seat in every team-only project.
    Lapsed,
    /// An editor whose access was removed, and who had such seats.
    Removed,
    /// A contributor with a seat in every team-only project.
    Seated,
}

use Who::{Anyone, Contributor, Coordinator, Editor, Lapsed, Lead, Member, Removed, Seated, Unconfirmed};

const EVERYBODY: [Who; 10] =
    [Anyone, Member, Contributor, Editor, Unconfirmed, Lead, Coordinator, Lapsed, Removed, Seated];

/// The addresses of [`EVERYBODY`], in order.
const ADDRESSES: [&str; 10] = [
    "",
    VISITOR,
    KIM,
    EDDIE,
    "unconfirmed.digital@barchester.example",
    ROBIN,
    PAT,
    "lapsed.digital@barchester.example",
    "removed.digital@barchester.example",
    "seated.digital@barchester.example",
];

/// What each may read, written independently of the policy.
fn may_read(who: Who, own: bool, visibility: &str) -> bool {
    match visibility {
        "public" => true,
        "members" => who != Anyone,
        "councils" => !matches!(who, Anyone | Member | Lapsed | Removed),
        _ => matches!(who, Lead | Seated) && own,
    }
}

struct Env {
    stage: TestRegistry,
    /// The tokens of [`EVERYBODY`], in order.
    tokens: Vec<Option<String>>,
    /// Council, visibility, id.
    projects: Vec<(&'static str, &'static str, String)>,
    /// A person at each council whose role and access the test changes.
    target: String,
    other_target: String,
    nth: u32,
}

impl Env {
    async fn make() -> Self {
        let stage = TestRegistry::sample().await;
        let sam = stage.sign_in(SAM).await;
        let alex = stage.sign_in(ALEX).await;
        let (kim, eddie) = (stage.sign_in(KIM).await, stage.sign_in(EDDIE).await);
        stage.invite(&sam, OWN, EDDIE, "editor").await;
        stage.accept_invitations(&eddie).await;
        let visitor = stage.sign_in(VISITOR).await;
        let mut projects = Vec::new();
        for (council, lead) in [(OWN, &sam), (OTHER, &alex)] {
            for visibility in VISIBILITIES {
                let id = stage.new_id();
                let mut body = new_project(&id, council, visibility);
                body["set"]["visibility"] = json!(visibility);
                let need = json!({"id": stage.new_id(), "as_a": "resident", "i_need": "be heard"});
                body["add"] = json!({"needs": [need]});
                stage.publish(lead, body).await;
                projects.push((council, visibility, id));
            }
        }
        let robin = stage.sign_in(ROBIN).await;
        let (target, other_target) = (stage.person(&robin).await, stage.person(&alex).await);
        // Sam wrote the projects, so the target is another lead.
        let mut tokens = vec![None, Some(visitor), Some(kim), Some(eddie)];
        for email in &ADDRESSES[tokens.len()..] {
            tokens.push(Some(if *email == ROBIN { robin.clone() } else { stage.sign_in(email).await }));
        }
        Self { stage, tokens, projects, target, other_target, nth: 0 }
    }

    /// Access tokens last a quarter of an hour, and each probe advances the clock by a second.
    async fn sign_in_again(&mut self) {
        for (token, email) in self.tokens.iter_mut().zip(ADDRESSES) {
            if token.is_some() {
                *token = Some(self.stage.sign_in(email).await);
            }
        }
    }

    /// Restores what the probes need, directly in the database.
    async fn set_up(&self, council: &str) {
        let database = self.stage.database().await;
        let mut statements = Vec::new();
        let kim = self.stage.person(self.tokens[2].as_deref().unwrap()).await;
        // A person of this council who may be removed: `Member`, who otherwise has no council.
        let removable = self.stage.person(self.tokens[1].as_deref().unwrap()).await;
        statements.push(format!("DELETE FROM memberships WHERE person = '{removable}'"));
        statements.push(format!(
            "INSERT INTO memberships (council, person, role, confirmed_by, domain, state, verified_at)
             VALUES ('{council}', '{removable}', 'contributor', '', '', 'lapsed', 0)"
        ));
        for (who, role, state) in [
            (Unconfirmed, "lead", "active"),
            (Lapsed, "editor", "lapsed"),
            (Removed, "editor", "removed"),
            (Seated, "contributor", "active"),
        ] {
            let person = self.stage.person(self.tokens[who as usize].as_deref().unwrap()).await;
            statements.push(format!(
                "UPDATE memberships SET role = '{role}', confirmed_by = '', state = '{state}'
                 WHERE person = '{person}' AND council = '{OWN}'"
            ));
            statements.push(format!("DELETE FROM seats WHERE person = '{person}'"));
            // A removed person has no seats. They are put back to show that they would not count.
            for (_, _, id) in self.projects.iter().filter(|(of, visibility, _)| {
                *of == OWN && *visibility == "team" && matches!(who, Lapsed | Removed | Seated)
            }) {
                statements.push(format!(
                    "INSERT INTO seats (project, person, council) VALUES ('{id}', '{person}', '{OWN}')"
                ));
            }
        }
        statements.push("DELETE FROM council_requests".to_owned());
        statements.push("DELETE FROM invitations".to_owned());
        let now = self.stage.clock.now().as_millisecond();
        statements.push(format!(
            "INSERT INTO invitations (id, council, email, role, invited_by, invited_at, state) VALUES
             ('{INVITATION}', '{council}', 'nobody@elsewhere.example', 'editor', '{kim}', {now}, 'open')"
        ));
        statements.push("DELETE FROM reports".to_owned());
        let (_, _, reported) = self.projects.iter().find(|(of, ..)| *of == council).unwrap();
        statements.push(format!(
            "INSERT INTO reports (id, project, council, why, text, reporter, at, closed_at)
             VALUES ('{REPORT}', '{reported}', '{council}', 'problem', 'It is wrong', '', 0, 0)"
        ));
        statements.push("DELETE FROM domains WHERE domain LIKE '%elsewhere.example'".to_owned());
        for statement in statements {
            sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&database).await.unwrap();
        }
        database.close().await;
    }

    async fn ask(&self, who: Who, method: &Method, path: &str, body: &Value) -> (u16, String) {
        let token = self.tokens[who as usize].as_deref();
        let answer = self.stage.ask(method.clone(), path, token, body.to_string()).await;
        (answer.status.as_u16(), answer.text)
    }
}

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REPORT: &str = "01900000-0000-7000-8000-000000000002";
const INVITATION: &str = "01900000-0000-7000-8000-000000000001";

/// The answer of a route for a council's confirmed leads only.
fn leads_only(who: Who, own: bool, done: u16) -> u16 {
    match who {
        Anyone => 401,
        Lead if own => done,
        _ => 404,
    }
}

/// The same for a route that unconfirmed leads may use, too.
fn any_lead(who: Who, own: bool, done: u16) -> u16 {
    if who == Unconfirmed && own { done } else { leads_only(who, own, done) }
}

/// The same for a route that tells unconfirmed leads to wait for their confirmation.
fn once_confirmed(who: Who, own: bool, done: u16) -> u16 {
    if who == Unconfirmed && own { 403 } else { leads_only(who, own, done) }
}

fn signed_in(who: Who, done: u16) -> u16 {
    if who == Anyone { 401 } else { done }
}

/// Sends a request to one route in every relevant way, and compares the answers.
async fn probe(env: &mut Env, method: &Method, path: &'static str, who: Who, council: &'static str) {
    let own = council == OWN;
    let nothing = json!(null);
    env.nth += 1;
    if env.nth.is_multiple_of(250) {
        env.sign_in_again().await;
    }
    // All requests come from one address, which is limited in how often it may try codes and tokens.
    env.stage.clock.turn(SignedDuration::from_secs(1));
    env.set_up(council).await;
    let target = if own { env.target.clone() } else { env.other_target.clone() };
    let removable = env.stage.person(env.tokens[1].as_deref().unwrap()).await;
    let with = |parameters: &[&str]| paths::with(path, parameters);
    let (asked, body, right) = match (method.as_str(), path) {
        (
            "GET",
            paths::HEALTHZ
            | paths::READYZ
            | paths::REGISTRY
            | paths::COUNCILS
            | paths::SERVICES
            | paths::OPENAPI
            | paths::API
            | paths::PAGE
            | paths::FEED
            | paths::ROBOTS,
        ) => (path.to_owned(), nothing, 200),
        // Web pages are for everyone, and show what is public to everyone.
        ("GET", paths::PROJECT_PAGE | paths::NEED_PAGE) => return pages(env, who, path, council).await,
        ("GET", paths::COUNCIL_PAGE | paths::COUNCIL_FEED) => (with(&[council]), nothing, 200),
        ("GET", paths::SERVICE_PAGE | paths::SERVICE_FEED) => (with(&["9001"]), nothing, 200),
        ("GET", paths::STYLE) => (with(&["none.css"]), nothing, 404),
        ("GET", paths::CHANGES) => return feed(env, who, council).await,
        ("GET", paths::PROJECT | paths::PROJECT_HISTORY) => {
            for (of, visibility, id) in &env.projects {
                if *of == council {
                    let right = if may_read(who, own, visibility) { 200 } else { 404 };
                    let (status, text) = env.ask(who, method, &with(&[id]), &nothing).await;
                    assert_eq!(status, right, "{who:?} reads {visibility} of {council}: {text}");
                }
            }
            return;
        }
        ("POST", paths::REPORTS) => {
            for (of, visibility, id) in &env.projects {
                if *of == council {
                    let right = if may_read(who, own, visibility) { 204 } else { 404 };
                    let body = json!({"why": "problem", "text": "It is wrong"});
                    let (status, text) = env.ask(who, method, &with(&[id]), &body).await;
                    assert_eq!(status, right, "{who:?} reports {visibility} of {council}: {text}");
                }
            }
            return;
        }
        ("POST", paths::PROJECT_READ) => {
            for (of, visibility, id) in &env.projects {
                if *of == council {
                    let right = match who {
                        Anyone => 401,
                        Coordinator => 200,
                        _ if may_read(who, own, visibility) => 200,
                        _ => 404,
                    };
                    let body = json!({"reason": "Someone reported it"});
                    let (status, text) = env.ask(who, method, &with(&[id]), &body).await;
                    assert_eq!(
                        status, right,
                        "{who:?} reads {visibility} of {council} with a reason: {text}"
                    );
                }
            }
            return;
        }
        ("DELETE", paths::REPORT) => {
            let right = if who == Coordinator { 204 } else { leads_only(who, own, 204) };
            (with(&[REPORT]), nothing, right)
        }
        // Sent without a reason: whoever may delete the project is told that the reason is missing.
        ("DELETE", paths::PROJECT) => {
            for (of, visibility, id) in &env.projects {
                if *of == council {
                    let right = match who {
                        Anyone => 401,
                        _ if !may_read(who, own, visibility) => 404,
                        Lead if own => 422,
                        Coordinator => 422,
                        _ => 403,
                    };
                    let (status, text) = env.ask(who, method, &with(&[id]), &json!({"reason": " "})).await;
                    assert_eq!(status, right, "{who:?} purges {visibility} of {council}: {text}");
                }
            }
            return;
        }
        ("PUT", paths::SUBMISSION) => return submit(env, who, council).await,
        ("GET", paths::SUBMISSION) => (with(&[&env.stage.new_id()]), nothing, signed_in(who, 404)),
        ("POST", paths::SUBMISSION_WITHDRAW) => (with(&[&env.stage.new_id()]), nothing, signed_in(who, 200)),
        // A body that cannot be parsed erases nobody.
        ("DELETE", paths::ME) => (path.to_owned(), nothing, signed_in(who, 422)),
        ("GET", paths::COUNCIL_DATA) => (with(&[council]), nothing, leads_only(who, own, 200)),
        ("GET", paths::ME | paths::MY_DATA | paths::DEVICES | paths::SECOND_FACTOR) => {
            (path.to_owned(), nothing, signed_in(who, 200))
        }
        // Nobody here has a second factor, which has its own tests.
        ("POST", paths::SECOND_FACTOR) => (path.to_owned(), nothing, signed_in(who, 200)),
        ("PUT", paths::SECOND_FACTOR) | ("POST", paths::SECOND_FACTOR_VERIFY) => {
            (path.to_owned(), json!({"code": "000000"}), signed_in(who, 403))
        }
        ("DELETE", paths::SECOND_FACTOR | paths::MY_FACTOR_RESET) | ("POST", paths::RECOVERY_CODES) => {
            (path.to_owned(), nothing, signed_in(who, 404))
        }
        // Leads and coordinators need a second factor of their own for this, and have none here.
        ("POST", paths::FACTOR_RESET) => {
            let right = if who == Coordinator { 403 } else { any_lead(who, own, 403) };
            (with(&[council, &target]), nothing, right)
        }
        ("DELETE", paths::FACTOR_RESET) => (with(&[council, &target]), nothing, signed_in(who, 404)),
        ("DELETE", paths::DEVICE) => (with(&[&env.stage.new_id()]), nothing, signed_in(who, 404)),
        ("POST", paths::ASK_FOR_COUNCIL) => {
            let right = match who {
                Anyone => 401,
                Contributor | Editor | Unconfirmed | Lead | Seated if own => 403,
                _ => 204,
            };
            (path.to_owned(), json!({"council": council, "evidence": "We work there"}), right)
        }
        ("GET", paths::PEOPLE) => (with(&[council]), nothing, any_lead(who, own, 200)),
        ("PUT", paths::COUNCIL_PERSON) => {
            (with(&[council, &target]), json!({"role": "lead"}), once_confirmed(who, own, 204))
        }
        // Anyone may leave a council, and `Member` is the person removed here.
        ("DELETE", paths::COUNCIL_PERSON) => {
            let right = if who == Member { 204 } else { once_confirmed(who, own, 204) };
            (with(&[council, &removable]), nothing, right)
        }
        ("PUT", paths::COUNCIL_SETTINGS) => {
            let settings =
                json!({"review": "first", "editors_decide": false, "delegate_to_coordinator": false});
            (with(&[council]), settings, once_confirmed(who, own, 204))
        }
        ("PUT", paths::SUCCESSORS) => {
            let right = if who == Coordinator { 204 } else { signed_in(who, 404) };
            (with(&[council]), json!({"from": "2026-04-01", "successors": []}), right)
        }
        // The council has no predecessor; whoever may take over is told so.
        ("POST", paths::TAKE_OVER) => {
            let before = if own { OTHER } else { OWN };
            (with(&[council]), json!({"from": before, "projects": []}), leads_only(who, own, 403))
        }
        ("POST", paths::INVITATIONS) => {
            let body = json!({"email": "nobody@elsewhere.example", "role": "editor"});
            (with(&[council]), body, any_lead(who, own, 204))
        }
        ("DELETE", paths::INVITATION) => (with(&[INVITATION]), nothing, once_confirmed(who, own, 204)),
        ("POST", paths::INVITATION_ANSWER) => {
            (with(&[INVITATION]), json!({"accept": true}), signed_in(who, 404))
        }
        ("PUT", paths::DOMAIN) => {
            let right = match who {
                Coordinator => 204,
                _ => any_lead(who, own, 403),
            };
            (with(&[council, "new.elsewhere.example"]), json!({"answer": "domain"}), right)
        }
        ("GET", paths::UNCONFIRMED_LEADS) => (path.to_owned(), nothing, signed_in(who, 200)),
        // The person named is not a lead.
        ("POST", paths::VOUCH) => (with(&[council, &removable]), nothing, signed_in(who, 404)),
        ("POST", paths::OBJECTION) => {
            let unconfirmed = env.stage.person(env.tokens[Unconfirmed as usize].as_deref().unwrap()).await;
            let right = match who {
                Anyone => 401,
                Contributor | Editor | Lead | Coordinator | Seated if own => 204,
                _ => 404,
            };
            (with(&[council, &unconfirmed]), nothing, right)
        }
        ("GET" | "DELETE", paths::SEATS | paths::SEAT) => {
            return seats(env, method, path, who, council).await;
        }
        ("GET", paths::COORDINATION) => {
            let right = if who == Coordinator { 200 } else { signed_in(who, 404) };
            (path.to_owned(), nothing, right)
        }
        ("GET", paths::AUDIT) => {
            let right = if who == Coordinator { 200 } else { leads_only(who, own, 200) };
            (format!("{path}?council={council}"), nothing, right)
        }
        // Routes without a session treat everyone alike.
        ("POST", paths::AUTH_EMAIL_START) => (path.to_owned(), json!({"email": "no address"}), 422),
        ("POST", paths::AUTH_EMAIL_VERIFY) => {
            (path.to_owned(), json!({"email": SAM, "code": "00000000"}), 403)
        }
        // There is no provider here; signing in with one has its own tests.
        ("GET", paths::AUTH_OPENID_START) => (format!("{path}?challenge={CHALLENGE}"), nothing, 404),
        ("POST", paths::AUTH_OPENID_GO) => (path.to_owned(), nothing, 415),
        ("GET", paths::AUTH_OPENID_CALLBACK) => (format!("{path}?state=none&code=none"), nothing, 404),
        ("POST", paths::AUTH_OPENID_VERIFY) => {
            (path.to_owned(), json!({"openid": {"code": "00000000", "verifier": "none"}}), 403)
        }
        ("POST", paths::AUTH_TOKEN) => (path.to_owned(), json!({"refresh_token": "ghr_none"}), 401),
        ("POST", paths::AUTH_REVOKE) => (path.to_owned(), json!({"refresh_token": "ghr_none"}), 204),
        _ => panic!("{method} {path} is not in the matrix: say who gets which answer"),
    };
    let (status, text) = env.ask(who, method, &asked, &body).await;
    assert_eq!(status, right, "{who:?}, {method} {asked}: {text}");
}

/// Listing a project's team, and removing a seat that does not exist. Both are for the project's owner (nobody here),
/// the council's leads and the seat's own person.
async fn seats(env: &Env, method: &Method, path: &'static str, who: Who, council: &'static str) {
    let own = council == OWN;
    let nobody = env.stage.new_id();
    for (of, visibility, id) in &env.projects {
        if *of == council {
            let is_seen = who == Lead && own || (who == Seated && own && *visibility == "team");
            let right = match method.as_str() {
                "GET" if is_seen => 200,
                _ if who == Anyone => 401,
                _ => 404,
            };
            let asked = paths::with(path, &[id.as_str(), &nobody][..if path == paths::SEAT { 2 } else { 1 }]);
            let (status, text) = env.ask(who, method, &asked, &json!(null)).await;
            assert_eq!(status, right, "{who:?}, {method} {path} of {visibility} of {council}: {text}");
        }
    }
}

/// A project's page, and that of its need: only of a public project, whoever asks, and the same page for all others.
async fn pages(env: &Env, who: Who, path: &'static str, council: &'static str) {
    let nowhere = env.stage.new_id();
    let (_, absent) = env.ask(who, &Method::GET, &paths::with(path, &[&nowhere]), &json!(null)).await;
    for (of, visibility, id) in &env.projects {
        if *of == council {
            let asked = if path == paths::NEED_PAGE { need_of(env, id).await } else { id.clone() };
            let (status, text) =
                env.ask(who, &Method::GET, &paths::with(path, &[&asked]), &json!(null)).await;
            let is_public = *visibility == "public";
            assert_eq!(status == 200, is_public, "{who:?} asks for {path} of {visibility}: {text}");
            assert!(is_public || (status == 404 && text == absent), "{who:?}, {visibility}: {text}");
        }
    }
}

/// The id of a project's first need.
async fn need_of(env: &Env, project: &str) -> String {
    let all = env.stage.everything("project").await;
    let (_, body) = all.iter().find(|(id, _)| id == project).unwrap();
    body["needs"][0]["id"].as_str().unwrap().to_owned()
}

/// The feed shows exactly what may be read, and reviews only to those who decide.
async fn feed(env: &Env, who: Who, council: &'static str) {
    let mut mirror = env.stage.mirror(env.tokens[who as usize].as_deref());
    mirror.sync(&env.stage.registry, 1000).await;
    for (of, visibility, id) in &env.projects {
        if *of == council {
            let right = may_read(who, council == OWN, visibility);
            assert_eq!(mirror.has("project", id), right, "{who:?} in the feed: {visibility} of {council}");
        }
    }
}

/// Edits a project of each visibility, sends a new project, and answers a review.
async fn submit(env: &mut Env, who: Who, council: &'static str) {
    let own = council == OWN;
    let mine = own && matches!(who, Contributor | Editor | Unconfirmed | Lead | Seated);
    for (of, visibility, id) in &env.projects {
        if *of != council {
            continue;
        }
        let body = edit(id, council, 1, json!({"reuse": "The same from everybody"}));
        let path = paths::with(paths::SUBMISSION, &[&env.stage.new_id()]);
        let (status, text) = env.ask(who, &Method::PUT, &path, &body).await;
        let right = match who {
            Anyone => 401,
            _ if !mine => 403,
            _ if may_read(who, own, visibility) => 200,
            _ => 404,
        };
        assert_eq!(status, right, "{who:?} changes {visibility} of {council}: {text}");
        if status == 200 {
            let verdict: Verdict = serde_json::from_str(&text).unwrap();
            let publishes = matches!(who, Lead | Unconfirmed);
            let right = if publishes { State::Published } else { State::InReview };
            assert_eq!(verdict.state, right, "{who:?} changes {visibility} of {council}");
        }
    }

    confirm(env, who, council).await;

    // A submission in review, by a contributor at either council.
    let author = if own { KIM.to_owned() } else { format!("new{}@casterbridge.example", env.nth) };
    let author = env.stage.sign_in(&author).await;
    let (id, record) = (env.stage.new_id(), env.stage.new_id());
    let sent: Verdict = env.stage.put(&id, &author, &new_project(&record, council, "New")).await.json();
    assert_eq!(sent.state, State::InReview);
    let path = paths::with(paths::PROJECT, &[&record]);
    let (status, _) = env.ask(who, &Method::GET, &path, &json!(null)).await;
    assert_eq!(status, 404, "{who:?}: what waits is not published");
    let mut mirror = env.stage.mirror(env.tokens[who as usize].as_deref());
    mirror.sync(&env.stage.registry, 1000).await;
    let decides = matches!(who, Lead | Unconfirmed) && own;
    assert_eq!(mirror.has(Kind::Review.as_str(), &id), decides, "{who:?} sees what waits at {council}");
    let body = json!({"kind": "review", "record": id, "council": council, "base_version": 1,
                      "set": {"state": "declined", "reason": "Not now"}});
    let path = paths::with(paths::SUBMISSION, &[&env.stage.new_id()]);
    let (status, text) = env.ask(who, &Method::PUT, &path, &body).await;
    let right = if decides { 200 } else { signed_in(who, 404) };
    assert_eq!(status, right, "{who:?} answers what waits at {council}: {text}");
}

/// Confirms a project of each visibility, which is Sam's work. It never waits to be checked.
async fn confirm(env: &Env, who: Who, council: &'static str) {
    let own = council == OWN;
    let mine = own && matches!(who, Contributor | Editor | Unconfirmed | Lead | Seated);
    for (of, visibility, id) in &env.projects {
        if *of != council {
            continue;
        }
        let database = env.stage.database().await;
        let version: i64 =
            sqlx::query_scalar("SELECT version FROM records WHERE kind = 'project' AND id = $1")
                .bind(id)
                .fetch_one(&database)
                .await
                .unwrap();
        database.close().await;
        let body = json!({"kind": "project", "record": id, "council": council, "base_version": version});
        let path = paths::with(paths::SUBMISSION, &[&env.stage.new_id()]);
        let (status, text) = env.ask(who, &Method::PUT, &path, &body).await;
        let right = match who {
            Anyone => 401,
            _ if !mine => 403,
            _ if !may_read(who, own, visibility) => 404,
            Contributor | Seated => 403,
            _ => 200,
        };
        assert_eq!(status, right, "{who:?} confirms {visibility} of {council}: {text}");
        if status == 200 {
            let verdict: Verdict = serde_json::from_str(&text).unwrap();
            assert_eq!(verdict.state, State::Published, "{who:?} confirms {visibility} of {council}");
        }
    }
}

#[tokio::test]
async fn every_route_answers_everybody_as_the_table_says() {
    let mut env = Env::make().await;
    for (method, path) in routes() {
        for who in EVERYBODY {
            for council in [OWN, OTHER] {
                probe(&mut env, &method, path, who, council).await;
            }
        }
    }
}
