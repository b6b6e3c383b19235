//! Serving HTTP on one address until the process is asked to stop.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

use crate::http::limits::{AtOnce, near};
use crate::{Mail, Registry};

/// How long requests in hand may take once the registry is asked to stop.
const SHUTDOWN_TIME: Duration = Duration::from_secs(10);
/// The limits on connections.
struct Caps {
    /// How long the first line and headers of a request may take, from the connection or the last response on.
    header_time: Duration,
    /// Connections at the same time. Another one waits until one is closed.
    connections: usize,
    /// Connections of one address, or one /64 of IPv6. Another one is closed at once.
    of_address: usize,
}

const CAPS: Caps = Caps { header_time: Duration::from_secs(30), connections: 8_000, of_address: 500 };
/// Files kept free for the database, its log and letters.
const RESERVED_FILES: usize = 100;

/// The registry refuses to serve on an address.
#[derive(Debug, thiserror::Error)]
#[error(
    "{address} can be reached from other machines, and with --mail console or --mail file anyone who can read this \
     machine's screen or files can sign in as anyone: use a loopback address such as 127.0.0.1:8480"
)]
pub struct NotLoopback {
    address: SocketAddr,
}

/// Checks that a registry with this mail may be served on that address.
///
/// # Errors
/// If other machines could reach it while codes are printed.
pub fn check_address(address: SocketAddr, mail: &Mail) -> Result<(), NotLoopback> {
    match mail {
        Mail::Console | Mail::File(_) if !address.ip().is_loopback() => Err(NotLoopback { address }),
        Mail::Console | Mail::File(_) | Mail::Smtp(_) => Ok(()),
    }
}

/// Answers requests until `end` completes, then finishes those in hand and closes the registry. Metrics are served on a
/// listener of their own if there is one.
pub async fn serve(
    registry: Registry,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    end: impl Future<Output = ()> + Send + 'static,
) {
    let (ending, mut ended) = watch::channel(false);
    let (_goes_on, never) = watch::channel(false);
    let waiting = registry.clone();
    let end = async move {
        end.await;
        tracing::info!("shutting down");
        waiting.stop_waiting();
        ending.send_replace(true);
    };
    let proxies = registry.trusted_proxies().to_vec();
    let is_proxy = move |from: IpAddr| proxies.iter().any(|proxy| proxy.contains(&from));
    let answered = answer(listener, registry.router(), CAPS, is_proxy, ended.clone());
    tokio::select! {
        _ = async { tokio::join!(end, answered) } => {}
        () = async {
            let _ = ended.wait_for(|ended| *ended).await;
            registry.env().clock.pass(SHUTDOWN_TIME).await;
        } => {
            tracing::warn!("some requests were cut off");
        }
        () = registry.run_daily() => {}
        () = registry.keep_sending_report_letters() => {}
        () = keep_sweeping(&registry) => {}
        () = serve_metrics(&registry, metrics, never) => {}
    }
    registry.close().await;
}

async fn serve_metrics(registry: &Registry, listener: Option<TcpListener>, ended: watch::Receiver<bool>) {
    match listener {
        Some(listener) => answer(listener, registry.metrics_router(), CAPS, |_| false, ended).await,
        None => std::future::pending().await,
    }
}

async fn keep_sweeping(registry: &Registry) {
    match registry.limits() {
        Some(limits) => limits.keep_sweeping(registry.env()).await,
        None => std::future::pending().await,
    }
}

/// Answers requests until it is told to stop, then returns once all connections are closed. A client that sends no
/// request is disconnected, and no client can take all connections, except a proxy, which serves many.
async fn answer(
    mut listener: TcpListener,
    router: Router,
    caps: Caps,
    is_proxy: impl Fn(IpAddr) -> bool,
    mut ended: watch::Receiver<bool>,
) {
    let connections = Arc::new(Semaphore::new(caps.connections.min(open_files())));
    let of_address = AtOnce::new(caps.of_address);
    let graceful = GracefulShutdown::new();
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(caps.header_time);
    loop {
        let (permit, (stream, from)) = tokio::select! {
            accepted = async {
                let permit = Arc::clone(&connections).acquire_owned().await;
                // `accept` tries again by itself when the process has no free file.
                (permit, Listener::accept(&mut listener).await)
            } => accepted,
            _ = ended.wait_for(|ended| *ended) => break,
        };
        let address = from.ip().to_canonical();
        let held = of_address.hold(near(address));
        if held.is_none() && !is_proxy(address) {
            continue;
        }
        let service = router.clone().map_request(move |request: http::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(from));
            request
        });
        let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _held = (permit, held);
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection was given up");
            }
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The number of files that connections may use.
fn open_files() -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        // If the limit may not be raised, it stays as it is.
        let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
        let files = if raised { maximum } else { current };
        let files = files.and_then(|files| usize::try_from(files).ok());
        files.map_or(Semaphore::MAX_PERMITS, |files| files.saturating_sub(RESERVED_FILES).max(1))
    }
    #[cfg(not(unix))]
    Semaphore::MAX_PERMITS
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    /// Answers with these caps for as long as the test goes on, and says where.
    async fn answering(caps: Caps, is_proxy: bool) -> (SocketAddr, watch::Sender<bool>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ended) = watch::channel(false);
        let router = Router::new().route("/", get(async || "well"));
        tokio::spawn(answer(listener, router, caps, move |_| is_proxy, ended));
        (address, end)
    }

    /// Is that connection answered on? False where it was closed instead.
    async fn is_answered(connection: &mut TcpStream) -> bool {
        if connection.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.is_err() {
            return false;
        }
        let mut answer = Vec::new();
        while !answer.ends_with(b"well") {
            if connection.read_buf(&mut answer).await.unwrap_or(0) == 0 {
                return false;
            }
        }
        answer.starts_with(b"HTTP/1.1 200")
    }

    #[tokio::test]
    async fn who_sends_no_whole_request_is_not_waited_for() {
        let (address, _end) = answering(Caps { header_time: Duration::from_millis(20), ..CAPS }, false).await;
        for sent in ["", "GET / HTTP/1.1\r\nhost: x\r\nx-more: "] {
            let mut connection = TcpStream::connect(address).await.unwrap();
            connection.write_all(sent.as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            // Returns only when the other end is closed.
            let _ = connection.read_to_end(&mut rest).await;
            assert!(!rest.starts_with(b"HTTP/1.1 200"), "{sent:?}");
        }
    }

    #[tokio::test]
    async fn connections_are_capped_by_address_but_for_proxies() {
        for is_proxy in [false, true] {
            let (address, _end) = answering(Caps { of_address: 3, ..CAPS }, is_proxy).await;
            let mut held = Vec::new();
            for _ in 0..3 {
                let mut connection = TcpStream::connect(address).await.unwrap();
                assert!(is_answered(&mut connection).await);
                held.push(connection);
            }
            let mut one_more = TcpStream::connect(address).await.unwrap();
            assert_eq!(is_answered(&mut one_more).await, is_proxy);
        }
    }

    #[tokio::test]
    async fn one_connection_too_many_waits_for_another_to_close() {
        let (address, _end) = answering(Caps { connections: 1, ..CAPS }, true).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        assert!(is_answered(&mut first).await);
        let mut second = TcpStream::connect(address).await.unwrap();
        let mut second = tokio::spawn(async move { is_answered(&mut second).await });
        tokio::select! {
            biased;
            _ = &mut second => panic!("it did not wait"),
            answered = async {
                let mut answered = true;
                for _ in 0..100 {
                    answered &= is_answered(&mut first).await;
                }
                answered
            } => assert!(answered),
        }
        drop(first);
        assert!(second.await.unwrap());
    }

    #[test]
    fn codes_on_a_screen_are_for_one_machine() {
        for (address, allowed) in [
            ("127.0.0.1:0", true),
            ("127.8.8.8:80", true),
            ("[::1]:80", true),
            ("0.0.0.0:80", false),
            ("[::]:80", false),
            ("192.168.1.4:80", false),
        ] {
            for mail in [Mail::Console, Mail::File("mail".into())] {
                assert_eq!(check_address(address.parse().unwrap(), &mail).is_ok(), allowed, "{address}");
            }
        }
    }
}
