//! A provider that vouches for another address: the person says which one is right.

use super::*;

/// The addresses to choose between, from a problem.
fn addresses(answer: &Answer) -> DifferentAddresses {
    assert_eq!(answer.code(), Code::AddressDiffers, "{}", answer.text);
    *answer.problem().addresses.unwrap()
}

const NEW: &str = "sam.new@barchester.example";

impl Town {
    /// Links the person with this address to `who` at the provider.
    async fn known(&self, email: &str, who: &str) {
        let code = self.code(who).await;
        assert_eq!(self.confirm(email, &code).await.status, StatusCode::OK);
    }

    /// The logged changes of address.
    async fn log(&self) -> Vec<(String, String)> {
        let database = self.stage.database().await;
        let changed = "SELECT subject, council FROM audit WHERE action = 'change_address' ORDER BY council";
        sqlx::query_as(changed).fetch_all(&database).await.unwrap()
    }
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn who_has_another_address_at_the_provider_is_asked() {
    let town = Town::new().await;
    town.known(SAM, &format!("one:{SAM}")).await;
    let who = format!("one:{NEW}");
    let code = town.code(&who).await;
    let both = DifferentAddresses { account: SAM.into(), provider: NEW.into(), taken: false };
    assert_eq!(addresses(&town.choose(&code, "ask").await), both);
    assert_eq!(addresses(&town.choose(&code, "ask").await), both, "the proof stays good");
    let stranger = json!({"openid": {"code": code, "verifier": "another"}, "address": "ask"});
    let refused = town.stage.post(routes::AUTH_OPENID_VERIFY, stranger).await;
    assert!(refused.code() == Code::CodeRefused && !refused.text.contains(SAM), "{}", refused.text);
    // A person who keeps their address is not asked about the same one again, unless they have to prove theirs anyway.
    assert_eq!(town.me(&town.choose(&code, "keep").await).await.email, SAM);
    let code = town.code(&who).await;
    assert_eq!(town.me(&town.choose(&code, "ask").await).await.email, SAM);
    let code = town.code("one:sam.third@barchester.example").await;
    addresses(&town.choose(&code, "ask").await);
    // An app that cannot ask signs in as before.
    assert_eq!(town.signed_in(&code).await.email, SAM);
    assert_eq!((town.log().await, town.stage.mails()), (vec![], vec![]));

    town.stage.clock.turn(SignedDuration::from_hours(24 * 91));
    let code = town.code(&who).await;
    assert_eq!(addresses(&town.choose(&code, "ask").await), both);
    assert_eq!(town.choose(&code, "keep").await.code(), Code::AddressUnconfirmed);
    let session = town.confirm(SAM, &code).await;
    assert_eq!(town.me(&session).await.email, SAM);
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn who_uses_the_providers_address_has_it_from_now_on() {
    let town = Town::new().await;
    town.known(SAM, &format!("one:{SAM}")).await;
    let earlier = town.stage.session(SAM).await;
    let before = town.stage.person(earlier["access_token"].as_str().unwrap()).await;
    let contact = json!({"mailbox": SAM, "name": "Sam"});
    let mut project = new_project(&town.stage.new_id(), "BCH", "Bins");
    project["set"]["contact"] = contact;
    town.stage.publish(earlier["access_token"].as_str().unwrap(), project).await;

    let code = town.code(&format!("one:{NEW}")).await;
    let session = town.choose(&code, "provider").await;
    let me = town.me(&session).await;
    assert_eq!((me.email.as_str(), me.person.to_string()), (NEW, before.clone()));
    // The same domain gives the same role.
    assert_eq!(
        me.councils.iter().map(|at| (at.council.as_str(), at.role.as_str())).collect::<Vec<_>>(),
        [("BCH", "lead")]
    );
    let mails = town.stage.mails();
    assert_eq!(mails.len(), 1, "{mails:?}");
    for says in [&*format!("To: {SAM}\n"), NEW, "Example", "tell a lead of your council or the operator"] {
        assert!(mails[0].contains(says), "{says}: {}", mails[0]);
    }
    assert_eq!(town.log().await, [(format!("person/{before}"), "BCH".to_owned())]);
    let refresh = earlier["refresh_token"].as_str().unwrap();
    assert_eq!(town.stage.refreshed(refresh).await.unwrap_err(), Code::SessionRevoked, "their other laptops");
    // They are now known by the new address, also by email, and nobody is by the old one.
    let token = town.stage.sign_in(NEW).await;
    assert_eq!(town.stage.person(&token).await, before);
    let held = town.stage.get(routes::MY_DATA, Some(&token)).await;
    assert!(held.text.contains("former_addresses") && held.text.contains(SAM), "{}", held.text);
    // An erasure also finds what is stored under the old address.
    let erase = json!({"names": []}).to_string();
    let answer = town.stage.ask(http::Method::DELETE, routes::ME, Some(&token), erase).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    for address in [SAM, NEW] {
        let stored = String::from_utf8_lossy(&town.stage.everything_stored().await).into_owned();
        assert!(!stored.contains(address), "{address}");
    }
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn an_address_that_another_has_cannot_be_used() {
    let town = Town::new().await;
    town.known(SAM, &format!("one:{SAM}")).await;
    town.stage.sign_in(NEW).await;
    let code = town.code(&format!("one:{NEW}")).await;
    let both = DifferentAddresses { account: SAM.into(), provider: NEW.into(), taken: true };
    assert_eq!(addresses(&town.choose(&code, "ask").await), both);
    assert_eq!(addresses(&town.choose(&code, "provider").await), both);
    assert_eq!((town.log().await, town.stage.mails()), (vec![], vec![]));
    assert_eq!(town.me(&town.choose(&code, "keep").await).await.email, SAM);
    // Nor an address that the provider does not vouch for, whatever the app says.
    town.known(SAM, "unvouched:sam@elsewhere.example").await;
    let code = town.code("unvouched:sam@elsewhere.example").await;
    assert_eq!(town.choose(&code, "provider").await.code(), Code::AddressUnconfirmed);
    assert_eq!(town.me(&town.choose(&code, "ask").await).await.email, SAM);
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn roles_follow_a_change_of_address() {
    let town = Town::new().await;
    let stage = &town.stage;
    // Sam leads Barchester by domain, and is an editor at Llareggub by invitation.
    let nia = stage.sign_in("nia.digidol@llareggub.example").await;
    stage.invite(&nia, "LLA", SAM, "editor").await;
    let sam = stage.sign_in(SAM).await;
    stage.accept_invitations(&sam).await;
    town.known(SAM, &format!("one:{SAM}")).await;
    let roles = |me: &Me| {
        let role = |at: &guildhall_protocol::Membership| format!("{} {}", at.council, at.role.as_str());
        let mut roles: Vec<String> = me.councils.iter().map(role).collect();
        roles.sort();
        roles
    };
    let code = town.code("one:sam@casterbridge.example").await;
    let me = town.me(&town.choose(&code, "provider").await).await;
    assert_eq!(roles(&me), ["CAS contributor", "LLA editor"], "no longer Barchester's lead");
    assert_eq!(town.log().await.len(), 2);
    // Back at the first address, they have the same roles as before.
    let code = town.code(&format!("one:{SAM}")).await;
    let me = town.me(&town.choose(&code, "provider").await).await;
    assert_eq!(roles(&me), ["BCH lead", "LLA editor"]);

    // A lapsed role by invitation is not restored by proving another address than the invited one.
    stage.clock.turn(SignedDuration::from_hours(24 * 91));
    stage.registry.maintain().await.unwrap();
    let code = town.code("one:sam@elsewhere.example").await;
    let me = town.me(&town.choose(&code, "provider").await).await;
    assert_eq!((me.email.as_str(), roles(&me)), ("sam@elsewhere.example", vec![]));
    let people: CouncilPeople = stage
        .get(
            &routes::with(routes::PEOPLE, &["LLA"]),
            Some(&stage.sign_in("nia.digidol@llareggub.example").await),
        )
        .await
        .json();
    assert!(people.people.iter().all(|person| person.person != me.person), "{people:?}");
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_PROVIDER, a provider to sign in with"]
async fn choosing_an_address_uses_no_second_factor_code() {
    let town = Town::new().await;
    town.known(SAM, &format!("one:{SAM}")).await;
    let app = second_factor::enrol(&town.stage, &town.stage.sign_in(SAM).await).await;
    let code = town.code(&format!("one:{NEW}")).await;
    let with = async |address: &str, factor: &str| {
        let openid = json!({"code": code, "verifier": VERIFIER});
        let body = json!({"openid": openid, "address": address, "second_factor": factor});
        town.stage.post(routes::AUTH_OPENID_VERIFY, body).await
    };
    addresses(&with("ask", &app.recovery[0]).await);
    assert_eq!(town.choose(&code, "provider").await.code(), Code::SecondFactorRequired);
    assert_eq!(with("provider", "AAAA-AAAA-AAAA-AAAA").await.code(), Code::SecondFactorRequired);
    assert_eq!(town.log().await, [], "nothing is changed before it is given");
    let me = town.me(&with("provider", &app.recovery[0]).await).await;
    assert_eq!(me.email, NEW);
}
