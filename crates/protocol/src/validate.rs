//! What a project must contain before it can be sent, and the length limits. The laptop validates before sending and
//! the registry before storing, with the same rules, so that nobody is refused for a rule they were not shown.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::text::{has_control, is_blank};
use crate::{Need, Project};

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        /// The most characters (Unicode scalar values) in each text, and the most members of each list.
        #[derive(Clone, Copy, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        pub struct Limits { $($(#[$doc])* pub $name: u32),* }

        /// The limits in force.
        pub const LIMITS: Limits = Limits { $($name: $value),* };
    };
}

limits! {
    /// A project's title.
    title = 120;
    /// A project's summary.
    summary = 300;
    /// Why the project is being done, the problem, what was learned and how to re-use it.
    long_text = 10000;
    /// Each part of a need.
    need_part = 300;
    /// A need's evidence.
    evidence = 1000;
    /// The needs of a project.
    needs = 20;
    /// The links of a project.
    links = 20;
    /// A link's address.
    url = 2000;
    /// A link's label, a product, a supplier, a contact's name, a licence or a description of help wanted.
    short_text = 200;
    /// An email address.
    email = 254;
    /// The tags of a project.
    tags = 20;
    /// A tag.
    tag = 40;
    /// The services of a project.
    services = 20;
    /// Kinds of help wanted.
    wanted = 10;
}

/// The kinds of error in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// The field must be filled in.
    Missing,
    /// Either a need or the problem must be filled in.
    NeedOrProblemMissing,
    /// The text or list is too long.
    TooLong,
    /// Not an email address.
    NotAnEmail,
    /// Not an http or https address.
    NotALink,
    /// Not a real date.
    NotADate,
    /// The end is before the start.
    EndsBeforeStart,
    /// The value is not one of the choices, or has the wrong type.
    NotAllowed,
    /// The text has a control character, which cannot be shown.
    ControlCharacter,
}

/// One error in one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
pub struct FieldError {
    /// The field, as a JSON Pointer (RFC 6901) into the project, for example `/needs/0/i_need`.
    pub pointer: String,
    /// The kind of error.
    pub code: FieldCode,
    /// The error as a sentence, for people who read the API's answers.
    pub detail: String,
}

impl FieldError {
    /// An error at that pointer.
    pub fn new(pointer: impl Into<String>, code: FieldCode, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into() }
    }

    /// The text at that pointer has a control character.
    pub fn control_character(pointer: &str) -> Self {
        let detail = "Remove the control character, which cannot be shown";
        Self::new(pointer, FieldCode::ControlCharacter, detail)
    }
}

/// Every error that prevents a project from being sent; empty if there is none.
pub fn validate(project: &Project) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let e = &mut errors;
    required(e, "/title", &project.title);
    if is_blank(&project.problem) && !project.needs.iter().any(is_filled_in) {
        let detail = "Enter a user need, or describe the problem";
        e.push(FieldError::new("/needs", FieldCode::NeedOrProblemMissing, detail));
    }
    required(e, "/contact/mailbox", &project.contact.mailbox);
    if !project.contact.mailbox.trim().is_empty() && !is_email(project.contact.mailbox.trim()) {
        e.push(FieldError::new(
            "/contact/mailbox",
            FieldCode::NotAnEmail,
            "Enter an email address, like name@example.org",
        ));
    }

    let l = &LIMITS;
    for (pointer, text, most) in [
        ("/title", &project.title, l.title),
        ("/summary", &project.summary, l.summary),
        ("/why", &project.why, l.long_text),
        ("/problem", &project.problem, l.long_text),
        ("/learned", &project.learned, l.long_text),
        ("/reuse", &project.reuse, l.long_text),
        ("/product", &project.product, l.short_text),
        ("/supplier", &project.supplier, l.short_text),
        ("/licence", &project.licence, l.short_text),
        ("/contact/mailbox", &project.contact.mailbox, l.email),
        ("/contact/name", &project.contact.name, l.short_text),
    ] {
        at_most(e, pointer, text, most);
    }
    count_at_most(e, "/needs", project.needs.len(), l.needs);
    count_at_most(e, "/links", project.links.len(), l.links);
    count_at_most(e, "/tags", project.tags.len(), l.tags);
    count_at_most(e, "/services", project.services.len(), l.services);
    count_at_most(e, "/wanted", project.wanted.len(), l.wanted);
    validate_parts(e, project);
    errors
}

/// Every error that prevents a change from being sent. Unchanged text from `before` is not an error, even if a newer
/// rule forbids it, so that stored records stay editable. Missing fields are errors all the same.
pub fn validate_change(before: &Project, after: &Project) -> Vec<FieldError> {
    let mut errors = validate(after);
    if errors.is_empty() {
        return errors;
    }
    let json = |project: &Project| serde_json::to_value(project).unwrap_or_default();
    let (before, after) = (json(before), json(after));
    let is_asked = |code| matches!(code, FieldCode::Missing | FieldCode::NeedOrProblemMissing);
    errors.retain(|error| is_asked(error.code) || !stood_already(&before, &after, &error.pointer));
    errors
}

/// Whether the value at that pointer is unchanged: a list that has not grown, or a value that `before` has somewhere in
/// the same field (a need may have moved within its list).
fn stood_already(before: &Value, after: &Value, pointer: &str) -> bool {
    let field = pointer.split('/').nth(1).unwrap_or_default();
    match (before.get(field), after.pointer(pointer)) {
        (Some(Value::Array(before)), Some(Value::Array(after))) => after.len() <= before.len(),
        (Some(before), Some(value)) => holds(before, value),
        _ => false,
    }
}

fn holds(json: &Value, value: &Value) -> bool {
    json == value
        || match json {
            Value::Array(items) => items.iter().any(|item| holds(item, value)),
            Value::Object(fields) => fields.values().any(|field| holds(field, value)),
            _ => false,
        }
}

fn validate_parts(e: &mut Vec<FieldError>, project: &Project) {
    let l = &LIMITS;
    for (i, need) in project.needs.iter().enumerate() {
        if !is_filled_in(need) {
            required(e, &format!("/needs/{i}/i_need"), &need.i_need);
        }
        for (part, text, most) in [
            ("as_a", &need.as_a, l.need_part),
            ("i_need", &need.i_need, l.need_part),
            ("so_that", &need.so_that, l.need_part),
            ("evidence", &need.evidence, l.evidence),
        ] {
            at_most(e, &format!("/needs/{i}/{part}"), text, most);
        }
    }
    let mut seen = HashSet::new();
    for (i, need) in project.needs.iter().enumerate() {
        if !seen.insert(need.id) {
            e.push(FieldError::new(
                format!("/needs/{i}/id"),
                FieldCode::NotAllowed,
                "Two needs have the same id",
            ));
        }
    }
    for (i, link) in project.links.iter().enumerate() {
        let pointer = format!("/links/{i}/url");
        at_most(e, &pointer, &link.url, l.url);
        at_most(e, &format!("/links/{i}/label"), &link.label, l.short_text);
        if !is_web_address(&link.url) {
            e.push(FieldError::new(
                pointer,
                FieldCode::NotALink,
                "Enter an address that starts with https:// or http://",
            ));
        }
    }
    for (i, tag) in project.tags.iter().enumerate() {
        required(e, &format!("/tags/{i}"), tag);
        at_most(e, &format!("/tags/{i}"), tag, l.tag);
    }
    for (i, wanted) in project.wanted.iter().enumerate() {
        at_most(e, &format!("/wanted/{i}/what"), &wanted.what, l.short_text);
    }
    for dates in project.phase_dates.iter() {
        if let (phase, crate::PhaseDates { started: Some(started), ended: Some(ended) }) = dates
            && ended < started
        {
            let name = serde_json::to_value(phase).ok().and_then(|name| name.as_str().map(str::to_owned));
            let pointer = format!("/phase_dates/{}/ended", name.unwrap_or_default());
            e.push(FieldError::new(
                pointer,
                FieldCode::EndsBeforeStart,
                "The end date must be on or after the start date",
            ));
        }
    }
    if !matches!(project.lang.as_str(), "en" | "cy") {
        e.push(FieldError::new("/lang", FieldCode::NotAllowed, "Use en or cy"));
    }
}

/// Whether a need says what is needed: evidence alone is not a need.
pub fn is_filled_in(need: &Need) -> bool {
    !is_blank(&need.i_need)
}

/// Whether the text looks like an email address: a name, an @ and a domain with a dot.
pub fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else { return false };
    !name.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\"".contains(c))
}

/// Whether the text is an http or https address with a host. Nothing else is opened or shown as a link.
pub fn is_web_address(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with(['/', '?', '#', ':', '@'])
            && !rest.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

fn required(e: &mut Vec<FieldError>, pointer: &str, text: &str) {
    if is_blank(text) {
        e.push(FieldError::new(pointer, FieldCode::Missing, "Required"));
    }
}

/// The rules for any text: a maximum length, and no control characters.
fn at_most(e: &mut Vec<FieldError>, pointer: &str, text: &str, most: u32) {
    if has_control(text) {
        e.push(FieldError::control_character(pointer));
    }
    let count = text.chars().count();
    if count > most as usize {
        e.push(FieldError::new(
            pointer,
            FieldCode::TooLong,
            format!("Enter {most} characters or fewer. This has {count}"),
        ));
    }
}

fn count_at_most(e: &mut Vec<FieldError>, pointer: &str, count: usize, most: u32) {
    if count > most as usize {
        e.push(FieldError::new(
            pointer,
            FieldCode::TooLong,
            format!("Enter {most} or fewer. There are {count}"),
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sendable() -> Project {
        let mut project = Project::new("BCH".parse().unwrap());
        project.title = "Bins".into();
        project.problem = "They are missed".into();
        project.contact.mailbox = "digital@barchester.example".into();
        project
    }

    fn codes(project: &Project) -> Vec<(String, FieldCode)> {
        validate(project).into_iter().map(|error| (error.pointer, error.code)).collect()
    }

    #[test]
    fn a_title_a_need_or_the_problem_and_a_contact_are_enough() {
        assert_eq!(codes(&sendable()), []);
        let empty = Project::new("BCH".parse().unwrap());
        assert_eq!(
            codes(&empty),
            [
                ("/title".into(), FieldCode::Missing),
                ("/needs".into(), FieldCode::NeedOrProblemMissing),
                ("/contact/mailbox".into(), FieldCode::Missing)
            ]
        );
    }

    #[test]
    fn length_is_counted_in_characters() {
        let mut project = sendable();
        project.title = "ŵ".repeat(120);
        assert_eq!(codes(&project), []);
        project.title.push('ŵ');
        assert_eq!(codes(&project), [("/title".into(), FieldCode::TooLong)]);
    }

    #[test]
    fn text_that_cannot_be_shown_or_seen_is_refused() {
        let mut project = sendable();
        project.title = "All\u{1b}[2J well".into();
        project.tags.insert("bins\u{85}".into());
        assert_eq!(
            codes(&project),
            [("/title".into(), FieldCode::ControlCharacter), ("/tags/0".into(), FieldCode::ControlCharacter)]
        );
        let mut hidden = sendable();
        hidden.title = "\u{200B}".into();
        assert_eq!(codes(&hidden), [("/title".into(), FieldCode::Missing)]);
    }

    #[test]
    fn unchanged_text_does_not_block_a_change() {
        let need = |id: u128, i_need: String| Need {
            id: crate::NeedId(uuid::Uuid::from_u128(id)),
            as_a: String::new(),
            i_need,
            so_that: String::new(),
            evidence: String::new(),
        };
        let mut before = sendable();
        before.summary = "x".repeat(301);
        before.needs = (0..21).map(|id| need(id, format!("n{id}"))).collect();
        before.needs[3].i_need = "y".repeat(301);
        before.tags.insert("old\u{1}".into());
        let mut after = before.clone();
        after.title = "Bins again".into();
        after.needs.remove(0);
        after.needs.push(need(50, "one more".into()));
        assert_eq!(validate_change(&before, &after), []);
        after.summary.push('x');
        after.needs.push(need(51, "too many".into()));
        after.contact.mailbox.clear();
        let pointers: Vec<String> =
            validate_change(&before, &after).into_iter().map(|error| error.pointer).collect();
        assert_eq!(pointers, ["/contact/mailbox", "/summary", "/needs"]);
    }

    #[test]
    fn only_web_addresses_are_links() {
        for good in
            ["https://example.org", "HTTP://localhost:8080/a b".trim_end_matches(" b"), "https://x/y?z#a"]
        {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://",
            "https:///x",
            "mailto:a@b.c",
            "https://a b",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }

    #[test]
    fn impossible_addresses_are_refused() {
        assert!(is_email("web.team@barchester.example"));
        for bad in ["", "a", "a@b", "@b.c", "a@.c", "a b@c.d", "a@b.c>", "a@b."] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
