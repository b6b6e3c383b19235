//! Every letter as it reaches someone, so that a review sees when its text changes.

use std::collections::BTreeSet;

use guildhall_protocol::Role;

use super::*;

const TO: &str = "kim@barchester.example";
const SAM: &str = "sam@barchester.example";
const COUNCIL: &str = "Barchester City Council";
const TITLE: &str = "Missed collections";
const REASON: &str = "It names a resident.\nPlease leave the name out.";

/// Each with its template's name, and after a dot the case where a template has several.
fn letters() -> Vec<(&'static str, Letter)> {
    let successors = ["Plumstead Council".to_owned(), "Hogglestock Council".to_owned()];
    let from = "2027-04-01".parse().unwrap();
    let at = "2026-03-02T09:30:00Z".parse().unwrap();
    let (council, title, reason, by, whose) = (COUNCIL, TITLE, REASON, SAM, TO);
    vec![
        (
            "address_changed",
            Letter::new(TO, &AddressChanged { before: TO, now: SAM, provider: "Barchester ID" }),
        ),
        ("asks_to_act", Letter::new(TO, &AsksToAct { council, by, evidence: "I run its website." })),
        ("council_answer.let_in", Letter::new(TO, &CouncilAnswer { council, let_in: true })),
        ("council_answer.not_let_in", Letter::new(TO, &CouncilAnswer { council, let_in: false })),
        ("invitation.editor", Letter::new(TO, &Invitation { council, role: Role::Editor, by })),
        ("invitation.lead", Letter::new(TO, &Invitation { council, role: Role::Lead, by })),
        ("project_read", Letter::new(TO, &ProjectRead { title, by, reason })),
        ("project_removed", Letter::new(TO, &ProjectRemoved { title, reason })),
        ("reminder.one", Letter::new(TO, &Reminder { waiting: 1 })),
        ("reminder.several", Letter::new(TO, &Reminder { waiting: 2 })),
        ("reports.one", Letter::new(TO, &Reports { count: 1, title })),
        ("reports.several", Letter::new(TO, &Reports { count: 3, title: "" })),
        ("second_factor_reset.by_operator", Letter::new(TO, &SecondFactorReset { whose, by: None })),
        ("second_factor_reset.by_someone", Letter::new(TO, &SecondFactorReset { whose, by: Some(by) })),
        ("second_factor_reset_asked", Letter::new(TO, &ResetAsked { whose, by, council, at })),
        ("second_factor_reset_called_off", Letter::new(TO, &ResetCalledOff { whose, by })),
        ("second_factor_set_up", Letter::new(TO, &SecondFactorSetUp)),
        ("second_factor_turned_off", Letter::new(TO, &SecondFactorTurnedOff)),
        ("sign_in_code", Letter::new(TO, &SignInCode { code: "273 186" })),
        ("successors.named", Letter::new(TO, &Successors { council, successors: &successors, from })),
        ("successors.taken_back", Letter::new(TO, &Successors { council, successors: &[], from })),
        ("vouched", Letter::new(TO, &Vouched { council, lead: SAM })),
    ]
}

#[test]
fn every_letter_says_what_it_said() {
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        for (name, Letter { to, subject, text }) in letters() {
            insta::assert_snapshot!(name, format!("To: {to}\nSubject: {subject}\n\n{text}"));
        }
    });
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/letters");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let templates: BTreeSet<String> =
        files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let shown = letters().into_iter().map(|(name, _)| name.split('.').next().unwrap().to_owned());
    assert_eq!(shown.collect::<BTreeSet<_>>(), templates, "each template has a letter here");
}

#[test]
fn a_letter_to_several_is_the_same_for_each() {
    let letters = Letter::to_each([TO, SAM], &Reminder { waiting: 1 });
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [TO, SAM]);
    assert_eq!(letters[0].text, letters[1].text);
}
