//! Reporting projects and deleting them. All of this is sent to the registry at once, so it needs a connection.

use guildhall_protocol::{NewReport, ProjectId, Purge, ReportReason, routes};
use http::Method;
use uuid::Uuid;

use crate::Client;
use crate::error::{Failure, Result};
use crate::remote::session::with_token;

impl Client {
    /// Reports a project. Does not require signing in.
    ///
    /// # Errors
    /// [`Failure::ReasonNeeded`] without a text, and connection errors.
    pub async fn report(&self, project: ProjectId, why: ReportReason, text: String) -> Result<()> {
        if text.trim().is_empty() {
            return Err(Failure::ReasonNeeded);
        }
        let profile = self.inner.open_profile()?;
        if self.inner.state().settings.work_offline {
            return Err(Failure::NoConnection);
        }
        let path = routes::with(routes::REPORTS, &[&project.to_string()]);
        let report = NewReport { why, text };
        let told = with_token(profile.credentials(), |token| {
            let (path, report, api) = (path.as_str(), report.clone(), &profile.api);
            async move { api.tell(Method::POST, path, token.as_deref(), report).await }
        });
        Ok(told.await?)
    }

    /// Closes a report.
    ///
    /// # Errors
    /// Connection errors, and an error if this person may not close it.
    pub async fn close_report(&self, id: Uuid) -> Result<()> {
        self.inner.send(Method::DELETE, &routes::with(routes::REPORT, &[&id.to_string()]), ()).await
    }

    /// Deletes a project for good, for everybody.
    ///
    /// # Errors
    /// [`Failure::ReasonNeeded`] without a reason, connection errors, and an error if this person may not delete it.
    pub async fn purge(&self, project: ProjectId, reason: String) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Failure::ReasonNeeded);
        }
        let path = routes::with(routes::PROJECT, &[&project.to_string()]);
        self.inner.send(Method::DELETE, &path, Purge { reason }).await
    }
}
