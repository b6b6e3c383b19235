//! The transport to the registry: one HTTP request, one answer with a streamed body.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

/// The body of an answer, as a stream.
pub type Body = BoxStream<'static, Result<Bytes, TransportError>>;

/// Why there is no answer, or only part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection was made: nothing was sent, and the request cannot arrive later.
    #[error("the registry can't be reached")]
    Unreachable,
    /// The connection was lost. The request may have arrived.
    #[error("the connection was lost")]
    Lost,
}

/// Sends requests.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends a request and returns the answer, whatever its status.
    ///
    /// # Errors
    /// If there is no answer. [`TransportError::Unreachable`] only if the request can never arrive, because the try is
    /// then not counted.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError>;
}

/// HTTP with the system's proxy settings and trusted certificates, as councils inspect TLS with certificates of their
/// own.
#[derive(Default)]
pub(crate) struct Http {
    // Built on first use, because building fails if the system has no certificates, and the app must open all the same.
    client: OnceLock<reqwest::Client>,
}

impl Http {
    fn client(&self) -> Result<&reqwest::Client, TransportError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = builder().build().map_err(|error| {
            tracing::error!(%error, "cannot create the HTTP client");
            TransportError::Unreachable
        })?;
        Ok(self.client.get_or_init(|| client))
    }
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("Guildhall/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
        // Longer than the registry holds a long poll.
        .read_timeout(Duration::from_secs(40))
        // Limits the whole answer, however slowly it arrives. What was received is kept.
        .timeout(Duration::from_secs(600))
        // A registry never redirects; a hotel's sign-in page does.
        .redirect(reqwest::redirect::Policy::none())
}

#[async_trait]
impl Transport for Http {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let request = request.map(reqwest::Body::from);
        let request = reqwest::Request::try_from(request).map_err(|_| TransportError::Unreachable)?;
        let answer = self.client()?.execute(request).await.map_err(transport_error)?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let body = answer.bytes_stream().map(|piece| piece.map_err(|_| TransportError::Lost)).boxed();
        response.body(body).map_err(|_| TransportError::Lost)
    }
}

// Uses the error's kind only, as its text contains addresses with their parameters. "Connect" covers everything before
// the request is written: DNS, the proxy, TCP and TLS. Faults on an open connection, even a reused one, are not part of
// it.
fn transport_error(error: reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() { TransportError::Unreachable } else { TransportError::Lost }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpListener, TcpStream};

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::sync::{Cut, read_page};

    /// A few compressed bytes that expand to any size: one whole line, then one that never ends.
    #[tokio::test]
    async fn a_compressed_answer_cut_off_keeps_what_came() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let sending = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            assert!(stream.read(&mut request).unwrap() > 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n").unwrap();
            let mut compressed = GzEncoder::new(stream, Compression::fast());
            compressed
                .write_all(b"{\"epoch\":\"k3\",\"access\":0}\n{\"seq\":1,\"kind\":\"project\",\"id\":\"x\",\"gone\":true}\n")
                .unwrap();
            let mut written: u64 = 0;
            while compressed.write_all(&[b' '; 65_536]).is_ok() {
                written += 65_536;
            }
            written
        });
        let request = http::Request::get(format!("http://{address}/")).body(Bytes::new()).unwrap();
        let answer = Http::default().send(request).await.unwrap();
        let page = read_page(answer.into_body(), None).await;
        assert_eq!((page.lines.len(), page.cut), (1, Some(Cut::Malformed)));
        drop(page);
        let sent = tokio::task::spawn_blocking(move || sending.join().unwrap()).await.unwrap();
        assert!(sent > 0, "it would have gone on");
    }

    /// Accepts connections and passes each to `with_each`, one after the other.
    fn listen(with_each: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || listener.incoming().for_each(|stream| with_each(stream.unwrap())));
        address
    }

    fn read_some(stream: &mut TcpStream) -> bool {
        stream.read(&mut [0; 4096]).is_ok_and(|bytes| bytes > 0)
    }

    fn with(client: reqwest::ClientBuilder) -> Http {
        Http { client: client.build().unwrap().into() }
    }

    async fn put(http: &Http, address: &str) -> Result<http::StatusCode, TransportError> {
        let request = http::Request::put(address).body(Bytes::from_static(b"{}")).unwrap();
        http.send(request).await.map(|answer| answer.status())
    }

    struct NoNames;

    impl reqwest::dns::Resolve for NoNames {
        fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
            Box::pin(std::future::ready(Err("no such name".into())))
        }
    }

    #[tokio::test]
    async fn what_fails_before_a_request_is_written_never_arrives() {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let no_tls = listen(|mut stream| {
            read_some(&mut stream);
            // The client may have closed the connection already.
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        });
        let refuses = listen(|mut stream| {
            read_some(&mut stream);
            stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").unwrap();
        });
        let direct = || builder().no_proxy();
        let by_proxy = |at| builder().proxy(reqwest::Proxy::all(format!("http://{at}")).unwrap());
        let no_names = direct().dns_resolver(std::sync::Arc::new(NoNames));
        let cases = [
            ("a closed port", direct(), format!("http://{closed}/")),
            ("a name that isn't found", no_names, "https://registry.example/".to_owned()),
            ("no TLS", direct(), format!("https://{no_tls}/")),
            ("a proxy that is down", by_proxy(closed), "https://registry.example/".to_owned()),
            ("a proxy that refuses", by_proxy(refuses), "https://registry.example/".to_owned()),
        ];
        for (what, client, address) in cases {
            assert_eq!(put(&with(client), &address).await, Err(TransportError::Unreachable), "{what}");
        }
    }

    #[tokio::test]
    async fn what_fails_once_a_request_is_written_may_have_arrived() {
        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
        let silent = listen(|mut stream| assert!(read_some(&mut stream)));
        let http = with(builder().no_proxy());
        assert_eq!(put(&http, &format!("http://{silent}/")).await, Err(TransportError::Lost));
        // A reused connection that closes before the second answer.
        let once = listen(|mut stream| {
            read_some(&mut stream);
            stream.write_all(answer).unwrap();
            read_some(&mut stream);
        });
        let once = format!("http://{once}/");
        assert_eq!(put(&http, &once).await, Ok(http::StatusCode::NO_CONTENT));
        assert_eq!(put(&http, &once).await, Err(TransportError::Lost));
    }
}
