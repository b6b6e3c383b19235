//! How letters reach people. The first two ways are for one machine: anyone who can read its screen or its files can
//! sign in as anyone, so serving on any other address than loopback is refused with them.

use std::io::Write as _;
use std::path::PathBuf;

use guildhall_protocol::Role;

use crate::world::World;

/// A way to send mail.
#[derive(Clone, Debug)]
pub enum Mail {
    /// Printed on standard output.
    Console,
    /// A file each, in this folder.
    File(PathBuf),
}

/// What is to reach someone.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    to: String,
    subject: String,
    text: String,
}

impl Letter {
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
            Role::Editor | Role::CouncilUser => "an editor",
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
    pub(crate) async fn send(&self, world: &World, letter: &Letter) -> std::io::Result<()> {
        let Letter { to, subject, text } = letter;
        let text = format!("To: {to}\nSubject: {subject}\n\n{text}");
        match self {
            Self::Console => writeln!(std::io::stdout().lock(), "{text}"),
            Self::File(folder) => {
                std::fs::create_dir_all(folder)?;
                std::fs::write(folder.join(format!("{}.txt", world.new_id())), text)
            }
        }
    }
}
