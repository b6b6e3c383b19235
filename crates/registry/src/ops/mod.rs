//! Operating a registry: backups, daily maintenance and its settings.

pub(crate) mod backup;
pub(crate) mod maintenance;
pub(crate) mod settings;
