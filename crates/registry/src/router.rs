//! The registry's whole surface, on one page.

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};
use axum::{Router, middleware};
use guildhall_protocol::routes as paths;
use http::Method;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::routes::{
    auth, changes, coordination, councils, health, me, people, projects, registry, services, submissions,
};
use crate::{Registry, edge};

/// Every route, by its method and path.
pub(crate) struct Surface {
    router: Router<Registry>,
    routes: Vec<(Method, &'static str)>,
}

impl Surface {
    fn with<H, T>(mut self, method: Method, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Registry>,
        T: 'static,
    {
        if let Ok(filter) = MethodFilter::try_from(method.clone()) {
            self.router = self.router.route(path, on(filter, handler));
            self.routes.push((method, path));
        }
        self
    }

    fn get<H: Handler<T, Registry>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with(Method::GET, path, handler)
    }

    fn put<H: Handler<T, Registry>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with(Method::PUT, path, handler)
    }

    fn post<H: Handler<T, Registry>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with(Method::POST, path, handler)
    }

    fn delete<H: Handler<T, Registry>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with(Method::DELETE, path, handler)
    }
}

fn surface() -> Surface {
    Surface { router: Router::new(), routes: Vec::new() }
        .get(paths::HEALTHZ, health::healthz)
        .get(paths::READYZ, health::readyz)
        .get(paths::REGISTRY, registry::facts)
        .get(paths::CHANGES, changes::changes)
        .put(paths::SUBMISSION, submissions::send)
        .get(paths::SUBMISSION, submissions::state)
        .post(paths::SUBMISSION_WITHDRAW, submissions::withdraw)
        .get(paths::PROJECT, projects::project)
        .delete(paths::PROJECT, projects::purge)
        .post(paths::REPORTS, projects::report)
        .delete(paths::REPORT, projects::close_report)
        .get(paths::COUNCILS, councils::councils)
        .get(paths::SERVICES, services::services)
        .get(paths::ME, me::me)
        .delete(paths::ME, me::erase)
        .get(paths::MY_DATA, me::export)
        .get(paths::DEVICES, me::devices)
        .delete(paths::DEVICE, me::sign_out_device)
        .post(paths::ASK_FOR_COUNCIL, me::ask_for_council)
        .get(paths::PEOPLE, people::people)
        .put(paths::COUNCIL_PERSON, people::set_role)
        .delete(paths::COUNCIL_PERSON, people::remove_access)
        .put(paths::COUNCIL_SETTINGS, people::settings)
        .get(paths::COUNCIL_DATA, people::export)
        .post(paths::INVITATIONS, people::invite)
        .delete(paths::INVITATION, people::take_invitation_back)
        .post(paths::INVITATION_ANSWER, people::answer_invitation)
        .put(paths::DOMAIN, people::answer_domain)
        .get(paths::COORDINATION, coordination::coordination)
        .get(paths::AUDIT, coordination::audit)
        .post(paths::AUTH_EMAIL_START, auth::start)
        .post(paths::AUTH_EMAIL_VERIFY, auth::verify)
        .post(paths::AUTH_TOKEN, auth::token)
        .post(paths::AUTH_REVOKE, auth::revoke)
}

/// Every route that there is, by its method and path.
pub fn routes() -> Vec<(Method, &'static str)> {
    surface().routes
}

pub(crate) fn router(state: Registry) -> Router {
    surface()
        .router
        .layer(DefaultBodyLimit::max(paths::MAX_LINE))
        .layer(CatchPanicLayer::custom(edge::after_panic))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(state.clone(), edge::edge))
        .with_state(state)
}
