//! A proxy to the registry with faults, chosen for each connection from a seed: connections cut at any byte in either
//! direction, answers dropped after the registry carried out the request, slow connections, and requests that arrive
//! twice, at once or much later.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// If nothing happens for this long, nothing ever will.
const TOO_LONG: Duration = Duration::from_secs(60);

/// The fault of a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// Cut after this many bytes to the registry.
    CutUp(usize),
    /// Cut after this many bytes to the laptop.
    CutDown(usize),
    /// After this many bytes to the laptop, the next answer is lost.
    AnswerLost(usize),
    /// Passes on at most this many bytes at a time.
    Slow(usize),
    /// The first request that changes something arrives twice.
    Twice(Copied),
}

/// When the copy of a request arrives.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Copied {
    Before,
    After,
    /// With the next connection, whoever opens it.
    Later,
}

/// The proxy, which runs as long as the test's runtime.
pub(crate) struct Proxy {
    address: SocketAddr,
    way: Arc<Way>,
}

struct Way {
    registry: String,
    chance: Mutex<StdRng>,
    /// Whether there are faults. When this becomes false, connections with a fault are cut.
    rough: watch::Sender<bool>,
    /// The number of connections and of pieces passed on.
    events: watch::Sender<u64>,
    /// Copies that have not arrived yet.
    late: Mutex<Vec<Vec<u8>>>,
    happened: Mutex<BTreeMap<&'static str, u32>>,
}

impl Proxy {
    /// Listens for laptops; `registry` is the registry's address, for example `127.0.0.1:8787`.
    pub(crate) async fn start(registry: &str, seed: u64) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let way = Arc::new(Way {
            registry: registry.to_owned(),
            chance: Mutex::new(StdRng::seed_from_u64(seed)),
            rough: watch::Sender::new(false),
            events: watch::Sender::new(0),
            late: Mutex::default(),
            happened: Mutex::default(),
        });
        tokio::spawn({
            let way = Arc::clone(&way);
            async move {
                while let Ok((laptop, _)) = listener.accept().await {
                    way.event();
                    let way = Arc::clone(&way);
                    tokio::spawn(async move { way.connect(laptop).await });
                }
            }
        });
        Ok(Self { address, way })
    }

    /// The proxy's address for laptops.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts or ends the faults.
    pub(crate) fn set_faulty(&self, rough: bool) {
        self.way.rough.send_replace(rough);
    }

    /// The number of connections and of pieces passed on so far.
    pub(crate) fn events(&self) -> u64 {
        *self.way.events.borrow()
    }

    /// Waits until there have been that many events.
    pub(crate) async fn until_events(&self, count: u64) -> Result<()> {
        let mut events = self.way.events.subscribe();
        let reached = tokio::time::timeout(TOO_LONG, events.wait_for(|events| *events >= count));
        reached.await.context("nobody asks the registry for anything any more")??;
        Ok(())
    }

    /// How many times each fault happened.
    pub(crate) fn happened(&self) -> BTreeMap<&'static str, u32> {
        self.way.happened.lock().unwrap().clone()
    }
}

impl Way {
    fn event(&self) {
        self.events.send_modify(|events| *events += 1);
    }

    fn note(&self, what: &'static str) {
        *self.happened.lock().unwrap().entry(what).or_default() += 1;
    }

    fn draw(&self) -> Fault {
        if !*self.rough.borrow() {
            return Fault::None;
        }
        let mut chance = self.chance.lock().unwrap();
        // Up to the size of a long page; each order of magnitude is equally likely.
        let most = 1 << chance.random_range(0..17);
        let bytes = chance.random_range(0..=most);
        match chance.random_range(0..12) {
            0 | 1 => Fault::CutUp(bytes),
            2..=4 => Fault::CutDown(bytes),
            5 | 6 => Fault::AnswerLost(bytes),
            7 => Fault::Slow(1 << chance.random_range(4..10)),
            8 => Fault::Twice(Copied::Before),
            9 => Fault::Twice(Copied::After),
            10 => Fault::Twice(Copied::Later),
            _ => Fault::None,
        }
    }

    /// Handles one connection. When this returns, both sides are closed.
    async fn connect(self: Arc<Self>, laptop: TcpStream) {
        for request in std::mem::take(&mut *self.late.lock().unwrap()) {
            self.note("copies arrived later");
            tokio::spawn(deliver(self.registry.clone(), request));
        }
        let Ok(registry) = TcpStream::connect(&self.registry).await else { return };
        let fault = self.draw();
        let (from_laptop, to_laptop) = laptop.into_split();
        let (from_registry, to_registry) = registry.into_split();
        let mut rough = self.rough.subscribe();
        tokio::select! {
            () = self.up(fault, from_laptop, to_registry) => {}
            () = self.down(fault, from_registry, to_laptop) => {}
            _ = rough.wait_for(|rough| !rough && fault != Fault::None) => {}
        }
    }

    async fn up(&self, fault: Fault, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut requests = Requests::default();
        let mut copied = false;
        let mut left = if let Fault::CutUp(bytes) = fault { bytes } else { usize::MAX };
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            let piece = &buffer[..count];
            let request = requests.next(piece);
            let again = match (fault, request) {
                (Fault::Twice(when), Some(request)) if !copied => Some((when, request)),
                _ => None,
            };
            copied |= again.is_some();
            if let Some((Copied::Before, request)) = &again {
                self.note("requests copied before");
                deliver(self.registry.clone(), request.clone()).await;
            }
            if count > left {
                self.note("requests cut");
                // The other side may have closed the connection, which is cut in any case.
                let _ = to.write_all(&piece[..left]).await;
                return;
            }
            left -= count;
            if !self.pass_on(fault, piece, &mut to).await {
                return;
            }
            match again {
                Some((Copied::After, request)) => {
                    self.note("requests copied after");
                    tokio::spawn(deliver(self.registry.clone(), request));
                }
                // A late copy of a token request looks like theft, which must end the session.
                Some((Copied::Later, request)) if request.starts_with(b"PUT") => {
                    self.late.lock().unwrap().push(request);
                }
                _ => {}
            }
        }
    }

    async fn down(&self, fault: Fault, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut left = match fault {
            Fault::CutDown(bytes) | Fault::AnswerLost(bytes) => bytes,
            _ => usize::MAX,
        };
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            let piece = &buffer[..count];
            if count > left {
                if let Fault::AnswerLost(_) = fault {
                    self.note("answers lost");
                } else {
                    self.note("answers cut");
                    let _ = to.write_all(&piece[..left]).await;
                }
                return;
            }
            left -= count;
            if !self.pass_on(fault, piece, &mut to).await {
                return;
            }
        }
    }

    /// Passes bytes on; false if the other side has closed the connection.
    async fn pass_on(&self, fault: Fault, piece: &[u8], to: &mut OwnedWriteHalf) -> bool {
        let at_once = if let Fault::Slow(bytes) = fault { bytes } else { piece.len() };
        for part in piece.chunks(at_once) {
            if to.write_all(part).await.is_err() {
                return false;
            }
            self.event();
            if let Fault::Slow(_) = fault {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        if let Fault::Slow(_) = fault {
            self.note("pieces slowed");
        }
        true
    }
}

/// Sends a request to the registry, and ignores the answer.
async fn deliver(registry: String, request: Vec<u8>) {
    let Ok(mut connection) = TcpStream::connect(registry).await else { return };
    if connection.write_all(&request).await.is_ok() {
        // The answer's first byte arrives when the request has been carried out.
        let _ = connection.read_u8().await;
    }
}

/// Splits the bytes of a connection into requests (RFC 9112 §6; the app always sends their length).
#[derive(Default)]
struct Requests(Vec<u8>);

impl Requests {
    /// The request that this piece completes, if it changes something.
    fn next(&mut self, piece: &[u8]) -> Option<Vec<u8>> {
        self.0.extend_from_slice(piece);
        let head = self.0.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
        let text = String::from_utf8_lossy(&self.0[..head]).to_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
        let whole = head + length.map_or(0, |length| length.trim().parse().unwrap());
        if self.0.len() < whole {
            return None;
        }
        let rest = self.0.split_off(whole);
        let request = std::mem::replace(&mut self.0, rest);
        (!request.starts_with(b"GET")).then_some(request)
    }
}
