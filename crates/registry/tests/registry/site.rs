//! The web pages and feeds: what is public, for people who do not have the app.

use axum::body::Body;
use guildhall_protocol::routes;
use guildhall_registry::Setting;
use http::{HeaderName, Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::reviews::PAT;
use crate::test_registry::{Answer, SAM, TestRegistry, edit, new_project, send};

const NEED: &str = "01900000-0000-7000-8000-00000000aaaa";

/// A public project of Barchester with a need and a service. Returns the project, the service and its author's token.
async fn published(stage: &TestRegistry) -> (String, u32, String) {
    let sam = stage.sign_in(SAM).await;
    let services: Vec<Value> = stage.get(routes::SERVICES, None).await.json();
    let service = u32::try_from(services[0]["id"].as_u64().unwrap()).unwrap();
    let project = stage.new_id();
    let mut body = new_project(&project, "BCH", "Missed collections");
    body["set"]["problem"] = json!("Residents **ring** us. <script>alert(1)</script>");
    let need = json!({"id": NEED, "as_a": "resident", "i_need": "say that my bin was missed"});
    body["add"] = json!({"needs": [need], "services": [service]});
    stage.publish(&sam, body).await;
    (project, service, sam)
}

fn header_of(answer: &Answer, name: HeaderName) -> String {
    answer.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

async fn ask_with(stage: &TestRegistry, path: &str, name: HeaderName, value: &str) -> Answer {
    let request = Request::get(path).header(name, value).body(Body::empty()).unwrap();
    send(&stage.registry, request).await
}

#[tokio::test]
async fn a_public_project_has_pages_and_feeds() {
    let stage = TestRegistry::sample().await;
    let (project, service, _) = published(&stage).await;
    let link = format!("/projects/{project}");
    for path in ["/", "/councils/BCH", &format!("/services/{service}"), &format!("/needs/{NEED}")] {
        let page = stage.get(path, None).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.contains(&format!("href=\"{link}\"")), "{path}: {}", page.text);
        assert_eq!(header_of(&page, header::CONTENT_TYPE), "text/html; charset=utf-8", "{path}");
    }
    for path in ["/feed.atom", "/councils/BCH/feed.atom", &format!("/services/{service}/feed.atom")] {
        let feed = stage.get(path, None).await;
        assert_eq!(header_of(&feed, header::CONTENT_TYPE), "application/atom+xml; charset=utf-8");
        assert!(feed.text.contains(&format!("<id>urn:uuid:{project}</id>")), "{path}: {}", feed.text);
    }
    let page = stage.get(&link, None).await.text;
    assert!(page.contains("<h1 lang=\"en\">Missed collections</h1>"), "{page}");
    assert!(page.contains("<strong>ring</strong>") && !page.contains("<script"), "{page}");
    assert!(page.contains("As a resident I need to say that my bin was missed"), "{page}");
    assert!(page.contains("mailto:team@barchester.example?subject=Missed%20collections"), "{page}");

    // The style sheet has a name of its own for each content, and may be kept for ever.
    let style = page.split("href=\"/style/").nth(1).unwrap().split('"').next().unwrap();
    let style = stage.get(&format!("/style/{style}"), None).await;
    assert_eq!(style.status, StatusCode::OK);
    assert_eq!(header_of(&style, header::CONTENT_TYPE), "text/css; charset=utf-8");
    assert!(header_of(&style, header::CACHE_CONTROL).contains("immutable"));
    let policies: Vec<_> = stage
        .get(&link, None)
        .await
        .headers
        .get_all(header::CONTENT_SECURITY_POLICY)
        .iter()
        .map(|policy| policy.to_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        policies,
        [
            "default-src 'none'; style-src 'self'; form-action 'none'",
            "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
        ]
    );
}

#[tokio::test]
async fn what_is_no_longer_public_is_gone_at_once() {
    let stage = TestRegistry::sample().await;
    let (project, service, sam) = published(&stage).await;
    let paths = [
        format!("/projects/{project}"),
        format!("/needs/{NEED}"),
        format!("/projects/{}", stage.new_id()),
        "/projects/none".to_owned(),
        "/needs/none".to_owned(),
        "/councils/NONE".to_owned(),
        "/services/999999".to_owned(),
        "/services/01".to_owned(),
    ];
    let tag = header_of(&stage.get(&paths[0], None).await, header::ETAG);
    stage.publish(&sam, edit(&project, "BCH", 1, json!({"visibility": "councils"}))).await;
    let absent = stage.get(&paths[2], None).await;
    for path in &paths {
        for token in [None, Some(sam.as_str())] {
            let answer = stage.get(path, token).await;
            assert_eq!((answer.status, &answer.text), (StatusCode::NOT_FOUND, &absent.text), "{path}");
            assert_eq!(header_of(&answer, header::CACHE_CONTROL), "no-store", "{path}");
            assert_eq!(header_of(&answer, header::ETAG), "", "{path}");
        }
        let answer = ask_with(&stage, path, header::IF_NONE_MATCH, &tag).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/", "/councils/BCH", "/feed.atom", &format!("/services/{service}")] {
        assert!(!stage.get(path, None).await.text.contains(&project), "{path}");
    }
    // And it is back when it is public again, and gone when it is deleted.
    stage.publish(&sam, edit(&project, "BCH", 2, json!({"visibility": "public"}))).await;
    assert_eq!(stage.get(&paths[1], None).await.status, StatusCode::OK);
    let body = json!({"reason": "A test"}).to_string();
    stage.ask(Method::DELETE, &format!("/api/v1/projects/{project}"), Some(&sam), body).await;
    assert_eq!(stage.get(&paths[1], None).await.text, absent.text);
}

#[tokio::test]
async fn a_page_is_sent_again_only_when_something_changed() {
    let stage = TestRegistry::sample().await;
    let (project, _, sam) = published(&stage).await;
    for path in ["/", &format!("/projects/{project}"), "/feed.atom"] {
        let first = stage.get(path, None).await;
        assert_eq!(header_of(&first, header::CACHE_CONTROL), "no-cache");
        assert!(header_of(&first, header::LAST_MODIFIED).ends_with(" GMT"), "{path}");
        let tag = header_of(&first, header::ETAG);
        let again = ask_with(&stage, path, header::IF_NONE_MATCH, &format!("\"other\", {tag}")).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
        assert_eq!(header_of(&again, header::ETAG), tag, "{path}");
        let head = stage.ask(Method::HEAD, path, None, "").await;
        assert_eq!((head.status, header_of(&head, header::ETAG)), (StatusCode::OK, tag.clone()), "{path}");
        let page_2 = stage.get("/?before=5", None).await;
        assert_ne!(header_of(&page_2, header::ETAG), tag, "another page");

        let changed: Value = stage.get(&format!("/api/v1/projects/{project}"), None).await.json();
        let base = u32::try_from(changed["version"].as_u64().unwrap()).unwrap();
        let summary = json!({"summary": format!("Changed for {path}")});
        stage.publish(&sam, edit(&project, "BCH", base, summary)).await;
        let changed = ask_with(&stage, path, header::IF_NONE_MATCH, &tag).await;
        assert_eq!(changed.status, StatusCode::OK, "{path}");
        assert!(changed.text.contains(&format!("Changed for {path}")), "{path}");
        // A setting is on every page.
        let tag = header_of(&changed, header::ETAG);
        stage.registry.set(Setting::Contact, &format!("help{base}@registry.example")).await.unwrap();
        let changed = ask_with(&stage, path, header::IF_NONE_MATCH, &tag).await;
        assert_eq!(changed.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn search_engines_are_kept_out_where_the_operator_says_so() {
    let stage = TestRegistry::sample().await;
    let robots = HeaderName::from_static("x-robots-tag");
    assert_eq!(header_of(&stage.get("/", None).await, robots.clone()), "");
    assert_eq!(stage.get("/robots.txt", None).await.text, "User-agent: *\nDisallow: /api/\n");
    stage.registry.set(Setting::SearchEngines, "no").await.unwrap();
    for path in ["/", "/councils/BCH", "/feed.atom"] {
        let page = stage.get(path, None).await;
        assert_eq!(header_of(&page, robots.clone()), "noindex, nofollow", "{path}");
        assert_eq!(
            page.text.contains("<meta name=\"robots\" content=\"noindex, nofollow\">"),
            path != "/feed.atom"
        );
    }
    assert_eq!(stage.get("/robots.txt", None).await.text, "User-agent: *\nDisallow: /\n");
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let stage = TestRegistry::empty().await;
    stage.registry.generate(120, 7).await.unwrap();
    let (mut path, mut seen) = ("/".to_owned(), Vec::new());
    loop {
        let page = stage.get(&path, None).await.text;
        let ids: Vec<String> = page
            .split("<h3><a href=\"/projects/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        assert!(!ids.is_empty() && ids.len() <= 50, "{page}");
        seen.extend(ids);
        let Some(next) = page.split("class=\"more\" href=\"").nth(1) else { break };
        path = next.split('"').next().unwrap().replace("&#38;", "&");
    }
    let mut mirror = stage.mirror(None);
    mirror.sync(&stage.registry, 1000).await;
    let mut public: Vec<String> =
        mirror.records.keys().filter(|(kind, _)| kind == "project").map(|(_, id)| id.clone()).collect();
    public.sort();
    seen.sort();
    assert_eq!(seen, public, "each once");
}

#[tokio::test]
async fn a_council_shows_what_came_before_and_after() {
    let stage = TestRegistry::sample().await;
    let pat = stage.sign_in(PAT).await;
    let named = json!({"from": "2027-04-01", "successors": [{"council": "CAS", "area": "the north"}]});
    let answer =
        stage.ask(Method::PUT, "/api/v1/councils/BCH/successors", Some(&pat), named.to_string()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    let old = stage.get("/councils/BCH", None).await.text;
    assert!(
        old.contains("<a href=\"/councils/CAS\">") && old.contains("(from 1 April 2027, the north)"),
        "{old}"
    );
    let new = stage.get("/councils/CAS", None).await.text;
    assert!(
        new.contains("<a href=\"/councils/BCH\">") && new.contains("(replaced on 1 April 2027, the north)"),
        "{new}"
    );
}

#[tokio::test]
async fn addresses_are_whole_where_the_registry_knows_its_own() {
    let stage = TestRegistry::sample().await;
    let (project, _, _) = published(&stage).await;
    let path = format!("/projects/{project}");
    assert!(!stage.get(&path, None).await.text.contains("og:url"));
    let before = stage.get("/feed.atom", None).await.text;
    assert!(before.contains("<id>urn:uuid:"), "{before}");
    stage.registry.set(Setting::Address, "https://guildhall.example/").await.unwrap();
    let page = stage.get(&path, None).await.text;
    let url = format!("<meta property=\"og:url\" content=\"https://guildhall.example{path}\">");
    assert!(page.contains(&url), "{page}");
    let feed = stage.get("/feed.atom", None).await.text;
    assert!(feed.contains(&format!("href=\"https://guildhall.example{path}\"")), "{feed}");
    assert!(feed.contains("<id>https://guildhall.example/feed.atom</id>"), "{feed}");
}
