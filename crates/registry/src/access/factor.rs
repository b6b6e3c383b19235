//! The state of a person's second factor. It affects their roles: if a role needs a second factor and the person has
//! none by the due date, that role is suspended.

use guildhall_protocol::second_factor::FactorDue;
use guildhall_protocol::{Code, Role};
use sqlx::AnyConnection;

use crate::access::factor_setting::RequiredOf;
use crate::access::principal::{Held, Principal};
use crate::error::{Error, Result};
use crate::store::people::Person;
use crate::store::read_time;
use crate::store::second_factors::{self, Facts};

/// How long a code counts as recent, in milliseconds.
const GOOD_FOR: i64 = 12 * 60 * 60 * 1000;
/// How a second factor was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactorMethod {
    /// A code from an authenticator app, or a recovery code.
    Code,
    /// The sign-in provider said that a second factor was used there.
    Provider,
}

impl FactorMethod {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Provider => "provider",
        }
    }
}

/// The state of a person's second factor in their current session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    has_one: bool,
    /// Whether the provider vouched for one when this session began.
    by_provider: bool,
    /// When the session last passed the second factor; 0 for never.
    given_at: i64,
    /// Whether one of the person's roles needs a second factor.
    pub(crate) required: bool,
    /// When roles are suspended without one; 0 for immediately.
    due_at: i64,
    rests: bool,
    now: i64,
}

impl Standing {
    /// Reads the state of the second factor, and removes suspended roles from `person` and `roles`.
    pub(crate) async fn find(
        sql: &mut AnyConnection,
        principal: &Principal,
        person: &mut Person,
        roles: &mut Vec<Held>,
    ) -> Result<Self> {
        let now = principal.at;
        let facts = second_factors::facts(sql, principal.person, &principal.session, now).await?;
        let Facts { confirmed, due_at, given_at, given_by, asked_of } = facts;
        let least = asked_of.parse().unwrap_or(RequiredOf::Nobody).least();
        let asks = |role: Role| least.is_some_and(|least| role >= least);
        let required = person.coordinator || roles.iter().any(|held| asks(held.role));
        let (has_one, by_provider) = (confirmed > 0, given_by == FactorMethod::Provider.as_str());
        let rests = required && !has_one && !by_provider && due_at <= now;
        if rests {
            person.coordinator = false;
            // Only the role that follows from their address remains, and only if it needs no second factor.
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

    /// Whether a role is suspended.
    pub(crate) fn rests(&self) -> bool {
        self.rests
    }

    pub(crate) fn has_one(&self) -> bool {
        self.has_one
    }

    /// Whether they have a second factor of their own, or used the provider's to start this session.
    pub(crate) fn is_held(&self) -> bool {
        self.has_one || self.by_provider
    }

    /// The date by which they need one, if it is required and missing.
    pub(crate) fn due(&self) -> Result<Option<FactorDue>> {
        if !self.required || self.is_held() {
            return Ok(None);
        }
        let by = (self.due_at > 0).then(|| read_time(self.due_at)).transpose()?;
        Ok(Some(FactorDue { by, rests: self.rests }))
    }

    /// Checks that the second factor was given recently in this session, if the person has one.
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

/// The refusal that asks for a code.
pub(crate) fn required() -> Error {
    Error::refused(Code::SecondFactorRequired, "Enter a second factor code to do this")
}
