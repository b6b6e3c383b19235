//! What the registry's web pages and feeds show: public records, as anyone on the internet may read them. `http/site`
//! makes pages of it.

mod about;
mod councils;
mod projects;

pub(crate) use about::Site;
pub(crate) use councils::{CouncilPage, Neighbour};
pub(crate) use projects::{Item, List, NeedPage, ProjectPage, ServicePage};
