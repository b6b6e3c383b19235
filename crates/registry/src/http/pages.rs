//! The pages that a browser shows: templates in `templates/pages`, with the words of `words/en.json`. Values are escaped, and
//! no page has a script or loads anything.

use askama::Template;

use crate::words::pages as words;

/// Asks whether the app shows the same code, before anyone is sent to the provider.
#[derive(Template)]
#[template(path = "pages/sign_in.html")]
pub(crate) struct SignIn<'a> {
    /// Empty if the registry has no name.
    pub(crate) registry: &'a str,
    pub(crate) host: &'a str,
    pub(crate) provider: &'a str,
    pub(crate) code: &'a str,
    pub(crate) challenge: &'a str,
    pub(crate) port: Option<u16>,
    pub(crate) mark: &'a str,
}

impl SignIn<'_> {
    fn registry_name(&self) -> &str {
        if self.registry.is_empty() { words::sign_in::this_registry() } else { self.registry }
    }
}

/// The code to type into the app, if the browser can't pass it on.
#[derive(Template)]
#[template(path = "pages/code.html")]
pub(crate) struct Code<'a> {
    pub(crate) code: &'a str,
}

/// Why nobody was signed in, and what to do.
#[derive(Template)]
#[template(path = "pages/not_signed_in.html")]
pub(crate) enum NotSignedIn<'a> {
    /// The form was not sent by this registry's own page.
    NotOurButton,
    AnotherBrowser,
    TooLate,
    /// The provider's answer can't be used.
    NoAnswer {
        provider: &'a str,
    },
}

/// The description of the API, to read.
#[derive(Template)]
#[template(path = "pages/api.html")]
pub(crate) struct Api<'a> {
    pub(crate) description: &'a str,
    pub(crate) operations: Vec<Operation<'a>>,
    pub(crate) schemas: Vec<Part<'a>>,
}

/// A method of a path.
pub(crate) struct Operation<'a> {
    /// In capitals.
    pub(crate) method: String,
    pub(crate) path: &'a str,
    pub(crate) summary: &'a str,
    pub(crate) parts: Vec<Part<'a>>,
}

/// A part of the description that is shown as JSON.
pub(crate) struct Part<'a> {
    pub(crate) name: &'a str,
    pub(crate) json: String,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Each with its template's name, and after a dot the case where a template has several.
    fn pages() -> Vec<(&'static str, String)> {
        let sign_in = SignIn {
            registry: "Barsetshire's <registry>",
            host: "registry.example",
            provider: "Barchester \"ID\" & friends",
            code: "K7Q4",
            challenge: "0a1b",
            port: Some(49152),
            mark: "4f8e",
        };
        let part = |name| Part { name, json: "{\n  \"schema\": \"<b>\"\n}".to_owned() };
        let operation = Operation {
            method: "GET".to_owned(),
            path: "/api/v1/things/{id}",
            summary: "Read a thing",
            parts: vec![part("parameters"), part("responses")],
        };
        let api = Api {
            description: "A registry & more",
            operations: vec![operation],
            schemas: vec![part("Thing")],
        };
        vec![
            ("sign_in", sign_in.to_string()),
            ("sign_in.no_name_no_port", SignIn { registry: "", port: None, ..sign_in }.to_string()),
            ("code", Code { code: "ABCDEFGH IJKLMNOP" }.to_string()),
            ("not_signed_in.not_our_button", NotSignedIn::NotOurButton.to_string()),
            ("not_signed_in.another_browser", NotSignedIn::AnotherBrowser.to_string()),
            ("not_signed_in.too_late", NotSignedIn::TooLate.to_string()),
            ("not_signed_in.no_answer", NotSignedIn::NoAnswer { provider: "<Barchester ID>" }.to_string()),
            ("api", api.to_string()),
        ]
    }

    #[test]
    fn every_page_shows_what_it_showed() {
        insta::with_settings!({ prepend_module_to_snapshot => false }, {
            for (name, page) in pages() {
                insta::assert_snapshot!(name, page);
            }
        });
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/pages");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let templates = files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned());
        let templates: BTreeSet<String> = templates.filter(|name| !name.ends_with("_layout")).collect();
        let shown = pages().into_iter().map(|(name, _)| name.split('.').next().unwrap().to_owned());
        assert_eq!(shown.collect::<BTreeSet<_>>(), templates, "each template has a page here");
    }

    #[test]
    fn what_a_page_is_given_is_no_markup() {
        for (name, page) in pages() {
            assert!(
                !page.contains("<registry>") && !page.contains("<Barchester ID>") && !page.contains("<b>"),
                "{name}"
            );
            assert!(!page.contains("<script") && !page.contains("src="), "{name}");
        }
    }
}
