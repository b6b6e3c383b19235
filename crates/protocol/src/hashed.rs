//! Looking members of sets up by hash, and how often they are looked at.

use std::hash::{Hash, Hasher};

use serde_json::Value;

/// A member of a set or its key, to be looked up. Lists come from strangers: none is ever searched from its beginning
/// for each member of another.
#[derive(Clone, Copy)]
pub(crate) struct Hashed<'a>(pub(crate) &'a Value);

impl PartialEq for Hashed<'_> {
    fn eq(&self, other: &Self) -> bool {
        #[cfg(test)]
        visits::count();
        self.0 == other.0
    }
}

impl Eq for Hashed<'_> {}

impl Hash for Hashed<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        #[cfg(test)]
        visits::count();
        self.0.hash(state);
    }
}

/// How often members of sets were looked at, in this thread's tests.
#[cfg(test)]
pub(crate) mod visits {
    use std::cell::Cell;

    thread_local!(static VISITS: Cell<usize> = const { Cell::new(0) });

    pub(crate) fn count() {
        VISITS.set(VISITS.get() + 1);
    }

    /// How many it takes to do that.
    pub(crate) fn of<T>(work: impl FnOnce() -> T) -> usize {
        VISITS.set(0);
        work();
        VISITS.get()
    }
}
