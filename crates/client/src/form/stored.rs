//! Converts between the window's form and the stored text.

use guildhall_protocol::LinkKind;

use crate::store::Choice;
use crate::store::work::drafts::{
    Rest, StoredDate, StoredForm, StoredLink, StoredNeed, StoredPhaseDates, StoredWanted,
};
use crate::views::{DateForm, DraftForm, LinkForm, NeedForm, PhaseForm, WantedForm};

/// The form for a stored text.
pub(crate) fn shown(stored: &StoredForm) -> DraftForm {
    DraftForm {
        title: stored.title.clone(),
        summary: stored.summary.clone(),
        why: stored.why.clone(),
        problem: stored.problem.clone(),
        needs: stored
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
        services: stored.services.clone(),
        phase: stored.phase,
        phase_dates: stored
            .phase_dates
            .iter()
            .map(|dates| PhaseForm {
                phase: dates.phase,
                started: shown_date(&dates.started),
                ended: shown_date(&dates.ended),
            })
            .collect(),
        learned: stored.learned.clone(),
        approach: stored.approach,
        product: stored.product.clone(),
        supplier: stored.supplier.clone(),
        contract_ends: shown_date(&stored.contract_ends),
        collaboration: stored.collaboration,
        wanted: stored
            .wanted
            .iter()
            .map(|wanted| WantedForm {
                kind: wanted.kind,
                what: wanted.what.clone(),
                by: shown_date(&wanted.by),
            })
            .collect(),
        budget_band: stored.budget_band,
        contact_mailbox: stored.contact_mailbox.clone(),
        contact_name: stored.contact_name.clone(),
        lang: stored.lang.clone(),
        links: stored
            .links
            .iter()
            .map(|link| LinkForm {
                id: link.id,
                kind: link.kind.or(LinkKind::Other),
                url: link.url.clone(),
                label: link.label.clone(),
            })
            .collect(),
        tags: stored.tags.clone(),
        licence: stored.licence.clone(),
        reuse: stored.reuse.clone(),
        visibility: stored.visibility,
    }
}

/// The text to store for a form. Fields of `before` that this version does not know are kept: for needs and links by
/// id, for a phase's dates by phase.
pub(crate) fn stored(form: DraftForm, before: &StoredForm) -> StoredForm {
    let same_wanted = before.wanted.len() == form.wanted.len();
    StoredForm {
        title: form.title,
        summary: form.summary,
        why: form.why,
        problem: form.problem,
        needs: form.needs.into_iter().map(|need| stored_need(need, before)).collect(),
        services: form.services,
        phase: form.phase,
        phase_dates: form.phase_dates.into_iter().map(|dates| stored_dates(dates, before)).collect(),
        learned: form.learned,
        approach: form.approach,
        product: form.product,
        supplier: form.supplier,
        contract_ends: stored_date(form.contract_ends, Some(&before.contract_ends)),
        collaboration: form.collaboration,
        wanted: form
            .wanted
            .into_iter()
            .enumerate()
            // They have no ids, so once one was added or removed they cannot be matched.
            .map(|(i, wanted)| stored_wanted(wanted, before.wanted.get(i).filter(|_| same_wanted)))
            .collect(),
        budget_band: form.budget_band,
        contact_mailbox: form.contact_mailbox,
        contact_name: form.contact_name,
        lang: form.lang,
        links: form.links.into_iter().map(|link| stored_link(link, before)).collect(),
        tags: form.tags,
        licence: form.licence,
        reuse: form.reuse,
        visibility: form.visibility,
        rest: before.rest.clone(),
    }
}

fn stored_need(need: NeedForm, before: &StoredForm) -> StoredNeed {
    let before = before.needs.iter().find(|before| before.id == need.id);
    StoredNeed {
        id: need.id,
        as_a: need.as_a,
        i_need: need.i_need,
        so_that: need.so_that,
        evidence: need.evidence,
        rest: before.map_or_else(Rest::new, |before| before.rest.clone()),
    }
}

fn stored_dates(dates: PhaseForm, before: &StoredForm) -> StoredPhaseDates {
    let before = before.phase_dates.iter().find(|before| before.phase == dates.phase);
    StoredPhaseDates {
        phase: dates.phase,
        started: stored_date(dates.started, before.map(|before| &before.started)),
        ended: stored_date(dates.ended, before.map(|before| &before.ended)),
        rest: before.map_or_else(Rest::new, |before| before.rest.clone()),
    }
}

fn stored_wanted(wanted: WantedForm, before: Option<&StoredWanted>) -> StoredWanted {
    StoredWanted {
        kind: wanted.kind,
        what: wanted.what,
        by: stored_date(wanted.by, before.map(|before| &before.by)),
        rest: before.map_or_else(Rest::new, |before| before.rest.clone()),
    }
}

fn stored_link(link: LinkForm, before: &StoredForm) -> StoredLink {
    let before = before.links.iter().find(|before| before.id == link.id);
    let mut kind = before.map_or(Choice::Known(link.kind), |before| before.kind.clone());
    kind.choose(link.kind, LinkKind::Other);
    StoredLink {
        id: link.id,
        kind,
        url: link.url,
        label: link.label,
        rest: before.map_or_else(Rest::new, |before| before.rest.clone()),
    }
}

fn shown_date(date: &StoredDate) -> DateForm {
    DateForm { day: date.day.clone(), month: date.month.clone(), year: date.year.clone() }
}

fn stored_date(date: DateForm, before: Option<&StoredDate>) -> StoredDate {
    let rest = before.map_or_else(Rest::new, |before| before.rest.clone());
    StoredDate { day: date.day, month: date.month, year: date.year, rest }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::store::frozen::all_frozen;

    fn read(value: &Value) -> StoredForm {
        serde_json::from_value(value.clone()).unwrap()
    }

    fn saved(form: DraftForm, before: &StoredForm) -> Value {
        serde_json::to_value(stored(form, before)).unwrap()
    }

    #[test]
    fn what_is_not_shown_stays_when_the_rest_is_written() {
        for frozen in all_frozen("drafts") {
            let before = read(&frozen["form"]);
            assert_eq!(saved(shown(&before), &before), frozen["form"]);

            let mut form = shown(&before);
            form.title = "Another title".into();
            form.needs[0].evidence = "Another".into();
            form.links.swap(0, 1);
            let mut expected = frozen["form"].clone();
            expected["title"] = json!("Another title");
            expected["needs"][0]["evidence"] = json!("Another");
            expected["links"].as_array_mut().unwrap().swap(0, 1);
            assert_eq!(saved(form, &before), expected);
        }
    }

    /// Versions before this one cannot read `null` there, and take what is missing for the team only.
    #[test]
    fn who_can_see_it_is_left_out_until_it_is_answered() {
        let before = read(&json!({}));
        assert_eq!(before.visibility, None);
        let mut form = shown(&before);
        assert_eq!(saved(form.clone(), &before).get("visibility"), None);
        form.visibility = Some(guildhall_protocol::Visibility::Councils);
        assert_eq!(saved(form, &before)["visibility"], "councils");
    }

    #[test]
    fn what_was_chosen_here_takes_the_place_of_what_is_not_known() {
        let before = read(&all_frozen("drafts")[0]["form"]);
        let mut form = shown(&before);
        assert_eq!(form.links[1].kind, LinkKind::Other);
        form.links[1].kind = LinkKind::Website;
        assert_eq!(saved(form, &before)["links"][1]["kind"], "website");
    }

    #[test]
    fn unknown_fields_of_help_wanted_never_move_rows() {
        let before = read(&all_frozen("drafts")[0]["form"]);
        let mut form = shown(&before);
        form.wanted.insert(0, form.wanted[0].clone());
        let saved = saved(form, &before);
        assert!(saved["wanted"].as_array().unwrap().iter().all(|wanted| wanted.get("for_whom").is_none()));
    }

    /// An older version may have written fewer fields.
    #[test]
    fn a_field_that_is_not_there_has_a_default() {
        let full = all_frozen("drafts")[0]["form"].clone();
        for field in full.as_object().unwrap().keys() {
            let mut less = full.clone();
            less.as_object_mut().unwrap().remove(field);
            let read = shown(&read(&less));
            assert_eq!(read.title.is_empty(), field == "title", "{field}");
        }
        for list in ["needs", "links", "wanted", "phase_dates"] {
            let fields = full[list][0].as_object().unwrap().keys();
            for field in fields.filter(|field| !["id", "kind", "phase"].contains(&field.as_str())) {
                let mut less = full.clone();
                less[list][0].as_object_mut().unwrap().remove(field);
                read(&less);
            }
        }
        assert_eq!(read(&json!({})).lang, "en");
    }
}
