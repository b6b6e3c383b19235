//! The way to the registry: one HTTP request, one answer whose body comes in pieces.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;

/// An answer's body as it comes in.
pub type Body = BoxStream<'static, Result<Bytes, WireError>>;

/// Why there is no answer, or only a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// No connection could be made.
    #[error("the registry can't be reached")]
    Unreachable,
    /// The connection was lost on the way: whether the request arrived is not known.
    #[error("the connection was lost")]
    Lost,
}

/// Sends a request and hands back the answer.
#[async_trait]
pub trait Wire: Send + Sync {
    /// # Errors
    /// When there is no answer; an answer of any status is one.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, WireError>;
}

/// HTTP over the system's network, with its proxy settings and the certificates that it trusts: councils inspect
/// TLS with certificates of their own.
#[derive(Default)]
pub(crate) struct Http {
    // Building fails where the system has no certificates: that must not keep the app from opening.
    client: OnceLock<reqwest::Client>,
}

impl Http {
    fn client(&self) -> Result<&reqwest::Client, WireError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = reqwest::Client::builder()
            .user_agent(concat!("Guildhall/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            // Longer than the registry holds back an answer while it waits for a change.
            .read_timeout(Duration::from_secs(40))
            // For an answer in all, however slowly it trickles: what came of it is kept.
            .timeout(Duration::from_secs(600))
            // A registry redirects nothing; a hotel's sign-in page does.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| {
                tracing::error!(%error, "no HTTP client");
                WireError::Unreachable
            })?;
        Ok(self.client.get_or_init(|| client))
    }
}

#[async_trait]
impl Wire for Http {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, WireError> {
        let request = request.map(reqwest::Body::from);
        let request = reqwest::Request::try_from(request).map_err(|_| WireError::Unreachable)?;
        let answer = self.client()?.execute(request).await.map_err(wire_error)?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let body = answer.bytes_stream().map(|piece| piece.map_err(wire_error)).boxed();
        response.body(body).map_err(|_| WireError::Lost)
    }
}

// The error itself names addresses with their parameters; its kind is enough.
fn wire_error(error: reqwest::Error) -> WireError {
    if error.is_connect() || error.is_builder() { WireError::Unreachable } else { WireError::Lost }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::sync::{Cut, read_page};

    /// A few bytes on the wire that become as many as one likes: a whole line, and then one without an end.
    #[tokio::test]
    async fn a_compressed_answer_without_an_end_is_given_up_and_what_came_before_is_kept() {
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
}
