//! A registry, laptops, and the connections between them.

mod laptop;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use guildhall_client::{Body, Env, Transport, TransportError};
use guildhall_protocol::{Code, Problem};
use guildhall_registry::Registry;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};
use tower::ServiceExt;

pub(crate) use self::laptop::{Laptop, query};

pub(crate) const SAM: &str = "sam.digital@barchester.example";
pub(crate) const KIM: &str = "kim.digital@barchester.example";
pub(crate) const ALEX: &str = "alex.digital@casterbridge.example";
pub(crate) const ROBIN: &str = "robin.digital@barchester.example";
/// The answer of a hotel's network to every request until a person signs in to it.
pub(crate) const HOTEL: Accident = Accident::Answer("<html>Welcome to the hotel</html>");
pub(crate) const ADDRESS: &str = "https://registry.example";

/// A test that has waited this long waits for something that will not happen.
pub(crate) const TOO_LONG: Duration = Duration::from_secs(60);
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Time as the test controls it, and a clock that may be wrong.
#[derive(Clone)]
pub(crate) struct Time {
    now: watch::Sender<Timestamp>,
    ahead: watch::Sender<SignedDuration>,
}

impl Time {
    pub(crate) fn new() -> Self {
        Self {
            now: watch::Sender::new("2026-11-23T09:00:00Z".parse().unwrap()),
            ahead: watch::Sender::default(),
        }
    }

    /// The same time with a separate clock.
    fn another_clock(&self) -> Self {
        Self { now: self.now.clone(), ahead: watch::Sender::default() }
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.now.send_modify(|now| *now += by);
    }

    /// Sets the clock this far ahead of the time.
    pub(crate) fn set_ahead(&self, by: Duration) {
        self.ahead.send_replace(by.try_into().unwrap());
    }

    fn told(&self) -> Timestamp {
        *self.now.borrow() + *self.ahead.borrow()
    }

    async fn pass(&self, time: Duration) {
        let until = *self.now.borrow() + time;
        self.now.subscribe().wait_for(|now| *now >= until).await.unwrap();
    }
}

#[async_trait]
impl guildhall_client::Clock for Time {
    fn now(&self) -> Timestamp {
        self.told()
    }
    fn running(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.now.borrow().as_millisecond()).unwrap())
    }
    async fn pass(&self, time: Duration) {
        self.pass(time).await;
    }
}

#[async_trait]
impl guildhall_registry::Clock for Time {
    fn now(&self) -> Timestamp {
        self.told()
    }
    async fn pass(&self, time: Duration) {
        self.pass(time).await;
    }
}

pub(crate) struct Chance;

impl guildhall_client::Random for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        rand::RngCore::fill_bytes(&mut rand::rng(), bytes);
    }
}

impl guildhall_registry::Random for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        rand::RngCore::fill_bytes(&mut rand::rng(), bytes);
    }
}

/// No keychain: sessions last until the app closes, and nobody's own keychain is touched.
pub(crate) struct NoKeychain;

impl guildhall_client::Keychain for NoKeychain {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
    fn set(&self, _: &str, _: &str) -> bool {
        false
    }
    fn forget(&self, _: &str) {}
}

/// No action after a commit.
pub(crate) struct NoCommitHook;

#[async_trait]
impl guildhall_client::CommitHook for NoCommitHook {
    async fn committed(&self) {}
}

/// What happens to a request or its answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Accident {
    /// There is no connection for this request.
    Unreachable,
    /// The registry refuses the request's token.
    TokenRefused,
    /// The registry carries out the request, and its answer is lost.
    AnswerLost,
    /// The answer is cut off after that many bytes.
    CutAfter(usize),
    /// The answer is cut off that many bytes before its end.
    CutShort(usize),
    /// The request waits until [`FaultyTransport::release`].
    Stuck,
    /// Another server answers with this text.
    Answer(&'static str),
    /// Another server answers with these lines of changes.
    Changes(&'static str),
    /// The registry answers `not_found`.
    NotFound,
}

/// A laptop's connection to the registry.
pub(crate) struct FaultyTransport {
    registry: Arc<Mutex<axum::Router>>,
    there: AtomicBool,
    accidents: Mutex<Vec<(&'static str, Accident)>>,
    stuck: Notify,
    puts: AtomicUsize,
    from_zero: AtomicUsize,
}

impl FaultyTransport {
    pub(crate) fn go_offline(&self) {
        self.there.store(false, Ordering::SeqCst);
    }

    pub(crate) fn go_online(&self) {
        self.there.store(true, Ordering::SeqCst);
    }

    /// Applies the accident to the next request whose path contains `path`.
    pub(crate) fn next(&self, path: &'static str, accident: Accident) {
        self.accidents.lock().unwrap().push((path, accident));
    }

    /// How many accidents are still to come.
    pub(crate) fn to_come(&self) -> usize {
        self.accidents.lock().unwrap().len()
    }

    /// Lets a stuck request continue, now or when it gets stuck.
    pub(crate) fn release(&self) {
        self.stuck.notify_one();
    }

    /// How many times the changes were requested from zero.
    pub(crate) fn readings_from_zero(&self) -> usize {
        self.from_zero.load(Ordering::SeqCst)
    }

    /// How many submissions were sent.
    pub(crate) fn puts(&self) -> usize {
        self.puts.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Transport for FaultyTransport {
    async fn send(&self, mut request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        if !self.there.load(Ordering::SeqCst) {
            return Err(TransportError::Unreachable);
        }
        let accident = {
            let mut accidents = self.accidents.lock().unwrap();
            let at = accidents.iter().position(|(path, _)| request.uri().path().contains(path));
            at.map(|at| accidents.remove(at).1)
        };
        if accident == Some(Accident::Unreachable) {
            return Err(TransportError::Unreachable);
        }
        if accident == Some(Accident::TokenRefused) {
            request.headers_mut().remove(http::header::AUTHORIZATION);
        }
        if request.method() == http::Method::PUT {
            self.puts.fetch_add(1, Ordering::SeqCst);
        }
        let uri = request.uri();
        if uri.path() == guildhall_protocol::routes::CHANGES
            && uri.query().is_none_or(|query| !query.contains("after="))
        {
            self.from_zero.fetch_add(1, Ordering::SeqCst);
        }
        if accident == Some(Accident::Stuck) {
            self.stuck.notified().await;
        }
        if let Some(Accident::Answer(text) | Accident::Changes(text)) = accident {
            let body = stream::iter([Ok(Bytes::from_static(text.as_bytes()))]).boxed();
            let mut answer = http::Response::new(body);
            if let Some(Accident::Changes(_)) = accident {
                let kind = http::HeaderValue::from_static(guildhall_protocol::routes::NDJSON);
                answer.headers_mut().insert(http::header::CONTENT_TYPE, kind);
            }
            return Ok(answer);
        }
        if accident == Some(Accident::NotFound) {
            let problem = Problem::new(Code::NotFound, "There is no such thing");
            let body = Bytes::from(serde_json::to_vec(&problem).unwrap());
            let mut answer = http::Response::new(stream::iter([Ok(body)]).boxed());
            *answer.status_mut() = http::StatusCode::NOT_FOUND;
            let kind = http::HeaderValue::from_static(guildhall_protocol::routes::PROBLEM_JSON);
            answer.headers_mut().insert(http::header::CONTENT_TYPE, kind);
            return Ok(answer);
        }
        let router = self.registry.lock().unwrap().clone();
        let answer = router.oneshot(request.map(axum::body::Body::from)).await.unwrap();
        match accident {
            Some(Accident::AnswerLost) => {
                let (_, body) = answer.into_parts();
                axum::body::to_bytes(body, usize::MAX).await.unwrap();
                Err(TransportError::Lost)
            }
            Some(Accident::CutAfter(_) | Accident::CutShort(_)) => {
                let (parts, body) = answer.into_parts();
                let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap();
                let end = match accident {
                    Some(Accident::CutAfter(bytes)) => bytes.min(whole.len()),
                    Some(Accident::CutShort(bytes)) => whole.len() - bytes,
                    _ => whole.len(),
                };
                let begun = whole.slice(..end);
                Ok(http::Response::from_parts(
                    parts,
                    stream::iter([Ok(begun), Err(TransportError::Lost)]).boxed(),
                ))
            }
            _ => Ok(answer.map(|body| {
                body.into_data_stream().map(|piece| piece.map_err(|_| TransportError::Lost)).boxed()
            })),
        }
    }
}

/// A registry with the sample data, and the time for everybody.
pub(crate) struct TestNetwork {
    pub(crate) registry: Registry,
    pub(crate) time: Time,
    router: Arc<Mutex<axum::Router>>,
    folder: tempfile::TempDir,
}

impl TestNetwork {
    pub(crate) async fn new() -> Self {
        let (folder, time) = (tempfile::tempdir().unwrap(), Time::new());
        let registry = open_registry(&folder.path().join("registry"), &time).await;
        registry.sample().await.unwrap();
        let router = Arc::new(Mutex::new(registry.router()));
        Self { registry, time, router, folder }
    }

    /// Replaces the registry with another one at the same address.
    pub(crate) async fn replace_registry(&mut self) {
        let registry = open_registry(&self.folder.path().join("another"), &self.time).await;
        registry.sample().await.unwrap();
        *self.router.lock().unwrap() = registry.router();
        self.registry.stop_waiting();
        self.registry = registry;
    }

    /// Copies all of the registry's files.
    pub(crate) fn back_up(&self) {
        let (from, to) = (self.folder.path().join("registry"), self.folder.path().join("backup"));
        std::fs::create_dir(&to).unwrap();
        for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }

    /// Restores the backup.
    pub(crate) async fn restore(&mut self) {
        let registry = open_registry(&self.folder.path().join("backup"), &self.time).await;
        registry.begin_new_history().await.unwrap();
        *self.router.lock().unwrap() = registry.router();
        self.registry.stop_waiting();
        self.registry = registry;
    }

    /// A new laptop.
    pub(crate) async fn laptop(&self, name: &str) -> Laptop {
        self.laptop_that_meets(name, Vec::new()).await
    }

    /// A new laptop whose first requests meet these accidents.
    pub(crate) async fn laptop_that_meets(
        &self,
        name: &str,
        accidents: Vec<(&'static str, Accident)>,
    ) -> Laptop {
        let (folder, clock) = (self.folder.path().join(name), self.time.another_clock());
        let laptop = Laptop::open(&folder, clock, self.way(accidents)).await;
        laptop.client.use_registry(ADDRESS).await.unwrap();
        laptop
    }

    /// A laptop with a real HTTP connection to the registry at that address.
    pub(crate) async fn laptop_over_http(&self, name: &str, address: &str) -> Laptop {
        let (folder, transport) = (self.folder.path().join(name), Env::real().transport);
        let laptop =
            Laptop::open_over(transport, &folder, self.time.another_clock(), self.way(Vec::new())).await;
        laptop.client.use_registry(address).await.unwrap();
        laptop
    }

    fn way(&self, accidents: Vec<(&'static str, Accident)>) -> Arc<FaultyTransport> {
        Arc::new(FaultyTransport {
            registry: Arc::clone(&self.router),
            there: AtomicBool::new(true),
            accidents: Mutex::new(accidents),
            stuck: Notify::new(),
            puts: AtomicUsize::new(0),
            from_zero: AtomicUsize::new(0),
        })
    }

    /// A laptop on which that person is signed in and has the catalogue.
    pub(crate) async fn laptop_of(&self, email: &str) -> Laptop {
        let laptop = self.laptop(email).await;
        laptop.sign_in(&self.registry, email).await;
        laptop.up_to_date().await;
        laptop
    }
}

/// The registry on a local port, in a separate runtime, so that stopping it stops everything.
pub(crate) struct Server {
    runtime: tokio::runtime::Runtime,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(town: &TestNetwork) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = town.registry.router();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
        Self { runtime, address }
    }

    pub(crate) fn stop(self) {
        self.runtime.shutdown_background();
    }
}

pub(crate) async fn open_registry(dir: &Path, time: &Time) -> Registry {
    let env = guildhall_registry::Env { clock: Arc::new(time.clone()), random: Arc::new(Chance) };
    guildhall_registry::open(guildhall_registry::Config::new(dir), env).await.unwrap()
}
