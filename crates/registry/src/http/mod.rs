//! The registry as HTTP has it: routes, what every request passes, limits, and the description of it all. Only here is axum
//! known. A handler reads its request, calls one function of an area and returns its result.

mod extract;
pub(crate) mod limits;
pub(crate) mod metrics;
pub(crate) mod middleware;
pub(crate) mod openapi;
mod operation;
pub(crate) mod problem;
pub(crate) mod router;
pub(crate) mod routes;
pub(crate) mod serve;
