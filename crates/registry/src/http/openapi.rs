//! The description of the whole API (OpenAPI 3.1), made from the routes: committed as docs/openapi.json, and shown on a
//! page.

use axum::Json;
use axum::response::{Html, IntoResponse, Response};
use guildhall_protocol::fields::Fields;
use guildhall_protocol::{
    Council, Decision, PROTOCOL, Problem, Project, Review, ReviewOutcome, Service, Update,
};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::http::operation::{Operation, Responds};
use crate::http::pages;
use crate::http::router::surface;

/// A route of the API.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) operation: Operation,
}

/// The description of the whole API.
pub fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for route in surface().routes {
        let operation = operation(&route, &mut generator);
        if let Value::Object(methods) = paths.entry(route.path).or_insert_with(|| json!({})) {
            methods.insert(route.method.as_str().to_lowercase(), operation);
        }
    }
    // The bodies of change lines, by their kind. No operation names them, so they are only added to the schemas.
    let _listed = [
        generator.subschema_for::<Council>(),
        generator.subschema_for::<Service>(),
        generator.subschema_for::<Project>(),
        generator.subschema_for::<Update>(),
        generator.subschema_for::<Review>(),
        generator.subschema_for::<ReviewOutcome>(),
        generator.subschema_for::<Decision>(),
    ];
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Guildhall registry",
            "version": PROTOCOL.to_string(),
            "description": "The shared registry that Guildhall syncs with. Every error is a problem (RFC 9457) with a code. \
                            What you may not see is answered as if it did not exist (404).",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": generator.take_definitions(true),
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let Operation { summary, signed_in, query, body, responds } = route.operation;
    let mut operation = Map::new();
    operation.insert("operationId".to_owned(), operation_id(route).into());
    operation.insert("summary".to_owned(), summary.into());
    let named = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = named.map(in_path).collect();
    parameters.extend(query.iter().map(|(name, kind, meaning)| {
        json!({"name": name, "in": "query", "description": meaning, "schema": {"type": kind}})
    }));
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), parameters.into());
    }
    let security = if signed_in { json!([{"token": []}]) } else { json!([{}, {"token": []}]) };
    operation.insert("security".to_owned(), security);
    if let Some(schema) = body {
        let content = json!({"application/json": {"schema": schema(generator)}});
        operation.insert("requestBody".to_owned(), json!({"required": true, "content": content}));
    }
    let (status, content) = match responds {
        Responds::Nothing => ("204", Value::Null),
        Responds::Redirect => ("303", Value::Null),
        Responds::Json(schema) => ("200", json!({"application/json": {"schema": schema(generator)}})),
        Responds::Text => ("200", json!({"text/plain": {"schema": {"type": "string"}}})),
        Responds::Page => ("200", json!({"text/html": {"schema": {"type": "string"}}})),
        Responds::Lines => ("200", json!({"application/x-ndjson": {"schema": {"type": "string"}}})),
    };
    let mut done = json!({"description": "Done"});
    if !content.is_null() {
        done["content"] = content;
    }
    let problem = json!({"application/problem+json": {"schema": generator.subschema_for::<Problem>()}});
    let refused = json!({"description": "Why it was not done", "content": problem});
    operation.insert("responses".to_owned(), json!({status: done, "default": refused}));
    Value::Object(operation)
}

/// `get_councils_code_people`, for example: what generated clients call it.
fn operation_id(route: &Route) -> String {
    let path = route.path.trim_start_matches("/api/v1").replace(['{', '}'], "").replace(['/', '.', '-'], "_");
    format!("{}{path}", route.method.as_str().to_lowercase())
}

fn in_path(name: &str) -> Value {
    let schema = match name {
        "code" => json!({"type": "string", "pattern": "^[A-Za-z0-9-]{2,12}$"}),
        "domain" => json!({"type": "string"}),
        _ => json!({"type": "string", "format": "uuid"}),
    };
    json!({"name": name, "in": "path", "required": true, "schema": schema})
}

pub(crate) async fn document() -> Json<Fields> {
    match openapi() {
        Value::Object(description) => Json(description),
        _ => Json(Fields::new()),
    }
}

/// The description as a page. It loads nothing, and may not.
pub(crate) async fn page() -> Response {
    const NOTHING: &str = "default-src 'none'; style-src 'unsafe-inline'";
    let headers: [(HeaderName, HeaderValue); 1] =
        [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NOTHING))];
    (StatusCode::OK, headers, Html(readable(&openapi()).to_string())).into_response()
}

/// What the page shows of it.
fn readable(description: &Value) -> pages::Api<'_> {
    let operations = members(&description["paths"]).flat_map(|(path, methods)| {
        members(methods).map(move |(method, operation)| (path, method, operation))
    });
    pages::Api {
        description: text(&description["info"]["description"]),
        operations: operations
            .map(|(path, method, operation)| pages::Operation {
                method: method.to_uppercase(),
                path,
                summary: text(&operation["summary"]),
                parts: ["parameters", "requestBody", "responses"]
                    .into_iter()
                    .filter_map(|name| Some(part((name, operation.get(name)?))))
                    .collect(),
            })
            .collect(),
        schemas: members(&description["components"]["schemas"]).map(part).collect(),
    }
}

fn part<'a>((name, json): (&'a str, &Value)) -> pages::Part<'a> {
    pages::Part { name, json: format!("{json:#}") }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

#[cfg(test)]
mod tests {
    use askama::filters::{Html, escape};

    use super::*;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

    /// `cargo xtask bindings` writes it.
    #[test]
    fn the_committed_description_is_that_of_the_code() {
        let now = format!("{:#}\n", openapi());
        if std::env::var_os("GUILDHALL_WRITE_BINDINGS").is_some() {
            std::fs::write(FILE, &now).unwrap();
        }
        let committed = std::fs::read_to_string(FILE).unwrap_or_default();
        assert!(committed == now, "docs/openapi.json is old: run cargo xtask bindings");
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_a_page_shows_it() {
        let description = openapi();
        let page = readable(&description).to_string();
        let mut names = std::collections::BTreeSet::new();
        for route in surface().routes {
            assert!(names.insert(operation_id(&route)), "{}", operation_id(&route));
            let summary = escape(route.operation.summary, Html).unwrap().to_string();
            assert!(page.contains(&summary), "{summary}");
        }
        assert!(!page.contains("http://") && !page.contains("src="), "it loads nothing from elsewhere");
    }
}
