//! How letters reach people. The first two ways are for one machine: anyone who can read its screen or its files can
//! sign in as anyone, so serving on any other address than loopback is refused with them.

use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use guildhall_protocol::Role;
use guildhall_protocol::validate::{FieldCode, LIMITS, is_email};
use jiff::civil::Date;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use url::Url;

use crate::env::Env;
use crate::error::{Error, Result};
use crate::files;

/// An address as it is stored, or a refusal of what is none.
pub(crate) fn read_email(typed: &str) -> Result<String> {
    let email = typed.trim().to_lowercase();
    if is_email(&email) && email.chars().count() <= LIMITS.email as usize {
        Ok(email)
    } else {
        Err(Error::invalid("/email", FieldCode::NotAnEmail, "Give an email address, like name@example.org"))
    }
}

/// A way to send mail.
#[derive(Clone, Debug)]
pub enum Mail {
    /// Printed on standard output.
    Console,
    /// A file each, in this folder.
    File(PathBuf),
    /// Handed to a server.
    Smtp(Box<SmtpServer>),
}

/// A server that takes mail (RFC 5321), and from whom it is.
#[derive(Clone)]
pub struct SmtpServer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why mail can't be handed over in that way.
#[derive(Debug, thiserror::Error)]
pub enum NotASmtpServer {
    /// What was given is not the URL of a server.
    // The URL may have a password in it, and so may what is wrong with it.
    #[error(
        "the mail server's URL can't be used: it is smtps://USER:PASSWORD@HOST or smtp://HOST?tls=required"
    )]
    Url,
    /// What goes there could be read on its way: codes are among it.
    #[error(
        "the mail server is on another machine, and the connection to it would not have to be encrypted: say smtps://, or \
         end the URL with ?tls=required"
    )]
    NotEncrypted,
    /// What was given is no sender.
    #[error(
        "the sender can't be used: it is an address, or a name with one as in Guildhall <guildhall@example.org>"
    )]
    From,
}

impl SmtpServer {
    /// The server at that URL, and who mail from it is from.
    ///
    /// # Errors
    /// Where either can't be understood. Nothing is connected to.
    pub fn new(url: &str, from: &str) -> Result<Self, NotASmtpServer> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| NotASmtpServer::Url)?;
        let url = Url::parse(url).map_err(|_| NotASmtpServer::Url)?;
        let is_encrypted = url.scheme() == "smtps"
            || url.query_pairs().find(|(name, _)| name == "tls").is_some_and(|(_, tls)| tls == "required");
        if !is_encrypted && !url.host_str().is_some_and(files::is_this_machine) {
            return Err(NotASmtpServer::NotEncrypted);
        }
        let from = from.parse().map_err(|_| NotASmtpServer::From)?;
        Ok(Self { transport: builder.timeout(Some(PATIENCE)).build(), from })
    }

    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(letter.to.parse().map_err(|_| MailError::Unwritable)?)
            .subject(letter.subject.as_str())
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|_| MailError::Unwritable)?;
        let sent = self.transport.send(message).await;
        // What the server says may have the address in it: only its code is told.
        sent.map(|_| ()).map_err(|error| MailError::Server { code: error.status().map(u16::from) })
    }
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a server, from {}", self.from)
    }
}

/// How long a server may take for each step.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It could not be written down.
    #[error("it can't be written: {0}")]
    File(#[from] std::io::Error),
    /// It is to no address to which mail goes.
    #[error("it can't be put as a mail")]
    Unwritable,
    /// The server didn't take it, or can't be reached.
    #[error("the mail server {}", .code.map_or_else(|| "can't be reached".to_owned(), |code| format!("answered {code}")))]
    Server {
        /// What it answered (RFC 5321 §4.2); none where it didn't.
        code: Option<u16>,
    },
}

/// What is to reach someone.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    to: String,
    subject: String,
    text: String,
}

impl Letter {
    /// One of which somebody else has the words.
    pub(crate) fn of(to: &str, subject: &str, text: String) -> Self {
        Self { to: to.to_owned(), subject: subject.to_owned(), text }
    }

    /// The code with which someone signs in.
    pub(crate) fn code(to: &str, code: &str) -> Self {
        let text = format!(
            "Your code is {code}\n\n\
             Type it into Guildhall within 10 minutes. If you did not ask for it, ignore this email.\n"
        );
        Self { to: to.to_owned(), subject: "Your Guildhall code".to_owned(), text }
    }

    /// A role that they are offered.
    pub(crate) fn invitation(to: &str, council: &str, role: Role, by: &str) -> Self {
        let role = match role {
            Role::Lead => "a lead",
            Role::Editor | Role::Contributor => "an editor",
        };
        let text = format!(
            "{by} invites you to be {role} for {council} in Guildhall, where councils' digital teams see what \
             each other are working on.\n\n\
             Sign in to Guildhall with this address. The invitation waits there, under Inbox.\n"
        );
        Self { to: to.to_owned(), subject: format!("You are invited to be {role} for {council}"), text }
    }

    /// Whether they may act for the council that they asked for.
    pub(crate) fn answer_about_council(to: &str, council: &str, yes: bool) -> Self {
        let (subject, text) = match yes {
            true => (
                format!("You can act for {council} in Guildhall"),
                format!("You asked to act for {council} in Guildhall. From now on you can.\n"),
            ),
            false => (
                format!("You can't act for {council} in Guildhall"),
                format!(
                    "You asked to act for {council} in Guildhall, and were not let in. \
                     If you work there, ask one of its leads to invite you.\n"
                ),
            ),
        };
        Self { to: to.to_owned(), subject, text }
    }

    /// To the address that someone had: there is another one now.
    pub(crate) fn address_changed(to: &str, now: &str, provider: &str) -> Self {
        let text = format!(
            "Your account in Guildhall now has the address {now} instead of {to}. Somebody signed in to it with \
             {provider}, which says that {now} is theirs, and chose to use that address.\n\n\
             Codes and letters from Guildhall now go to {now}. What the account can do for a council follows the new \
             address.\n\n\
             If this was not you, tell a lead of your council or a coordinator at once.\n"
        );
        Self::of(to, "Your address in Guildhall was changed", text)
    }

    /// That someone wants to act for their council.
    pub(crate) fn asks_to_act(to: &str, council: &str, by: &str, evidence: &str) -> Self {
        let text = format!(
            "{by} asks to act for {council} in Guildhall. They say why their address is the council's:\n\n{evidence}\n\n\
             Open People in Guildhall to answer. If you do nothing, they are not let in.\n"
        );
        Self { to: to.to_owned(), subject: format!("Someone asks to act for {council}"), text }
    }

    /// That leads of other councils vouch for who leads their own.
    pub(crate) fn vouched(to: &str, council: &str, lead: &str) -> Self {
        let text = format!(
            "Leads of two other councils vouch for {lead} as a lead of {council} in Guildhall. In three days {lead} can do \
             all that leads do: give and take roles, delete projects, and read those that only a team can see.\n\n\
             If you do not know {lead}, or they should not lead {council} there, open Inbox in Guildhall and object \
             before then. Objecting is enough: a coordinator looks into it.\n"
        );
        Self { to: to.to_owned(), subject: format!("{lead} is to lead {council} in Guildhall"), text }
    }

    /// Who comes after a council, and from when on; nobody, where that was taken back.
    pub(crate) fn successors(to: &str, council: &str, after: &[String], from: Date) -> Self {
        let (subject, text) = match after {
            [] => (
                format!("{council} is not replaced in Guildhall"),
                format!(
                    "A coordinator has taken back what was said of a merger or split of {council}. Projects that were \
                     taken over stay where they are.\n"
                ),
            ),
            after => (
                format!("{council} is replaced in Guildhall"),
                format!(
                    "A coordinator has said that from {from} {council} is replaced by {}. From that day its people can \
                     act for the new council by their old addresses, for a year, and a lead of the new council can take \
                     its projects over: open People in Guildhall. If this is wrong, answer to a coordinator.\n",
                    after.join(" and ")
                ),
            ),
        };
        Self { to: to.to_owned(), subject, text }
    }

    /// That a coordinator has read what only a team can see.
    pub(crate) fn team_read(to: &str, title: &str, by: &str, reason: &str) -> Self {
        let text = format!(
            "{by}, a coordinator, has read \u{201c}{title}\u{201d} in Guildhall, which only its team and you can see. Their \
             reason:\n\n{reason}\n"
        );
        Self { to: to.to_owned(), subject: "A coordinator has read a project of yours".to_owned(), text }
    }

    /// That people say what is wrong with projects; with the title of the one where there is only one report.
    pub(crate) fn reports(to: &str, count: usize, title: &str) -> Self {
        let (subject, what) = match count {
            1 => (
                "A project was reported".to_owned(),
                format!("Someone says that something is wrong with \u{201c}{title}\u{201d} in Guildhall."),
            ),
            count => (
                format!("{count} reports about projects"),
                format!("There are {count} new reports that something is wrong with projects in Guildhall."),
            ),
        };
        let text = format!("{what} Open People, or Coordinators, to see what.\n");
        Self { to: to.to_owned(), subject, text }
    }

    /// That a coordinator has removed a project.
    pub(crate) fn purged(to: &str, title: &str, reason: &str) -> Self {
        let text = format!(
            "A coordinator has removed \u{201c}{title}\u{201d} from Guildhall for good. They say why:\n\n{reason}\n"
        );
        Self { to: to.to_owned(), subject: "A project was removed".to_owned(), text }
    }

    /// That someone waits for their answer.
    pub(crate) fn reminder(to: &str, waiting: usize) -> Self {
        let (subject, text) = match waiting {
            1 => ("A project waits for your answer", "A project has waited"),
            _ => ("Projects wait for your answer", "Some projects have waited"),
        };
        let text = format!("{text} in Guildhall for a week or more to be checked. Open Inbox to answer.\n");
        Self { to: to.to_owned(), subject: subject.to_owned(), text }
    }
}

impl Mail {
    /// Sends it.
    pub(crate) async fn send(&self, env: &Env, letter: &Letter) -> Result<(), MailError> {
        let Letter { to, subject, text } = letter;
        let plain = format!("To: {to}\nSubject: {subject}\n\n{text}");
        match self {
            Self::Smtp(server) => return server.send(letter).await,
            Self::Console => writeln!(std::io::stdout().lock(), "{plain}")?,
            Self::File(folder) => {
                files::make_folder(folder)?;
                let mut file = files::create(&folder.join(format!("{}.txt", env.new_id())))?;
                file.write_all(plain.as_bytes())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{NotASmtpServer, SmtpServer};

    #[test]
    fn mail_leaves_this_machine_encrypted_only() {
        for (url, allowed) in [
            ("smtps://a:b@mail.example", true),
            ("smtp://mail.example?tls=required", true),
            ("smtp://localhost:2525", true),
            ("smtp://127.0.0.2:25?tls=opportunistic", true),
            ("smtp://[::1]", true),
            ("smtp://a:b@mail.example", false),
            ("smtp://mail.example?tls=opportunistic", false),
            ("smtp://localhost.example", false),
            ("smtp://192.0.2.1", false),
        ] {
            let server = SmtpServer::new(url, "hall@registry.example");
            assert_eq!(!matches!(server, Err(NotASmtpServer::NotEncrypted)), allowed, "{url}");
        }
    }
}
