//! The HTTP surface: routes, the middleware that every request passes, limits, and the description of the API. Nothing
//! else uses axum. A handler's extractors read its request; it calls one function of an area and returns its result.

mod extract;
pub(crate) mod limits;
pub(crate) mod metrics;
pub(crate) mod middleware;
pub(crate) mod openapi;
mod operation;
mod pages;
pub(crate) mod problem;
pub(crate) mod router;
pub(crate) mod routes;
pub(crate) mod serve;
mod site;
