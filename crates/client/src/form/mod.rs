//! Converts between a project and the form in which it is edited, where all text is as typed and a date is three boxes.

mod dates;
mod phases;
mod stored;

use std::collections::BTreeSet;

use guildhall_protocol::validate::{self, FieldCode, FieldError};
use guildhall_protocol::{Contact, CouncilCode, Link, Need, Project, Wanted, text};

pub(crate) use dates::read_date;
use dates::{date, date_form, is_empty};
pub(crate) use stored::{shown, stored};

use crate::views::{Check, DraftForm, LinkForm, NeedForm, Progress, Section, SectionProgress, WantedForm};

/// The form for a project.
pub(crate) fn of_project(project: &Project) -> DraftForm {
    DraftForm {
        title: project.title.clone(),
        summary: project.summary.clone(),
        why: project.why.clone(),
        problem: project.problem.clone(),
        needs: project
            .needs
            .iter()
            .map(|need| NeedForm {
                id: need.id,
                as_a: need.as_a.clone(),
                i_need: need.i_need.clone(),
                so_that: need.so_that.clone(),
                evidence: need.evidence.clone(),
            })
            .collect(),
        services: project.services.iter().copied().collect(),
        phase: project.phase,
        phase_dates: phases::shown(&project.phase_dates),
        learned: project.learned.clone(),
        approach: project.approach,
        product: project.product.clone(),
        supplier: project.supplier.clone(),
        contract_ends: date_form(project.contract_ends),
        collaboration: project.collaboration,
        wanted: project
            .wanted
            .iter()
            .map(|wanted| WantedForm {
                kind: wanted.kind,
                what: wanted.what.clone(),
                by: date_form(wanted.by),
            })
            .collect(),
        budget_band: project.budget_band,
        contact_mailbox: project.contact.mailbox.clone(),
        contact_name: project.contact.name.clone(),
        lang: project.lang.clone(),
        links: project
            .links
            .iter()
            .map(|link| LinkForm {
                id: link.id,
                kind: link.kind,
                url: link.url.clone(),
                label: link.label.clone(),
            })
            .collect(),
        tags: project.tags.iter().cloned().collect(),
        licence: project.licence.clone(),
        reuse: project.reuse.clone(),
        visibility: Some(project.visibility),
    }
}

/// The form for a new project of that council, in which nobody has said yet who can see it.
pub(crate) fn of_new(council: CouncilCode) -> DraftForm {
    DraftForm { visibility: None, ..of_project(&Project::new(council)) }
}

/// The result of reading a form.
pub(crate) struct ParsedForm {
    /// The project that it describes, without empty rows.
    pub(crate) project: Project,
    /// Input that a project cannot hold, such as an invalid date.
    pub(crate) errors: Vec<FieldError>,
    /// Where hidden characters were removed, as JSON Pointers (RFC 6901) into the project.
    pub(crate) cleaned: Vec<String>,
}

/// The project that the form describes, with fields that the form lacks taken from `before`. Unchanged texts are kept
/// to the letter; invisible characters are removed from changed ones.
pub(crate) fn to_project(form: &DraftForm, before: &Project) -> ParsedForm {
    let (mut errors, mut cleaned) = (Vec::new(), Vec::new());
    let mut text = |pointer: &str, typed: &str, before: &str| {
        if typed.trim() == before.trim() {
            return before.to_owned();
        }
        let kept = text::clean_typed(typed);
        if kept.removed {
            cleaned.push(pointer.to_owned());
        }
        kept.text.trim().to_owned()
    };
    let phase_dates = phases::read(&mut errors, &form.phase_dates, &before.phase_dates);
    let contract_ends = date(&mut errors, &form.contract_ends, "/contract_ends");
    if form.visibility.is_none() {
        errors.push(FieldError::new("/visibility", FieldCode::Missing, "Say who can see it"));
    }
    let mut wanted = Vec::new();
    for (i, asked) in form.wanted.iter().enumerate() {
        let by = date(&mut errors, &asked.by, &format!("/wanted/{i}/by"));
        let was = before.wanted.get(i).map_or("", |wanted| &wanted.what);
        wanted.push(Wanted {
            kind: asked.kind,
            what: text(&format!("/wanted/{i}/what"), &asked.what, was),
            by,
        });
    }
    let needs = form.needs.iter().filter(|need| !need_is_empty(need)).enumerate();
    let needs = needs.map(|(i, typed)| need(typed, i, before, &mut text)).collect();
    let links = form.links.iter().filter(|link| !link_is_empty(link)).enumerate();
    let links = links.map(|(i, typed)| link(typed, i, before, &mut text)).collect();
    let mut tags = BTreeSet::new();
    for (i, typed) in form.tags.iter().enumerate() {
        let tag = typed.trim().to_lowercase();
        let tag = if before.tags.contains(&tag) { tag } else { text(&format!("/tags/{i}"), &tag, "") };
        if !text::is_blank(&tag) {
            tags.insert(tag);
        }
    }
    let contact = Contact {
        mailbox: text("/contact/mailbox", &form.contact_mailbox, &before.contact.mailbox),
        name: text("/contact/name", &form.contact_name, &before.contact.name),
    };
    let project = Project {
        title: text("/title", &form.title, &before.title),
        summary: text("/summary", &form.summary, &before.summary),
        why: text("/why", &form.why, &before.why),
        problem: text("/problem", &form.problem, &before.problem),
        needs,
        services: form.services.iter().copied().collect(),
        phase: form.phase,
        phase_dates,
        learned: text("/learned", &form.learned, &before.learned),
        approach: form.approach,
        product: text("/product", &form.product, &before.product),
        supplier: text("/supplier", &form.supplier, &before.supplier),
        contract_ends,
        collaboration: form.collaboration,
        wanted,
        budget_band: form.budget_band,
        contact,
        lang: form.lang.clone(),
        links,
        tags,
        licence: text("/licence", &form.licence, &before.licence),
        reuse: text("/reuse", &form.reuse, &before.reuse),
        // Nothing is sent before the question is answered.
        visibility: form.visibility.unwrap_or_default(),
        ..before.clone()
    };
    ParsedForm { project, errors, cleaned }
}

/// Everything that keeps the form from being sent as a change of `before`.
pub(crate) fn check(form: &DraftForm, before: &Project) -> Vec<Check> {
    let ParsedForm { project, mut errors, .. } = to_project(form, before);
    errors.extend(validate::validate_change(before, &project));
    let mut checks: Vec<Check> = errors.into_iter().map(|error| placed(form, error)).collect();
    checks.sort_by_key(|check| SECTIONS.iter().position(|section| *section == check.section));
    checks
}

/// Whether the form is still as a new one. Rows that were added and not filled in do not count.
pub(crate) fn is_blank(form: &DraftForm, council: &CouncilCode) -> bool {
    let mut form = form.clone();
    form.needs.retain(|need| !need_is_empty(need));
    form.phase_dates.retain(|dates| !(is_empty(&dates.started) && is_empty(&dates.ended)));
    form.links.retain(|link| !(link.url.is_empty() && link.label.is_empty()));
    form.wanted.retain(|wanted| !(wanted.what.is_empty() && is_empty(&wanted.by)));
    form == of_new(council.clone())
}

/// The progress of each section.
pub(crate) fn progress(form: &DraftForm, before: &Project) -> Vec<SectionProgress> {
    let checks = check(form, before);
    let progress = |section| {
        if checks.iter().any(|check| check.section == section) {
            Progress::NotYet
        } else if has_anything(form, section) {
            Progress::Done
        } else {
            Progress::Optional
        }
    };
    SECTIONS.iter().map(|&section| SectionProgress { section, progress: progress(section) }).collect()
}

const SECTIONS: [Section; 7] = [
    Section::About,
    Section::Needs,
    Section::Problem,
    Section::Phase,
    Section::Approach,
    Section::Others,
    Section::Links,
];

fn has_anything(form: &DraftForm, section: Section) -> bool {
    match section {
        Section::About => !form.title.trim().is_empty(),
        Section::Needs => !form.needs.iter().all(need_is_empty),
        Section::Problem => !(form.problem.trim().is_empty() && form.why.trim().is_empty()),
        Section::Phase => {
            form.phase != guildhall_protocol::Phase::Idea
                || !form.learned.trim().is_empty()
                || form.phase_dates.iter().any(|dates| !(is_empty(&dates.started) && is_empty(&dates.ended)))
        }
        Section::Approach => {
            form.approach != guildhall_protocol::Approach::NotDecided
                || form.budget_band != guildhall_protocol::BudgetBand::NotSaid
                || !form.product.trim().is_empty()
        }
        Section::Others => !form.contact_mailbox.trim().is_empty(),
        Section::Links => {
            !(form.links.is_empty() && form.licence.trim().is_empty() && form.reuse.trim().is_empty())
        }
    }
}

/// The check for an error in a project, with its pointer converted to the form's.
fn placed(form: &DraftForm, error: FieldError) -> Check {
    let pointer = match error.pointer.as_str() {
        "/contact/mailbox" => "/contact_mailbox".to_owned(),
        "/contact/name" => "/contact_name".to_owned(),
        // Empty rows are left out of the project, so its indexes differ from the form's.
        other => in_form(other, "/needs/", |i| nth(&form.needs, i, need_is_empty))
            .or_else(|| in_form(other, "/links/", |i| nth(&form.links, i, link_is_empty)))
            .unwrap_or_else(|| other.to_owned()),
    };
    Check { section: section_of(&pointer), pointer, code: error.code }
}

fn in_form(pointer: &str, list: &str, position: impl Fn(usize) -> usize) -> Option<String> {
    let rest = pointer.strip_prefix(list)?;
    let (index, field) = rest.split_once('/')?;
    Some(format!("{list}{}/{field}", position(index.parse().ok()?)))
}

/// The index of the nth member that is not empty.
fn nth<T>(members: &[T], n: usize, empty: impl Fn(&T) -> bool) -> usize {
    members.iter().enumerate().filter(|(_, member)| !empty(member)).nth(n).map_or(n, |(index, _)| index)
}

fn section_of(pointer: &str) -> Section {
    let first = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
    match first {
        "needs" => Section::Needs,
        "why" | "problem" => Section::Problem,
        "phase" | "phase_dates" | "learned" => Section::Phase,
        "approach" | "product" | "supplier" | "contract_ends" | "budget_band" => Section::Approach,
        "contact_mailbox" | "contact_name" | "collaboration" | "wanted" => Section::Others,
        "links" | "licence" | "reuse" => Section::Links,
        _ => Section::About,
    }
}

fn need_is_empty(need: &NeedForm) -> bool {
    [&need.as_a, &need.i_need, &need.so_that, &need.evidence].into_iter().all(|part| part.trim().is_empty())
}

fn link_is_empty(link: &LinkForm) -> bool {
    link.url.trim().is_empty() && link.label.trim().is_empty()
}

fn need(
    typed: &NeedForm,
    i: usize,
    before: &Project,
    mut text: impl FnMut(&str, &str, &str) -> String,
) -> Need {
    let was = before.needs.iter().find(|need| need.id == typed.id);
    let mut part = |name: &str, typed: &str, was: Option<&String>| {
        text(&format!("/needs/{i}/{name}"), typed, was.map_or("", String::as_str))
    };
    Need {
        id: typed.id,
        as_a: part("as_a", &typed.as_a, was.map(|need| &need.as_a)),
        i_need: part("i_need", &typed.i_need, was.map(|need| &need.i_need)),
        so_that: part("so_that", &typed.so_that, was.map(|need| &need.so_that)),
        evidence: part("evidence", &typed.evidence, was.map(|need| &need.evidence)),
    }
}

fn link(
    typed: &LinkForm,
    i: usize,
    before: &Project,
    mut text: impl FnMut(&str, &str, &str) -> String,
) -> Link {
    let was = before.links.iter().find(|link| link.id == typed.id);
    let mut part = |name: &str, typed: &str, was: Option<&String>| {
        text(&format!("/links/{i}/{name}"), typed, was.map_or("", String::as_str))
    };
    Link {
        id: typed.id,
        kind: typed.kind,
        url: part("url", &typed.url, was.map(|link| &link.url)),
        label: part("label", &typed.label, was.map(|link| &link.label)),
    }
}

#[cfg(test)]
mod tests {
    use guildhall_protocol::{NeedId, PhaseDates, Visibility};
    use jiff::civil::Date;
    use uuid::Uuid;

    use super::*;
    use crate::views::DateForm;

    fn nothing() -> Project {
        Project::new("BCH".parse().unwrap())
    }

    fn empty() -> DraftForm {
        of_new("BCH".parse().unwrap())
    }

    fn need(i_need: &str) -> NeedForm {
        NeedForm {
            id: NeedId(Uuid::nil()),
            as_a: String::new(),
            i_need: i_need.into(),
            so_that: String::new(),
            evidence: String::new(),
        }
    }

    #[test]
    fn a_project_comes_back_from_its_form_as_it_was() {
        let mut project = nothing();
        project.title = "Bins".into();
        project.contract_ends = Some(Date::new(2027, 3, 31).unwrap());
        project.phase_dates.insert(
            guildhall_protocol::Phase::Alpha,
            PhaseDates { started: Some(Date::new(2026, 1, 5).unwrap()), ended: None },
        );
        project.tags.insert("waste".into());
        let written = to_project(&of_project(&project), &nothing());
        assert_eq!((written.project, written.errors, written.cleaned), (project, vec![], vec![]));
    }

    #[test]
    fn an_invalid_date_is_reported_and_kept() {
        let mut form = empty();
        form.contract_ends = DateForm { day: "31".into(), month: "2".into(), year: "2026".into() };
        let checks = check(&form, &nothing());
        let told = checks.iter().find(|check| check.pointer == "/contract_ends").unwrap();
        assert_eq!((told.section, told.code), (Section::Approach, FieldCode::NotADate));
    }

    #[test]
    fn who_can_see_it_has_to_be_answered() {
        let about = |form: &DraftForm| {
            let checks = check(form, &nothing());
            checks.into_iter().find(|check| check.pointer == "/visibility")
        };
        let asked = about(&empty()).unwrap();
        assert_eq!((asked.section, asked.code), (Section::About, FieldCode::Missing));
        let mut form = empty();
        form.visibility = Some(Visibility::Team);
        assert_eq!(about(&form), None);
        assert_eq!(to_project(&form, &nothing()).project.visibility, Visibility::Team);
    }

    #[test]
    fn hidden_characters_are_removed_and_reported() {
        let mut form = empty();
        form.title = "Bins\u{200B}".into();
        form.problem = "pay\u{1b}[2J\r\nme".into();
        form.needs = vec![need("a\u{202E}b")];
        let written = to_project(&form, &nothing());
        assert_eq!(
            (written.project.title.as_str(), written.project.problem.as_str()),
            ("Bins", "pay[2J\nme")
        );
        assert_eq!(written.project.needs[0].i_need, "ab");
        assert_eq!(written.cleaned, ["/needs/0/i_need", "/title", "/problem"]);
    }

    #[test]
    fn stored_text_stays_as_it_is_until_it_is_changed() {
        let mut before = nothing();
        before.title = "Cafe\u{301}\u{200B}".into();
        before.contact.mailbox = "digital@barchester.example".into();
        before.problem = "x\u{1}".repeat(9_999);
        let mut form = of_project(&before);
        assert_eq!(to_project(&form, &before).project, before);
        assert_eq!(check(&form, &before), []);
        form.problem.push('x');
        let told = check(&form, &before);
        assert_eq!(told, [], "what could not be shown is taken out, and then it is short enough");
        form.title.push('s');
        assert_eq!(to_project(&form, &before).project.title, "Cafés");
    }

    #[test]
    fn an_error_points_at_the_form_s_own_need() {
        let mut form = empty();
        form.needs = vec![need(""), need(&"x".repeat(301))];
        let checks = check(&form, &nothing());
        assert!(checks.iter().any(|check| check.pointer == "/needs/1/i_need"), "{checks:?}");
    }

    #[test]
    fn a_new_draft_says_what_is_needed_first() {
        let states = progress(&empty(), &nothing());
        let of = |section| states.iter().find(|state| state.section == section).unwrap().progress;
        assert_eq!(of(Section::About), Progress::NotYet);
        assert_eq!(of(Section::Needs), Progress::NotYet);
        assert_eq!(of(Section::Others), Progress::NotYet);
        assert_eq!(of(Section::Links), Progress::Optional);
    }
}
