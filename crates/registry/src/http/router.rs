//! The registry's whole surface, on one page: a line a route. What a route takes and responds with is read from the
//! types of its handler.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, on};
use guildhall_protocol::routes as paths;
use http::Method;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::Registry;
use crate::http::middleware;
use crate::http::openapi::{self, Route};
use crate::http::operation::{Handles, Responds};
use crate::http::routes::{
    auth, changes, coordination, councils, health, me, openid, people, projects, registry, second_factor,
    services, submissions,
};
use crate::http::site;

pub(crate) fn surface() -> Surface {
    let surface = Surface { router: Router::new(), routes: Vec::new(), pages: Vec::new() };
    web_pages(sign_in(people(records(about(surface)))))
}

/// The registry itself.
fn about(surface: Surface) -> Surface {
    surface
        .get(paths::HEALTHZ, health::healthz, "Check that the registry is running")
        .get(paths::READYZ, health::readyz, "Check that the registry can answer requests")
        .get(paths::REGISTRY, registry::facts, "Show who runs the registry and on what terms")
        .get(paths::OPENAPI, openapi::document, "Describe this API")
        .get(paths::API, openapi::page, "Describe this API on a page")
}

/// Reading records, sending changes, and reports of problems.
fn records(surface: Surface) -> Surface {
    surface
        .get(paths::CHANGES, changes::changes, "List changes")
        .put(paths::SUBMISSION, submissions::submit, "Submit a change")
        .get(paths::SUBMISSION, submissions::show, "Show the state of a submission")
        .post(paths::SUBMISSION_WITHDRAW, submissions::withdraw, "Withdraw a submission")
        .get(paths::PROJECT, projects::show, "Show a project")
        .get(paths::PROJECT_HISTORY, projects::history, "List what happened to a project")
        .post(paths::PROJECT_READ, projects::read_with_reason, "Read a team-only project, giving a reason")
        .delete(paths::PROJECT, projects::purge, "Delete a project")
        .post(paths::REPORTS, projects::report, "Report a problem with a project")
        .delete(paths::REPORT, projects::close_report, "Close a report")
        .get(paths::COUNCILS, councils::list, "List councils")
        .get(paths::SERVICES, services::list, "List services")
}

/// Accounts, councils' people and the activity log.
fn people(surface: Surface) -> Surface {
    surface
        .get(paths::ME, me::show, "Show your account")
        .delete(paths::ME, me::erase, "Delete your account")
        .get(paths::MY_DATA, me::export, "Export your data")
        .get(paths::SECOND_FACTOR, second_factor::show, "Show your second factor")
        .post(paths::SECOND_FACTOR, second_factor::begin, "Set up a second factor")
        .put(paths::SECOND_FACTOR, second_factor::confirm, "Confirm a second factor with its first code")
        .delete(paths::SECOND_FACTOR, second_factor::turn_off, "Turn off your second factor")
        .post(paths::SECOND_FACTOR_VERIFY, second_factor::verify, "Enter a code of your second factor")
        .post(paths::RECOVERY_CODES, second_factor::recovery_codes, "Create new recovery codes")
        .delete(paths::MY_FACTOR_RESET, second_factor::cancel_own, "Cancel a reset of your second factor")
        .post(paths::FACTOR_RESET, second_factor::reset, "Reset someone’s second factor")
        .delete(paths::FACTOR_RESET, second_factor::cancel_reset, "Cancel a reset of someone’s second factor")
        .get(paths::DEVICES, me::devices, "List the laptops you are signed in on")
        .delete(paths::DEVICE, me::sign_out_device, "Sign out a laptop")
        .post(paths::ASK_FOR_COUNCIL, me::ask_for_council, "Ask to act for a council")
        .get(paths::PEOPLE, people::list, "List the people of a council")
        .put(paths::COUNCIL_PERSON, people::set_role, "Change someone’s role")
        .delete(paths::COUNCIL_PERSON, people::remove_access, "Remove someone’s access")
        .get(paths::UNCONFIRMED_LEADS, people::unconfirmed_leads, "List unconfirmed leads")
        .post(paths::VOUCH, people::vouch, "Vouch for an unconfirmed lead")
        .post(paths::OBJECTION, people::object, "Object to an unconfirmed lead")
        .get(paths::SEATS, projects::seats, "List the team of a project")
        .delete(paths::SEAT, projects::take_seat_back, "Remove someone from the team of a project")
        .put(paths::COUNCIL_SETTINGS, people::settings, "Change the settings of a council")
        .get(paths::COUNCIL_DATA, people::export, "Export the data of a council")
        .put(paths::SUCCESSORS, people::name_successors, "Name the successors of a council")
        .post(paths::TAKE_OVER, people::take_over, "Take over projects of a predecessor")
        .post(paths::INVITATIONS, people::invite, "Invite someone to a council")
        .delete(paths::INVITATION, people::cancel_invitation, "Cancel an invitation")
        .post(paths::INVITATION_ANSWER, people::answer_invitation, "Accept or decline an invitation")
        .put(paths::DOMAIN, people::answer_domain, "Add or remove an email domain, or answer a request")
        .get(paths::COORDINATION, coordination::show, "Show what needs a coordinator")
        .get(paths::AUDIT, coordination::audit, "List activity")
}

/// Signing in and out.
fn sign_in(surface: Surface) -> Surface {
    surface
        .get(paths::AUTH_OPENID_START, openid::start, "Show the page that starts a sign-in with the provider")
        .post(paths::AUTH_OPENID_GO, openid::go, "Send a browser to the provider")
        .redirects()
        .get(paths::AUTH_OPENID_CALLBACK, openid::callback, "Receive a browser from the provider")
        .post(paths::AUTH_OPENID_VERIFY, openid::verify, "Exchange a sign-in with the provider for tokens")
        .post(paths::AUTH_EMAIL_START, auth::start, "Send a sign-in code by email")
        .post(paths::AUTH_EMAIL_VERIFY, auth::verify, "Exchange a sign-in code for tokens")
        .post(paths::AUTH_TOKEN, auth::token, "Exchange a refresh token for new tokens")
        .post(paths::AUTH_REVOKE, auth::revoke, "End a session")
}

/// The web pages for people who do not have the app. They are no part of the API.
fn web_pages(surface: Surface) -> Surface {
    surface
        .page(paths::PAGE, site::index)
        .page(paths::PROJECT_PAGE, site::project)
        .page(paths::NEED_PAGE, site::need)
        .page(paths::COUNCIL_PAGE, site::council)
        .page(paths::SERVICE_PAGE, site::service)
        .page(paths::FEED, site::feed)
        .page(paths::COUNCIL_FEED, site::council_feed)
        .page(paths::SERVICE_FEED, site::service_feed)
        .page(paths::STYLE, site::style)
        .page(paths::ROBOTS, site::robots)
}

/// Every route, and what the description of the API says of it.
pub(crate) struct Surface {
    router: Router<Registry>,
    /// The API's.
    pub(crate) routes: Vec<Route>,
    /// The paths of the web pages.
    pages: Vec<&'static str>,
}

/// A handler, and the arguments that it takes as a handler and as a part of the description.
trait Documented<T, Arguments>: Handler<T, Registry> + Handles<Arguments> {}

impl<H: Handler<T, Registry> + Handles<Arguments>, T, Arguments> Documented<T, Arguments> for H {}

impl Surface {
    fn get<T: 'static, A>(
        self,
        path: &'static str,
        handler: impl Documented<T, A>,
        summary: &'static str,
    ) -> Self {
        self.with(Method::GET, path, handler, summary)
    }

    fn put<T: 'static, A>(
        self,
        path: &'static str,
        handler: impl Documented<T, A>,
        summary: &'static str,
    ) -> Self {
        self.with(Method::PUT, path, handler, summary)
    }

    fn post<T: 'static, A>(
        self,
        path: &'static str,
        handler: impl Documented<T, A>,
        summary: &'static str,
    ) -> Self {
        self.with(Method::POST, path, handler, summary)
    }

    fn delete<T: 'static, A>(
        self,
        path: &'static str,
        handler: impl Documented<T, A>,
        summary: &'static str,
    ) -> Self {
        self.with(Method::DELETE, path, handler, summary)
    }

    fn with<T: 'static, A>(
        mut self,
        method: Method,
        path: &'static str,
        handler: impl Documented<T, A>,
        summary: &'static str,
    ) -> Self {
        if let Ok(filter) = MethodFilter::try_from(method.clone()) {
            self.routes.push(Route { method, path, operation: handler.operation(summary) });
            self.router = self.router.route(path, on(filter, handler));
        }
        self
    }

    fn page<T: 'static>(mut self, path: &'static str, handler: impl Handler<T, Registry>) -> Self {
        self.pages.push(path);
        self.router = self.router.route(path, on(MethodFilter::GET, handler));
        self
    }

    /// The last route responds with a redirect, and with a page only when it fails.
    fn redirects(mut self) -> Self {
        if let Some(route) = self.routes.last_mut() {
            route.operation.responds = Responds::Redirect;
        }
        self
    }
}

/// Every route, by its method and path.
pub fn routes() -> Vec<(Method, &'static str)> {
    let Surface { routes, pages, .. } = surface();
    let pages = pages.into_iter().map(|path| (Method::GET, path));
    routes.into_iter().map(|route| (route.method, route.path)).chain(pages).collect()
}

pub(crate) fn router(state: Registry) -> Router {
    surface()
        .router
        .layer(DefaultBodyLimit::max(paths::MAX_BODY))
        .route_layer(from_fn_with_state(state.clone(), middleware::read_body))
        .layer(CatchPanicLayer::custom(middleware::after_panic))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), middleware::edge))
        .with_state(state)
}
