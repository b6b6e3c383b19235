//! Finding the council that a spreadsheet names: by code, by GSS code, by a current or former name, and finally by the
//! name without words such as "Borough Council", if that matches only one council.

use std::collections::{BTreeSet, HashMap};

use guildhall_protocol::text::fold;
use guildhall_protocol::{Council, CouncilCode};

/// The registry's councils, indexed by all their codes and names.
pub(super) struct Names {
    councils: Vec<Council>,
    exact: HashMap<String, BTreeSet<usize>>,
    core: HashMap<String, BTreeSet<usize>>,
    /// The parts of names that contain a comma.
    parts: HashMap<String, BTreeSet<usize>>,
}

/// Why no council was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// No council has this name.
    Nobody,
    /// Several have it, and none fits better.
    Several(Vec<CouncilCode>),
}

impl Names {
    pub(super) fn new(councils: Vec<Council>) -> Self {
        let (mut exact, mut core) = (HashMap::<_, BTreeSet<_>>::new(), HashMap::<_, BTreeSet<_>>::new());
        let mut parts = HashMap::<_, BTreeSet<_>>::new();
        for (index, council) in councils.iter().enumerate() {
            let codes = [council.code.as_str(), council.gss_code.as_str()];
            let names = [council.name.as_str(), council.name_cy.as_str()];
            for name in codes.into_iter().chain(names).chain(council.other_names.iter().map(String::as_str)) {
                exact.entry(key(name)).or_default().insert(index);
            }
            for name in names.into_iter().chain(council.other_names.iter().map(String::as_str)) {
                core.entry(core_of(name)).or_default().insert(index);
                for part in name.split(',').filter(|part| part.len() < name.len()) {
                    parts.entry(core_of(part)).or_default().insert(index);
                }
            }
        }
        Self { councils, exact, core, parts }
    }

    /// The council with this code or name.
    pub(super) fn find(&self, text: &str) -> Result<&CouncilCode, Unknown> {
        let (key, core) = (key(text), core_of(text));
        let all = [(&self.exact, &key), (&self.core, &core), (&self.parts, &core)];
        let mut found = all
            .into_iter()
            .filter(|(_, name)| !name.is_empty())
            .map(|(names, name)| self.one_of(names.get(name)));
        found.find(|found| *found != Err(Unknown::Nobody)).unwrap_or(Err(Unknown::Nobody))
    }

    /// The only match, or the only one that still exists.
    fn one_of(&self, found: Option<&BTreeSet<usize>>) -> Result<&CouncilCode, Unknown> {
        let found: Vec<&Council> =
            found.into_iter().flatten().filter_map(|index| self.councils.get(*index)).collect();
        let current: Vec<&&Council> = found.iter().filter(|council| council.ended.is_none()).collect();
        match (found.as_slice(), current.as_slice()) {
            ([], _) => Err(Unknown::Nobody),
            ([one], _) => Ok(&one.code),
            (_, [one]) => Ok(&one.code),
            _ => Err(Unknown::Several(found.iter().map(|council| council.code.clone()).collect())),
        }
    }
}

/// A name without differences in spelling and punctuation.
fn key(name: &str) -> String {
    let name = fold(name).replace('&', " and ").replace('\'', "");
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// A name without its kind of council.
pub(super) fn core_of(name: &str) -> String {
    const KINDS: [&str; 22] = [
        "and",
        "council",
        "borough",
        "district",
        "county",
        "city",
        "metropolitan",
        "london",
        "royal",
        "the",
        "of",
        "unitary",
        "authority",
        "corporation",
        "cc",
        "bc",
        "dc",
        "mbc",
        "ua",
        "boro",
        "cyngor",
        "sir",
    ];
    let key = key(name);
    key.split(' ').filter(|word| !KINDS.contains(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use guildhall_protocol::Nation;

    use super::*;

    fn council(code: &str, name: &str, other: &[&str], ended: Option<&str>) -> Council {
        Council {
            code: code.parse().unwrap(),
            gss_code: format!("E0{code}"),
            name: name.to_owned(),
            name_cy: String::new(),
            other_names: other.iter().map(|name| (*name).to_owned()).collect(),
            council_type: String::new(),
            nation: Nation::England,
            region: String::new(),
            lat: None,
            long: None,
            started: None,
            ended: ended.map(|ended| ended.parse().unwrap()),
            successors: Vec::new(),
            offers: Vec::new(),
        }
    }

    #[test]
    fn cases() {
        let names = Names::new(vec![
            council("BCH", "Barchester City Council", &["Barchester"], None),
            council("BST", "Barsetshire County Council", &[], Some("2020-03-31")),
            council("BAR", "Barsetshire Council", &["Barsetshire"], None),
            council("WLF", "London Borough of Walford", &[], None),
            council("MIL", "Milton Borough Council", &[], None),
            council("MLT", "Milton District Council", &[], None),
            council("CAD", "Castleglen & Derravale District Council", &[], None),
        ]);
        for (text, expected) in [
            ("BCH", Ok("BCH")),
            ("E0BCH", Ok("BCH")),
            ("barchester  city council", Ok("BCH")),
            ("Barchester Borough Council", Ok("BCH")),
            ("Walford", Ok("WLF")),
            ("Walford Council", Ok("WLF")),
            ("Castleglen and Derravale", Ok("CAD")),
            // The full name finds a former council; a name that both share finds the current one.
            ("Barsetshire County Council", Ok("BST")),
            ("Barsetshire", Ok("BAR")),
            ("Barsetshire CC", Ok("BAR")),
            ("Milton", Err("MIL MLT")),
            ("City of", Err("")),
            ("Satori Lab", Err("")),
            ("", Err("")),
        ] {
            let found = names.find(text).map(CouncilCode::as_str).map_err(|unknown| match unknown {
                Unknown::Nobody => String::new(),
                Unknown::Several(codes) => {
                    codes.iter().map(CouncilCode::as_str).collect::<Vec<_>>().join(" ")
                }
            });
            assert_eq!(found, expected.map_err(str::to_owned), "{text}");
        }
    }
}
