//! A council's other names, from columns that list them in different ways.

use guildhall_protocol::text::fold;
use guildhall_protocol::validate::LIMITS;
use serde_json::Value;

use super::cells::{Cells, Part, Patch, one_line};
use super::names::core_of;

pub(super) fn other_names(cells: &mut Cells<'_>, name: &str) -> Patch<Vec<String>> {
    let nice = cells.line("nice-name", LIMITS.short_text);
    let whole: Vec<String> = std::iter::once(name.to_owned())
        .chain(nice.value().cloned())
        .filter(|name| !name.is_empty())
        .collect();
    let mut names = nice.map(|name| vec![name]);
    let listed = match cells.value("alt-names") {
        Some(Value::Array(_)) => cells.list("alt-names"),
        _ => cells.raw("alt-names", Part::Name).map(|text| whole_names(&text, &whole)),
    };
    add_names(&mut names, listed, |known, name| known.iter().any(|known| fold(known) == fold(name)));
    let is_new = |other: &String| fold(other) != fold(name);
    names.map(|names| names.into_iter().filter(is_new).collect())
}

/// Adds the names that are not known yet.
pub(super) fn add_names(
    names: &mut Patch<Vec<String>>,
    more: Patch<Vec<String>>,
    is_known: impl Fn(&[String], &str) -> bool,
) {
    match (&mut *names, more) {
        (Patch::Set(names), Patch::Set(more)) => {
            for name in more {
                if !is_known(names, &name) {
                    names.push(name);
                }
            }
        }
        (_, Patch::Set(more)) => *names = Patch::Set(more),
        (Patch::Keep, Patch::Clear) => *names = Patch::Clear,
        _ => {}
    }
}

/// Splits a comma-separated list of names, but keeps names that contain a comma: the council's own name, or a place
/// followed by a kind of council ("Bristol, City of").
fn whole_names(list: &str, own: &[String]) -> Vec<String> {
    const MOST: usize = 4;
    let parts: Vec<String> =
        list.split([',', ';', '\n']).map(one_line).filter(|part| !part.is_empty()).collect();
    let cores: Vec<String> = own.iter().map(|name| core_of(name)).filter(|core| !core.is_empty()).collect();
    let (mut names, mut at) = (Vec::new(), 0);
    while let Some(first) = parts.get(at) {
        let joined = (2..=MOST).rev().find_map(|count| {
            let these = parts.get(at..at + count)?;
            let name = these.join(", ");
            let ends_in_kind =
                these.iter().skip(1).all(|part| core_of(part).is_empty() && part.ends_with(" of"));
            let is_own = cores.contains(&core_of(&name)) && !cores.contains(&core_of(first));
            let is_kind = ends_in_kind && says_no_kind(first);
            (is_own || is_kind).then_some((name, count))
        });
        let (name, count) = joined.unwrap_or_else(|| (first.clone(), 1));
        // "City of" alone is not a name.
        if !(core_of(&name).is_empty() && name.ends_with(" of")) {
            names.push(name);
        }
        at += count;
    }
    names
}

/// Whether this is a place's name without a kind of council.
fn says_no_kind(name: &str) -> bool {
    let core = core_of(name);
    !core.is_empty() && core.split(' ').count() == name.split_whitespace().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_comma_stay_whole() {
        let own = |name: &str| vec![name.to_owned()];
        for (list, name, expected) in [
            (
                "bristol,bristol city of,bristol, city of",
                "Bristol City Council",
                &["bristol", "bristol city of", "bristol, city of"][..],
            ),
            (
                "Armagh City, Banbridge and Craigavon,armagh, banbridge and craigavon",
                "Armagh City, Banbridge and Craigavon Borough Council",
                &["Armagh City, Banbridge and Craigavon", "armagh, banbridge and craigavon"],
            ),
            (
                "City of London,city and county of the city of london",
                "City of London Corporation",
                &["City of London", "city and county of the city of london"],
            ),
            ("barchester,city of", "Barchester City Council", &["barchester, city of"]),
            ("barchester city,city of", "Barchester City Council", &["barchester city"]),
            ("city of", "Barchester City Council", &[]),
        ] {
            assert_eq!(whole_names(list, &own(name)), expected, "{list}");
        }
    }
}
