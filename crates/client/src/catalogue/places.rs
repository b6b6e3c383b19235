//! The pages of a council and of a service.

use guildhall_protocol::{CouncilCode, ServiceId};
use jiff::tz::TimeZone;

use super::parts::{needs_of, project_row};
use super::{council_rows, successors};
use crate::Client;
use crate::error::{Failure, Result};
use crate::store::mirror::{councils, projects, services};
use crate::views::{CouncilProfile, ServicePage, SuccessorView};

impl Client {
    /// A council: what it works on, and what came before and after it.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if there is no such council in the catalogue on this laptop.
    pub async fn council_profile(&self, code: CouncilCode) -> Result<CouncilProfile> {
        let profile = self.inner.open_profile()?;
        let reader = self.reader(&profile).await?;
        let now = self.inner.env().clock.now();
        let today = now.to_zoned(TimeZone::UTC).date();
        profile
            .mirror
            .read(move |connection| {
                let council = councils::find(connection, &code)?.ok_or(Failure::NotFound)?;
                let before = councils::predecessors(connection, &code)?.into_iter();
                let predecessors = before.map(|(council, successor)| SuccessorView {
                    council: council.into(),
                    from: successor.from,
                    area: successor.area,
                });
                Ok(CouncilProfile {
                    council: councils::name(connection, &code)?.into(),
                    council_type: council.council_type,
                    region: council.region,
                    ended: council.ended.filter(|ended| *ended < today),
                    successors: successors(connection, &code)?,
                    predecessors: predecessors.collect(),
                    projects: council_rows(connection, &code, &reader, now)?,
                })
            })
            .await
    }

    /// What councils do about a service.
    ///
    /// # Errors
    /// [`Failure::NotFound`] if the catalogue on this laptop has neither the service nor a project of it.
    pub async fn service_page(&self, id: ServiceId) -> Result<ServicePage> {
        let profile = self.inner.open_profile()?;
        profile
            .mirror
            .read(move |connection| {
                let service = services::find(connection, id)?;
                let (mut rows, mut needs) = (Vec::new(), Vec::new());
                let mut stored = projects::of_service(connection, id)?;
                stored.sort_by_key(|stored| stored.project.phase);
                for stored in stored {
                    let row = project_row(connection, stored.id, &stored.project)?;
                    needs.extend(needs_of(&row, &stored.project));
                    rows.push(row);
                }
                let service = match service {
                    Some(service) => service,
                    None if rows.is_empty() => return Err(Failure::NotFound),
                    None => guildhall_protocol::Service { id, name: String::new() },
                };
                Ok(ServicePage { service, projects: rows, needs })
            })
            .await
    }
}
