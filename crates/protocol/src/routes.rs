//! The paths of the registry's API, its headers and media types, and limits on sizes.

/// Liveness: if this fails, restart the process.
pub const HEALTHZ: &str = "/healthz";
/// Readiness: if this fails, send requests to another process for now.
pub const READYZ: &str = "/readyz";
/// The registry's description of itself.
pub const REGISTRY: &str = "/api/v1/registry";
/// The change feed.
pub const CHANGES: &str = "/api/v1/changes";
/// One submission, in axum's syntax for parameters.
pub const SUBMISSION: &str = "/api/v1/submissions/{id}";
/// Withdraw a submission: POST.
pub const SUBMISSION_WITHDRAW: &str = "/api/v1/submissions/{id}/withdraw";
/// One project.
pub const PROJECT: &str = "/api/v1/projects/{id}";
/// What happened to a project, newest first.
pub const PROJECT_HISTORY: &str = "/api/v1/projects/{id}/history";
/// Read a project that only its team can see, with a reason: POST.
pub const PROJECT_READ: &str = "/api/v1/projects/{id}/read";
/// Every council.
pub const COUNCILS: &str = "/api/v1/councils";
/// Every service.
pub const SERVICES: &str = "/api/v1/services";
/// The API's description as OpenAPI.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// The API's description as a page.
pub const API: &str = "/api/v1/";
/// Report a project: POST.
pub const REPORTS: &str = "/api/v1/projects/{id}/reports";
/// One report: DELETE closes it.
pub const REPORT: &str = "/api/v1/reports/{id}";
/// The signed-in person: DELETE erases their account.
pub const ME: &str = "/api/v1/me";
/// All data about the signed-in person.
pub const MY_DATA: &str = "/api/v1/me/export";
/// One's own second factor: GET reads its state, POST begins a new one, PUT confirms it with a first code, DELETE turns
/// it off.
pub const SECOND_FACTOR: &str = "/api/v1/me/second-factor";
/// Give a code again in this session: POST.
pub const SECOND_FACTOR_VERIFY: &str = "/api/v1/me/second-factor/verify";
/// Create new recovery codes: POST.
pub const RECOVERY_CODES: &str = "/api/v1/me/second-factor/recovery-codes";
/// A requested reset of one's own second factor: DELETE cancels it.
pub const MY_FACTOR_RESET: &str = "/api/v1/me/second-factor/reset";
/// The laptops on which one is signed in.
pub const DEVICES: &str = "/api/v1/me/devices";
/// One laptop: DELETE signs it out.
pub const DEVICE: &str = "/api/v1/me/devices/{id}";
/// Ask to act for a council: POST.
pub const ASK_FOR_COUNCIL: &str = "/api/v1/me/councils";
/// The people who act for a council, and its settings.
pub const PEOPLE: &str = "/api/v1/councils/{code}/people";
/// One person at a council: PUT changes the role, DELETE removes access.
pub const COUNCIL_PERSON: &str = "/api/v1/councils/{code}/people/{person}";
/// A reset of someone's second factor: POST requests it, DELETE cancels it.
pub const FACTOR_RESET: &str = "/api/v1/councils/{code}/people/{person}/second-factor/reset";
/// Vouch for a council's unconfirmed lead: POST.
pub const VOUCH: &str = "/api/v1/councils/{code}/people/{person}/vouch";
/// Object to a council's unconfirmed lead: POST.
pub const OBJECTION: &str = "/api/v1/councils/{code}/people/{person}/objection";
/// The unconfirmed leads, for those who may vouch for them or object.
pub const UNCONFIRMED_LEADS: &str = "/api/v1/unconfirmed-leads";
/// The seats in a project's team.
pub const SEATS: &str = "/api/v1/projects/{id}/seats";
/// One seat: DELETE removes it.
pub const SEAT: &str = "/api/v1/projects/{id}/seats/{person}";
/// A council's settings: PUT.
pub const COUNCIL_SETTINGS: &str = "/api/v1/councils/{code}/settings";
/// All data about a council.
pub const COUNCIL_DATA: &str = "/api/v1/councils/{code}/export";
/// The successors of a council that merges or is split: PUT.
pub const SUCCESSORS: &str = "/api/v1/councils/{code}/successors";
/// Take over projects of a predecessor: POST.
pub const TAKE_OVER: &str = "/api/v1/councils/{code}/takeover";
/// Invite someone: POST.
pub const INVITATIONS: &str = "/api/v1/councils/{code}/invitations";
/// One invitation: DELETE withdraws it.
pub const INVITATION: &str = "/api/v1/invitations/{id}";
/// Accept or decline an invitation: POST.
pub const INVITATION_ANSWER: &str = "/api/v1/invitations/{id}/answer";
/// An email domain of a council: PUT adds it, or decides a request for it.
pub const DOMAIN: &str = "/api/v1/councils/{code}/domains/{domain}";
/// Everything that waits for coordinators.
pub const COORDINATION: &str = "/api/v1/coordination";
/// The audit log.
pub const AUDIT: &str = "/api/v1/audit";
/// Request a code by email.
pub const AUTH_EMAIL_START: &str = "/api/v1/auth/email/start";
/// Exchange a code for tokens.
pub const AUTH_EMAIL_VERIFY: &str = "/api/v1/auth/email/verify";
/// The page from which a browser continues to a provider: with `challenge`, and with `port` where the app listens on
/// one.
pub const AUTH_OPENID_START: &str = "/api/v1/auth/openid/start";
/// The button on that page: begins the sign-in.
pub const AUTH_OPENID_GO: &str = "/api/v1/auth/openid/go";
/// Where the provider sends the browser back to.
pub const AUTH_OPENID_CALLBACK: &str = "/api/v1/auth/openid/callback";
/// Exchange the code from the browser for tokens.
pub const AUTH_OPENID_VERIFY: &str = "/api/v1/auth/openid/verify";
/// Exchange a refresh token for new tokens.
pub const AUTH_TOKEN: &str = "/api/v1/auth/token";
/// End a session.
pub const AUTH_REVOKE: &str = "/api/v1/auth/revoke";

/// The front page of the registry's web pages.
pub const PAGE: &str = "/";
/// The web page of a public project.
pub const PROJECT_PAGE: &str = "/projects/{id}";
/// The web page of a need of a public project.
pub const NEED_PAGE: &str = "/needs/{id}";
/// The web page of a council.
pub const COUNCIL_PAGE: &str = "/councils/{code}";
/// The web page of a service.
pub const SERVICE_PAGE: &str = "/services/{id}";
/// The Atom feed of all public projects.
pub const FEED: &str = "/feed.atom";
/// The Atom feed of a council's public projects.
pub const COUNCIL_FEED: &str = "/councils/{code}/feed.atom";
/// The Atom feed of a service's public projects.
pub const SERVICE_FEED: &str = "/services/{id}/feed.atom";
/// The style sheet of the web pages.
pub const STYLE: &str = "/style/{name}";
/// What search engines may do.
pub const ROBOTS: &str = "/robots.txt";

/// Sent by the app with each request: its version of the protocol.
pub const PROTOCOL_HEADER: &str = "guildhall-protocol";
/// The media type of a page of changes.
pub const NDJSON: &str = "application/x-ndjson";
/// The media type of an error (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
/// The longest line of any body, in bytes, in either direction.
pub const MAX_LINE: usize = 1024 * 1024;
/// The longest body of any request but a submission, in bytes.
pub const MAX_BODY: usize = 64 * 1024;
/// The longest answer with changes, in bytes after decompression.
pub const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// The longest id of a record, and the longest name of its kind, in bytes.
pub const MAX_NAME: usize = 200;
/// The most records in one page of changes.
pub const MAX_PAGE: u32 = 1000;

/// The path of one submission.
pub fn submission(id: crate::SubmissionId) -> String {
    SUBMISSION.replace("{id}", &id.to_string())
}

/// The path that withdraws a submission.
pub fn withdrawal(id: crate::SubmissionId) -> String {
    SUBMISSION_WITHDRAW.replace("{id}", &id.to_string())
}

/// A path with its parameters filled in, in order. Parameters are ids, codes and domains, so nothing needs escaping.
pub fn with(path: &str, parameters: &[&str]) -> String {
    let mut given = parameters.iter();
    let part = |part: &str| match part.starts_with('{') {
        true => given.next().map_or_else(String::new, |given| (*given).to_owned()),
        false => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
