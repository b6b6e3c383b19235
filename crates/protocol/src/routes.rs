//! The paths of the registry's API, and the header that names the protocol's version.

/// Is it alive? If not, start it again.
pub const HEALTHZ: &str = "/healthz";
/// Does it answer requests? If not, ask another one for now.
pub const READYZ: &str = "/readyz";
/// What it says of itself.
pub const REGISTRY: &str = "/api/v1/registry";
/// The one way down.
pub const CHANGES: &str = "/api/v1/changes";
/// The one way up. Axum's syntax for the parameter.
pub const SUBMISSION: &str = "/api/v1/submissions/{id}";
/// Take a submission back.
pub const SUBMISSION_WITHDRAW: &str = "/api/v1/submissions/{id}/withdraw";
/// One project.
pub const PROJECT: &str = "/api/v1/projects/{id}";
/// Read a project that only its team can see, with a reason: POST.
pub const PROJECT_READ: &str = "/api/v1/projects/{id}/read";
/// Every council.
pub const COUNCILS: &str = "/api/v1/councils";
/// Every service.
pub const SERVICES: &str = "/api/v1/services";
/// The API's description, for programs.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// The same as a page.
pub const API: &str = "/api/v1/";
/// Say what is wrong with a project.
pub const REPORTS: &str = "/api/v1/projects/{id}/reports";
/// One report: DELETE says that it has been dealt with.
pub const REPORT: &str = "/api/v1/reports/{id}";
/// Who is signed in: DELETE erases them.
pub const ME: &str = "/api/v1/me";
/// All that is held about who asks.
pub const MY_DATA: &str = "/api/v1/me/export";
/// Where one's second factor stands: GET. POST begins a new one, PUT confirms it with its first code, DELETE turns it off.
pub const SECOND_FACTOR: &str = "/api/v1/me/second-factor";
/// Give a code again in this session: POST.
pub const SECOND_FACTOR_VERIFY: &str = "/api/v1/me/second-factor/verify";
/// Make new recovery codes: POST.
pub const RECOVERY_CODES: &str = "/api/v1/me/second-factor/recovery-codes";
/// A reset of one's own second factor that somebody asked for: DELETE calls it off.
pub const MY_FACTOR_RESET: &str = "/api/v1/me/second-factor/reset";
/// The laptops on which one is signed in.
pub const DEVICES: &str = "/api/v1/me/devices";
/// One of them: DELETE signs it out.
pub const DEVICE: &str = "/api/v1/me/devices/{id}";
/// Ask to act for a council.
pub const ASK_FOR_COUNCIL: &str = "/api/v1/me/councils";
/// Who acts for a council, and how it wants to be looked after.
pub const PEOPLE: &str = "/api/v1/councils/{code}/people";
/// One of them: PUT gives another role, DELETE removes access.
pub const COUNCIL_PERSON: &str = "/api/v1/councils/{code}/people/{person}";
/// A reset of someone's second factor: POST asks for it, DELETE calls it off.
pub const FACTOR_RESET: &str = "/api/v1/councils/{code}/people/{person}/second-factor/reset";
/// Vouch for a council's unconfirmed lead: POST.
pub const VOUCH: &str = "/api/v1/councils/{code}/people/{person}/vouch";
/// Object to a council's unconfirmed lead: POST.
pub const OBJECTION: &str = "/api/v1/councils/{code}/people/{person}/objection";
/// The leads whom nobody has confirmed, for those who may vouch for them or object.
pub const UNCONFIRMED_LEADS: &str = "/api/v1/unconfirmed-leads";
/// Who has a seat in a project's team.
pub const SEATS: &str = "/api/v1/projects/{id}/seats";
/// One of them: DELETE takes it back.
pub const SEAT: &str = "/api/v1/projects/{id}/seats/{person}";
/// How a council wants to be looked after: PUT.
pub const COUNCIL_SETTINGS: &str = "/api/v1/councils/{code}/settings";
/// All that is held on a council.
pub const COUNCIL_DATA: &str = "/api/v1/councils/{code}/export";
/// Who comes after a council, where it merges or is split: PUT.
pub const SUCCESSORS: &str = "/api/v1/councils/{code}/successors";
/// Take on projects of a council that this one comes after.
pub const TAKE_OVER: &str = "/api/v1/councils/{code}/takeover";
/// Invite someone.
pub const INVITATIONS: &str = "/api/v1/councils/{code}/invitations";
/// One invitation: DELETE takes it back.
pub const INVITATION: &str = "/api/v1/invitations/{id}";
/// Accept or decline it.
pub const INVITATION_ANSWER: &str = "/api/v1/invitations/{id}/answer";
/// An email domain of a council: PUT answers who asked for it.
pub const DOMAIN: &str = "/api/v1/councils/{code}/domains/{domain}";
/// What waits for the coordinators.
pub const COORDINATION: &str = "/api/v1/coordination";
/// Who did what.
pub const AUDIT: &str = "/api/v1/audit";
/// Ask for a code by email.
pub const AUTH_EMAIL_START: &str = "/api/v1/auth/email/start";
/// Exchange a code for tokens.
pub const AUTH_EMAIL_VERIFY: &str = "/api/v1/auth/email/verify";
/// The page from which a browser goes on to a provider: `challenge`, and `port` where the app listens on one.
pub const AUTH_OPENID_START: &str = "/api/v1/auth/openid/start";
/// What the button on that page does: the sign-in begins.
pub const AUTH_OPENID_GO: &str = "/api/v1/auth/openid/go";
/// Where the provider sends it back to.
pub const AUTH_OPENID_CALLBACK: &str = "/api/v1/auth/openid/callback";
/// Exchange what the browser came back with for tokens.
pub const AUTH_OPENID_VERIFY: &str = "/api/v1/auth/openid/verify";
/// Exchange a refresh token for new tokens.
pub const AUTH_TOKEN: &str = "/api/v1/auth/token";
/// End a session.
pub const AUTH_REVOKE: &str = "/api/v1/auth/revoke";

/// Sent by the app with each request: the version of the protocol that it speaks.
pub const PROTOCOL_HEADER: &str = "guildhall-protocol";
/// The media type of a changes answer.
pub const NDJSON: &str = "application/x-ndjson";
/// The media type of an error (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";
/// No body, up or down, has a line longer than this, in bytes.
pub const MAX_LINE: usize = 1024 * 1024;
/// No body but that of a submission is longer, in bytes.
pub const MAX_BODY: usize = 64 * 1024;
/// No answer of changes is longer than this, in bytes, once it is unpacked.
pub const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// The most bytes of a record's id, and of its kind's name.
pub const MAX_NAME: usize = 200;
/// The most records in one changes answer.
pub const MAX_PAGE: u32 = 1000;

/// The path of one submission.
pub fn submission(id: crate::SubmissionId) -> String {
    SUBMISSION.replace("{id}", &id.to_string())
}

/// The path at which it is taken back.
pub fn withdrawal(id: crate::SubmissionId) -> String {
    SUBMISSION_WITHDRAW.replace("{id}", &id.to_string())
}

/// A path with its parameters put in, in order. They are ids, codes and domains: nothing that has to be escaped.
pub fn with(path: &str, parameters: &[&str]) -> String {
    let mut given = parameters.iter();
    let part = |part: &str| match part.starts_with('{') {
        true => given.next().map_or_else(String::new, |given| (*given).to_owned()),
        false => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
