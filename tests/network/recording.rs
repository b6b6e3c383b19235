//! Compatibility of different versions. A recording holds the requests that an app sent and the answers that it
//! received. The requests are sent to today's registry again, and the answers are read by today's app. A recording
//! stays unchanged for as long as its protocol is supported; `GUILDHALL_WRITE_FIXTURES=1` creates the first one for a
//! new protocol.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use guildhall_client::views::{Connection, DraftForm, DraftState};
use guildhall_client::{Body, Client, Env, Transport, TransportError};
use guildhall_protocol::{PROTOCOL, Visibility, routes};
use guildhall_registry::Registry;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::rig::{ADDRESS, Chance, NoCommitHook, NoKeychain, Time, open_registry};

const ANN: &str = "ann@council-one.example";

#[derive(Clone, Serialize, Deserialize)]
struct Exchange {
    method: String,
    path: String,
    token: Option<String>,
    body: String,
    status: u16,
    content_type: String,
    answer: String,
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("network/recorded/protocol-{PROTOCOL}.json"))
}

fn recording() -> Vec<Exchange> {
    let text = std::fs::read_to_string(file()).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A registry with a few projects, the same ones each time.
async fn registry(folder: &Path, time: &Time) -> Registry {
    let registry = open_registry(&folder.join("registry"), time).await;
    registry.generate(3, 1).await.unwrap();
    let council = "GEN001".parse().unwrap();
    registry.add_domain("council-one.example", &council).await.unwrap();
    registry.add_lead(ANN, &council).await.unwrap();
    registry
}

/// The path without the parameter for waiting for changes.
fn without_wait(path: &str) -> String {
    path.split('&').filter(|part| !part.starts_with("wait=")).collect::<Vec<_>>().join("&")
}

async fn send(registry: &Registry, asked: &Exchange) -> Exchange {
    let mut request = http::Request::builder()
        .method(&*asked.method)
        .uri(without_wait(&asked.path))
        .header(routes::PROTOCOL_HEADER, PROTOCOL)
        .header(http::header::CONTENT_TYPE, "application/json");
    if let Some(token) = &asked.token {
        request = request.header(http::header::AUTHORIZATION, token);
    }
    let request = request.body(axum::body::Body::from(asked.body.clone())).unwrap();
    let (parts, body) = registry.router().oneshot(request).await.unwrap().into_parts();
    let answer = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let content_type =
        parts.headers.get(http::header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap().to_owned());
    Exchange {
        status: parts.status.as_u16(),
        content_type: content_type.unwrap_or_default(),
        answer: String::from_utf8(answer.to_vec()).unwrap(),
        ..asked.clone()
    }
}

fn read(request: &http::Request<Bytes>) -> Exchange {
    let token = request.headers().get(http::header::AUTHORIZATION);
    Exchange {
        method: request.method().to_string(),
        path: request.uri().path_and_query().unwrap().to_string(),
        token: token.map(|token| token.to_str().unwrap().to_owned()),
        body: String::from_utf8(request.body().to_vec()).unwrap(),
        status: 0,
        content_type: String::new(),
        answer: String::new(),
    }
}

fn response(exchange: &Exchange) -> http::Response<Body> {
    let body = stream::iter([Ok(Bytes::from(exchange.answer.clone()))]).boxed();
    let answer = http::Response::builder().status(exchange.status);
    answer.header(http::header::CONTENT_TYPE, &exchange.content_type).body(body).unwrap()
}

/// Records every exchange. Requests that wait for changes are never answered, so that the recording ends.
struct Recorder {
    registry: Registry,
    passed: Mutex<Vec<Exchange>>,
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let asked = read(&request);
        if asked.path.contains("wait=") {
            std::future::pending::<()>().await;
        }
        let exchange = send(&self.registry, &asked).await;
        self.passed.lock().unwrap().push(exchange.clone());
        Ok(response(&exchange))
    }
}

/// Replays the recorded answers: to the same request, or to the next of its kind where the path names a new record.
struct Recorded(Mutex<Vec<Exchange>>);

#[async_trait]
impl Transport for Recorded {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let asked = read(&request);
        let found = {
            let mut left = self.0.lock().unwrap();
            let kind = |path: &str| path.split(['?', '/']).take(5).collect::<Vec<_>>().join("/");
            let is_it = |then: &Exchange| {
                let same = match &*asked.method {
                    "PUT" => {
                        kind(&then.path).starts_with("/api/v1/submissions")
                            && kind(&asked.path).starts_with("/api/v1/submissions")
                    }
                    _ => without_wait(&then.path) == asked.path,
                };
                same && then.method == asked.method && then.token.is_some() == asked.token.is_some()
            };
            left.iter().position(is_it).map(|at| left.remove(at))
        };
        match found {
            Some(then) => Ok(response(&then)),
            // Not recorded, like a wait for changes: never answered.
            None => std::future::pending().await,
        }
    }
}

/// Uses today's app, from its first start to a published project.
async fn use_app(folder: &Path, time: &Time, transport: Arc<dyn Transport>, code: impl AsyncFn() -> String) {
    let env = Env {
        clock: Arc::new(time.clone()),
        random: Arc::new(Chance),
        transport,
        keychain: Arc::new(NoKeychain),
        disk: Arc::new(NoCommitHook),
        laptop: "A laptop".into(),
    };
    let client = Client::open(folder.join("laptop"), None, env).unwrap();
    client.use_registry(ADDRESS).await.unwrap();
    let syncing = tokio::spawn({
        let client = client.clone();
        async move { client.run_sync().await }
    });
    until(&client, "everything was read", async |client| is_up_to_date(client).await).await;
    client.verify_sign_in(ANN, &code().await).await.unwrap();
    until(&client, "everything was read for Ann", async |client| is_up_to_date(client).await).await;
    let draft = client.new_draft().await.unwrap();
    let form = DraftForm {
        title: "Missed bins".into(),
        problem: "People ring us".into(),
        contact_mailbox: "team@council-one.example".into(),
        visibility: Some(Visibility::Public),
        ..client.draft(draft).await.unwrap().form
    };
    client.save_draft(draft, form).await.unwrap();
    client.send_draft(draft).await.unwrap();
    // The draft is answered first, and then the record is put into the mirror.
    until(&client, "it is published, and in the catalogue", async |client| {
        let is_published =
            client.draft(draft).await.is_ok_and(|draft| draft.row.state == DraftState::Published);
        is_published && has_four_projects(client).await
    })
    .await;
    syncing.abort();
}

/// Three that it read, and the one that it sent.
async fn has_four_projects(client: &Client) -> bool {
    client.find(crate::rig::query(""), 0, 10).await.is_ok_and(|found| found.projects == 4)
}

async fn is_up_to_date(client: &Client) -> bool {
    let status = client.status().await;
    status.connection == Connection::Connected && status.last_updated.is_some()
}

async fn until(client: &Client, what: &str, so: impl AsyncFn(&Client) -> bool) {
    let mut events = client.events();
    let waiting = async {
        while !so(client).await {
            let _ = tokio::time::timeout(std::time::Duration::from_millis(20), events.recv()).await;
        }
    };
    let enough = std::time::Duration::from_secs(60);
    if tokio::time::timeout(enough, waiting).await.is_err() {
        panic!("never came true: {what}; {:?}", client.status().await);
    }
}

/// Sends the requests that apps make occasionally, besides those of [`use_app`].
async fn ask_the_rest(recorder: &Recorder) {
    let (token, sent) = {
        let passed = recorder.passed.lock().unwrap();
        let sent = passed.iter().find(|exchange| exchange.method == "PUT").unwrap();
        (sent.token.clone(), serde_json::from_str::<Value>(&sent.body).unwrap())
    };
    let change = |base: u32, title: &str| json!({"kind": "project", "record": sent["record"], "council": "GEN001", "base_version": base, "set": {"title": title}});
    let submission = |n: u128| format!("/api/v1/submissions/{}", uuid::Uuid::from_u128(n));
    for (method, path, body) in [
        ("PUT", submission(1), change(1, "Bins that were missed").to_string()),
        // A conflict, an invalid change, and a withdrawal.
        ("PUT", submission(2), change(1, "Bins").to_string()),
        ("PUT", submission(3), change(2, "").to_string()),
        ("GET", submission(1), String::new()),
        ("POST", submission(4) + "/withdraw", String::new()),
        ("GET", routes::CHANGES.to_owned() + "?after=made.1.1", String::new()),
    ] {
        let asked = Exchange {
            method: method.into(),
            path,
            token: token.clone(),
            body,
            status: 0,
            content_type: String::new(),
            answer: String::new(),
        };
        let exchange = send(&recorder.registry, &asked).await;
        recorder.passed.lock().unwrap().push(exchange);
    }
}

#[tokio::test]
async fn todays_app_understands_what_a_registry_answered() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::new());
    if std::env::var_os("GUILDHALL_WRITE_FIXTURES").is_some() {
        let registry = registry(folder.path(), &time).await;
        let recorder = Arc::new(Recorder { registry: registry.clone(), passed: Mutex::default() });
        let transport = Arc::clone(&recorder) as Arc<dyn Transport>;
        use_app(folder.path(), &time, transport, async || registry.issue_code(ANN).await.unwrap()).await;
        ask_the_rest(&recorder).await;
        let passed = recorder.passed.lock().unwrap().clone();
        std::fs::write(file(), format!("{:#}\n", serde_json::to_value(passed).unwrap())).unwrap();
    }
    let again = tempfile::tempdir().unwrap();
    let transport = Arc::new(Recorded(Mutex::new(recording())));
    use_app(again.path(), &time, transport, async || "AB01CD23".to_owned()).await;
}

/// Fields that have another name now. An app from before does without: it only took its own lost work as a draft by this
/// one.
const RENAMED: [(&str, &str); 1] = [("keeper", "owner")];

/// Checks that today's answer still has every field of the recorded one, with a value of the same type, and the same
/// value where callers branch on it. Stores in `learned` the values that differ today: ids, tokens and cursors.
fn still_says(at: &str, then: &Value, now: &Value, learned: &mut BTreeMap<String, String>) {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (name, value) in then {
                let at = format!("{at}/{name}");
                let renamed = RENAMED.iter().find(|(then, _)| then == name).map(|(_, now)| now);
                let now = now
                    .get(renamed.copied().unwrap_or(name))
                    .unwrap_or_else(|| panic!("{at} is not said any more"));
                if ["kind", "state", "code", "retry", "status", "gone", "version", "more", "protocol"]
                    .contains(&name.as_str())
                {
                    assert_eq!(value, now, "{at}");
                }
                still_says(&at, value, now, learned);
            }
        }
        (Value::Array(then), Value::Array(now)) => {
            assert_eq!(then.is_empty(), now.is_empty(), "{at}");
            then.iter().zip(now).for_each(|(then, now)| still_says(at, then, now, learned));
        }
        (Value::String(then), Value::String(now)) => {
            if then != now && then.len() >= 8 {
                learned.insert(then.clone(), now.clone());
            }
        }
        (then, now) => {
            assert_eq!(std::mem::discriminant(then), std::mem::discriminant(now), "{at}: {then} and {now}")
        }
    }
}

#[tokio::test]
async fn todays_registry_answers_what_an_app_asked() {
    let (folder, time) = (tempfile::tempdir().unwrap(), Time::new());
    let registry = registry(folder.path(), &time).await;
    let mut learned = BTreeMap::<String, String>::new();
    for then in recording() {
        let of_today =
            |text: &str| learned.iter().fold(text.to_owned(), |text, (then, now)| text.replace(&**then, now));
        let mut asked = Exchange {
            path: of_today(&then.path),
            token: then.token.as_deref().map(of_today),
            body: of_today(&then.body),
            ..then.clone()
        };
        if then.path == routes::AUTH_EMAIL_VERIFY {
            let mut body: Value = serde_json::from_str(&then.body).unwrap();
            body["code"] = registry.issue_code(ANN).await.unwrap().into();
            asked.body = body.to_string();
        }
        let now = send(&registry, &asked).await;
        let question = format!("{} {}", then.method, then.path);
        assert_eq!(
            (now.status, &now.content_type),
            (then.status, &then.content_type),
            "{question}: {}",
            now.answer
        );
        let lines =
            |text: &str| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>();
        let (lines_then, lines_now) = (lines(&then.answer), lines(&now.answer));
        for (at, line) in lines_then.iter().enumerate() {
            let same = |other: &&Value| other["id"] == line["id"] && other["kind"] == line["kind"];
            let is_last = at + 1 == lines_then.len();
            let now = if is_last { lines_now.last() } else { lines_now.iter().find(same) };
            let now = now.unwrap_or_else(|| panic!("{question}: {line} is not said any more"));
            still_says(&question, line, now, &mut learned);
        }
    }
}
