//! Running a registry: backups, daily maintenance, its settings.

pub(crate) mod backup;
pub(crate) mod maintenance;
pub(crate) mod settings;
