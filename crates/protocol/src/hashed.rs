//! Finds members of sets by hash. Tests count the comparisons.

use std::hash::{Hash, Hasher};

use serde_json::Value;

/// A member of a set, or its key, for use in hash tables. Sets come from strangers, so searching one from the start for
/// each member of another would let them make it slow.
#[derive(Clone, Copy)]
pub(crate) struct HashKey<'a>(pub(crate) &'a Value);

impl PartialEq for HashKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        #[cfg(test)]
        visits::count();
        self.0 == other.0
    }
}

impl Eq for HashKey<'_> {}

impl Hash for HashKey<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        #[cfg(test)]
        visits::count();
        self.0.hash(state);
    }
}

/// How many times members of sets were hashed or compared in this thread.
#[cfg(test)]
pub(crate) mod visits {
    use std::cell::Cell;

    thread_local!(static VISITS: Cell<usize> = const { Cell::new(0) });

    pub(crate) fn count() {
        VISITS.set(VISITS.get() + 1);
    }

    /// The number of visits during `work`.
    pub(crate) fn of<T>(work: impl FnOnce() -> T) -> usize {
        VISITS.set(0);
        work();
        VISITS.get()
    }
}
