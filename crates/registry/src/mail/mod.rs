//! How letters reach people. `letters` has what they say, `smtp` the server to which they are handed.
//!
//! The other two ways are for trying Guildhall on one machine: anyone who can read its screen or its files can sign in as
//! anyone. With them the registry serves on loopback addresses only.

mod address;
pub(crate) mod letters;
mod smtp;

use std::io::Write as _;
use std::path::PathBuf;

pub(crate) use address::read_email;
pub use smtp::{NotASmtpServer, SmtpServer};

use self::letters::Letter;
use crate::env::Env;
use crate::files;

/// A way to send mail.
#[derive(Clone, Debug)]
pub enum Mail {
    /// Printed on standard output.
    Console,
    /// Written to this folder, each letter in a file.
    File(PathBuf),
    /// Handed to a server.
    Smtp(Box<SmtpServer>),
}

impl Mail {
    /// Sends it.
    ///
    /// # Errors
    /// When it could not be handed over. Whether it arrives is not known.
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

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It could not be printed, or written to a file.
    #[error("it cannot be written: {0}")]
    File(#[from] std::io::Error),
    /// No mail can be sent to that address.
    #[error("it cannot be put as a mail")]
    Unwritable,
    /// The server refused it, or can't be reached.
    #[error("the mail server {}", .code.map_or_else(|| "cannot be reached".to_owned(), |code| format!("answered {code}")))]
    Server {
        /// Its reply code (RFC 5321 §4.2); none if there was no reply.
        code: Option<u16>,
    },
}
