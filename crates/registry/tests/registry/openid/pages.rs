//! The pages that a browser meets on the way, which nobody else's page can press.

use super::*;

/// A registry that never contacts its provider.
async fn alone(address: &str) -> TestRegistry {
    let known = Provider::new(&known_at(address, "https://id.example", &[])).unwrap();
    let stage = TestRegistry::with(|config| Config { provider: Some(known), ..config }).await;
    stage.registry.set(Setting::Name, "Borsetshire <registry>").await.unwrap();
    stage
}

async fn sign_ins_begun(stage: &TestRegistry) -> i64 {
    let database = stage.database().await;
    sqlx::query_scalar("SELECT COUNT(*) FROM openid_sign_ins").fetch_one(&database).await.unwrap()
}

#[tokio::test]
async fn the_start_page_stores_nothing_before_the_button() {
    let stage = alone("https://registry.example").await;
    let page = stage.get(&start("&port=54321"), None).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let code = shown_code(&challenge(VERIFIER));
    for says in [
        "Borsetshire &#60;registry&#62; (registry.example) will send you to Example",
        &format!("<p class=\"code\">{code}</p>"),
        "Does Guildhall show the same code?",
        "continue to Example</button>",
        "close this page",
    ] {
        assert!(page.text.contains(says), "{says}: {}", page.text);
    }
    assert!(!page.text.contains("<script") && !page.text.contains("http"), "{}", page.text);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("form-action 'self' https:"),
        "{policy}"
    );
    assert_eq!(sign_ins_begun(&stage).await, 0);
    // Browsers accept a cookie of this name only with exactly these attributes (RFC 6265bis §4.1.3.2).
    let cookie = cookie_of(&page);
    let secret = cookie.strip_prefix("__Host-guildhall-sign-in=").unwrap();
    assert_eq!(secret.len(), 64);
    let set = format!("{cookie}; Path=/; Secure; HttpOnly; SameSite=Lax");
    assert_eq!(page.headers[header::SET_COOKIE], set);
    assert!(!page.text.contains(secret), "only the browser knows it");
    // A second page in the same browser keeps the cookie; another browser gets its own.
    assert_eq!(cookie_of(&get_with(&stage, &start(""), &cookie).await), cookie);
    assert_ne!(cookie_of(&stage.get(&start(""), None).await), cookie);
    // Without a port the field is empty.
    let fields = |page: &Answer| -> Vec<String> {
        hidden_fields(&page.text).into_iter().map(|(name, value)| format!("{name}={value}")).collect()
    };
    assert!(fields(&page).contains(&"port=54321".to_owned()));
    assert!(fields(&stage.get(&start(""), None).await).contains(&"port=".to_owned()));
    // On this machine, where encryption is not needed, the cookie has another name.
    let stage = alone(REGISTRY).await;
    let page = stage.get(&start(""), None).await;
    let set = format!("{}; Path=/; HttpOnly; SameSite=Lax", cookie_of(&page));
    assert_eq!(page.headers[header::SET_COOKIE], set);
    assert!(set.starts_with("guildhall-sign-in="), "{set}");
    assert!(page.text.contains("(127.0.0.1:9)"), "{}", page.text);
}

#[tokio::test]
async fn the_button_works_only_from_its_own_page() {
    let stage = alone(REGISTRY).await;
    let page = stage.get(&start(""), None).await;
    let (cookie, other) = (cookie_of(&page), cookie_of(&stage.get(&start(""), None).await));
    let theirs = Answer { text: page.text.replace(&challenge(VERIFIER), &challenge("another")), ..page };
    let page = get_with(&stage, &start(""), &cookie).await;
    for (page, headers, why) in [
        (&page, &[][..], "no cookie"),
        (&page, &[("cookie", &*other)][..], "another browser"),
        (&page, &[("cookie", &*cookie), ("sec-fetch-site", "cross-site")][..], "another site"),
        (&page, &[("cookie", &*cookie), ("sec-fetch-site", "same-site")][..], "a neighbour"),
        (&theirs, &[("cookie", &*cookie)][..], "another sign-in"),
    ] {
        let answer = press(&stage, page, headers).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{why}: {}", answer.text);
        // What a browser marks as cross-site is already refused like any other request from another site.
        let told =
            ["Guildhall cannot tell that you pressed the button", "Pages of other sites cannot do this"];
        assert!(told.into_iter().any(|told| answer.text.contains(told)), "{}", answer.text);
    }
    assert_eq!(sign_ins_begun(&stage).await, 0);
    // A valid press gets as far as contacting the provider, which does not exist.
    let answer = press(&stage, &page, &[("cookie", &cookie), ("sec-fetch-site", "same-origin")]).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "{}", answer.text);
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn a_sign_in_ends_in_the_browser_in_which_it_was_begun() {
    let town = Town::new().await;
    let who = "one:kim.new@barchester.example";
    let (back, cookie) = town.at_the_provider("", who).await;
    let (_, other) = town.begin("").await;
    for stranger in ["", &other, "guildhall-sign-in=x"] {
        let page = get_with(&town.stage, &back, stranger).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.text.contains("was not begun in this browser"), "{}", page.text);
        assert_eq!(page.headers.get(header::SET_COOKIE), None);
    }
    let stored = String::from_utf8_lossy(&town.stage.everything_stored().await).into_owned();
    assert!(!stored.contains(cookie.split('=').nth(1).unwrap()), "a hash of it is stored");
    // The browser that started it can still finish it, once.
    let page = get_with(&town.stage, &back, &cookie).await;
    assert!(page.text.contains("Your code"), "{}", page.text);
    let page = get_with(&town.stage, &back, &cookie).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}
