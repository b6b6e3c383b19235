//! An example of each kind of record.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_protocol::fields::{Fields, Patch};
use guildhall_protocol::{
    Approach, BudgetBand, Collaboration, Conflict, Contact, Council, Link, LinkKind, Nation, Need, NeedId,
    Offer, PersonId, Phase, PhaseDates, Project, ProjectId, Review, ReviewOutcome, Role, Service, ServiceId,
    State, Successor, Update, Visibility, Wanted, WantedKind,
};
use serde_json::json;

use crate::{at, code, frozen, frozen_in_full, uuid};

pub(crate) fn project() -> Project {
    let link = |kind| Link { id: uuid(3), kind, url: "https://code.example".into(), label: "Code".into() };
    let dates = PhaseDates {
        started: Some("2025-01-06".parse().unwrap()),
        ended: Some("2025-06-30".parse().unwrap()),
    };
    Project {
        council: code("BCH"),
        title: "Missed bins — “what’s next?”".into(),
        summary: "One place\nto say so".into(),
        why: "Calls cost £4".into(),
        problem: "People *ring* us".into(),
        needs: vec![Need {
            id: NeedId(uuid(2)),
            as_a: "resident".into(),
            i_need: "say that my bin was missed".into(),
            so_that: "it is fetched".into(),
            evidence: "400 calls a week".into(),
        }],
        services: BTreeSet::from([ServiceId(524)]),
        phase: Phase::Beta,
        phase_dates: Phase::ALL.iter().map(|phase| (*phase, dates)).collect::<BTreeMap<_, _>>(),
        learned: "It is the map".into(),
        approach: Approach::Buy,
        product: "Binboard".into(),
        supplier: "Tidy Ltd".into(),
        contract_ends: Some("2027-03-31".parse().unwrap()),
        collaboration: Collaboration::LookingForPartners,
        wanted: WantedKind::ALL
            .iter()
            .map(|kind| Wanted {
                kind: *kind,
                what: "Interviews".into(),
                by: Some("2026-06-01".parse().unwrap()),
            })
            .collect(),
        budget_band: BudgetBand::From10kTo50k,
        contact: Contact { mailbox: "team@barchester.example".into(), name: "The bins team".into() },
        owner: Some(PersonId(uuid(1))),
        lang: "cy".into(),
        links: LinkKind::ALL.iter().map(|kind| link(*kind)).collect(),
        tags: BTreeSet::from(["maps".into(), "waste".into()]),
        licence: "MIT".into(),
        reuse: "Copy it".into(),
        visibility: Visibility::Members,
        confirmed_at: Some(at("2026-03-02T09:00:00Z")),
        created_at: Some(at("2025-12-01T10:30:00Z")),
        changed_at: Some(at("2026-03-02T09:00:00Z")),
        unclaimed: true,
    }
}

pub(crate) fn fields() -> Fields {
    serde_json::to_value(project()).unwrap().as_object().unwrap().clone()
}

pub(crate) fn patch() -> Patch {
    Patch {
        set: json!({"title": "Missed bins", "phase": "beta"}).as_object().unwrap().clone(),
        add: BTreeMap::from([("tags".to_owned(), vec![json!("waste")])]),
        remove: BTreeMap::from([("needs".to_owned(), vec![json!(uuid(2))])]),
    }
}

pub(crate) fn conflict() -> Box<Conflict> {
    let by = "robin@barchester.example".to_owned();
    Box::new(Conflict { version: 7, seq: 412, fields: vec!["title".into()], by, record: fields() })
}

#[test]
fn a_council() {
    let council = Council {
        code: code("BCH"),
        gss_code: "E06000999".into(),
        name: "Barchester City Council".into(),
        name_cy: "Cyngor Dinas Barchester".into(),
        other_names: vec!["Barchester".into()],
        council_type: "Unitary authority".into(),
        nation: Nation::England,
        region: "South West".into(),
        lat: Some(51.25),
        long: Some(-1.5),
        started: Some("1974-04-01".parse().unwrap()),
        ended: Some("2027-03-31".parse().unwrap()),
        successors: vec![Successor {
            council: code("CAS"),
            from: Some("2027-04-01".parse().unwrap()),
            area: "North of the river".into(),
        }],
        offers: vec![Offer {
            skill: "user research".into(),
            what: "Two days a month".into(),
            until: Some("2026-12-31".parse().unwrap()),
        }],
    };
    frozen_in_full("record_council", &council);
}

#[test]
fn a_service() {
    frozen_in_full("record_service", &Service { id: ServiceId(524), name: "Missed bin collection".into() });
}

#[test]
fn a_project() {
    frozen_in_full("record_project", &project());
}

#[test]
fn an_update() {
    let update = Update {
        project: ProjectId(uuid(4)),
        at: at("2026-03-02T09:00:00Z"),
        text: "We *show* it".into(),
        happens_at: Some(at("2026-03-09T14:00:00Z")),
        place: "The guildhall".into(),
        open_to: "Every council".into(),
    };
    frozen_in_full("record_update", &update);
}

#[test]
fn a_review() {
    let review = Review {
        author: PersonId(uuid(1)),
        email: "kim@barchester.example".into(),
        council: code("BCH"),
        project: ProjectId(uuid(4)),
        base_version: 6,
        patch: patch(),
        sent_at: at("2026-03-02T09:00:00Z"),
    };
    frozen_in_full("record_review", &review);
}

/// Sent to the author, and stored by the registry.
#[test]
fn an_answer_to_a_submission() {
    let reviewed = ReviewOutcome {
        state: State::ChangesRequested,
        reason: "Say who needs it".into(),
        by: "sam@barchester.example".into(),
        at: at("2026-03-02T09:00:00Z"),
        project: uuid(4).to_string(),
        conflict: Some(conflict()),
    };
    frozen_in_full("record_submission", &reviewed);
}

/// Every value of every choice.
#[test]
fn the_choices() {
    let states = [
        State::Received,
        State::InReview,
        State::Published,
        State::ChangesRequested,
        State::Declined,
        State::Withdrawn,
    ];
    let nations = [Nation::England, Nation::NorthernIreland, Nation::Scotland, Nation::Wales];
    frozen("choice_phase", &Phase::ALL.to_vec());
    frozen("choice_approach", &Approach::ALL.to_vec());
    frozen("choice_collaboration", &Collaboration::ALL.to_vec());
    frozen("choice_visibility", &Visibility::ALL.to_vec());
    frozen("choice_budget_band", &BudgetBand::ALL.to_vec());
    frozen("choice_state", &states.to_vec());
    frozen("choice_nation", &nations.to_vec());
    frozen("choice_role", &guildhall_protocol::Role::ALL.to_vec());
    frozen("choice_review_policy", &guildhall_protocol::ReviewPolicy::ALL.to_vec());
    frozen("choice_audit_action", &guildhall_protocol::AuditAction::ALL.to_vec());
}

/// The word of apps from before it was `contributor`.
#[test]
fn the_former_word_for_a_contributor_is_read() {
    let role: Role = serde_json::from_value(json!("council_user")).unwrap();
    assert_eq!(role, Role::Contributor);
}
