//! What a person does at the window: read, press, choose, write. Each action waits until its element is there and, if
//! it never appears, the error says what was there instead.

use anyhow::{Context, Result, bail};
use fantoccini::elements::{Element, ElementRef};
pub use fantoccini::key::Key;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::App;
use crate::processes::until;
use crate::stage::npm_file;

/// WebDriver's key for a reference to an element (WebDriver §12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// Computes roles and accessible names as the standard defines them.
const TESTING_LIBRARY: &str = "@testing-library/dom/dist/@testing-library/dom.umd.min.js";

#[derive(Deserialize)]
struct Found {
    element: Option<Value>,
    count: usize,
    names: Vec<String>,
}

impl App {
    /// Waits until the window shows these words.
    pub async fn sees(&self, words: &str) -> Result<()> {
        let seen = until(words, async || Ok(self.text().await?.contains(words).then_some(()))).await;
        self.explained(seen, &format!("sees “{words}”")).await
    }

    /// Waits until the window no longer shows these words.
    pub async fn sees_no_more(&self, words: &str) -> Result<()> {
        let gone = until(words, async || Ok((!self.text().await?.contains(words)).then_some(()))).await;
        self.explained(gone, &format!("sees “{words}” no more")).await
    }

    /// Whether the window shows these words now.
    pub async fn shows(&self, words: &str) -> Result<bool> {
        Ok(self.text().await?.contains(words))
    }

    /// All text in the window, as shown.
    pub async fn text(&self) -> Result<String> {
        let text = self.client()?.execute("return document.body.innerText", vec![]).await?;
        Ok(text.as_str().unwrap_or_default().replace('\u{a0}', " "))
    }

    /// Presses a button.
    pub async fn press(&self, name: &str) -> Result<()> {
        self.click("button", name).await
    }

    /// Follows a link.
    pub async fn follow(&self, name: &str) -> Result<()> {
        self.click("link", name).await
    }

    /// Chooses a radio button, or ticks or clears a checkbox, by its label.
    pub async fn choose(&self, label: &str) -> Result<()> {
        self.click("field", label).await
    }

    /// Clicks the element with this ARIA role and name.
    pub async fn click(&self, role: &str, name: &str) -> Result<()> {
        let clicked = until(name, async || {
            let Some(element) = self.look_for(role, name).await?.ok() else { return Ok(None) };
            // The element may move or be replaced before the click: the next attempt finds it again. It may be partly
            // out of sight, so it is scrolled into view.
            let clicked = element.clone().click().await.ok();
            if clicked.is_none() {
                let scroll = "arguments[0].scrollIntoView({ block: 'center' })";
                self.client()?.execute(scroll, vec![serde_json::to_value(element)?]).await.ok();
            }
            Ok(clicked)
        })
        .await;
        self.explained_with(clicked, role, name).await
    }

    /// Replaces the text of the field with this label, key by key.
    pub async fn fill(&self, label: &str, text: &str) -> Result<()> {
        self.click("field", label).await?;
        let field = self.find("field", label).await?;
        field.send_keys(&with_control("a")).await?;
        let keys = if text.is_empty() { char::from(Key::Delete).to_string() } else { text.to_owned() };
        field.send_keys(&keys).await?;
        Ok(())
    }

    /// Moves the cursor to the end of the field with this label.
    pub async fn write_on(&self, label: &str) -> Result<Element> {
        self.click("field", label).await?;
        let field = self.find("field", label).await?;
        field.send_keys(&with_control(&char::from(Key::End).to_string())).await?;
        Ok(field)
    }

    /// Chooses an option in the list with this label.
    pub async fn select(&self, label: &str, option: &str) -> Result<()> {
        Ok(self.find("field", label).await?.select_by_label(option).await?)
    }

    /// The text in the field with this label.
    pub async fn value(&self, label: &str) -> Result<String> {
        let field = self.find("field", label).await?;
        let value =
            self.client()?.execute("return arguments[0].value", vec![serde_json::to_value(field)?]).await?;
        Ok(value.as_str().context("a field has text")?.to_owned())
    }

    /// Presses keys at the focus; [`Key`] and [`with_control`] have the special ones.
    pub async fn keys(&self, keys: &str) -> Result<()> {
        Ok(self.client()?.active_element().await?.send_keys(keys).await?)
    }

    /// Waits for the element with this ARIA role and name ("field" stands for every role that a label names).
    pub async fn find(&self, role: &str, name: &str) -> Result<Element> {
        let found = until(name, async || Ok(self.look_for(role, name).await?.ok())).await;
        self.explained_with(found, role, name).await
    }

    /// How many elements have this ARIA role and name now.
    pub async fn count(&self, role: &str, name: &str) -> Result<usize> {
        Ok(match self.look_for(role, name).await? {
            Ok(_) => 1,
            Err(found) => found.count,
        })
    }

    /// The element if there is exactly one; otherwise what was there instead.
    async fn look_for(&self, role: &str, name: &str) -> Result<Result<Element, Found>> {
        let client = self.client()?;
        self.inject("TestingLibraryDom", TESTING_LIBRARY).await?;
        let found = client.execute(include_str!("find.js"), vec![json!(role), json!(name)]).await?;
        let found: Found = serde_json::from_value(found)?;
        let id = found.element.as_ref().and_then(|element| element.get(ELEMENT)?.as_str());
        Ok(match id {
            Some(id) => Ok(Element::from_element_id(client.clone(), ElementRef::from(id.to_owned()))),
            None => Err(found),
        })
    }

    /// Loads a library into the page, once.
    pub(crate) async fn inject(&self, global: &str, file: &str) -> Result<()> {
        let there = self.client()?.execute("return arguments[0] in window", vec![json!(global)]).await?;
        if there != json!(true) {
            self.client()?
                .execute(&npm_file(file)?, vec![])
                .await
                .with_context(|| format!("loading {file}"))?;
        }
        Ok(())
    }

    async fn explained_with<T>(&self, result: Result<T>, role: &str, name: &str) -> Result<T> {
        if result.is_ok() {
            return result;
        }
        let there = match self.look_for(role, name).await {
            Ok(Err(found)) if found.count > 1 => format!("{} of them", found.count),
            Ok(Err(found)) => format!("there are only: {}", found.names.join(" | ")),
            Ok(Ok(_)) => "it is there, but can't be used".to_owned(),
            Err(error) => format!("{error:#}"),
        };
        self.explained(result, &format!("finds the {role} “{name}” ({there})")).await
    }

    /// On failure, stores a screenshot and reports what the window shows.
    async fn explained<T>(&self, result: Result<T>, doing: &str) -> Result<T> {
        let Err(error) = result else { return result };
        let text = self.text().await.unwrap_or_default();
        if let Ok(picture) = self.client()?.screenshot().await {
            std::fs::write(&self.evidence, picture)?;
        }
        bail!(
            "{error:#}\nwhere {} {doing}. A picture: {}\n--- the window ---\n{text}",
            self.who,
            self.evidence.display()
        )
    }
}

/// A key pressed together with Ctrl, for [`App::keys`].
pub fn with_control(key: &str) -> String {
    format!("{}{key}{}", char::from(Key::Control), char::from(Key::Null))
}
