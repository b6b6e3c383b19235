//! Emails as a mail server receives them, and the limits on asking for them.

use std::net::{IpAddr, TcpListener};
use std::sync::mpsc::{Receiver, Sender, channel};

use guildhall_protocol::{Code, routes};
use guildhall_registry::{Config, Mail, SmtpServer};
use http::{StatusCode, header};
use jiff::SignedDuration;
use mailin_embedded::{Handler, Response, Server, response};
use serde_json::json;

use crate::test_registry::{SAM, TestRegistry, send};

/// A mail server that keeps the emails it receives and refuses one address.
#[derive(Clone)]
struct Postbox {
    mails: Sender<String>,
    text: Vec<u8>,
}

impl Handler for Postbox {
    fn rcpt(&mut self, to: &str) -> Response {
        if to.starts_with("nobody@") { response::NO_MAILBOX } else { response::OK }
    }

    fn data(&mut self, piece: &[u8]) -> std::io::Result<()> {
        self.text.extend_from_slice(piece);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let text = std::mem::take(&mut self.text);
        self.mails
            .send(String::from_utf8_lossy(&text).into_owned())
            .map_or(response::INTERNAL_ERROR, |()| response::OK)
    }

    fn helo(&mut self, _: IpAddr, _: &str) -> Response {
        response::OK
    }
}

/// Starts a mail server on a free port. Returns its URL and the emails it receives.
fn server() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let (mails, got) = channel();
    let mut server = Server::new(Postbox { mails, text: Vec::new() });
    server.with_name("mail.example").with_tcp_listener(listener);
    std::thread::spawn(move || server.serve().unwrap());
    (url, got)
}

#[tokio::test]
async fn a_code_and_an_invitation_reach_the_mail_server() {
    let (url, got) = server();
    let from = "Guildhall <hall@registry.example>";
    let mail = Mail::Smtp(Box::new(SmtpServer::new(&url, from).unwrap()));
    let stage = TestRegistry::with(move |config| Config { mail, ..config }).await;
    stage.registry.sample().await.unwrap();
    let answer = stage.post(routes::AUTH_EMAIL_START, json!({"email": SAM})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mail = got.recv().unwrap();
    assert!(
        mail.contains(from) && mail.contains(SAM) && mail.contains("Subject: Your Guildhall code"),
        "{mail}"
    );
    let code = mail.split("Your Guildhall code is ").nth(1).unwrap()[..8].to_owned();
    let answer = stage.post(routes::AUTH_EMAIL_VERIFY, json!({"email": SAM, "code": code})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);

    let sam = stage.sign_in(SAM).await;
    stage.invite(&sam, "BCH", "kim.digital@barchester.example", "editor").await;
    assert!(got.recv().unwrap().contains("has invited you to be an editor"));

    let refused = stage.post(routes::AUTH_EMAIL_START, json!({"email": "nobody@barchester.example"})).await;
    assert_eq!(refused.code(), Code::Maintenance);
    assert!(!refused.text.contains("nobody"), "{}", refused.text);
    // Failed emails count towards no limit, from any network, so a person whose address works later is not held back.
    for n in 0..30 {
        let mut request = http::Request::post(routes::AUTH_EMAIL_START);
        let from = std::net::SocketAddr::from(([192, 0, 2, n], 1));
        request.extensions_mut().unwrap().insert(axum::extract::ConnectInfo(from));
        let body = json!({"email": "nobody@barchester.example"}).to_string();
        let answer = send(&stage.registry, request.body(body.into()).unwrap()).await;
        assert_eq!(answer.code(), Code::Maintenance, "{n}");
    }
    // The invitation is in the app, even if its email could not be sent.
    stage.invite(&sam, "BCH", "nobody@barchester.example", "editor").await;
}

#[tokio::test]
async fn a_missing_mail_server_is_told_and_tried_again() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", free.local_addr().unwrap());
    drop(free);
    let mail = Mail::Smtp(Box::new(SmtpServer::new(&url, "hall@registry.example").unwrap()));
    let stage = TestRegistry::with(move |config| Config { mail, ..config }).await;
    let answer = stage.post(routes::AUTH_EMAIL_START, json!({"email": SAM})).await;
    assert_eq!(answer.code(), Code::Maintenance);
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let stage = TestRegistry::sample().await;
    let ask = async |nth: u32| {
        let email = format!("someone{nth}@elsewhere.example");
        stage.post(routes::AUTH_EMAIL_START, json!({"email": email})).await
    };
    for nth in 0..100 {
        assert_eq!(ask(nth).await.status, StatusCode::OK);
    }
    let too_many = ask(100).await;
    assert_eq!(too_many.code(), Code::RateLimited);
    let seconds: i64 = too_many.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=11).contains(&seconds), "{seconds}");
    stage.clock.turn(SignedDuration::from_secs(seconds));
    assert_eq!(ask(101).await.status, StatusCode::OK);
    assert_eq!(ask(102).await.code(), Code::RateLimited);
    // Attempts at codes, and submissions, have their own limits.
    stage.sign_in(SAM).await;
    let wrong = json!({"email": SAM, "code": "00000000"});
    let mut last = stage.post(routes::AUTH_EMAIL_VERIFY, wrong.clone()).await;
    for _ in 0..300 {
        last = stage.post(routes::AUTH_EMAIL_VERIFY, wrong.clone()).await;
    }
    assert_eq!(last.code(), Code::RateLimited);
}
