//! Matching columns to fields. A heading that is exactly the field's name wins, then one with the same words. The same
//! letters are not enough ("ASA" is not `as_a`), and two equally good headings are refused rather than guessed.

use std::collections::BTreeMap;

use guildhall_protocol::text::fold;

use super::rows::{Column, Rows};
use super::{ImportError, sheet};

/// A field that a column can provide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    /// Other names for the column, most likely first.
    pub(super) also: &'static [&'static str],
}

impl Field {
    /// A field without other names.
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, also: &[] }
    }

    /// A field with other names.
    pub(super) const fn or(name: &'static str, also: &'static [&'static str]) -> Self {
        Self { name, also }
    }
}

/// The index of each field's column.
pub(super) type Columns = BTreeMap<&'static str, usize>;

/// Matches columns to fields. Adds a sentence to `words` for each column matched by another name.
pub(super) fn find(
    columns: &[Column],
    fields: &[Field],
    map: &[(String, String)],
    words: &mut Vec<String>,
) -> Result<Columns, ImportError> {
    let mut found = Columns::new();
    for (one, other) in map {
        let (field, at) = mapped(columns, fields, one, other)?;
        if found.insert(field, at).is_some() {
            return Err(ImportError::BadOption(format!("--map names two columns for {field}: name one")));
        }
    }
    let taken: Vec<usize> = found.values().copied().collect();
    let free = |at: &usize| !taken.contains(at);
    for field in fields {
        if found.contains_key(field.name) {
            continue;
        }
        let own = one_called(columns, field.name, field.name, free)?;
        let at = match own {
            Some(at) => Some(at),
            None => also_called(columns, field, free, words)?,
        };
        found.extend(at.map(|at| (field.name, at)));
    }
    Ok(found)
}

/// Refuses a file without one of the needed fields.
pub(super) fn need(
    found: &Columns,
    needed: &[&str],
    rows: &Rows,
    fields: &[Field],
    skip_rows: usize,
) -> Result<(), ImportError> {
    let missing: Vec<&str> = needed.iter().copied().filter(|field| !found.contains_key(field)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let are_headings = |columns: &[Column]| {
        let found = find(columns, fields, &[], &mut Vec::new());
        found.is_ok_and(|found| needed.iter().all(|field| found.contains_key(field)))
    };
    let skip = rows.table.as_deref().and_then(|table| sheet::offer_to_skip(table, skip_rows, are_headings));
    let hint = match skip {
        Some(rows) => format!(". The headings seem to stand below: try again with --skip-rows {rows}"),
        None => {
            let for_all = if missing == ["council"] {
                ". Is it one council's file? Then name it with --council"
            } else {
                ""
            };
            format!(
                "{for_all}. If the column is called something else, say --map {}=\"its heading\"; if there are rows \
                 above the headings, say how many with --skip-rows",
                missing.first().copied().unwrap_or_default()
            )
        }
    };
    Err(ImportError::NoHeader { missing: missing.join(" or "), found: rows.found(), hint })
}

/// The field and the column in a mapping, in either order.
fn mapped(
    columns: &[Column],
    fields: &[Field],
    one: &str,
    other: &str,
) -> Result<(&'static str, usize), ImportError> {
    let field = |name: &str| fields.iter().find(|field| words_of(field.name) == words_of(name));
    if let Some(field) = field(one)
        && let Some(at) = one_called(columns, other, field.name, |_| true)?
    {
        return Ok((field.name, at));
    }
    if let Some(field) = field(other)
        && let Some(at) = one_called(columns, one, field.name, |_| true)?
    {
        return Ok((field.name, at));
    }
    let found: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let is_column = |name: &str| one_called(columns, name, "", |_| true).is_ok_and(|at| at.is_some());
    Err(ImportError::BadOption(if field(one).is_some() || field(other).is_some() && !is_column(other) {
        let column = if field(one).is_some() { other } else { one };
        format!("the file has no column “{column}”; it has {}", found.join(", "))
    } else {
        let mut all: Vec<&str> = fields.iter().map(|field| field.name).collect();
        all.sort_unstable();
        format!("“{one}” is not a field to import; there are {}", all.join(", "))
    }))
}

/// The only column with this name: exactly, by words, or as `column B`.
fn one_called(
    columns: &[Column],
    name: &str,
    field: &str,
    free: impl Fn(&usize) -> bool,
) -> Result<Option<usize>, ImportError> {
    let those = |is_it: &dyn Fn(usize, &Column) -> bool| -> Vec<usize> {
        let all = columns.iter().enumerate().filter(|(at, column)| free(at) && is_it(*at, column));
        all.map(|(at, _)| at).collect()
    };
    let exact = those(&|_, column| column.name == name.trim());
    let alike = || those(&|_, column| words_of(&column.name) == words_of(name));
    let by_place = || {
        let letter = fold(name).strip_prefix("column ").map(str::to_uppercase);
        those(&|_, column| letter.is_some() && column.letter == letter)
    };
    let found = [exact, alike(), by_place()].into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    match found.as_slice() {
        [] => Ok(None),
        [at] => Ok(Some(*at)),
        [first, second, ..] => Err(two_alike(columns, field, *first, *second)),
    }
}

fn also_called(
    columns: &[Column],
    field: &Field,
    free: impl Fn(&usize) -> bool,
    words: &mut Vec<String>,
) -> Result<Option<usize>, ImportError> {
    for name in field.also {
        if let Some(at) = one_called(columns, name, field.name, &free)? {
            let heading = columns.get(at).map(|column| column.name.as_str()).unwrap_or_default();
            words.push(format!("The column “{heading}” was read as {}.", field.name));
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn two_alike(columns: &[Column], field: &str, first: usize, second: usize) -> ImportError {
    let label = |at: usize| columns.get(at).map(Column::label).unwrap_or_default();
    let column = columns.get(first);
    let is_same = column.map(|column| &column.name) == columns.get(second).map(|column| &column.name);
    let choice = match column {
        Some(Column { letter: Some(letter), .. }) if is_same => format!("column {letter}"),
        Some(column) => column.name.clone(),
        None => String::new(),
    };
    ImportError::TwoAlike { field: field.to_owned(), first: label(first), second: label(second), choice }
}

/// The words of a heading: equal for `Budget band`, `budget-band`, `budget_band` and `budgetBand`.
fn words_of(heading: &str) -> String {
    let mut spaced = String::with_capacity(heading.len() + 4);
    let mut last = ' ';
    for c in heading.trim().trim_end_matches([':', '*', ' ']).chars() {
        if c.is_uppercase() && last.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if matches!(c, '_' | '-') { ' ' } else { c });
        last = c;
    }
    fold(&spaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 5] = [
        Field::or("title", &["project name", "name"]),
        Field::new("as_a"),
        Field::new("phase"),
        Field::new("budget_band"),
        Field::new("reuse"),
    ];

    fn found(headings: &[&str], map: &[(&str, &str)]) -> Result<Vec<(&'static str, usize)>, String> {
        let columns: Vec<Column> =
            headings.iter().enumerate().map(|(at, name)| Column::new(name, at)).collect();
        let map: Vec<_> = map.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let found = find(&columns, &FIELDS, &map, &mut Vec::new());
        found.map(|found| found.into_iter().collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_column_is_known_by_its_exact_name_or_its_words() {
        for (headings, map, expected) in [
            (&["ASA", "as_a"][..], &[][..], &[("as_a", 1)][..]),
            (&["ASA", "re-use", "pha.se"], &[], &[]),
            (&["Phase", "phase"], &[], &[("phase", 1)]),
            (
                &["\u{feff}Title*", " Budget  Band: ", "As-A"],
                &[],
                &[("as_a", 2), ("budget_band", 1), ("title", 0)],
            ),
            (&["budgetBand"], &[], &[("budget_band", 0)]),
            (&["Name", "Project name"], &[], &[("title", 1)]),
            (&["status", "x"], &[("phase", "Status")], &[("phase", 0)]),
            (&["status", "x"], &[("Status", "phase")], &[("phase", 0)]),
            (&["phase", "title"], &[("phase", "title")], &[("phase", 1)]),
            (&["phase", "phase"], &[("phase", "column b")], &[("phase", 1)]),
        ] {
            assert_eq!(found(headings, map).as_deref(), Ok(expected), "{headings:?}");
        }
    }

    #[test]
    fn two_that_are_alike_are_refused_with_both_named() {
        for (headings, map, says) in [
            (&["phase", "phase"][..], &[][..], "“phase” (column A) and “phase” (column B)"),
            (&["Phase", "PHASE"], &[], "“Phase” (column A) and “PHASE” (column B)"),
            (&["Budget band", "budget-band"], &[], "--map budget_band=\"Budget band\""),
            (&["Status", "Status"], &[("phase", "Status")], "--map phase=\"column A\""),
            (&["a", "b"], &[("phase", "a"), ("phase", "b")], "two columns for phase"),
            (&["a", "b"], &[("phase", "c")], "no column “c”"),
            (&["a", "b"], &[("c", "a")], "“c” is not a field"),
        ] {
            let refused = found(headings, map).unwrap_err();
            assert!(refused.contains(says), "{headings:?}: {refused}");
        }
        // Unused columns may share a name.
        assert_eq!(found(&["title", "Notes", "Notes", "", ""], &[]).unwrap(), [("title", 0)]);
    }
}
