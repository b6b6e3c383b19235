//! Where someone's second factor stands, which is a part of what they are: who is asked for one and has none when their day
//! has come goes on without the role that asks for it.

use guildhall_protocol::second_factor::FactorDue;
use guildhall_protocol::{Code, Role};
use sqlx::AnyConnection;

use crate::access::factor_setting::AskedOf;
use crate::access::principal::{Held, Principal};
use crate::error::{Error, Result};
use crate::store::people::Person;
use crate::store::read_time;
use crate::store::second_factors::{self, Facts};

/// How long a code that was given is enough, in milliseconds.
const GOOD_FOR: i64 = 12 * 60 * 60 * 1000;
/// In which way a second factor was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GivenBy {
    /// A code.
    Code,
    /// The provider says that one was used there.
    Provider,
}

impl GivenBy {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Provider => "provider",
        }
    }
}

/// Where someone's second factor stands, in the session in which they ask.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    has_one: bool,
    /// The provider vouched for one when this session began.
    by_provider: bool,
    /// When it was last given in this session; 0 for never.
    given_at: i64,
    /// Does what they are ask for one?
    pub(crate) required: bool,
    /// From when on a role rests without one; 0 for at once.
    due_at: i64,
    rests: bool,
    now: i64,
}

impl Standing {
    /// What there is to know of who asks, given what they are. Leaves of that what does not rest.
    pub(crate) async fn find(
        sql: &mut AnyConnection,
        principal: &Principal,
        person: &mut Person,
        roles: &mut Vec<Held>,
    ) -> Result<Self> {
        let now = principal.at;
        let facts = second_factors::facts(sql, principal.person, &principal.session, now).await?;
        let Facts { confirmed, due_at, given_at, given_by, asked_of } = facts;
        let least = asked_of.parse().unwrap_or(AskedOf::Nobody).least();
        let asks = |role: Role| least.is_some_and(|least| role >= least);
        let required = person.coordinator || roles.iter().any(|held| asks(held.role));
        let (has_one, by_provider) = (confirmed > 0, given_by == GivenBy::Provider.as_str());
        let rests = required && !has_one && !by_provider && due_at <= now;
        if rests {
            person.coordinator = false;
            // What is left is what their address alone gives them, where that asks for none.
            let left = Some(Role::Contributor).filter(|role| !asks(*role));
            *roles = std::mem::take(roles)
                .into_iter()
                .filter_map(|held| {
                    let role = if asks(held.role) { left } else { Some(held.role) };
                    role.map(|role| Held { confirmed: held.confirmed && role == held.role, role, ..held })
                })
                .collect();
        }
        Ok(Self { has_one, by_provider, given_at, required, due_at, rests, now })
    }

    /// Does a role rest?
    pub(crate) fn rests(&self) -> bool {
        self.rests
    }

    pub(crate) fn has_one(&self) -> bool {
        self.has_one
    }

    /// Have they a factor of their own, or one at the provider with which this session began?
    pub(crate) fn is_held(&self) -> bool {
        self.has_one || self.by_provider
    }

    /// That one is asked of them and missing.
    pub(crate) fn due(&self) -> Result<Option<FactorDue>> {
        if !self.required || self.is_held() {
            return Ok(None);
        }
        let by = (self.due_at > 0).then(|| read_time(self.due_at)).transpose()?;
        Ok(Some(FactorDue { by, rests: self.rests }))
    }

    /// Was a code given lately, where there is one to give?
    ///
    /// # Errors
    /// [`Code::SecondFactorRequired`].
    pub(crate) fn must_be_fresh(&self) -> Result<()> {
        let is_asked = self.has_one || (self.required && self.by_provider);
        match is_asked && self.given_at + GOOD_FOR <= self.now {
            true => Err(required()),
            false => Ok(()),
        }
    }
}

/// A code of the second factor is needed.
pub(crate) fn required() -> Error {
    Error::refused(Code::SecondFactorRequired, "A code of the second factor is needed for this")
}
