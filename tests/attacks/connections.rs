//! Strangers who open connections and send nothing, never finish a request, or make up methods.

use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::future::join_all;
use guildhall_protocol::routes;
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::target::Target;

/// Sends `sent` and nothing more, and returns what arrives until the other end closes the connection.
async fn send_and_hold(address: &str, sent: &str) -> Result<String> {
    let mut connection = TcpStream::connect(address).await?;
    connection.write_all(sent.as_bytes()).await?;
    let mut answer = Vec::new();
    // A reset connection counts as closed. The timeout only ends a test that would never end.
    let closed = tokio::time::timeout(Duration::from_secs(90), connection.read_to_end(&mut answer)).await;
    ensure!(closed.is_ok(), "it was waited for after {sent:?}");
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn unfinished_requests_time_out() -> Result<()> {
    let target = Target::bare().await?;
    let address = target.address();
    let body = "POST /api/v1/auth/email/start HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{";
    let (nothing, headers, body) = tokio::join!(
        send_and_hold(&address, ""),
        send_and_hold(&address, "GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: "),
        send_and_hold(&address, body),
    );
    for answer in [nothing?, headers?] {
        assert!(!answer.contains(" 200 "), "{answer}");
    }
    let body = body?;
    assert!(body.starts_with("HTTP/1.1 408 ") && body.contains(routes::PROBLEM_JSON), "{body}");
    Ok(())
}

#[tokio::test]
async fn one_address_can_not_take_all_connections() -> Result<()> {
    let target = Target::bare().await?;
    let ask = async |connection: &mut TcpStream| -> bool {
        let mut answer = [0; 12];
        connection.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.is_ok()
            && connection.read_exact(&mut answer).await.is_ok()
            && answer == *b"HTTP/1.1 200"
    };
    let mut held = Vec::new();
    let mut refused = false;
    for _ in 0..600 {
        let mut connection = TcpStream::connect(target.address()).await?;
        refused = !ask(&mut connection).await;
        if refused {
            break;
        }
        held.push(connection);
    }
    assert!(refused, "all of 600 were let through");
    held.clear();
    // Closed connections make room again at once.
    loop {
        let mut connection = TcpStream::connect(target.address()).await?;
        if ask(&mut connection).await {
            return Ok(());
        }
    }
}

#[tokio::test]
async fn one_network_can_not_keep_all_waiting() -> Result<()> {
    let target = Target::behind_a_proxy().await?;
    let read = target.request("192.0.2.1", Method::GET, routes::CHANGES).send().await?.text().await?;
    let last: serde_json::Value = serde_json::from_str(read.lines().last().unwrap_or_default())?;
    let path = format!("{}?after={}&wait=25", routes::CHANGES, last["cursor"].as_str().unwrap());
    // 220 addresses in one IPv6 network.
    let ask = |n: usize| target.request(&format!("2001:db8::{n:x}"), Method::GET, &path).send();
    let answers = join_all((0..220).map(ask)).await;
    let mut turned_away = 0;
    for answer in answers {
        turned_away += usize::from(answer?.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(turned_away, 20);
    Ok(())
}

#[tokio::test]
async fn unknown_methods_share_one_series() -> Result<()> {
    let target = Target::bare().await?;
    for n in 0..50 {
        let method = Method::from_bytes(format!("MADEUP{n}").as_bytes())?;
        target.request("192.0.2.1", method, "/healthz").send().await?;
    }
    let metrics = target.metrics().await?;
    assert!(metrics.contains("method=\"other\",route=\"/healthz\",status=\"405\"} 50"), "{metrics}");
    assert!(!metrics.contains("MADEUP"), "{metrics}");
    Ok(())
}
