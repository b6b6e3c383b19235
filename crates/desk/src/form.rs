//! Between a project and the form in which it is written: every text as typed, dates in three boxes.

use std::collections::BTreeMap;

use guildhall_protocol::validate::{self, FieldCode, FieldError};
use guildhall_protocol::{Contact, CouncilCode, Link, Need, PhaseDates, Project, Wanted};
use jiff::civil::Date;

use crate::failure::{Failure, Result};
use crate::views::{
    Check, DateForm, DraftForm, LinkForm, NeedForm, PhaseForm, Progress, Section, SectionProgress, WantedForm,
};

/// The form that shows a project.
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
        phase_dates: project
            .phase_dates
            .iter()
            .map(|(phase, dates)| PhaseForm {
                phase: *phase,
                started: date_form(dates.started),
                ended: date_form(dates.ended),
            })
            .collect(),
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
        visibility: project.visibility,
    }
}

/// The project that the form describes, with `before` for what no form shows; and what in the form has no place
/// in a project, such as a date that is none. What was left empty is left out.
pub(crate) fn to_project(form: &DraftForm, before: &Project) -> (Project, Vec<FieldError>) {
    let mut errors = Vec::new();
    let text = |typed: &str| typed.trim().to_owned();
    let mut phase_dates = BTreeMap::new();
    for dates in &form.phase_dates {
        let name = phase_name(dates);
        let started = date(&mut errors, &dates.started, &format!("/phase_dates/{name}/started"));
        let ended = date(&mut errors, &dates.ended, &format!("/phase_dates/{name}/ended"));
        if started.is_some() || ended.is_some() {
            phase_dates.insert(dates.phase, PhaseDates { started, ended });
        }
    }
    let contract_ends = date(&mut errors, &form.contract_ends, "/contract_ends");
    let mut wanted = Vec::new();
    for (i, asked) in form.wanted.iter().enumerate() {
        let by = date(&mut errors, &asked.by, &format!("/wanted/{i}/by"));
        wanted.push(Wanted { kind: asked.kind, what: text(&asked.what), by });
    }
    let project = Project {
        title: text(&form.title),
        summary: text(&form.summary),
        why: text(&form.why),
        problem: text(&form.problem),
        needs: form.needs.iter().filter(|need| !need_is_empty(need)).map(need).collect(),
        services: form.services.iter().copied().collect(),
        phase: form.phase,
        phase_dates,
        learned: text(&form.learned),
        approach: form.approach,
        product: text(&form.product),
        supplier: text(&form.supplier),
        contract_ends,
        collaboration: form.collaboration,
        wanted,
        budget_band: form.budget_band,
        contact: Contact { mailbox: text(&form.contact_mailbox), name: text(&form.contact_name) },
        lang: form.lang.clone(),
        links: form
            .links
            .iter()
            .filter(|link| !(link.url.trim().is_empty() && link.label.trim().is_empty()))
            .map(|link| Link { id: link.id, kind: link.kind, url: text(&link.url), label: text(&link.label) })
            .collect(),
        tags: form.tags.iter().map(|tag| tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()).collect(),
        licence: text(&form.licence),
        reuse: text(&form.reuse),
        visibility: form.visibility,
        ..before.clone()
    };
    (project, errors)
}

/// Everything that keeps the form from being sent.
pub(crate) fn check(form: &DraftForm, council: &CouncilCode) -> Vec<Check> {
    let (project, mut errors) = to_project(form, &Project::new(council.clone()));
    errors.extend(validate::validate(&project));
    let mut checks: Vec<Check> = errors.into_iter().map(|error| placed(form, error)).collect();
    checks.sort_by_key(|check| SECTIONS.iter().position(|section| *section == check.section));
    checks
}

/// How far each section has come.
pub(crate) fn progress(form: &DraftForm, council: &CouncilCode) -> Vec<SectionProgress> {
    let checks = check(form, council);
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

const SECTIONS: [Section; 8] = [
    Section::About,
    Section::Needs,
    Section::Problem,
    Section::Phase,
    Section::Approach,
    Section::Others,
    Section::Links,
    Section::Visibility,
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
        Section::Visibility => true,
    }
}

/// An error of a project, at the place in the form where it is mended.
fn placed(form: &DraftForm, error: FieldError) -> Check {
    let pointer = match error.pointer.as_str() {
        "/contact/mailbox" => "/contact_mailbox".to_owned(),
        "/contact/name" => "/contact_name".to_owned(),
        // What is left empty is left out of a project, so its members stand at other places than the form's.
        other => in_form(other, "/needs/", |i| nth(&form.needs, i, need_is_empty))
            .or_else(|| {
                in_form(other, "/links/", |i| {
                    nth(&form.links, i, |link: &LinkForm| {
                        link.url.trim().is_empty() && link.label.trim().is_empty()
                    })
                })
            })
            .unwrap_or_else(|| other.to_owned()),
    };
    Check { section: section_of(&pointer), pointer, code: error.code }
}

fn in_form(pointer: &str, list: &str, place: impl Fn(usize) -> usize) -> Option<String> {
    let rest = pointer.strip_prefix(list)?;
    let (index, field) = rest.split_once('/')?;
    Some(format!("{list}{}/{field}", place(index.parse().ok()?)))
}

/// The place of the nth member that is not empty.
fn nth<T>(members: &[T], n: usize, empty: impl Fn(&T) -> bool) -> usize {
    members.iter().enumerate().filter(|(_, member)| !empty(member)).nth(n).map_or(n, |(place, _)| place)
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
        "visibility" => Section::Visibility,
        _ => Section::About,
    }
}

fn is_empty(date: &DateForm) -> bool {
    [&date.day, &date.month, &date.year].into_iter().all(|typed| typed.trim().is_empty())
}

fn need_is_empty(need: &NeedForm) -> bool {
    [&need.as_a, &need.i_need, &need.so_that, &need.evidence].into_iter().all(|part| part.trim().is_empty())
}

fn need(form: &NeedForm) -> Need {
    Need {
        id: form.id,
        as_a: form.as_a.trim().to_owned(),
        i_need: form.i_need.trim().to_owned(),
        so_that: form.so_that.trim().to_owned(),
        evidence: form.evidence.trim().to_owned(),
    }
}

fn phase_name(dates: &PhaseForm) -> String {
    let value = serde_json::to_value(dates.phase).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn date_form(date: Option<Date>) -> DateForm {
    date.map_or_else(DateForm::default, |date| DateForm {
        day: date.day().to_string(),
        month: date.month().to_string(),
        year: date.year().to_string(),
    })
}

/// A date that must be there.
pub(crate) fn read_date(form: &DateForm, pointer: &str) -> Result<Date> {
    let mut errors = Vec::new();
    match date(&mut errors, form, pointer) {
        Some(date) => Ok(date),
        None if errors.is_empty() => {
            let missing = FieldError::new(pointer, FieldCode::Missing, "Give a date");
            Err(Failure::Invalid { errors: vec![missing] })
        }
        None => Err(Failure::Invalid { errors }),
    }
}

/// The date in the three boxes; none where they are empty, and an error where they hold no date.
fn date(errors: &mut Vec<FieldError>, form: &DateForm, pointer: &str) -> Option<Date> {
    if is_empty(form) {
        return None;
    }
    let [day, month, year] = [form.day.trim(), form.month.trim(), form.year.trim()];
    let date = match (day.parse(), month_number(month), year.parse::<i16>()) {
        (Ok(day), Some(month), Ok(year)) if (1900..=2200).contains(&year) => Date::new(year, month, day).ok(),
        _ => None,
    };
    if date.is_none() {
        errors.push(FieldError::new(pointer, FieldCode::NotADate, "Give a real date, like 27 3 2026"));
    }
    date
}

/// A month as people type it: a number, or its English or Welsh name, in full or begun.
fn month_number(typed: &str) -> Option<i8> {
    const ENGLISH: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const WELSH: [&str; 12] = [
        "ionawr",
        "chwefror",
        "mawrth",
        "ebrill",
        "mai",
        "mehefin",
        "gorffennaf",
        "awst",
        "medi",
        "hydref",
        "tachwedd",
        "rhagfyr",
    ];
    if let Ok(number) = typed.parse() {
        return Some(number);
    }
    let typed = typed.to_lowercase();
    let begins =
        |names: [&str; 12]| names.iter().position(|name| typed.len() >= 3 && name.starts_with(&typed));
    let place = begins(ENGLISH).or_else(|| begins(WELSH))?;
    i8::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use guildhall_protocol::NeedId;
    use uuid::Uuid;

    use super::*;

    fn council() -> CouncilCode {
        "BCH".parse().unwrap()
    }

    fn empty() -> DraftForm {
        of_project(&Project::new(council()))
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
        let mut project = Project::new(council());
        project.title = "Bins".into();
        project.contract_ends = Some(Date::new(2027, 3, 31).unwrap());
        project.phase_dates.insert(
            guildhall_protocol::Phase::Alpha,
            PhaseDates { started: Some(Date::new(2026, 1, 5).unwrap()), ended: None },
        );
        project.tags.insert("waste".into());
        assert_eq!(to_project(&of_project(&project), &Project::new(council())), (project, vec![]));
    }

    #[test]
    fn a_date_that_is_none_is_told_and_kept() {
        let mut form = empty();
        form.contract_ends = DateForm { day: "31".into(), month: "2".into(), year: "2026".into() };
        let checks = check(&form, &council());
        let told = checks.iter().find(|check| check.pointer == "/contract_ends").unwrap();
        assert_eq!((told.section, told.code), (Section::Approach, FieldCode::NotADate));
    }

    #[test]
    fn months_are_read_as_people_write_them() {
        for (typed, month) in
            [("3", Some(3)), ("March", Some(3)), ("tach", Some(11)), ("ma", None), ("x", None)]
        {
            assert_eq!(month_number(typed), month, "{typed}");
        }
    }

    #[test]
    fn an_error_points_at_the_form_s_own_need() {
        let mut form = empty();
        form.needs = vec![need(""), need(&"x".repeat(301))];
        let checks = check(&form, &council());
        assert!(checks.iter().any(|check| check.pointer == "/needs/1/i_need"), "{checks:?}");
    }

    #[test]
    fn a_new_draft_says_what_is_needed_first() {
        let states = progress(&empty(), &council());
        let of = |section| states.iter().find(|state| state.section == section).unwrap().progress;
        assert_eq!(of(Section::About), Progress::NotYet);
        assert_eq!(of(Section::Needs), Progress::NotYet);
        assert_eq!(of(Section::Others), Progress::NotYet);
        assert_eq!(of(Section::Links), Progress::Optional);
    }
}
