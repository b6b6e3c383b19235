//! How codes reach people. These two ways are for one machine: anyone who can read its screen or its files can
//! sign in as anyone, so serving on any other address than loopback is refused with them.

use std::io::Write as _;
use std::path::PathBuf;

use crate::world::World;

/// A way to send mail.
#[derive(Clone, Debug)]
pub enum Mail {
    /// Printed on standard output.
    Console,
    /// A file each, in this folder.
    File(PathBuf),
}

impl Mail {
    /// Sends the code to that address.
    pub(crate) fn send_code(&self, world: &World, email: &str, code: &str) -> std::io::Result<()> {
        let text = format!(
            "To: {email}\nSubject: Your Guildhall code\n\n\
             Your code is {code}\n\n\
             Type it into Guildhall within 10 minutes. If you did not ask for it, ignore this email.\n"
        );
        match self {
            Self::Console => writeln!(std::io::stdout().lock(), "{text}"),
            Self::File(folder) => {
                std::fs::create_dir_all(folder)?;
                std::fs::write(folder.join(format!("{}.txt", world.new_id())), text)
            }
        }
    }
}
