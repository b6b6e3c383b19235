//! Desks and a registry joined in one process, over real files: what several people meet on the way from one
//! laptop to another. Time is told by the test, and the way between them can be cut at any point.

mod accidents;
mod people;
mod rig;
