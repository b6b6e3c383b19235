//! What the window is shown: the shapes of the client's answers. They hold data, never words for the screen, which
//! the window has in two languages.

mod catalogue;
mod conflict;
mod drafts;
mod find;
mod frame;
mod inbox;
mod stored;
mod unfinished;

pub use catalogue::*;
pub use conflict::*;
pub use drafts::*;
pub use find::*;
pub use frame::*;
pub use inbox::*;
pub(crate) use stored::shown_choice;
pub use unfinished::*;
