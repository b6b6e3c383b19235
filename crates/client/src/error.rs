//! What can go wrong, as far as a person can do something about it. The window has the words for each (in two
//! languages, so not here); nothing ever branches on the text of an error.

use guildhall_protocol::validate::FieldError;
use serde::{Deserialize, Serialize};

/// Why something that a person asked for did not happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Failure {
    /// What was typed is no web address.
    #[error("not a web address")]
    NotAnAddress,
    /// An http address that is not on this laptop: what is sent there could be read on the way.
    #[error("not a secure address")]
    NotSecure,
    /// No host of that name, or nothing answers there.
    #[error("nothing answers at that address")]
    NothingThere,
    /// Something answers there, and it is no registry: another website, or a hotel's sign-in page.
    #[error("what answers is no registry")]
    NotARegistry,
    /// The registry's answer is not as it must be. What came of it before that is kept.
    #[error("the registry's answer can't be read to its end")]
    AnswerUnreadable,
    /// The registry speaks another version of the protocol.
    #[error("the registry speaks version {theirs}, this app {ours}")]
    OtherVersion {
        /// The registry's version.
        theirs: u32,
        /// This app's version.
        ours: u32,
    },
    /// The registry no longer understands this version of the app.
    #[error("this app is too old")]
    AppTooOld,
    /// The connection is gone, or someone chose to work offline.
    #[error("no connection")]
    NoConnection,
    /// The registry answers, but can't do its work now.
    #[error("the registry is busy or being looked after")]
    RegistryBusy,
    /// Too many tries.
    #[error("too many tries; again in {seconds} seconds")]
    TooManyTries {
        /// How long to wait.
        seconds: u32,
    },
    /// All was read, and the catalogue on this laptop still isn't the registry's.
    #[error("the catalogue on this laptop differs from the registry's")]
    CatalogueDiffers,
    /// What was typed is no email address.
    #[error("not an email address")]
    NotAnEmail,
    /// The code is wrong, old or used.
    #[error("the code was refused")]
    CodeRefused,
    /// A code of the second factor is needed, or the one that came with a sign-in was wrong.
    #[error("a code of the second factor is needed")]
    SecondFactorNeeded,
    /// The provider knows who it is, and the registry not yet which address is theirs.
    #[error("the address is not confirmed")]
    AddressUnconfirmed,
    /// The provider vouches for another address than the account has: its person says which is theirs.
    #[error("the provider has another address")]
    AddressDiffers {
        /// The account's.
        account: String,
        /// The provider's.
        provider: String,
        /// Another account has the provider's.
        taken: bool,
    },
    /// The browser can't bring an answer to this laptop, or can't be opened.
    #[error("the browser can't be used")]
    NoBrowser,
    /// Nobody is signed in, or the session was ended.
    #[error("not signed in")]
    SignInNeeded,
    /// This laptop was signed out from another one.
    #[error("signed out from another laptop")]
    SignedOutElsewhere,
    /// A council's last lead can't leave.
    #[error("a council's last lead can't leave")]
    LastLead,
    /// A reason has to be given.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// The registry doesn't let this person do this.
    #[error("not allowed")]
    NotAllowed,
    /// There is none.
    #[error("not found")]
    NotFound,
    /// The content breaks rules.
    #[error("something has to be changed first")]
    Invalid {
        /// Which rules, and where.
        errors: Vec<FieldError>,
    },
    /// The draft says what the catalogue says already.
    #[error("nothing was changed")]
    NothingChanged,
    /// Something that clashes has no choice yet.
    #[error("not everything is chosen")]
    NotAllChosen,
    /// It is being sent at this moment, or its answer is not yet known.
    #[error("it is being sent")]
    BeingSent,
    /// A link that is not http or https.
    #[error("not a link")]
    NotALink,
    /// No space left where the app keeps its files.
    #[error("the disk is full")]
    DiskFull,
    /// The app's files were written by a newer version.
    #[error("the files were written by a newer version")]
    NewerFiles,
    /// A newer version wrote this, or it was damaged. It stays on the laptop as it is.
    #[error("this can't be read by this version")]
    Unreadable,
    /// One of the app's files is damaged: it is renamed aside, and what can be is read out of it.
    #[error("one of the app's files is damaged")]
    FilesDamaged,
    /// The app's files can't be read or written.
    #[error("the app's files can't be used")]
    FilesBroken,
    /// Another app has the folder of the app's files open.
    #[error("the folder is in use: {folder}")]
    FolderInUse {
        /// The folder.
        folder: String,
    },
    /// Others can read the folder of the app's files, and it can't be closed to them.
    #[error("the folder is open to others: {folder}")]
    FolderOpenToOthers {
        /// The folder.
        folder: String,
    },
    /// The place that was chosen can't be written to.
    #[error("that file can't be written")]
    CantWrite,
    /// A fault of the app itself; the log has more.
    #[error("something went wrong in the app")]
    Internal,
}

/// The result of what a person asked for.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
