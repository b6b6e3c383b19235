//! Whether the links in the documents lead to files that exist: a moved file must not leave the map behind.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::steps::{command, output_of, root, say};

/// Looks at every link to a file in every tracked Markdown document.
///
/// # Errors
/// With each that leads nowhere.
pub fn check() -> Result<()> {
    say("Checking the links in the documents");
    let mut broken = Vec::new();
    for document in output_of(command("git").args(["ls-files", "*.md"]))?.lines() {
        let path = root().join(document);
        let text = std::fs::read_to_string(&path).with_context(|| document.to_owned())?;
        let folder = path.parent().context("a document is in a folder")?;
        let missing = targets(&text).filter(|target| !leads_somewhere(folder, target));
        broken.extend(missing.map(|target| format!("{document}: {target}")));
    }
    if broken.is_empty() {
        return Ok(());
    }
    bail!("{}\nThese links lead to no file.", broken.join("\n"))
}

/// What the text links to, without links to the web and within the document.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', '#']).next()?;
        let elsewhere = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
        (!elsewhere).then_some(target)
    })
}

fn leads_somewhere(folder: &Path, target: &str) -> bool {
    let path: PathBuf = folder.join(target);
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_files_are_looked_at() {
        let text = "[a](docs/a.md#b) [c](https://c.example) [d](#d) [e](mailto:e@e.example) [f](../f.rs)";
        assert_eq!(targets(text).collect::<Vec<_>>(), ["docs/a.md", "../f.rs"]);
    }

    #[test]
    fn a_link_to_no_file_is_found() {
        assert!(leads_somewhere(&root(), "README.md"));
        assert!(!leads_somewhere(&root(), "docs/nothing-of-this-name.md"));
    }
}
