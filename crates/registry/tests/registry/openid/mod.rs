//! Signing in with a real provider, in a browser that follows the redirects.

mod addresses;
mod pages;

use guildhall_protocol::sign_in::{DifferentAddresses, challenge, shown_code};
use guildhall_protocol::{Code, CouncilPeople, Me, RegistryFacts, routes};
use guildhall_registry::{Config, Provider, ProviderSettings, Setting};
use http::{Request, StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::Url;

use crate::provider::{CLIENT_ID, CLIENT_SECRET, TestProvider, hidden_fields};
use crate::second_factor;
use crate::test_registry::{Answer, SAM, TestRegistry, new_project, send};

/// The registry's address. Nobody listens there: the tests carry the requests.
const REGISTRY: &str = "http://127.0.0.1:9";
/// Each app's PKCE verifier.
const VERIFIER: &str = "a verifier that only this app has, long enough";

struct Town {
    stage: TestRegistry,
    provider: TestProvider,
}

/// The settings of a provider for a registry at this address.
fn known_at<'a>(address: &'a str, issuer: &'a str, amr: &'a [String]) -> ProviderSettings<'a> {
    ProviderSettings {
        name: "Example",
        issuer,
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        address,
        second_factor_amr: amr,
        second_factor_acr: &[],
    }
}

/// The cookie that an answer sets.
fn cookie_of(answer: &Answer) -> String {
    let set = answer.headers.get(header::SET_COOKIE).unwrap_or_else(|| panic!("{}", answer.text));
    set.to_str().unwrap().split(';').next().unwrap().to_owned()
}

fn start(query: &str) -> String {
    format!("{}?challenge={}{query}", routes::AUTH_OPENID_START, challenge(VERIFIER))
}

/// Submits the form of a page with these headers.
async fn press(stage: &TestRegistry, page: &Answer, headers: &[(&str, &str)]) -> Answer {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(hidden_fields(&page.text));
    let mut request = Request::post(routes::AUTH_OPENID_GO)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(&stage.registry, request.body(form.finish().into()).unwrap()).await
}

async fn get_with(stage: &TestRegistry, path: &str, cookie: &str) -> Answer {
    let request = Request::get(path).header(header::COOKIE, cookie);
    send(&stage.registry, request.body(axum::body::Body::empty()).unwrap()).await
}

impl Town {
    async fn new() -> Self {
        let provider = TestProvider::start(REGISTRY).await.unwrap();
        let known = Provider::new(&known_at(REGISTRY, &provider.issuer, &["mfa".to_owned()])).unwrap();
        let stage = TestRegistry::with(|config| Config { provider: Some(known), ..config }).await;
        stage.registry.sample().await.unwrap();
        Self { stage, provider }
    }

    /// Opens the page and presses its button. Returns where the browser is sent, and its cookie.
    async fn begin(&self, query: &str) -> (Url, String) {
        let page = self.stage.get(&start(query), None).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let cookie = cookie_of(&page);
        let pressed =
            press(&self.stage, &page, &[("cookie", &cookie), ("sec-fetch-site", "same-origin")]).await;
        assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.text);
        assert_eq!(cookie_of(&pressed), cookie);
        (sent_to(&pressed), cookie)
    }

    /// Signs in at the provider as `who`. Returns where it sends the browser back to, and the browser's cookie.
    async fn at_the_provider(&self, query: &str, who: &str) -> (String, String) {
        let (page, cookie) = self.begin(query).await;
        let (back, _) = self.provider.sign_in(page, who, REGISTRY).await.unwrap();
        (back.as_str().strip_prefix(REGISTRY).unwrap().to_owned(), cookie)
    }

    /// The code sent to a listening app after signing in as `who`.
    async fn code(&self, who: &str) -> String {
        let (back, cookie) = self.at_the_provider("&port=54321", who).await;
        let answer = get_with(&self.stage, &back, &cookie).await;
        assert_eq!(
            answer.headers[header::SET_COOKIE],
            "guildhall-sign-in=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
        let app = sent_to(&answer);
        assert_eq!((app.host_str(), app.port()), (Some("127.0.0.1"), Some(54321)));
        let said: std::collections::HashMap<_, _> = app.query_pairs().into_owned().collect();
        assert_eq!(said["state"], challenge(VERIFIER));
        said["code"].clone()
    }

    async fn verify(&self, code: &str, verifier: &str) -> Answer {
        let body = json!({"openid": {"code": code, "verifier": verifier}, "device": "A laptop"});
        self.stage.post(routes::AUTH_OPENID_VERIFY, body).await
    }

    /// The same from an app that can ask which address is right, with the person's answer.
    async fn choose(&self, code: &str, address: &str) -> Answer {
        let openid = json!({"code": code, "verifier": VERIFIER});
        self.stage.post(routes::AUTH_OPENID_VERIFY, json!({"openid": openid, "address": address})).await
    }

    /// The person signed in by this code.
    async fn signed_in(&self, code: &str) -> Me {
        self.me(&self.verify(code, VERIFIER).await).await
    }

    /// The person of this session.
    async fn me(&self, session: &Answer) -> Me {
        assert_eq!(session.status, StatusCode::OK, "{}", session.text);
        let session: Value = session.json();
        self.stage.get(routes::ME, session["access_token"].as_str()).await.json()
    }

    /// Confirms an address by email for the person of this code.
    async fn confirm(&self, email: &str, code: &str) -> Answer {
        let by_email = self.stage.registry.issue_code(email).await.unwrap();
        let openid = json!({"code": code, "verifier": VERIFIER});
        let body = json!({"email": email, "code": by_email, "openid": openid});
        self.stage.post(routes::AUTH_EMAIL_VERIFY, body).await
    }
}

fn sent_to(answer: &Answer) -> Url {
    let to = answer.headers.get(header::LOCATION).unwrap_or_else(|| panic!("{}", answer.text));
    to.to_str().unwrap().parse().unwrap()
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn who_signs_in_at_the_provider_is_signed_in() {
    let town = Town::new().await;
    let facts: RegistryFacts = town.stage.get(routes::REGISTRY, None).await.json();
    assert_eq!(facts.sign_in_with.as_deref(), Some("Example"));
    let kim = "kim.new@barchester.example";
    let code = town.code(&format!("one:{kim}")).await;
    let me = town.signed_in(&code).await;
    assert_eq!(me.email, kim);
    assert_eq!(me.councils[0].council.as_str(), "BCH", "an address that the provider vouches for counts");
    assert_eq!(town.verify(&code, VERIFIER).await.code(), Code::CodeRefused, "used");
    let again = town.code(&format!("one:{kim}")).await;
    assert_eq!(town.signed_in(&again).await.person, me.person);
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn a_code_is_good_for_the_app_that_began_for_a_while_and_once() {
    let town = Town::new().await;
    let who = "one:kim.new@barchester.example";
    let code = town.code(who).await;
    for verifier in ["another verifier, of another app, long enough", "", "\u{e9}"] {
        assert_eq!(town.verify(&code, verifier).await.code(), Code::CodeRefused);
    }
    assert_eq!(town.verify("00000000", VERIFIER).await.code(), Code::CodeRefused);
    town.stage.clock.turn(SignedDuration::from_mins(10));
    assert_eq!(town.verify(&code, VERIFIER).await.code(), Code::CodeRefused, "too old");

    let (back, cookie) = town.at_the_provider("", who).await;
    let page = get_with(&town.stage, &back, &cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    let shown = page.text.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let twice = get_with(&town.stage, &back, &cookie).await;
    assert_eq!(twice.status, StatusCode::FORBIDDEN);
    assert!(twice.text.contains("You are not signed in"), "{}", twice.text);
    assert_eq!(town.signed_in(&shown.to_lowercase()).await.email, "kim.new@barchester.example");
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn an_address_that_somebody_has_is_confirmed_by_email_once() {
    let town = Town::new().await;
    let sam = town.stage.sign_in(SAM).await;
    let sam = town.stage.person(&sam).await;
    // The provider vouches for the address, but that does not identify a person.
    for who in [format!("one:{SAM}"), "unvouched:sam@elsewhere.example".to_owned()] {
        let code = town.code(&who).await;
        assert_eq!(town.verify(&code, VERIFIER).await.code(), Code::AddressUnconfirmed, "{who}");
        let wrong = town.stage.post(
            routes::AUTH_EMAIL_VERIFY,
            json!({"email": SAM, "code": "00000000", "openid": {"code": code, "verifier": VERIFIER}}),
        );
        assert_eq!(wrong.await.code(), Code::CodeRefused);
        assert_eq!(town.confirm(SAM, &code).await.status, StatusCode::OK);
        let again = town.code(&who).await;
        assert_eq!(town.signed_in(&again).await.person.to_string(), sam);
    }
    // Another account at the provider with the same address is somebody else.
    let code = town.code(&format!("two:{SAM}")).await;
    assert_eq!(town.verify(&code, VERIFIER).await.code(), Code::AddressUnconfirmed);

    // After a lapse, signing in without a code by email needs a provider that vouches for the address.
    town.stage.clock.turn(SignedDuration::from_hours(24 * 184));
    town.stage.registry.maintain().await.unwrap();
    let code = town.code("unvouched:sam@elsewhere.example").await;
    assert_eq!(town.verify(&code, VERIFIER).await.code(), Code::AddressUnconfirmed);
    let code = town.code(&format!("one:{SAM}")).await;
    let me = town.signed_in(&code).await;
    assert_eq!((me.person.to_string(), me.councils.len()), (sam, 1));
    // With an expired sign-in, the code by email still works, but links nobody.
    let code = town.code("three:nobody@elsewhere.example").await;
    town.stage.clock.turn(SignedDuration::from_mins(10));
    assert_eq!(town.confirm(SAM, &code).await.status, StatusCode::OK);
    let code = town.code("three:nobody@elsewhere.example").await;
    assert_eq!(town.signed_in(&code).await.email, "nobody@elsewhere.example");
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn identities_are_exported_and_erased() {
    let town = Town::new().await;
    let (subject, who) = ("quillfeather", "quillfeather:kim.new@barchester.example");
    let code = town.code(who).await;
    let session: Value = town.verify(&code, VERIFIER).await.json();
    let token = session["access_token"].as_str();
    let held = town.stage.get(routes::MY_DATA, token).await;
    assert!(held.text.contains(subject), "{}", held.text);
    // Another sign-in that is never finished.
    town.code(who).await;
    assert!(!String::from_utf8_lossy(&town.stage.everything_stored().await).contains(VERIFIER));
    let erase = json!({"names": []}).to_string();
    let answer = town.stage.ask(http::Method::DELETE, routes::ME, token, erase).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    assert!(!String::from_utf8_lossy(&town.stage.everything_stored().await).contains("quillfeather"));
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn sign_in_errors_are_shown_on_a_page() {
    let town = Town::new().await;
    let page_of = |query: &str| format!("{}?{query}", routes::AUTH_OPENID_START);
    let begun = format!("challenge={}", challenge(VERIFIER));
    for (query, status) in [("challenge=short", 422), ("", 400), (&*format!("{begun}&port=70000"), 400)] {
        assert_eq!(town.stage.get(&page_of(query), None).await.status.as_u16(), status, "{query}");
    }
    let back = |query: &str| format!("{}?{query}", routes::AUTH_OPENID_CALLBACK);
    let page = town.stage.get(&back("state=made-up&code=made-up"), None).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("go back to Guildhall"), "{}", page.text);

    // Giving up at the provider, and coming back with a made-up code.
    let (at, cookie) = town.begin("").await;
    let state = at.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    for query in [format!("state={state}&error=access_denied"), format!("state={state}&code=made-up")] {
        let page = get_with(&town.stage, &back(&query), &cookie).await;
        assert_eq!(page.status, StatusCode::BAD_GATEWAY);
        assert!(page.text.contains("Example did not say who you are"), "{}", page.text);
    }
    // No provider.
    let Town { stage, provider } = town;
    drop(provider);
    let page = stage.get(&start(""), None).await;
    let cookie = cookie_of(&page);
    let page = press(&stage, &page, &[("cookie", &cookie)]).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(!page.text.contains(CLIENT_SECRET));
}

/// Only values that the operator has listed count as a second factor.
#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn a_provider_that_asked_for_a_second_factor_is_believed() {
    let town = Town::new().await;
    let (plain, stepped) = (format!("one:{SAM}"), format!("stepped:{SAM}"));
    // Both accounts are Sam's.
    for who in [&plain, &stepped] {
        let code = town.code(who).await;
        assert_eq!(town.confirm(SAM, &code).await.status, StatusCode::OK);
    }
    town.stage.registry.set(Setting::SecondFactorDays, "0").await.unwrap();
    town.stage.registry.set(Setting::SecondFactor, "leads").await.unwrap();
    let code = town.code(&plain).await;
    assert!(town.signed_in(&code).await.factor_due.unwrap().rests, "it said nothing of one");
    let code = town.code(&stepped).await;
    let session: Value = town.verify(&code, VERIFIER).await.json();
    let token = session["access_token"].as_str().unwrap();
    let me: guildhall_protocol::Me = town.stage.get(routes::ME, Some(token)).await.json();
    assert_eq!((me.factor_due, me.councils[0].role.as_str()), (None, "lead"));
    // A person with a second factor is asked for a code, unless the provider asked for one. The started sign-in waits
    // for the code.
    let app = second_factor::enrol(&town.stage, token).await;
    let code = town.code(&plain).await;
    assert_eq!(town.verify(&code, VERIFIER).await.code(), Code::SecondFactorRequired);
    let with = async |factor: &str| {
        let openid = json!({"code": code, "verifier": VERIFIER});
        let body = json!({"openid": openid, "second_factor": factor});
        town.stage.post(routes::AUTH_OPENID_VERIFY, body).await
    };
    assert_eq!(with("AAAA-AAAA-AAAA-AAAA").await.code(), Code::SecondFactorRequired);
    assert_eq!(with(&app.recovery[0]).await.status, StatusCode::OK);
    let code = town.code(&stepped).await;
    let session: Value = town.verify(&code, VERIFIER).await.json();
    let token = session["access_token"].as_str();
    assert_eq!(town.stage.get(routes::MY_DATA, token).await.status, StatusCode::OK, "given just now");
}
