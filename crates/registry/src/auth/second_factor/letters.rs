//! What people are told by mail: whoever can read someone's mail should not be able to do this unseen.

use jiff::Timestamp;

use crate::mail::Letter;

const IF_NOT: &str = "If this was not you, tell a lead of your council or a coordinator at once.\n";

/// To who has set one up.
pub(super) fn set_up(to: &str) -> Letter {
    let text = format!(
        "A second step was set up for signing in to Guildhall with this address. From now on a code from an \
         authenticator app is asked for as well.\n\n{IF_NOT}"
    );
    Letter::of(to, "A second step was set up", text)
}

/// To who has turned theirs off.
pub(super) fn turned_off(to: &str) -> Letter {
    let text =
        format!("The second step of signing in to Guildhall with this address was turned off.\n\n{IF_NOT}");
    Letter::of(to, "Your second step was turned off", text)
}

/// That a lead has asked for a reset: to the person, and to all leads of the council.
pub(super) fn reset_asked(to: &str, whose: &str, by: &str, council: &str, at: Timestamp) -> Letter {
    let at = at.strftime("%-d %B %Y at %H:%M UTC");
    let text = format!(
        "{by}, a lead of {council}, has asked Guildhall to reset the second step of {whose}. It is reset on {at}: from \
         then on a code by email is enough to sign in as {whose}, until they set up a new second step.\n\n\
         If this is wrong, call it off before then: a lead can, under People in Guildhall, and {whose} can, under \
         Settings.\n"
    );
    Letter::of(to, "A second step is about to be reset", text)
}

/// That it was called off.
pub(super) fn reset_called_off(to: &str, whose: &str, by: &str) -> Letter {
    let text = format!(
        "{by} has called off the reset of the second step of {whose} in Guildhall. It stays as it is.\n"
    );
    Letter::of(to, "A reset was called off", text)
}

/// That it was reset: to the person, and to the leads of their councils.
pub(super) fn reset(to: &str, whose: &str, by: &str) -> Letter {
    let text = format!(
        "{by} has reset the second step of {whose} in Guildhall. A code by email is enough to sign in as {whose}, until \
         they set up a new second step under Settings.\n\nIf this is wrong, tell a coordinator at once.\n"
    );
    Letter::of(to, "A second step was reset", text)
}
