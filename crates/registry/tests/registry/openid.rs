//! Signing in with a provider: a real one, in a browser that is sent to and fro.

use guildhall_protocol::sign_in::challenge;
use guildhall_protocol::{Code, Me, RegistryFacts, routes};
use guildhall_registry::{Config, Provider, ProviderSettings, Setting};
use http::{StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::Url;

use crate::provider::{CLIENT_ID, CLIENT_SECRET, TestProvider};
use crate::second_factor;
use crate::stage::{Answer, SAM, Stage};

/// Where the registry says it is. Nobody listens there: the tests carry what would go to and fro.
const REGISTRY: &str = "http://127.0.0.1:9";
/// What each app begins with.
const VERIFIER: &str = "a verifier that only this app has, long enough";

struct Town {
    stage: Stage,
    provider: TestProvider,
}

impl Town {
    async fn new() -> Self {
        let provider = TestProvider::start(REGISTRY).await.unwrap();
        let settings = ProviderSettings {
            name: "Example",
            issuer: &provider.issuer,
            client_id: CLIENT_ID,
            client_secret: CLIENT_SECRET,
            address: REGISTRY,
            second_factor_amr: &["mfa".to_owned()],
            second_factor_acr: &[],
        };
        let known = Some(Provider::new(&settings).unwrap());
        let stage = Stage::with(|config| Config { provider: known, ..config }).await;
        stage.registry.sample().await.unwrap();
        Self { stage, provider }
    }

    /// Where the provider sends a browser back to that signs in there as `who`.
    async fn at_the_provider(&self, query: &str, who: &str) -> String {
        let path = format!("{}?challenge={}{query}", routes::AUTH_OPENID_START, challenge(VERIFIER));
        let answer = self.stage.get(&path, None).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let (back, _) = self.provider.sign_in(sent_to(&answer), who, REGISTRY).await.unwrap();
        back.as_str().strip_prefix(REGISTRY).unwrap().to_owned()
    }

    /// The code that comes to an app which listens, once someone has signed in as `who`.
    async fn code(&self, who: &str) -> String {
        let back = self.at_the_provider("&port=54321", who).await;
        let app = sent_to(&self.stage.get(&back, None).await);
        assert_eq!((app.host_str(), app.port()), (Some("127.0.0.1"), Some(54321)));
        let said: std::collections::HashMap<_, _> = app.query_pairs().into_owned().collect();
        assert_eq!(said["state"], challenge(VERIFIER));
        said["code"].clone()
    }

    async fn verify(&self, code: &str, verifier: &str) -> Answer {
        let body = json!({"openid": {"code": code, "verifier": verifier}, "device": "A laptop"});
        self.stage.post(routes::AUTH_OPENID_VERIFY, body).await
    }

    /// Who is signed in by that code.
    async fn signed_in(&self, code: &str) -> Me {
        let answer = self.verify(code, VERIFIER).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let session: Value = answer.json();
        self.stage.get(routes::ME, session["access_token"].as_str()).await.json()
    }

    /// Confirms an address by email for whoever that code is of.
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

    let back = town.at_the_provider("", who).await;
    let page = town.stage.get(&back, None).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    let shown = page.text.split("class=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let twice = town.stage.get(&back, None).await;
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
    // The provider vouches for the address, but people are not known by that.
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
    // Another one there with the same address is somebody else.
    let code = town.code(&format!("two:{SAM}")).await;
    assert_eq!(town.verify(&code, VERIFIER).await.code(), Code::AddressUnconfirmed);

    // After six months an address counts only if the provider vouches for it.
    town.stage.clock.turn(SignedDuration::from_hours(24 * 184));
    town.stage.registry.tidy().await.unwrap();
    let code = town.code("unvouched:sam@elsewhere.example").await;
    assert_eq!(town.verify(&code, VERIFIER).await.code(), Code::AddressUnconfirmed);
    let code = town.code(&format!("one:{SAM}")).await;
    let me = town.signed_in(&code).await;
    assert_eq!((me.person.to_string(), me.councils.len()), (sam, 1));
    // An email code is good with a proof that is too old, which links nobody.
    let code = town.code("three:nobody@elsewhere.example").await;
    town.stage.clock.turn(SignedDuration::from_mins(10));
    assert_eq!(town.confirm(SAM, &code).await.status, StatusCode::OK);
    let code = town.code("three:nobody@elsewhere.example").await;
    assert_eq!(town.signed_in(&code).await.email, "nobody@elsewhere.example");
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn what_is_known_of_an_identity_is_handed_out_and_erased() {
    let town = Town::new().await;
    let subject = "quillfeather:kim.new@barchester.example";
    let code = town.code(subject).await;
    let session: Value = town.verify(&code, VERIFIER).await.json();
    let token = session["access_token"].as_str();
    let held = town.stage.get(routes::MY_DATA, token).await;
    assert!(held.text.contains(subject), "{}", held.text);
    // One more, that is never finished.
    town.code(subject).await;
    assert!(!String::from_utf8_lossy(&town.stage.everything_stored().await).contains(VERIFIER));
    let erase = json!({"names": []}).to_string();
    let answer = town.stage.ask(http::Method::DELETE, routes::ME, token, erase).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    assert!(!String::from_utf8_lossy(&town.stage.everything_stored().await).contains("quillfeather"));
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn what_goes_wrong_on_the_way_is_told_on_a_page() {
    let town = Town::new().await;
    let start = |query: &str| format!("{}?{query}", routes::AUTH_OPENID_START);
    let begun = format!("challenge={}", challenge(VERIFIER));
    for (query, status) in [("challenge=short", 422), ("", 400), (&*format!("{begun}&port=70000"), 400)] {
        assert_eq!(town.stage.get(&start(query), None).await.status.as_u16(), status, "{query}");
    }
    let back = |query: &str| format!("{}?{query}", routes::AUTH_OPENID_CALLBACK);
    let page = town.stage.get(&back("state=made-up&code=made-up"), None).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.text.contains("go back to Guildhall"), "{}", page.text);

    // Who gives up at the provider, and who comes back with a code that it did not give.
    let state = |answer: &Answer| {
        let page = sent_to(answer);
        page.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
    };
    let state = state(&town.stage.get(&start(&begun), None).await);
    for query in [format!("state={state}&error=access_denied"), format!("state={state}&code=made-up")] {
        let page = town.stage.get(&back(&query), None).await;
        assert_eq!(page.status, StatusCode::BAD_GATEWAY);
        assert!(page.text.contains("Example did not say who you are"), "{}", page.text);
    }
    // No provider.
    let Town { stage, provider } = town;
    drop(provider);
    let page = stage.get(&start(&begun), None).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(!page.text.contains(CLIENT_SECRET));
}

/// What the operator has listed counts, and nothing else that a provider says.
#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn a_provider_that_asked_for_a_second_factor_is_believed() {
    let town = Town::new().await;
    let (plain, stepped) = (format!("one:{SAM}"), format!("stepped:{SAM}"));
    // Both are Sam's.
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
    // Who has one is asked for a code, unless the provider has seen to it. What was begun waits for the code.
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
