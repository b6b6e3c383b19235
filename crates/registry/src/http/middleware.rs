//! The middleware that every request and every response passes. Each request gets an id, which is in its response and
//! in the log. Apps that are too old are refused. Every error leaves as one RFC 9457 problem, also axum's own; only
//! pages for people stay pages. Logs have the route with the names of its parameters, and never their values, a query,
//! a header or a body.

use std::any::Any;
use std::error::Error as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use guildhall_protocol::{Code, PROTOCOL, Problem, routes};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::LengthLimitError;
use ipnet::IpNet;
use tracing::Instrument as _;

use crate::Registry;
use crate::http::problem::problem_response;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a browser may do with a response that is not a page: nothing.
const NO_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
);
/// What a browser may not do with any page. The page's own policy applies as well.
const ANY_PAGE: HeaderValue =
    HeaderValue::from_static("object-src 'none'; base-uri 'none'; frame-ancestors 'none'");

/// The id of a request.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// The address from which a request comes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClientIp(pub(crate) IpAddr);

/// The address that is connected. If that is a trusted proxy, the last address before it that is not one
/// (`X-Forwarded-For`, read from its end, as anyone can make up its beginning).
fn client_ip(request: &Request, trusted: &[IpNet]) -> ClientIp {
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let mut client_ip =
        connected.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip().to_canonical());
    let is_proxy = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let forwarded =
        request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let forwarded: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
    for before in forwarded.into_iter().rev() {
        let Some(before) = read_address(before) else { break };
        if !is_proxy(&client_ip) {
            break;
        }
        client_ip = before;
    }
    ClientIp(client_ip)
}

/// Wraps every request.
pub(crate) async fn edge(State(registry): State<Registry>, mut request: Request, next: Next) -> Response {
    let id = registry.env().new_id().simple().to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let client_ip = client_ip(&request, registry.trusted_proxies());
    request.extensions_mut().insert(client_ip);
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("none", MatchedPath::as_str).to_owned();
    let method = known_method(request.method());
    let span = tracing::info_span!("request", id, method, route);
    let too_old = is_too_old(request.headers());
    // Nothing stored has U+0000, and PostgreSQL refuses a query with it.
    let has_nul = request.uri().to_string().contains("%00");
    let from_another_site = is_from_another_site(&request);
    async move {
        let _in_hand = registry.metrics().begin();
        let began = registry.env().now_ms();
        let mut response = if has_nul {
            problem_response(Problem::new(Code::NotFound, "Not found"))
        } else if from_another_site {
            problem_response(Problem::new(Code::NotAllowed, "Pages of other sites cannot do this"))
        } else if too_old {
            problem_response(Problem::new(
                Code::ClientTooOld,
                "This app is too old for this registry: update it",
            ))
        } else {
            next.run(request).await
        };
        if let Some(problem) = problem_of(&mut response) {
            response = with_problem(response, problem, &id);
        }
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        add_browser_headers(response.headers_mut());
        let took_ms = registry.env().now_ms() - began;
        let (status, took) =
            (response.status().as_u16(), Duration::from_millis(took_ms.max(0).cast_unsigned()));
        registry.metrics().answered(method, &route, status, took);
        tracing::info!(status, took_ms, "answered");
        response
    }
    .instrument(span)
    .await
}

/// Whether a browser says that another site's page sent a request to change something (Fetch Metadata). Such a page
/// could otherwise have mail sent by anyone who visits it. Apps are not browsers and do not send the header.
fn is_from_another_site(request: &Request) -> bool {
    let site = request.headers().get(SEC_FETCH_SITE);
    !request.method().is_safe() && site.is_some_and(|site| site != "same-origin" && site != "none")
}

/// The headers for browsers that every response has.
fn add_browser_headers(headers: &mut HeaderMap) {
    // A response is for this person with their present roles, so no cache may keep it. Web pages are the same
    // for everyone, and say so themselves.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let policy = if is_page(headers) { ANY_PAGE } else { NO_PAGE };
    headers.append(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
}

/// The method if it is a standard one (RFC 9110 §9, RFC 5789). All others share one label, as anyone can make up more.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        Method::CONNECT => "CONNECT",
        Method::TRACE => "TRACE",
        _ => "other",
    }
}

/// An address as proxies write it: with or without a port, and for IPv6 with or without brackets.
fn read_address(address: &str) -> Option<IpAddr> {
    let address = address.trim();
    let bare = address.strip_prefix('[').and_then(|address| address.strip_suffix(']')).unwrap_or(address);
    let with_port = || address.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse::<IpAddr>().ok().or_else(with_port).map(|address| address.to_canonical())
}

/// How long a whole body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Reads the whole body before the handler runs, so that slow senders are refused in one place. Handlers limit its size
/// further.
pub(crate) async fn read_body(State(registry): State<Registry>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let clock = std::sync::Arc::clone(&registry.env().clock);
    let body = tokio::select! {
        biased;
        body = to_bytes(body, routes::MAX_LINE) => body,
        () = clock.pass(BODY_TIME) => {
            let problem = Problem::new(Code::Maintenance, "The request took too long to arrive");
            let mut response = problem_response(Problem { status: 408, ..problem });
            // The rest may still arrive, so the connection cannot be used again (RFC 9110 §15.5.9).
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            return response;
        }
    };
    match body {
        Ok(body) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(error) if error.source().is_some_and(|cause| cause.is::<LengthLimitError>()) => {
            problem_response(Problem::new(Code::TooLarge, "The request is too large"))
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

fn is_too_old(headers: &HeaderMap) -> bool {
    let spoken = headers.get(routes::PROTOCOL_HEADER).and_then(|value| value.to_str().ok());
    spoken.is_some_and(|spoken| spoken.trim().parse::<u32>().is_ok_and(|spoken| spoken < PROTOCOL))
}

/// Whether the response is a page, which tells its reader itself what is wrong.
fn is_page(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The problem that a response carries, or the one that fits an error of axum's own.
fn problem_of(response: &mut Response) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() || is_page(response.headers()) {
        return None;
    }
    let (code, title) = match status {
        StatusCode::NOT_FOUND => (Code::NotFound, "Not found"),
        StatusCode::METHOD_NOT_ALLOWED => (Code::NotFound, "Method not allowed"),
        StatusCode::PAYLOAD_TOO_LARGE => (Code::TooLarge, "The request is too large"),
        status if status.is_client_error() => (Code::ValidationFailed, "Bad request"),
        _ => (Code::Internal, "The registry failed"),
    };
    Some(Problem { status: status.as_u16(), ..Problem::new(code, title) })
}

fn with_problem(response: Response, mut problem: Problem, id: &str) -> Response {
    id.clone_into(&mut problem.request_id);
    let (mut parts, _) = response.into_parts();
    let body = Json(problem).into_response().into_body();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_ENCODING);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(routes::PROBLEM_JSON));
    Response::from_parts(parts, body)
}

/// The response to a request that panicked.
pub(crate) fn after_panic(cause: Box<dyn Any + Send + 'static>) -> http::Response<Body> {
    let text = cause.downcast_ref::<String>().map(String::as_str).or(cause.downcast_ref::<&str>().copied());
    tracing::error!(cause = text.unwrap_or("unknown"), "a request panicked");
    problem_response(Problem::new(Code::Internal, "The registry failed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        for (connected, forwarded, from) in [
            ("192.0.2.7:1", None, "192.0.2.7"),
            // Who is no proxy can say what they like.
            ("192.0.2.7:1", Some("198.51.100.1"), "192.0.2.7"),
            ("10.0.0.2:1", Some("198.51.100.1"), "198.51.100.1"),
            ("[::ffff:10.0.0.2]:1", Some("198.51.100.1"), "198.51.100.1"),
            ("10.0.0.2:1", Some("203.0.113.9, 198.51.100.1"), "198.51.100.1"),
            ("10.0.0.2:1", Some("198.51.100.1, 10.0.0.3"), "198.51.100.1"),
            ("10.0.0.2:1", Some("198.51.100.1:5678"), "198.51.100.1"),
            ("10.0.0.2:1", Some("[2001:db8::1]:443"), "2001:db8::1"),
            ("10.0.0.2:1", Some("[2001:db8::1]"), "2001:db8::1"),
            ("10.0.0.2:1", Some("198.51.100.1, [::ffff:10.0.0.3]:80"), "198.51.100.1"),
            ("[::1]:1", Some("rubbish"), "::1"),
            ("[::1]:1", Some("[198.51.100.1"), "::1"),
            ("10.0.0.2:1", None, "10.0.0.2"),
        ] {
            let mut request = Request::new(Body::empty());
            request.extensions_mut().insert(ConnectInfo(connected.parse::<SocketAddr>().unwrap()));
            if let Some(forwarded) = forwarded {
                request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
            }
            assert_eq!(client_ip(&request, &trusted).0.to_string(), from, "{connected} {forwarded:?}");
        }
    }
}
