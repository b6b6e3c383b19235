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
    let from = "2027-04-01".parse().unwrap();
    let at = "2026-03-02T09:30:00Z".parse().unwrap();
    let address = "https://guildhall.example";
    let page = "https://guildhall.example/projects/01900000-0000-7000-8000-000000000001";
    let review = |title: &str| Waiting {
        title: title.to_owned(),
        by: SAM.to_owned(),
        council: COUNCIL.to_owned(),
        sent_at: at,
    };
    let (one, two) = ([review(TITLE)], [review(TITLE), review("Leaf blowers")]);
    let successors = ["Plumstead Council".to_owned(), "Hogglestock Council".to_owned()];
    let (council, title, reason, by, whose) = (COUNCIL, TITLE, REASON, SAM, TO);
    vec![
        (
            "address_changed",
            Letter::new(TO, &AddressChanged { before: TO, now: SAM, provider: "Barchester ID" }),
        ),
        ("asks_to_act", Letter::new(TO, &AsksToAct { council, by, evidence: "I run its website." })),
        ("council_answer.let_in", Letter::new(TO, &CouncilAnswer { council, let_in: true })),
        ("council_answer.not_let_in", Letter::new(TO, &CouncilAnswer { council, let_in: false })),
        ("invitation.editor", Letter::new(TO, &Invitation { council, role: Role::Editor, by, address })),
        ("invitation.lead", Letter::new(TO, &Invitation { council, role: Role::Lead, by, address: "" })),
        ("project_read", Letter::new(TO, &ProjectRead { council, title, by, reason })),
        ("project_removed", Letter::new(TO, &ProjectRemoved { council, title, by, reason })),
        ("reminder.one", Letter::new(TO, &Reminder { waiting: &one })),
        ("reminder.several", Letter::new(TO, &Reminder { waiting: &two })),
        (
            "reports.one",
            Letter::new(TO, &Reports { council, count: 1, title, text: "It is a duplicate.", address: page }),
        ),
        (
            "reports.one_without_text",
            Letter::new(TO, &Reports { council, count: 1, title, text: "", address: "" }),
        ),
        (
            "reports.several",
            Letter::new(TO, &Reports { council, count: 3, title: "", text: "", address: "" }),
        ),
        ("second_factor_reset.by_operator", Letter::new(TO, &SecondFactorReset { whose, by: None })),
        ("second_factor_reset.by_someone", Letter::new(TO, &SecondFactorReset { whose, by: Some(by) })),
        ("second_factor_reset_asked", Letter::new(TO, &ResetAsked { whose, by, council, at })),
        ("second_factor_reset_called_off", Letter::new(TO, &ResetCalledOff { whose, by })),
        ("second_factor_set_up", Letter::new(TO, &SecondFactorSetUp)),
        ("second_factor_turned_off", Letter::new(TO, &SecondFactorTurnedOff)),
        ("sign_in_code", Letter::new(TO, &SignInCode { code: "273 186" })),
        (
            "successors.named",
            Letter::new(TO, &Successors { by, council, successors: &successors, from, address }),
        ),
        (
            "successors.taken_back",
            Letter::new(TO, &Successors { by, council, successors: &[], from, address }),
        ),
        ("vouched", Letter::new(TO, &Vouched { council, lead: SAM })),
    ]
}

fn closing() -> Closing {
    Closing {
        registry: "The Barset Guildhall".to_owned(),
        operator: "Barsetshire County Council".to_owned(),
        contact: "help@barsetshire.example".to_owned(),
        address: "https://guildhall.example".to_owned(),
    }
}

#[test]
fn a_registry_that_says_nothing_of_itself_still_closes_its_letters() {
    let empty = String::new;
    let closing = Closing { registry: empty(), operator: empty(), contact: empty(), address: empty() };
    let Letter { text, .. } = Letter::new(TO, &SecondFactorSetUp).closed(&closing);
    assert!(text.ends_with("Sent by a Guildhall registry.\n"), "{text}");
}

#[test]
fn every_letter_says_what_it_said() {
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        for (name, letter) in letters() {
            let Letter { to, subject, text } = letter.closed(&closing());
            insta::assert_snapshot!(name, format!("To: {to}\nSubject: {subject}\n\n{text}"));
        }
    });
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/letters");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let templates: BTreeSet<String> =
        files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let shown = letters().into_iter().map(|(name, _)| name.split('.').next().unwrap().to_owned());
    let shown = shown.chain(["closing".to_owned()]);
    assert_eq!(shown.collect::<BTreeSet<_>>(), templates, "each template has a letter here");
}

#[test]
fn a_letter_to_several_is_the_same_for_each() {
    let letters = Letter::to_each([TO, SAM], &SecondFactorSetUp);
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [TO, SAM]);
    assert_eq!(letters[0].text, letters[1].text);
}
