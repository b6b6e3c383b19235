//! A registry, laptops, and the way between them.

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
/// What a hotel says to everything until one has signed in to its network.
pub(crate) const HOTEL: Accident = Accident::Answer("<html>Welcome to the hotel</html>");
pub(crate) const ADDRESS: &str = "https://registry.example";

/// A test that waits for this long waits for something that will not happen.
pub(crate) const TOO_LONG: Duration = Duration::from_secs(60);
const MOMENT: Duration = Duration::from_millis(20);

/// Time as the test tells it, and a clock that may be set wrong.
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

    /// The same time, and a clock of one's own.
    fn another_clock(&self) -> Self {
        Self { now: self.now.clone(), ahead: watch::Sender::default() }
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.now.send_modify(|now| *now += by);
    }

    /// Sets the clock so far ahead of the time that it is.
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

/// A laptop without one: sessions last until the app closes, and nobody's own keychain is touched.
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

/// A disk that never fails.
pub(crate) struct NoCommitHook;

#[async_trait]
impl guildhall_client::CommitHook for NoCommitHook {
    async fn committed(&self) {}
}

/// What happens to the next answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Accident {
    /// There is no connection, this once.
    Unreachable,
    /// The registry no longer takes its token.
    TokenRefused,
    /// The registry does what it was asked, and its answer is lost.
    AnswerLost,
    /// The answer ends after that many bytes.
    CutAfter(usize),
    /// The answer ends that many bytes before its end.
    CutShort(usize),
    /// It gets no further until [`Way::let_go`].
    Stuck,
    /// Something else answers, with this.
    Answer(&'static str),
    /// Something else answers, with these lines of changes.
    Changes(&'static str),
    /// The registry says that there is no such thing.
    NotFound,
}

/// One laptop's way to the registry.
pub(crate) struct Way {
    registry: Arc<Mutex<axum::Router>>,
    there: AtomicBool,
    accidents: Mutex<Vec<(&'static str, Accident)>>,
    stuck: Notify,
    puts: AtomicUsize,
    from_zero: AtomicUsize,
}

impl Way {
    pub(crate) fn cut(&self) {
        self.there.store(false, Ordering::SeqCst);
    }

    pub(crate) fn mend(&self) {
        self.there.store(true, Ordering::SeqCst);
    }

    /// The next request whose path begins so meets the accident.
    pub(crate) fn next(&self, path: &'static str, accident: Accident) {
        self.accidents.lock().unwrap().push((path, accident));
    }

    /// How many accidents are still to come.
    pub(crate) fn to_come(&self) -> usize {
        self.accidents.lock().unwrap().len()
    }

    /// What is stuck, or will be next, goes on.
    pub(crate) fn let_go(&self) {
        self.stuck.notify_one();
    }

    /// How often the changes were asked for from zero.
    pub(crate) fn readings_from_zero(&self) -> usize {
        self.from_zero.load(Ordering::SeqCst)
    }

    /// How many submissions were sent along it.
    pub(crate) fn puts(&self) -> usize {
        self.puts.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Transport for Way {
    async fn send(&self, mut request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        if !self.there.load(Ordering::SeqCst) {
            return Err(TransportError::Unreachable);
        }
        let accident = {
            let mut accidents = self.accidents.lock().unwrap();
            let at = accidents.iter().position(|(path, _)| request.uri().path().starts_with(path));
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

/// A registry with the sample data, and the time that everybody has.
pub(crate) struct Town {
    pub(crate) registry: Registry,
    pub(crate) time: Time,
    router: Arc<Mutex<axum::Router>>,
    folder: tempfile::TempDir,
}

impl Town {
    pub(crate) async fn new() -> Self {
        let (folder, time) = (tempfile::tempdir().unwrap(), Time::new());
        let registry = open_registry(&folder.path().join("registry"), &time).await;
        registry.sample().await.unwrap();
        let router = Arc::new(Mutex::new(registry.router()));
        Self { registry, time, router, folder }
    }

    /// Another registry answers at the same address: as after a restored backup.
    pub(crate) async fn replace_registry(&mut self) {
        let registry = open_registry(&self.folder.path().join("another"), &self.time).await;
        registry.sample().await.unwrap();
        *self.router.lock().unwrap() = registry.router();
        self.registry.stop_waiting();
        self.registry = registry;
    }

    /// A copy of all that the registry keeps.
    pub(crate) fn back_up(&self) {
        let (from, to) = (self.folder.path().join("registry"), self.folder.path().join("backup"));
        std::fs::create_dir(&to).unwrap();
        for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }

    /// The backup is put back.
    pub(crate) async fn restore(&mut self) {
        let registry = open_registry(&self.folder.path().join("backup"), &self.time).await;
        registry.begin_new_history().await.unwrap();
        *self.router.lock().unwrap() = registry.router();
        self.registry.stop_waiting();
        self.registry = registry;
    }

    /// A laptop that was never used before.
    pub(crate) async fn laptop(&self, name: &str) -> Laptop {
        self.laptop_that_meets(name, Vec::new()).await
    }

    /// A laptop that was never used before, and what its first requests meet.
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

    /// A laptop whose way to the registry at that address is the real one.
    pub(crate) async fn laptop_over_http(&self, name: &str, address: &str) -> Laptop {
        let (folder, transport) = (self.folder.path().join(name), Env::real().transport);
        let laptop =
            Laptop::open_over(transport, &folder, self.time.another_clock(), self.way(Vec::new())).await;
        laptop.client.use_registry(address).await.unwrap();
        laptop
    }

    fn way(&self, accidents: Vec<(&'static str, Accident)>) -> Arc<Way> {
        Arc::new(Way {
            registry: Arc::clone(&self.router),
            there: AtomicBool::new(true),
            accidents: Mutex::new(accidents),
            stuck: Notify::new(),
            puts: AtomicUsize::new(0),
            from_zero: AtomicUsize::new(0),
        })
    }

    /// A laptop at which that person is signed in and has the catalogue.
    pub(crate) async fn laptop_of(&self, email: &str) -> Laptop {
        let laptop = self.laptop(email).await;
        laptop.sign_in(&self.registry, email).await;
        laptop.up_to_date().await;
        laptop
    }
}

/// The registry at a port of this machine, in a runtime of its own: once it is stopped nothing of it goes on.
pub(crate) struct Server {
    runtime: tokio::runtime::Runtime,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(town: &Town) -> Self {
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
