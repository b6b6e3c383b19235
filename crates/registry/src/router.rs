//! The registry's whole surface, on one page.

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post, put};
use axum::{Router, middleware};
use guildhall_protocol::routes as paths;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::routes::{auth, changes, councils, health, me, projects, registry, services, submissions};
use crate::{Registry, edge};

pub(crate) fn router(state: Registry) -> Router {
    Router::new()
        .route(paths::HEALTHZ, get(health::healthz))
        .route(paths::READYZ, get(health::readyz))
        .route(paths::REGISTRY, get(registry::facts))
        .route(paths::CHANGES, get(changes::changes))
        .route(paths::SUBMISSION, put(submissions::send).get(submissions::state))
        .route(paths::SUBMISSION_WITHDRAW, post(submissions::withdraw))
        .route(paths::PROJECT, get(projects::project))
        .route(paths::COUNCILS, get(councils::councils))
        .route(paths::SERVICES, get(services::services))
        .route(paths::ME, get(me::me))
        .route(paths::AUTH_EMAIL_START, post(auth::start))
        .route(paths::AUTH_EMAIL_VERIFY, post(auth::verify))
        .route(paths::AUTH_TOKEN, post(auth::token))
        .route(paths::AUTH_REVOKE, post(auth::revoke))
        .layer(DefaultBodyLimit::max(paths::MAX_LINE))
        .layer(CatchPanicLayer::custom(edge::after_panic))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(state.clone(), edge::edge))
        .with_state(state)
}
