//! The client's answers as the window receives them. They hold data and no words for the screen: the window has those,
//! in two languages.

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
