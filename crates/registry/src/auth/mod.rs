//! How people prove who they are: a code by email, a provider, a second factor. Also the laptops they are signed in on.

pub(crate) mod change_of_address;
pub(crate) mod devices;
pub(crate) mod email_codes;
pub(crate) mod openid;
pub(crate) mod second_factor;
