//! The digest of a set of records: the sum of a hash of each (kind, id, version), modulo 2^64. Because it is a sum,
//! both ends can update it by adding and subtracting single records, in any order.

use sha2::{Digest as _, Sha256};

/// The digest of a set of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest(pub u64);

impl Digest {
    /// The digest of a single record: the first 8 bytes, big-endian, of SHA-256 over `kind/id/version`.
    pub fn of(kind: &str, id: &str, version: u32) -> Self {
        let hash = Sha256::digest(format!("{kind}/{id}/{version}"));
        Self(hash.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
    }

    /// Adds the digest of another set, which must have no record in common with this one.
    pub fn with(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    /// Subtracts the digest of a part of this set.
    pub fn without(self, other: Self) -> Self {
        Self(self.0.wrapping_sub(other.0))
    }

    /// The digest on the wire: 16 hexadecimal digits.
    pub fn to_hex(self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn order_does_not_matter_and_taking_away_undoes() {
        let (a, b) = (Digest::of("project", "1", 1), Digest::of("project", "2", 7));
        assert_eq!(a.with(b), b.with(a));
        assert_eq!(a.with(b).without(b), a);
        assert_ne!(a, Digest::of("project", "1", 2));
    }

    /// The two ends may run different versions of this code, so the value itself is part of the protocol.
    #[test]
    fn the_value_is_fixed() {
        assert_eq!(Digest::of("project", "0190", 7).to_hex(), "58a988e15cc120b5");
    }
}
