//! What people are told in letters and on pages: a function for each sentence of `words/en.json`, with a parameter for each
//! of its placeholders. `build.rs` writes them.

#![deny(dead_code, reason = "a sentence that is never said is no part of the catalogue")]

include!(concat!(env!("OUT_DIR"), "/words.rs"));
