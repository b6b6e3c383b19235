//! Which folders of a crate may import which. A folder may use those before it in its crate's list and none after it,
//! so there are no cycles. Some may not use all of those before it. Every folder may use the files at the top of the
//! crate (its errors, its environment and so on).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::steps::{root, say};

/// A crate and its folders, from the lowest layer up.
struct Layers {
    source: &'static str,
    folders: &'static [&'static str],
    /// Folders that may not use one further down: they go through those between.
    never: &'static [(&'static str, &'static str)],
}

const ALL: [Layers; 2] = [
    Layers {
        source: "crates/registry/src",
        folders: &[
            "store",
            "mail",
            "access",
            "submissions",
            "projects",
            "councils",
            "auth",
            "feed",
            "privacy",
            "ops",
            "site",
            "load",
            "http",
        ],
        never: &[("http", "store")],
    },
    Layers {
        source: "crates/client/src",
        folders: &["store", "views", "form", "remote", "sync", "drafts", "catalogue", "council", "account"],
        never: &[],
    },
];

/// Checks every import in the crates that have layers.
///
/// # Errors
/// Lists each import of a higher layer, and each folder that is in no list.
pub fn check() -> Result<()> {
    say("Checking which folder uses which");
    let mut wrong = Vec::new();
    for layers in &ALL {
        wrong.extend(layers.violations(&root().join(layers.source))?);
    }
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("{}\nA folder uses those before it in xtask/src/layers.rs only.", wrong.join("\n"))
}

impl Layers {
    fn violations(&self, source: &Path) -> Result<Vec<String>> {
        let rank = |folder: &str| self.folders.iter().position(|known| *known == folder);
        let mut wrong = Vec::new();
        for file in rust_files(source)? {
            let path = file.strip_prefix(source)?;
            let mut parts = path.components();
            let Some(folder) = parts.next().map(|part| part.as_os_str().to_string_lossy().into_owned())
            else {
                continue;
            };
            // A file at the top, such as `store.rs`, belongs to the folder of the same name.
            let folder = folder.trim_end_matches(".rs");
            let is_top = parts.next().is_none();
            let Some(from) = rank(folder) else {
                if !is_top && folder != "cli" && !folder.starts_with("settings") {
                    wrong.push(format!("{}: {folder} is in no list", self.source));
                }
                continue;
            };
            if is_test(&file)? {
                continue;
            }
            let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            for used in used_by(&text) {
                let points_up = rank(&used).is_some_and(|to| to > from);
                if points_up || self.never.contains(&(folder, used.as_str())) {
                    wrong.push(format!("{}/{}: {folder} uses {used}", self.source, path.display()));
                }
            }
        }
        Ok(wrong)
    }
}

/// Whether the folder's mod.rs declares the file as a module for tests only.
fn is_test(file: &Path) -> Result<bool> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_stem()) else { return Ok(false) };
    let mod_rs = folder.join("mod.rs");
    if !mod_rs.exists() {
        return Ok(false);
    }
    let (mod_rs, name) = (fs::read_to_string(mod_rs)?, name.to_string_lossy());
    Ok(["", "pub(crate) "].iter().any(|shown| mod_rs.contains(&format!("#[cfg(test)]\n{shown}mod {name};"))))
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The first name after each `crate::` in the code, without unit tests and comments.
fn used_by(text: &str) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if code[..at].ends_with(|c: char| is_word(c) || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => used.extend(first_word(rest)),
            Some(list) => used.extend(top_of_list(list)),
        }
    }
    used
}

fn first_word(text: &str) -> Option<String> {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

/// The first word of each item in a braced list, up to the closing brace.
fn top_of_list(list: &str) -> Vec<String> {
    let (mut depth, mut top) = (0, String::new());
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            c if depth == 0 => top.push(c),
            _ => {}
        }
    }
    top.split(',').filter_map(first_word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_in_every_form() {
        let text = "use crate::{Registry, access::policy::{self, can}, store};\n\
            // use crate::http::router;\n\
            fn x() { crate::mail::send(); my_crate::load::all(); }\n\
            #[cfg(test)]\nmod tests {\n use crate::privacy::erase;\n}";
        let used: Vec<String> = used_by(text).into_iter().collect();
        assert_eq!(used, ["Registry", "access", "mail", "store"]);
    }

    #[test]
    fn an_upward_import_is_reported() {
        let source = tempfile::tempdir().unwrap();
        let folders = &["store", "access", "http"];
        let layers = Layers { source: "src", folders, never: &[("http", "store")] };
        let write = |file: &str, text: &str| {
            let file = source.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("lib.rs", "use crate::http::router;");
        write("store/mod.rs", "use crate::error::Error;");
        write("http/router.rs", "use crate::access::policy;");
        write("access/policy.rs", "use crate::store::records;");
        assert!(layers.violations(source.path()).unwrap().is_empty());
        write("store/records.rs", "use crate::http::router;");
        write("http/pages.rs", "use crate::store::records;");
        write("attic/mod.rs", "");
        let told = layers.violations(source.path()).unwrap();
        assert_eq!(
            told,
            [
                "src: attic is in no list",
                "src/http/pages.rs: http uses store",
                "src/store/records.rs: store uses http"
            ]
        );
    }
}
