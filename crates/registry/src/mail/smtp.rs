//! A server that takes mail (RFC 5321).

use std::fmt;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use url::Url;

use super::MailError;
use super::letters::Letter;
use crate::files;

/// How long a server may take for each step.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The server, and the sender of the mail that is handed to it.
#[derive(Clone)]
pub struct SmtpServer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why a server can't be used.
#[derive(Debug, thiserror::Error)]
pub enum NotASmtpServer {
    /// It is not the URL of a mail server.
    // Neither the URL nor the parser's error is repeated: there may be a password in it.
    #[error(
        "the mail server's URL cannot be used: it is smtps://USER:PASSWORD@HOST or smtp://HOST?tls=required"
    )]
    Url,
    /// Codes for signing in could be read on their way there.
    #[error(
        "the mail server is on another machine, and the connection to it would not have to be encrypted: say smtps://, or \
         end the URL with ?tls=required"
    )]
    NotEncrypted,
    /// The sender is not an address.
    #[error(
        "the sender cannot be used: it is an address, or a name with one as in Guildhall <guildhall@example.org>"
    )]
    From,
}

impl SmtpServer {
    /// The server at that URL, which gets mail from that sender.
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
        Ok(Self { transport: builder.timeout(Some(TIMEOUT)).build(), from })
    }

    pub(super) async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(letter.to.parse().map_err(|_| MailError::Unwritable)?)
            .subject(letter.subject.as_str())
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|_| MailError::Unwritable)?;
        let sent = self.transport.send(message).await;
        // The server's answer may have the address in it: only its code goes into the log.
        sent.map(|_| ()).map_err(|error| MailError::Server { code: error.status().map(u16::from) })
    }
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a server, from {}", self.from)
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
