//! How many requests per second a registry handles, on SQLite and, if `GUILDHALL_TEST_POSTGRES` names a server, on
//! PostgreSQL. Requests go to the router directly, without a network. Run by `cargo xtask bench registry`.

#![allow(clippy::print_stdout)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use guildhall_protocol::changes::LastLine;
use guildhall_protocol::routes;
use guildhall_registry::{Config, Env, Mail, Registry, open};
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

/// How long each rate is measured.
const MEASURED: Duration = Duration::from_secs(5);
const CLIENTS: [usize; 2] = [1, 8];
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// How many times the cost of one request is measured.
const TIMES: usize = 300;

#[tokio::main]
async fn main() -> Result<()> {
    println!("| clients | changes served a second | submissions taken a second |\n|---|---|---|");
    for database in databases() {
        for clients in CLIENTS {
            let bench = Bench::set(&database, SIZES[0]).await?;
            let served = bench.rate(clients, Work::Read).await?;
            let taken = bench.rate(clients, Work::Send).await?;
            println!("| {}, {clients} at once | {served:.0} | {taken:.0} |", database.name);
            bench.registry.close().await;
        }
    }
    println!("\n| a request for one change, among | time, median | against {} |\n|---|---|---|", SIZES[0]);
    for database in databases() {
        let mut first = None;
        for size in SIZES {
            let bench = Bench::set(&database, size).await?;
            let cost = bench.cost_of_one_change().await?;
            let ratio = cost.as_secs_f64() / first.get_or_insert(cost).as_secs_f64();
            println!("| {size} projects, {} | {} µs | {ratio:.2} |", database.name, cost.as_micros());
            bench.registry.close().await;
        }
    }
    Ok(())
}

struct Database {
    name: &'static str,
    postgres: Option<String>,
}

fn databases() -> Vec<Database> {
    let postgres = std::env::var("GUILDHALL_TEST_POSTGRES").ok();
    let postgres = postgres.map(|url| Database { name: "PostgreSQL", postgres: Some(url) });
    std::iter::once(Database { name: "SQLite", postgres: None }).chain(postgres).collect()
}

#[derive(Clone, Copy)]
enum Work {
    /// Read all changes from zero, page by page.
    Read,
    /// Send new projects.
    Send,
}

/// A registry with a number of projects, and someone who may write to it.
struct Bench {
    registry: Registry,
    router: Router,
    token: String,
    council: String,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn set(database: &Database, projects: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let database_url = match &database.postgres {
            Some(server) => Some(new_database(server).await?.parse()?),
            None => None,
        };
        let mail = Mail::File(folder.path().join("mail"));
        let config = Config { mail, database_url, limited: false, ..Config::new(folder.path()) };
        let registry = open(config, Env::real()).await?;
        let router = registry.router();
        let made = registry.generate(projects, 1).await?;
        let (code, domain) = made.councils.first().context("no council was made up")?;
        let email = format!("bench@{domain}");
        let sign_in = json!({"email": email, "code": registry.issue_code(&email).await?});
        let answer = ask(&router, Method::POST, routes::AUTH_EMAIL_VERIFY, None, sign_in).await?;
        let tokens: Value = serde_json::from_slice(&answer)?;
        let token = tokens["access_token"].as_str().context("no token")?.to_owned();
        Ok(Self { registry, router, token, council: code.to_string(), _folder: folder })
    }

    /// Changes served, or submissions accepted, per second.
    async fn rate(&self, clients: usize, work: Work) -> Result<f64> {
        let (over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut working = tokio::task::JoinSet::new();
        let began = Instant::now();
        for _ in 0..clients {
            let (router, token, council) = (self.router.clone(), self.token.clone(), self.council.clone());
            let (over, done) = (over.clone(), done.clone());
            working.spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    let more = match work {
                        Work::Read => read_all(&router, &token).await?,
                        Work::Send => send_one(&router, &token, &council).await?,
                    };
                    done.fetch_add(more, Ordering::Relaxed);
                }
                anyhow::Ok(())
            });
        }
        tokio::time::sleep(MEASURED).await;
        over.store(true, Ordering::Relaxed);
        while let Some(ended) = working.join_next().await {
            ended??;
        }
        Ok(done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64())
    }

    /// The duration of a request from a laptop that lacks only the last change.
    async fn cost_of_one_change(&self) -> Result<Duration> {
        let mut cursor = String::new();
        while page(&self.router, &self.token, &mut cursor).await?.1 {}
        send_one(&self.router, &self.token, &self.council).await?;
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let (began, mut from_here) = (Instant::now(), cursor.clone());
            let (changes, _) = page(&self.router, &self.token, &mut from_here).await?;
            times.push(began.elapsed());
            ensure!(changes == 1, "one had changed, and {changes} came");
        }
        times.sort();
        Ok(times[TIMES / 2])
    }
}

async fn new_database(server: &str) -> Result<String> {
    use sqlx::{Connection as _, Executor as _};
    sqlx::any::install_default_drivers();
    let name = format!("bench_{}", Uuid::now_v7().simple());
    let mut connection = sqlx::AnyConnection::connect(server).await?;
    connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
    let mut url = url::Url::parse(server)?;
    url.set_path(&name);
    Ok(url.into())
}

/// Reads all changes and returns their number.
async fn read_all(router: &Router, token: &str) -> Result<u64> {
    let (mut cursor, mut all) = (String::new(), 0);
    loop {
        let (changes, more) = page(router, token, &mut cursor).await?;
        all += changes;
        if !more {
            return Ok(all);
        }
    }
}

/// Reads one page. Returns the number of changes in it and whether there are more.
async fn page(router: &Router, token: &str, cursor: &mut String) -> Result<(u64, bool)> {
    let path = format!("{}?after={cursor}&limit={}", routes::CHANGES, routes::MAX_PAGE);
    let answer = ask(router, Method::GET, &path, Some(token), Value::Null).await?;
    let end = answer.trim_ascii_end();
    let last = end.rsplit(|byte| *byte == b'\n').next().context("an empty answer")?;
    let last: LastLine = serde_json::from_slice(last)?;
    *cursor = last.cursor;
    Ok((last.count, last.more))
}

async fn send_one(router: &Router, token: &str, council: &str) -> Result<u64> {
    let path = routes::SUBMISSION.replace("{id}", &Uuid::now_v7().to_string());
    let project = json!({
        "kind": "project", "record": Uuid::now_v7(), "council": council, "base_version": 0,
        "set": {"title": "Missed bins", "problem": "They are missed", "visibility": "public",
                "contact": {"mailbox": "team@barchester.example", "name": ""}},
    });
    ask(router, Method::PUT, &path, Some(token), project).await?;
    Ok(1)
}

async fn ask(
    router: &Router,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Value,
) -> Result<axum::body::Bytes> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let answer = router.clone().oneshot(request.body(body)?).await?;
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), usize::MAX).await?;
    ensure!(status == StatusCode::OK, "{path}: {status} {}", String::from_utf8_lossy(&bytes));
    Ok(bytes)
}
