//! A registry for tests: the real router over a real database, with a clock that only tests advance. The database is a
//! SQLite file, or a new database on the PostgreSQL that `GUILDHALL_TEST_POSTGRES` names.

mod mirror;

pub(crate) use mirror::Mirror;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use guildhall_protocol::changes::{ChangeLine, FirstLine, LastLine};
use guildhall_protocol::digest::Digest;
use guildhall_protocol::{Code, Me, Problem, Verdict, routes};
use guildhall_registry::{Clock, Config, DatabaseUrl, Env, History, Mail, Random, Registry, open, restore};
use http::{HeaderMap, Method, Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::ServiceExt;

pub(crate) const SAM: &str = "sam.digital@barchester.example";
pub(crate) const ALEX: &str = "alex.digital@casterbridge.example";
/// Signed in, but at no council.
pub(crate) const VISITOR: &str = "visitor@elsewhere.example";

/// A clock that stands still until a test advances it.
pub(crate) struct TestClock {
    now: watch::Sender<Timestamp>,
    waiting: watch::Sender<usize>,
}

impl TestClock {
    fn new() -> Arc<Self> {
        let now = watch::Sender::new("2026-03-02T09:00:00Z".parse().unwrap());
        Arc::new(Self { now, waiting: watch::Sender::new(0) })
    }

    pub(crate) fn turn(&self, by: SignedDuration) {
        self.now.send_modify(|now| *now += by);
    }

    /// Returns once someone waits for time to pass.
    pub(crate) async fn is_waited_for(&self) {
        self.is_waited_for_by(1).await;
    }

    /// Returns once this many wait.
    pub(crate) async fn is_waited_for_by(&self, many: usize) {
        self.waiting.subscribe().wait_for(|waiting| *waiting >= many).await.unwrap();
    }
}

/// Counts one waiter until it is dropped.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn on(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|waiting| *waiting += 1);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}

#[async_trait::async_trait]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    async fn pass(&self, time: Duration) {
        let until = self.now() + SignedDuration::try_from(time).unwrap();
        let _waiting = Waiting::on(&self.waiting);
        let _ = self.now.subscribe().wait_for(|now| *now >= until).await;
    }
}

/// The same bytes in every run, never repeated within one.
struct TestRandom(AtomicU64);

impl Random for TestRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mixed = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            *byte = (mixed >> 40) as u8 ^ (mixed >> 17) as u8;
        }
    }
}

pub(crate) struct TestRegistry {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) registry: Registry,
    env: Env,
    config: Config,
}

impl TestRegistry {
    /// An empty registry.
    pub(crate) async fn empty() -> Self {
        Self::with(|config| config).await
    }

    /// A registry with the sample.
    pub(crate) async fn sample() -> Self {
        let stage = Self::empty().await;
        stage.registry.sample().await.unwrap();
        stage
    }

    /// A registry restored from a backup.
    pub(crate) async fn restored(backup: &Path, history: History) -> Self {
        Self::restored_with(backup, history, |config| config).await
    }

    /// The same, always on SQLite.
    pub(crate) async fn restored_as_file(backup: &Path, history: History) -> Self {
        Self::restored_with(backup, history, |config| Config { database_url: None, ..config }).await
    }

    async fn restored_with(backup: &Path, history: History, change: fn(Config) -> Config) -> Self {
        let (folder, clock, env, config) = Self::place().await;
        let config = change(config);
        restore(&config, &env, backup, history).await.unwrap();
        let registry = open(config.clone(), env.clone()).await.unwrap();
        Self { folder, clock, registry, env, config }
    }

    pub(crate) async fn with(change: impl FnOnce(Config) -> Config) -> Self {
        let (folder, clock, env, config) = Self::place().await;
        let config = change(config);
        let registry = open(config.clone(), env.clone()).await.unwrap();
        Self { folder, clock, registry, env, config }
    }

    /// A registry on a database that existed before it, filled by `fill`, with the clock at `now`.
    pub(crate) async fn upon(now: Timestamp, fill: impl AsyncFn(&sqlx::AnyPool)) -> Self {
        let (folder, clock, env, config) = Self::place().await;
        sqlx::any::install_default_drivers();
        let database = sqlx::AnyPool::connect(&url_of(&config)).await.unwrap();
        fill(&database).await;
        database.close().await;
        clock.turn(now.duration_since(clock.now()));
        let registry = open(config.clone(), env.clone()).await.unwrap();
        Self { folder, clock, registry, env, config }
    }

    async fn place() -> (tempfile::TempDir, Arc<TestClock>, Env, Config) {
        let folder = tempfile::tempdir().unwrap();
        let clock = TestClock::new();
        let random = Arc::new(TestRandom(AtomicU64::new(1)));
        let env = Env { clock: clock.clone(), random };
        let mail = Mail::File(folder.path().join("mail"));
        let database_url = postgres_of_its_own().await;
        let config = Config { mail, database_url, ..Config::new(folder.path()) };
        (folder, clock, env, config)
    }

    /// Closes the registry and opens it again, without a size limit.
    pub(crate) async fn reopen(self) -> Self {
        self.registry.close().await;
        let config = Config { max_pages: None, ..self.config };
        let registry = open(config.clone(), self.env.clone()).await.unwrap();
        Self { registry, config, ..self }
    }

    /// A connection to its database, bypassing the registry.
    pub(crate) async fn database(&self) -> sqlx::AnyPool {
        sqlx::AnyPool::connect(&url_of(&self.config)).await.unwrap()
    }

    /// Every stored record of a kind with its id, in any cell.
    pub(crate) async fn everything(&self, kind: &str) -> Vec<(String, Value)> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT id, body FROM records WHERE kind = $1 ORDER BY id")
                .bind(kind)
                .fetch_all(&self.database().await)
                .await
                .unwrap();
        rows.into_iter().map(|(id, body)| (id, serde_json::from_str(&body).unwrap())).collect()
    }

    /// Inserts a public project directly into the database, as an earlier version left it.
    pub(crate) async fn put_project(&self, id: &str, body: &Value) {
        static NEXT: AtomicU64 = AtomicU64::new(1_000_000);
        sqlx::query(
            "INSERT INTO records (kind, id, version, seq, cell, project, body, author, council)
             VALUES ('project', $1, 1, $2, 'public', '', $3, '', $4)",
        )
        .bind(id)
        .bind(NEXT.fetch_add(1, Ordering::Relaxed).cast_signed())
        .bind(body.to_string())
        .bind(body["council"].as_str().unwrap())
        .execute(&self.database().await)
        .await
        .unwrap();
    }

    /// All bytes of its database.
    pub(crate) async fn everything_stored(&self) -> Vec<u8> {
        if self.config.database_url.is_some() {
            let all = "SELECT database_to_xml(true, true, '')::text";
            let all: String = sqlx::query_scalar(all).fetch_one(&self.database().await).await.unwrap();
            return all.into_bytes();
        }
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path());
        files.filter(|file| file.is_file()).flat_map(|file| std::fs::read(file).unwrap()).collect()
    }

    pub(crate) fn config(&self) -> Config {
        self.config.clone()
    }

    pub(crate) fn env(&self) -> &Env {
        &self.env
    }

    /// Another process on the same database.
    pub(crate) async fn beside(&self) -> Registry {
        open(self.config.clone(), self.env.clone()).await.unwrap()
    }

    pub(crate) fn mails(&self) -> Vec<String> {
        let Ok(files) = std::fs::read_dir(self.folder.path().join("mail")) else { return Vec::new() };
        let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        ask(&self.registry, method, path, token, body).await
    }

    /// Sends a request, and returns once the registry holds the answer back.
    pub(crate) async fn get_and_wait(&self, path: &str, token: Option<&str>) -> JoinHandle<Answer> {
        let (registry, path, token) = (self.registry.clone(), path.to_owned(), token.map(str::to_owned));
        let asking =
            tokio::spawn(
                async move { ask(&registry, Method::GET, &path, token.as_deref(), Body::empty()).await },
            );
        self.clock.is_waited_for().await;
        asking
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.ask(Method::GET, path, token, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, None, body.to_string()).await
    }

    pub(crate) async fn put(&self, submission: &str, token: &str, body: &Value) -> Answer {
        let path = format!("/api/v1/submissions/{submission}");
        self.ask(Method::PUT, &path, Some(token), body.to_string()).await
    }

    /// Sends a submission under a new id; it must be accepted.
    pub(crate) async fn publish(&self, token: &str, body: Value) -> Verdict {
        let id = self.new_id();
        let answer = self.put(&id, token, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    /// Signs in and returns an access token.
    pub(crate) async fn sign_in(&self, email: &str) -> String {
        let tokens = self.session(email).await;
        tokens["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn session(&self, email: &str) -> Value {
        let code = self.registry.issue_code(email).await.unwrap();
        let answer = self.post(routes::AUTH_EMAIL_VERIFY, json!({"email": email, "code": code})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    /// The refresh token of the next pair, or the error code.
    pub(crate) async fn refreshed(&self, refresh_token: &str) -> Result<String, Code> {
        let answer = self.post(routes::AUTH_TOKEN, json!({"refresh_token": refresh_token})).await;
        if answer.status != StatusCode::OK {
            return Err(answer.code());
        }
        Ok(answer.json::<Value>()["refresh_token"].as_str().unwrap().to_owned())
    }

    /// The id of the person whose token this is.
    pub(crate) async fn person(&self, token: &str) -> String {
        let me: Me = self.get(routes::ME, Some(token)).await.json();
        me.person.to_string()
    }

    pub(crate) async fn invite(&self, by: &str, council: &str, email: &str, role: &str) {
        let path = routes::with(routes::INVITATIONS, &[council]);
        let body = json!({"email": email, "role": role}).to_string();
        let answer = self.ask(Method::POST, &path, Some(by), body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    }

    pub(crate) async fn accept_invitations(&self, token: &str) {
        let me: Me = self.get(routes::ME, Some(token)).await.json();
        for invitation in me.invitations {
            let path = routes::with(routes::INVITATION_ANSWER, &[&invitation.id.to_string()]);
            let answer =
                self.ask(Method::POST, &path, Some(token), json!({"accept": true}).to_string()).await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
        }
    }

    /// A lead sets the council's review policy.
    pub(crate) async fn check(&self, lead: &str, council: &str, review: &str) {
        let path = routes::with(routes::COUNCIL_SETTINGS, &[council]);
        let body = json!({"review": review, "editors_decide": false, "delegate_to_coordinator": false});
        let answer = self.ask(Method::PUT, &path, Some(lead), body.to_string()).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn new_id(&self) -> String {
        let mut bytes = [0; 10];
        self.env.random.fill(&mut bytes);
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap();
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string()
    }

    pub(crate) fn mirror(&self, token: Option<&str>) -> Mirror {
        Mirror { token: token.map(str::to_owned), ..Mirror::default() }
    }
}

/// The database URL of a configuration.
fn url_of(config: &Config) -> String {
    let file = format!("sqlite://{}?mode=rwc", config.data_dir.join("registry.db").display());
    config.database_url.as_ref().map_or(file, |url| url.expose().to_string())
}

/// A new database on the test PostgreSQL, if there is one.
async fn postgres_of_its_own() -> Option<DatabaseUrl> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let server = std::env::var("GUILDHALL_TEST_POSTGRES").ok()?;
    sqlx::any::install_default_drivers();
    let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = sqlx::AnyConnection::connect(&server).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    connection.close().await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    Some(url.as_str().parse().unwrap())
}

pub(crate) async fn ask(
    registry: &Registry,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    send(registry, request.body(body.into()).unwrap()).await
}

pub(crate) async fn send(registry: &Registry, request: Request<Body>) -> Answer {
    let response = registry.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The problem, checked against RFC 9457.
    pub(crate) fn problem(&self) -> Problem {
        assert_eq!(self.headers[header::CONTENT_TYPE], routes::PROBLEM_JSON, "{}", self.text);
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(self.headers["x-request-id"].to_str().unwrap(), problem.request_id);
        problem
    }

    pub(crate) fn code(&self) -> Code {
        self.problem().code
    }
}

/// A new project of a council, with the required fields.
pub(crate) fn new_project(record: &str, council: &str, title: &str) -> Value {
    json!({
        "kind": "project", "record": record, "council": council, "base_version": 0,
        "set": {"title": title, "problem": "They are missed", "visibility": "public",
                "contact": {"mailbox": "team@barchester.example", "name": ""}},
    })
}

/// An edit that sets fields, based on this version.
pub(crate) fn edit(record: &str, council: &str, base_version: u32, set: Value) -> Value {
    json!({"kind": "project", "record": record, "council": council, "base_version": base_version, "set": set})
}
