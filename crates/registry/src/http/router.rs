//! The registry's whole surface, on one page.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, on};
use guildhall_protocol::changes::ChangeLine;
use guildhall_protocol::fields::Fields;
use guildhall_protocol::second_factor::{FactorCode, NewFactor, RecoveryCodes, SecondFactor};
use guildhall_protocol::sign_in::{OpenIdVerify, Refresh, Start, Started, Tokens, Verify};
use guildhall_protocol::{
    AnswerDomain, AskForCouncil, AuditPage, Coordination, Council, CouncilPeople, CouncilSettings, Device,
    Erase, Invite, Me, NameSuccessors, NewReport, NewRole, Purge, ReadTeam, RegistryFacts, Seat, Service,
    Submission, TakeOver, TakenOver, UnconfirmedLead, Verdict, YesOrNo, routes as paths,
};
use http::Method;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::Registry;
use crate::http::middleware;
use crate::http::openapi::{self, About, Route};
use crate::http::routes::{
    auth, changes, coordination, councils, health, me, openid, people, projects, registry, second_factor,
    services, submissions,
};

/// Every route, with what there is to say about it.
pub(crate) struct Surface {
    router: Router<Registry>,
    pub(crate) routes: Vec<Route>,
}

impl Surface {
    fn with<H, T>(mut self, method: Method, path: &'static str, handler: H, about: About) -> Self
    where
        H: Handler<T, Registry>,
        T: 'static,
    {
        if let Ok(filter) = MethodFilter::try_from(method.clone()) {
            self.router = self.router.route(path, on(filter, handler));
            self.routes.push(Route { method, path, about });
        }
        self
    }

    fn get<H: Handler<T, Registry>, T: 'static>(self, path: &'static str, handler: H, about: About) -> Self {
        self.with(Method::GET, path, handler, about)
    }

    fn put<H: Handler<T, Registry>, T: 'static>(self, path: &'static str, handler: H, about: About) -> Self {
        self.with(Method::PUT, path, handler, about)
    }

    fn post<H: Handler<T, Registry>, T: 'static>(self, path: &'static str, handler: H, about: About) -> Self {
        self.with(Method::POST, path, handler, about)
    }

    fn delete<H: Handler<T, Registry>, T: 'static>(
        self,
        path: &'static str,
        handler: H,
        about: About,
    ) -> Self {
        self.with(Method::DELETE, path, handler, about)
    }
}

pub(crate) fn surface() -> Surface {
    let surface = Surface { router: Router::new(), routes: Vec::new() };
    signing_in(of_people(of_records(of_itself(surface))))
}

/// What a registry says of itself.
fn of_itself(surface: Surface) -> Surface {
    surface
        .get(paths::HEALTHZ, health::healthz, About::open("Is it alive").gives_text())
        .get(paths::READYZ, health::readyz, About::open("Does its database answer").gives_text())
        .get(
            paths::REGISTRY,
            registry::facts,
            About::open("Who operates it, where, and on which terms").gives::<RegistryFacts>(),
        )
        .get(paths::OPENAPI, openapi::document, About::open("This description").gives::<Fields>())
        .get(paths::API, openapi::page, About::open("This description, as a page").gives_page())
}

/// Reading records, sending changes, and what is wrong with a project.
fn of_records(surface: Surface) -> Surface {
    const FEED: &[(&str, &str, &str)] = &[
        ("after", "string", "The cursor of the last answer; from zero where there is none"),
        ("began", "integer", "The newest number when a reading from zero began"),
        ("limit", "integer", "How many records at most"),
        ("wait", "integer", "For how many seconds to wait where there is nothing new"),
    ];
    surface
        .get(
            paths::CHANGES,
            changes::changes,
            About::open("What changed since, as lines: what comes first, records, where to go on")
                .query(FEED)
                .gives_lines(),
        )
        .put(
            paths::SUBMISSION,
            submissions::send.layer(DefaultBodyLimit::max(paths::MAX_LINE)),
            About::signed_in("Send a change, as often as it takes to hear of it")
                .takes::<Submission>()
                .gives::<Verdict>(),
        )
        .get(
            paths::SUBMISSION,
            submissions::state,
            About::signed_in("What became of what one has sent").gives::<Verdict>(),
        )
        .post(
            paths::SUBMISSION_WITHDRAW,
            submissions::withdraw,
            About::signed_in("Take back what is not published yet").gives::<Verdict>(),
        )
        .get(paths::PROJECT, projects::project, About::open("One project").gives::<ChangeLine>())
        .post(
            paths::PROJECT_READ,
            projects::read_with_reason,
            About::signed_in("Read a project that only its team can see, with a reason: coordinators")
                .takes::<ReadTeam>()
                .gives::<ChangeLine>(),
        )
        .delete(
            paths::PROJECT,
            projects::purge,
            About::signed_in("Remove a project for good, with its history: leads and coordinators")
                .takes::<Purge>(),
        )
        .post(
            paths::REPORTS,
            projects::report,
            About::open("Say what is wrong with a project").takes::<NewReport>(),
        )
        .delete(
            paths::REPORT,
            projects::close_report,
            About::signed_in("Say that it was dealt with: leads and coordinators"),
        )
        .get(paths::COUNCILS, councils::councils, About::open("Every council").gives::<Vec<Council>>())
        .get(paths::SERVICES, services::services, About::open("Every service").gives::<Vec<Service>>())
}

/// Who is who, and who did what.
fn of_people(surface: Surface) -> Surface {
    const ACTS: &[(&str, &str, &str)] = &[
        (
            "council",
            "string",
            "What concerns that council; one\u{2019}s own acts, or everybody\u{2019}s for coordinators, without it",
        ),
        ("before", "string", "Only what was before that act"),
    ];
    surface
        .get(paths::ME, me::me, About::signed_in("Who one is, and for which councils").gives::<Me>())
        .delete(paths::ME, me::erase, About::signed_in("Erase who asks").takes::<Erase>())
        .get(
            paths::MY_DATA,
            me::export,
            About::signed_in("All that is held about who asks").gives::<Fields>(),
        )
        .get(
            paths::SECOND_FACTOR,
            second_factor::state,
            About::signed_in("Where one\u{2019}s second factor stands").gives::<SecondFactor>(),
        )
        .post(
            paths::SECOND_FACTOR,
            second_factor::begin,
            About::signed_in("Begin to set up a second factor").gives::<NewFactor>(),
        )
        .put(
            paths::SECOND_FACTOR,
            second_factor::confirm,
            About::signed_in("Confirm it with its first code").takes::<FactorCode>().gives::<RecoveryCodes>(),
        )
        .delete(paths::SECOND_FACTOR, second_factor::turn_off, About::signed_in("Turn it off"))
        .post(
            paths::SECOND_FACTOR_VERIFY,
            second_factor::verify,
            About::signed_in("Give a code of it again").takes::<FactorCode>(),
        )
        .post(
            paths::RECOVERY_CODES,
            second_factor::recovery_codes,
            About::signed_in("Make new recovery codes").gives::<RecoveryCodes>(),
        )
        .delete(
            paths::MY_FACTOR_RESET,
            second_factor::call_off_my_reset,
            About::signed_in("Call off a reset of one\u{2019}s own"),
        )
        .post(
            paths::FACTOR_RESET,
            second_factor::reset,
            About::signed_in("Reset somebody\u{2019}s second factor: leads, after a day, and coordinators"),
        )
        .delete(
            paths::FACTOR_RESET,
            second_factor::call_off_reset,
            About::signed_in("Call that off: leads and coordinators"),
        )
        .get(
            paths::DEVICES,
            me::devices,
            About::signed_in("The laptops on which one is signed in").gives::<Vec<Device>>(),
        )
        .delete(paths::DEVICE, me::sign_out_device, About::signed_in("Sign a laptop out"))
        .post(
            paths::ASK_FOR_COUNCIL,
            me::ask_for_council,
            About::signed_in("Ask to act for a council").takes::<AskForCouncil>(),
        )
        .get(
            paths::PEOPLE,
            people::people,
            About::signed_in("Who acts for a council: its leads").gives::<CouncilPeople>(),
        )
        .put(
            paths::COUNCIL_PERSON,
            people::set_role,
            About::signed_in("Give someone another role").takes::<NewRole>(),
        )
        .delete(
            paths::COUNCIL_PERSON,
            people::remove_access,
            About::signed_in("Remove someone\u{2019}s access, or one\u{2019}s own"),
        )
        .get(
            paths::UNCONFIRMED_LEADS,
            people::unconfirmed_leads,
            About::signed_in("The unconfirmed leads for whom one may vouch, or to whom one may object")
                .gives::<Vec<UnconfirmedLead>>(),
        )
        .post(paths::VOUCH, people::vouch, About::signed_in("Vouch for another council\u{2019}s first lead"))
        .post(paths::OBJECTION, people::object, About::signed_in("Object to an unconfirmed lead"))
        .get(
            paths::SEATS,
            projects::seats,
            About::signed_in("Who has a seat in a project\u{2019}s team").gives::<Vec<Seat>>(),
        )
        .delete(
            paths::SEAT,
            projects::take_seat_back,
            About::signed_in("Take a seat back, or give up one\u{2019}s own"),
        )
        .put(
            paths::COUNCIL_SETTINGS,
            people::settings,
            About::signed_in("Say how a council wants to be looked after").takes::<CouncilSettings>(),
        )
        .get(
            paths::COUNCIL_DATA,
            people::export,
            About::signed_in("All that is held on a council: its leads").gives::<Fields>(),
        )
        .put(
            paths::SUCCESSORS,
            people::name_successors,
            About::signed_in("Say who comes after a council that merges or is split: coordinators")
                .takes::<NameSuccessors>(),
        )
        .post(
            paths::TAKE_OVER,
            people::take_over,
            About::signed_in("Take on projects of a council that came before: leads")
                .takes::<TakeOver>()
                .gives::<TakenOver>(),
        )
        .post(paths::INVITATIONS, people::invite, About::signed_in("Offer someone a role").takes::<Invite>())
        .delete(paths::INVITATION, people::take_invitation_back, About::signed_in("Take an invitation back"))
        .post(
            paths::INVITATION_ANSWER,
            people::answer_invitation,
            About::signed_in("Accept an invitation, or don\u{2019}t").takes::<YesOrNo>(),
        )
        .put(
            paths::DOMAIN,
            people::answer_domain,
            About::signed_in("Answer who asks to act for a council").takes::<AnswerDomain>(),
        )
        .get(
            paths::COORDINATION,
            coordination::coordination,
            About::signed_in("What waits for the coordinators").gives::<Coordination>(),
        )
        .get(
            paths::AUDIT,
            coordination::audit,
            About::signed_in("Who did what").query(ACTS).gives::<AuditPage>(),
        )
}

fn signing_in(surface: Surface) -> Surface {
    const START: &[(&str, &str, &str)] = &[
        ("challenge", "string", "The S256 challenge of the app\u{2019}s verifier (RFC 7636)"),
        ("port", "integer", "Where the app listens on its laptop; a code to paste without it"),
    ];
    const BACK: &[(&str, &str, &str)] = &[
        ("state", "string", "Which sign-in it was"),
        ("code", "string", "The provider\u{2019}s code"),
        ("error", "string", "Why there is none"),
    ];
    surface
        .get(
            paths::AUTH_OPENID_START,
            openid::start,
            About::open("Ask in a browser before it goes on to the provider to sign in")
                .query(START)
                .gives_page(),
        )
        .post(
            paths::AUTH_OPENID_GO,
            openid::go,
            About::open("Send that browser on to the provider: the page\u{2019}s button").gives_redirect(),
        )
        .get(
            paths::AUTH_OPENID_CALLBACK,
            openid::callback,
            About::open("Take a browser back from the provider, and on to the app").query(BACK).gives_page(),
        )
        .post(
            paths::AUTH_OPENID_VERIFY,
            openid::verify,
            About::open("Exchange what the browser came back with for tokens")
                .takes::<OpenIdVerify>()
                .gives::<Tokens>(),
        )
        .post(
            paths::AUTH_EMAIL_START,
            auth::start,
            About::open("Ask for a code by email").takes::<Start>().gives::<Started>(),
        )
        .post(
            paths::AUTH_EMAIL_VERIFY,
            auth::verify,
            About::open("Exchange a code for tokens").takes::<Verify>().gives::<Tokens>(),
        )
        .post(
            paths::AUTH_TOKEN,
            auth::token,
            About::open("Exchange a refresh token for new tokens").takes::<Refresh>().gives::<Tokens>(),
        )
        .post(paths::AUTH_REVOKE, auth::revoke, About::open("End a session").takes::<Refresh>())
}

/// Every route that there is, by its method and path.
pub fn routes() -> Vec<(Method, &'static str)> {
    surface().routes.into_iter().map(|route| (route.method, route.path)).collect()
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
