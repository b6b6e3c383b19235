//! The API against its OpenAPI description, by a fuzzer (schemathesis) as each role: no request may break the registry,
//! and every answer must be a described one.

use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::process::Command;

use crate::reviews::{KIM, PAT};
use crate::test_registry::{SAM, TestRegistry, VISITOR};

const DESCRIPTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
const EDDIE: &str = "eddie.digital@barchester.example";
/// Per operation. Each operation has its own fixed seed.
const EXAMPLES: &str = "10";

/// Fuzzes every operation as the person with this address, or without signing in.
async fn fuzz(email: Option<&str>) {
    let schemathesis = std::env::var_os("GUILDHALL_SCHEMATHESIS").unwrap();
    let stage = TestRegistry::sample().await;
    let token = match email {
        Some(EDDIE) => {
            let (sam, eddie) = (stage.sign_in(SAM).await, stage.sign_in(EDDIE).await);
            stage.invite(&sam, "BCH", EDDIE, "editor").await;
            stage.accept_invitations(&eddie).await;
            Some(eddie)
        }
        Some(email) => Some(stage.sign_in(email).await),
        None => None,
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = stage.registry.router().into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await });

    let mut ask = Command::new(schemathesis);
    ask.args(["run", DESCRIPTION, "--url", &format!("http://{address}"), "--no-color", "--warnings", "off"]);
    ask.args(["--phases", "coverage,fuzzing", "--generation-deterministic", "--max-examples", EXAMPLES]);
    ask.args(["--continue-on-failure", "--checks"]);
    ask.arg(
        "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
    );
    // Excluded: after erasing themselves or signing out this laptop, the person could ask nothing more.
    for ends_it in ["delete_me", "delete_me_devices_id"] {
        ask.args(["--exclude-operation-id", ends_it]);
    }
    if let Some(token) = &token {
        ask.arg("--header").arg(format!("Authorization: Bearer {token}"));
    }
    // It stores what it finds in its working directory.
    let asked = ask.current_dir(stage.folder.path()).output().await.unwrap();
    serving.abort();
    let said = String::from_utf8_lossy(&asked.stdout);
    assert!(asked.status.success(), "{said}\n{}", String::from_utf8_lossy(&asked.stderr));
    assert!(said.contains("generated"), "{said}");
    if let Some(token) = &token {
        stage.person(token).await;
    }
    assert_eq!(stage.registry.examine().await.unwrap(), []);
}

macro_rules! roles {
    ($($name:ident: $email:expr;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = "needs GUILDHALL_SCHEMATHESIS, a schemathesis to ask with"]
        async fn $name() {
            fuzz($email).await;
        }
    )*};
}

roles! {
    anyone_can_ask_anything: None;
    a_member_can_ask_anything: Some(VISITOR);
    a_contributor_can_ask_anything: Some(KIM);
    an_editor_can_ask_anything: Some(EDDIE);
    a_lead_can_ask_anything: Some(SAM);
    a_coordinator_can_ask_anything: Some(PAT);
}
