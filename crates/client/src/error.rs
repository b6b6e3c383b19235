//! The errors of the client, one for each case in which a person can act differently. The words for them are the
//! window's, which has two languages. Nothing ever branches on the text of an error.

use guildhall_protocol::validate::FieldError;
use serde::{Deserialize, Serialize};

/// Why something that a person asked for failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Failure {
    /// The text entered is not a web address.
    #[error("not a web address")]
    NotAnAddress,
    /// An `http` address that is not on this laptop: anything sent there could be read on the way.
    #[error("not a secure address")]
    NotSecure,
    /// There is no host of that name, or nothing answers there.
    #[error("nothing answers at that address")]
    NothingThere,
    /// Something other than a registry answers there: another website, or a hotel's sign-in page.
    #[error("what answers is no registry")]
    NotARegistry,
    /// The registry's answer breaks the protocol. Everything before the fault is kept.
    #[error("the registry's answer can't be read to its end")]
    AnswerUnreadable,
    /// The registry uses another version of the protocol.
    #[error("the registry speaks version {theirs}, this app {ours}")]
    OtherVersion {
        /// The registry's version.
        theirs: u32,
        /// This app's version.
        ours: u32,
    },
    /// The registry no longer supports this version of the app.
    #[error("this app is too old")]
    AppTooOld,
    /// There is no connection, or the app is set to work offline.
    #[error("no connection")]
    NoConnection,
    /// The registry answers, but cannot process requests at the moment.
    #[error("the registry is busy or being looked after")]
    RegistryBusy,
    /// Too many attempts.
    #[error("too many tries; again in {seconds} seconds")]
    TooManyTries {
        /// How long to wait, in seconds.
        seconds: u32,
    },
    /// Everything was read, and the catalogue on this laptop still differs from the registry's.
    #[error("the catalogue on this laptop differs from the registry's")]
    CatalogueDiffers,
    /// The text entered is not an email address.
    #[error("not an email address")]
    NotAnEmail,
    /// The code is wrong, expired or used.
    #[error("the code was refused")]
    CodeRefused,
    /// A second-factor code is needed, or the one sent with a sign-in was wrong.
    #[error("a code of the second factor is needed")]
    SecondFactorNeeded,
    /// The provider has identified the person, but the registry does not know yet which address is theirs.
    #[error("the address is not confirmed")]
    AddressUnconfirmed,
    /// The provider vouches for another address than the account has. The person has to say which one is right.
    #[error("the provider has another address")]
    AddressDiffers {
        /// The account's address.
        account: String,
        /// The provider's address.
        provider: String,
        /// Another account already has the provider's address.
        taken: bool,
    },
    /// The browser cannot be opened, or cannot return an answer to this laptop.
    #[error("the browser can't be used")]
    NoBrowser,
    /// Nobody is signed in, or the session has ended.
    #[error("not signed in")]
    SignInNeeded,
    /// This laptop was signed out from another one.
    #[error("signed out from another laptop")]
    SignedOutElsewhere,
    /// A council's last lead cannot leave.
    #[error("a council's last lead can't leave")]
    LastLead,
    /// A reason is required.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// The registry does not allow this person to do this.
    #[error("not allowed")]
    NotAllowed,
    /// Not found.
    #[error("not found")]
    NotFound,
    /// The content breaks the rules.
    #[error("something has to be changed first")]
    Invalid {
        /// Which rules, and where.
        errors: Vec<FieldError>,
    },
    /// The draft does not differ from the catalogue.
    #[error("nothing was changed")]
    NothingChanged,
    /// Not every clash has a choice yet.
    #[error("not everything is chosen")]
    NotAllChosen,
    /// The draft is being sent at the moment, or its answer is not known yet.
    #[error("it is being sent")]
    BeingSent,
    /// A link that is not `http` or `https`.
    #[error("not a link")]
    NotALink,
    /// There is no space left where the app keeps its files.
    #[error("the disk is full")]
    DiskFull,
    /// The app's files were written by a newer version.
    #[error("the files were written by a newer version")]
    NewerFiles,
    /// A newer version wrote this, or it is damaged. It stays on the laptop unchanged.
    #[error("this can't be read by this version")]
    Unreadable,
    /// One of the app's files is damaged. It is renamed aside, and everything readable is copied out of it.
    #[error("one of the app's files is damaged")]
    FilesDamaged,
    /// The app's files cannot be read or written.
    #[error("the app's files can't be used")]
    FilesBroken,
    /// Another app is using the folder of the app's files.
    #[error("the folder is in use: {folder}")]
    FolderInUse {
        /// The folder.
        folder: String,
    },
    /// Other users can read the folder of the app's files, and their access cannot be removed.
    #[error("the folder is open to others: {folder}")]
    FolderOpenToOthers {
        /// The folder.
        folder: String,
    },
    /// The chosen location cannot be written to.
    #[error("that file can't be written")]
    CantWrite,
    /// A fault in the app itself; the log has the details.
    #[error("something went wrong in the app")]
    Internal,
}

/// The result of something that a person asked for.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
