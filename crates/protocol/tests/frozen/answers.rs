//! The remaining requests and answers of the registry.

use guildhall_protocol::second_factor::{FactorCode, FactorDue, NewFactor, RecoveryCodes, SecondFactor};
use guildhall_protocol::sign_in::{
    AddressChoice, DifferentAddresses, OpenIdProof, OpenIdVerify, Refresh, Start, StartId, Started, Tokens,
    Verify,
};
use guildhall_protocol::{
    AuditEntry, AuditPage, Coordination, CouncilPeople, CouncilPerson, CouncilRequest, CouncilSettings,
    Device, Domain, DomainStatus, Invitation, LeadToConfirm, Me, Membership, NamedCouncil, NamedSuccessor,
    PersonId, Predecessor, ProjectId, RegistryFacts, Report, ReportReason, ReviewPolicy, Role, Succession,
    TitledProject, Week,
};

use serde_json::json;

use crate::{at, code, frozen_in_full, uuid};

const EMAIL: &str = "kim@barchester.example";
const COUNCIL: &str = "Barchester City Council";
const NOW: &str = "2026-03-02T09:00:00Z";

fn invitation() -> Invitation {
    Invitation {
        id: uuid(5),
        council: code("BCH"),
        council_name: COUNCIL.into(),
        email: EMAIL.into(),
        role: Role::Editor,
        invited_by: "sam@barchester.example".into(),
        invited_at: at(NOW),
    }
}

fn domain() -> Domain {
    Domain {
        domain: "barchester.example".into(),
        council: code("BCH"),
        council_name: COUNCIL.into(),
        status: DomainStatus::Asked,
        evidence: "It is on our letters".into(),
        added_by: EMAIL.into(),
        added_at: Some(at(NOW)),
        from: Some(at(NOW)),
        until: Some(at("2027-03-02T09:00:00Z")),
        below: true,
        person: Some(PersonId(uuid(1))),
        lets_in: 3,
    }
}

fn report() -> Report {
    Report {
        id: uuid(6),
        project: ProjectId(uuid(4)),
        title: "Missed bins".into(),
        council: code("BCH"),
        council_name: COUNCIL.into(),
        why: ReportReason::Duplicate,
        text: "It is in twice".into(),
        by: EMAIL.into(),
        at: at(NOW),
    }
}

#[test]
fn registry_facts() {
    let facts = RegistryFacts {
        protocol: guildhall_protocol::PROTOCOL,
        name: "Guildhall".into(),
        operator: "A partnership".into(),
        place: "United Kingdom".into(),
        privacy_notice: "What is kept".into(),
        terms: "What one agrees to".into(),
        sign_in_with: Some("Example".into()),
        contact: Some("help@guildhall.example".into()),
    };
    frozen_in_full("registry", &facts);
}

#[test]
fn signing_in() {
    let proof = || OpenIdProof { code: "AB01CD23".into(), verifier: "a verifier".into() };
    let (email, device) = (EMAIL.to_owned(), "Kim's laptop".to_owned());
    frozen_in_full("sign_in_start", &Start { email: email.clone() });
    let code = "AB01CD23".to_owned();
    let start = StartId(uuid(8));
    frozen_in_full("sign_in_started", &Started { start });
    let second_factor = Some("287082".to_owned());
    let verify = Verify {
        email,
        code,
        start: Some(start),
        device: device.clone(),
        openid: Some(proof()),
        second_factor: second_factor.clone(),
    };
    frozen_in_full("sign_in_verify", &verify);
    // Older apps send no start.
    let older: Verify = serde_json::from_value(json!({"email": EMAIL, "code": "AB01CD23"})).unwrap();
    assert_eq!(older.start, None);
    let address = Some(AddressChoice::Keep);
    frozen_in_full("sign_in_openid", &OpenIdVerify { openid: proof(), device, second_factor, address });
    for (choice, word) in
        [(AddressChoice::Ask, "ask"), (AddressChoice::Keep, "keep"), (AddressChoice::Provider, "provider")]
    {
        assert_eq!(serde_json::to_value(choice).unwrap(), word);
    }
    // Older apps cannot ask, and send no address.
    let older: OpenIdVerify =
        serde_json::from_value(json!({"openid": {"code": "AB01CD23", "verifier": "a verifier"}})).unwrap();
    assert_eq!(older.address, None);
    let addresses = DifferentAddresses {
        account: EMAIL.into(),
        provider: "kim@casterbridge.example".into(),
        taken: true,
    };
    frozen_in_full("sign_in_addresses", &addresses);
    frozen_in_full("sign_in_refresh", &Refresh { refresh_token: "ghr_0190".into() });
    let (access_token, refresh_token) = ("gha_0190".to_owned(), "ghr_0190".to_owned());
    frozen_in_full("sign_in_tokens", &Tokens { access_token, refresh_token, expires_in: 900 });
}

#[test]
fn the_second_factor() {
    let factor = SecondFactor {
        since: Some(at(NOW)),
        recovery_codes: 9,
        required: true,
        reset_at: Some(at(NOW)),
        asked: true,
    };
    frozen_in_full("second_factor", &factor);
    let new = NewFactor { secret: "GEZDGNBVGY3TQOJQ".into(), uri: "otpauth://totp/Guildhall".into() };
    frozen_in_full("second_factor_new", &new);
    frozen_in_full("second_factor_code", &FactorCode { code: "287082".into() });
    frozen_in_full("recovery_codes", &RecoveryCodes { codes: vec!["AB01-CD23-EF45-GH67".into()] });
}

/// Apps and registries from before there was a second factor.
#[test]
fn messages_without_a_second_factor_are_read() {
    let verify: Verify =
        serde_json::from_str(r#"{"email":"kim@barchester.example","code":"AB01CD23"}"#).unwrap();
    assert_eq!(verify.second_factor, None);
    let me =
        r#"{"person":"01900000-0000-7000-8000-000000000001","email":"kim@barchester.example","councils":[]}"#;
    assert_eq!(serde_json::from_str::<Me>(me).unwrap().factor_due, None);
}

#[test]
fn who_i_am() {
    let me = Me {
        person: PersonId(uuid(1)),
        email: EMAIL.into(),
        councils: vec![Membership {
            council: code("BCH"),
            name: COUNCIL.into(),
            role: Role::Lead,
            decides: true,
            unconfirmed: true,
            review: Some(ReviewPolicy::All),
            has_published: true,
            leads: vec![EMAIL.into()],
        }],
        coordinator: true,
        invitations: vec![invitation()],
        asked: vec![code("CAS")],
        requests: vec![CouncilRequest {
            council: code("BCH"),
            council_name: COUNCIL.into(),
            person: PersonId(uuid(2)),
            email: "jo@shared-services.example".into(),
            evidence: "Three councils own us together".into(),
            asked_at: at(NOW),
        }],
        factor_due: Some(FactorDue { by: Some(at(NOW)), rests: true }),
    };
    frozen_in_full("me", &me);
    let laptop = Device {
        id: uuid(7),
        name: "Kim's laptop".into(),
        signed_in_at: at(NOW),
        last_seen: at(NOW),
        this: true,
    };
    frozen_in_full("devices", &vec![laptop]);
}

#[test]
fn who_acts_for_a_council() {
    let people = CouncilPeople {
        may_manage: true,
        council: code("BCH"),
        name: COUNCIL.into(),
        settings: CouncilSettings {
            review: ReviewPolicy::All,
            editors_decide: true,
            delegate_to_coordinator: true,
        },
        people: vec![CouncilPerson {
            person: PersonId(uuid(1)),
            email: EMAIL.into(),
            role: Role::Lead,
            interim: true,
            lapsed: true,
            verified_at: at(NOW),
            last_seen: Some(at(NOW)),
            second_factor: true,
            factor_reset_at: Some(at(NOW)),
        }],
        invitations: vec![invitation()],
        domains: vec![domain()],
        reports: vec![report()],
        predecessors: vec![Predecessor {
            council: code("CAS"),
            name: "Casterbridge District Council".into(),
            from: Some("2026-04-01".parse().unwrap()),
            area: "North of the river".into(),
            alone: true,
            projects: vec![TitledProject { id: ProjectId(uuid(4)), title: "Missed bins".into() }],
        }],
    };
    frozen_in_full("council_people", &people);
}

#[test]
fn what_waits_for_coordinators() {
    let coordination = Coordination {
        listed: vec![domain()],
        domains: vec![domain()],
        without_lead: vec![NamedCouncil { council: code("BCH"), name: COUNCIL.into() }],
        interim: vec![LeadToConfirm {
            council: code("BCH"),
            council_name: COUNCIL.into(),
            person: PersonId(uuid(1)),
            email: EMAIL.into(),
        }],
        overdue: 3,
        reports: vec![report()],
        successions: vec![Succession {
            council: code("BCH"),
            name: COUNCIL.into(),
            from: "2026-04-01".parse().unwrap(),
            successors: vec![NamedSuccessor {
                council: code("CAS"),
                name: "Casterbridge District Council".into(),
                area: "North of the river".into(),
            }],
            left: 2,
        }],
        week: Week { new_projects: 1, changes: 2, councils: 3, new_people: 4 },
    };
    frozen_in_full("coordination", &coordination);
}

#[test]
fn audit_log() {
    let entry = AuditEntry {
        id: uuid(8),
        at: at(NOW),
        by: EMAIL.into(),
        device: "Kim's laptop".into(),
        action: "from_next_year".into(),
        subject: format!("project/{}", uuid(4)),
        name: "Missed bins".into(),
        detail: "version 8".into(),
        fields: vec!["title".into()],
        reason: "It names someone".into(),
        request: "0190".into(),
    };
    frozen_in_full("audit", &AuditPage { entries: vec![entry], next: Some(uuid(8)) });
}
