//! How people prove who they are: a code by email, a provider, a second factor; and the laptops on which they have.

pub(crate) mod change_of_address;
pub(crate) mod devices;
pub(crate) mod email_codes;
pub(crate) mod openid;
pub(crate) mod second_factor;
