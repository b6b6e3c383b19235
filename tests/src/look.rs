//! Checks how a screen looks to sighted people and to screen readers.

use std::fs;

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::App;
use crate::processes::until;
use crate::stage::target;

const AXE: &str = "axe-core/axe.min.js";
const RUN_AXE: &str = "
    const done = arguments[0];
    axe.run({ resultTypes: ['violations'] }).then(
      (result) => done({ violations: result.violations.map((v) => ({
        id: v.id, help: v.help, where: v.nodes.map((n) => n.target.join(' ') + ': ' + n.html.slice(0, 200)) })) }),
      (error) => done({ violations: [], error: String(error) }));
";

/// A change is on the screen in the second frame from now.
const DRAWN: &str =
    "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";

#[derive(Deserialize)]
struct Report {
    violations: Vec<Violation>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Violation {
    id: String,
    help: String,
    #[serde(rename = "where")]
    places: Vec<String>,
}

impl App {
    /// Stores a screenshot at target/screens/NAME.png.
    pub async fn keeps_picture(&self, name: &str) -> Result<()> {
        let folder = target()?.join("screens");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("{name}.png")), self.picture().await?)?;
        Ok(())
    }

    /// Shows the window in another language until it is closed.
    pub async fn speak(&self, language: &str) -> Result<()> {
        const CHANGE: &str =
            "window.isLeaving = true; sessionStorage.language = arguments[0]; location.reload()";
        const IS_THERE: &str = "return !window.isLeaving && document.querySelector('h1') !== null";
        self.client()?.execute(CHANGE, vec![language.into()]).await?;
        until("the window to speak another language", async || {
            Ok((self.client()?.execute(IS_THERE, vec![]).await? == true).then_some(()))
        })
        .await
    }

    /// Stores a screenshot at target/screens/NAME.png, then fails if axe finds a violation.
    pub async fn inspect(&self, name: &str) -> Result<()> {
        self.keeps_picture(name).await?;
        self.inject("axe", AXE).await?;
        let report: Report = serde_json::from_value(self.client()?.execute_async(RUN_AXE, vec![]).await?)?;
        if let Some(error) = report.error {
            bail!("axe could not look at {name}: {error}");
        }
        if !report.violations.is_empty() {
            let lines = report.violations.iter().flat_map(|violation| {
                let head = format!("{}: {}", violation.id, violation.help);
                std::iter::once(head).chain(violation.places.iter().map(|place| format!("    {place}")))
            });
            bail!("axe on {name}:\n{}", lines.collect::<Vec<_>>().join("\n"));
        }
        Ok(())
    }

    /// Fails if text is cut off somewhere in the window, or a pane of text has to be scrolled sideways.
    pub async fn cuts_nothing_off(&self, name: &str) -> Result<()> {
        let cut = self.client()?.execute(include_str!("cut_off.js"), vec![]).await?;
        let cut: Vec<String> = serde_json::from_value(cut)?;
        if !cut.is_empty() {
            bail!("cut off in {name}:\n    {}", cut.join("\n    "));
        }
        Ok(())
    }

    /// A screenshot of the settled window: drawn, and the same twice.
    async fn picture(&self) -> Result<Vec<u8>> {
        let mut last = Vec::new();
        until("the window to come to rest", async || {
            self.client()?.execute_async(DRAWN, vec![]).await?;
            let picture = self.client()?.screenshot().await?;
            let same = picture == last;
            last = picture;
            Ok(same.then(|| last.clone()))
        })
        .await
    }
}
