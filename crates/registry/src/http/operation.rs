//! What an operation of the API takes and responds with. It is read from the types of its handler, so that the
//! description of the API (`openapi.rs`) cannot say anything else than the code does.

use std::future::Future;
use std::marker::PhantomData;

use axum::extract::{Form, Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, body::Body};
use guildhall_protocol::Submission;
use guildhall_protocol::fields::Fields;
use guildhall_protocol::routes::NDJSON;
use http::{HeaderMap, StatusCode, header};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::Registry;
use crate::error::Error;
use crate::http::extract::{
    ApiJson, Bearer, ClientIp, DeviceJson, Limited, MaybeSignedIn, Path, SignedIn, SubmissionBody,
    WithSecondFactor,
};

pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// An operation, as its description has it.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) summary: &'static str,
    /// Does it need an access token? Otherwise it takes one if there is one.
    pub(crate) signed_in: bool,
    pub(crate) query: &'static [Parameter],
    pub(crate) body: Option<SchemaOf>,
    pub(crate) responds: Responds,
}

/// Name, JSON type and meaning of an optional parameter of the query.
pub(crate) type Parameter = (&'static str, &'static str, &'static str);

/// What a success responds with.
#[derive(Clone, Copy)]
pub(crate) enum Responds {
    /// Nothing (204).
    Nothing,
    Json(SchemaOf),
    /// A line of plain text.
    Text,
    /// A page in HTML.
    Page,
    /// A redirect to another address (303).
    Redirect,
    /// NDJSON: the lines of the change feed.
    Lines,
}

/// A handler whose types describe its operation.
pub(crate) trait Handles<Arguments> {
    fn operation(&self, summary: &'static str) -> Operation;
}

/// An argument of a handler.
pub(crate) trait Argument {
    /// Adds what it says of the operation, which for many is nothing.
    fn describe(_: &mut Operation) {}
}

/// What a handler returns.
pub(crate) trait Returns {
    const RESPONDS: Responds;
}

macro_rules! handles {
    ($($argument:ident),*) => {
        impl<F, Run, $($argument),*> Handles<($($argument,)*)> for F
        where
            F: Fn($($argument),*) -> Run,
            Run: Future<Output: Returns>,
            $($argument: Argument),*
        {
            fn operation(&self, summary: &'static str) -> Operation {
                let responds = <Run::Output as Returns>::RESPONDS;
                #[allow(unused_mut)]
                let mut operation = Operation { summary, signed_in: false, query: &[], body: None, responds };
                $($argument::describe(&mut operation);)*
                operation
            }
        }
    };
}

handles!();
handles!(A);
handles!(A, B);
handles!(A, B, C);
handles!(A, B, C, D);
handles!(A, B, C, D, E);

impl Argument for State<Registry> {}
impl Argument for Bearer {}
impl Argument for MaybeSignedIn {}
impl Argument for ClientIp {}
impl Argument for HeaderMap {}
impl<L> Argument for Limited<L> {}
impl<T> Argument for Path<T> {}
/// A form of one of the registry's own pages, which is no part of the API.
impl<T> Argument for Form<T> {}

impl Argument for SignedIn {
    fn describe(operation: &mut Operation) {
        operation.signed_in = true;
    }
}

impl Argument for WithSecondFactor {
    fn describe(operation: &mut Operation) {
        operation.signed_in = true;
    }
}

impl<T: JsonSchema> Argument for ApiJson<T> {
    fn describe(operation: &mut Operation) {
        operation.body = Some(schema_of::<T>);
    }
}

impl<T: JsonSchema> Argument for DeviceJson<T> {
    fn describe(operation: &mut Operation) {
        operation.body = Some(schema_of::<T>);
    }
}

impl Argument for SubmissionBody {
    fn describe(operation: &mut Operation) {
        operation.body = Some(schema_of::<Submission>);
    }
}

/// A query whose parameters are described.
pub(crate) trait Parameters {
    const DESCRIBED: &'static [Parameter];
}

impl<T: Parameters> Argument for Query<T> {
    fn describe(operation: &mut Operation) {
        operation.query = T::DESCRIBED;
    }
}

impl<T: Returns> Returns for Result<T, Error> {
    const RESPONDS: Responds = T::RESPONDS;
}

impl<T: JsonSchema> Returns for Json<T> {
    const RESPONDS: Responds = Responds::Json(schema_of::<T>);
}

impl Returns for &'static str {
    const RESPONDS: Responds = Responds::Text;
}

impl Returns for Html<String> {
    const RESPONDS: Responds = Responds::Page;
}

/// Pages need headers of their own, and are put together by their handlers.
impl Returns for Response {
    const RESPONDS: Responds = Responds::Page;
}

/// Done, with nothing to say (204).
pub(crate) struct NoContent(pub(crate) ());

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl Returns for NoContent {
    const RESPONDS: Responds = Responds::Nothing;
}

/// The lines of the change feed.
pub(crate) struct Lines(pub(crate) String);

impl IntoResponse for Lines {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, NDJSON)], Body::from(self.0)).into_response()
    }
}

impl Returns for Lines {
    const RESPONDS: Responds = Responds::Lines;
}

/// Records of the kind `T`, passed on as they are stored: with fields that this version does not know.
pub(crate) struct Records<T>(pub(crate) Vec<Fields>, pub(crate) PhantomData<T>);

impl<T> From<Vec<Fields>> for Records<T> {
    fn from(records: Vec<Fields>) -> Self {
        Self(records, PhantomData)
    }
}

impl<T> IntoResponse for Records<T> {
    fn into_response(self) -> Response {
        Json(self.0).into_response()
    }
}

impl<T: JsonSchema> Returns for Records<T> {
    const RESPONDS: Responds = Responds::Json(schema_of::<Vec<T>>);
}
