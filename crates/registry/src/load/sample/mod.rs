//! The sample: fictional councils at `.example` domains and lifelike projects, rich enough to show what Guildhall is
//! for. The texts are in TOML files beside this one. Their dates are numbers of days from now, so the sample never
//! looks out of date.

mod read;

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{PersonId, Service};

use crate::Registry;
use crate::access::factor_setting;
use crate::councils::{domains, membership};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::load::bulk::{Tally, reference};
use crate::registry::Write;
use crate::store::audit::{AuditAction, AuditEvent};
use crate::store::settings::{self, Setting};
use crate::store::{WriteTx, people};

/// The sample's people: addresses only, each with a role.
const PEOPLE: [(&str, Stands); 6] = [
    ("sam.digital@barchester.example", Stands::LeadOf("BCH")),
    ("robin.digital@barchester.example", Stands::LeadOf("BCH")),
    ("kim.digital@barchester.example", Stands::New),
    ("alex.digital@casterbridge.example", Stands::LeadOf("CAS")),
    ("nia.digidol@llareggub.example", Stands::LeadOf("LLA")),
    ("pat.hub@network.example", Stands::Coordinator),
];

#[derive(Clone, Copy)]
enum Stands {
    LeadOf(&'static str),
    Coordinator,
    /// Someone who has never signed in.
    New,
}

/// The addresses to sign in with, each with a description of its role.
pub fn sample_people() -> impl Iterator<Item = (&'static str, &'static str)> {
    PEOPLE.into_iter().map(|(email, stands)| {
        let what = match stands {
            Stands::LeadOf("BCH") => "a lead of Barchester City Council",
            Stands::LeadOf("CAS") => "a lead of Casterbridge District Council",
            Stands::LeadOf(_) => "a lead of Llareggub Borough Council",
            Stands::Coordinator => "a coordinator",
            Stands::New => "new at Barchester City Council: what they send is checked first",
        };
        (email, what)
    })
}

const SETTINGS: [(Setting, &str); 4] = [
    (Setting::Name, "Guildhall sample registry"),
    (Setting::Operator, "The Barsetshire and Wessex Digital Partnership (fictional)"),
    (Setting::Place, "This computer"),
    (
        Setting::PrivacyNotice,
        "This is a registry to try Guildhall with. Its councils, projects and mailboxes are made up.\n\n\
         It keeps the email address with which you sign in, when you signed in, and what you publish. \
         All of it stays on this computer, and goes when its data folder is deleted.\n\n\
         In a real registry this notice says who keeps what about you, why and for how long, and whom to ask. \
         Don't write residents' names or case details into a project.",
    ),
];

impl Registry {
    /// Fills the registry with the sample. Existing records stay as they are, so a second run changes nothing.
    ///
    /// # Errors
    /// If the sample cannot be stored.
    pub async fn sample(&self) -> Result<Tally> {
        let sample =
            read::sample(self.env().clock.now()).map_err(|error| Error::Damaged(error.to_string()))?;
        let mut states = Vec::new();
        for council in &sample.councils {
            states.push(reference(Kind::Council, &council.code, council)?);
        }
        for service in &sample.services {
            states.push(reference(Kind::Service, service.id, service)?);
        }
        states.extend(sample.projects);
        let tally = self.ingest(states, AuditEvent::operator(AuditAction::Sample, "catalogue", "")).await?;
        domains::add_all(self, sample.domains).await?;
        self.add_sample_people().await?;
        self.say_that_it_is_a_sample().await?;
        Ok(tally)
    }

    async fn add_sample_people(&self) -> Result<()> {
        self.write((), async |Write { tx, env }, ()| {
            for (email, stands) in PEOPLE {
                add_person(tx, env, email, stands).await?;
            }
            Ok(())
        })
        .await
    }

    /// Only if no setting has been made: the sample can be added to a registry with real councils.
    async fn say_that_it_is_a_sample(&self) -> Result<()> {
        self.write((), async |Write { tx, .. }, ()| {
            if settings::all(tx.sql()).await?.is_empty() {
                for (setting, value) in SETTINGS {
                    settings::set(tx, setting.as_str(), value).await?;
                }
            }
            Ok(())
        })
        .await
    }
}

/// The sample's services, which generated projects also use.
pub(crate) fn services() -> Result<Vec<Service>> {
    read::services().map_err(|error| Error::Damaged(error.to_string()))
}

async fn add_person(tx: &mut WriteTx, env: &Env, email: &str, stands: Stands) -> Result<()> {
    if matches!(stands, Stands::New) || people::with_address(tx.sql(), email).await?.is_some() {
        return Ok(());
    }
    let now = env.now_ms();
    let person = people::find_or_add(tx, email, PersonId(env.new_id()), now).await?;
    match stands {
        Stands::New => Ok(()),
        Stands::Coordinator => {
            if !person.coordinator {
                factor_setting::begin_coordinator(tx, env, person.id).await?;
            }
            Ok(people::set_coordinator(tx, person.id, true).await?)
        }
        Stands::LeadOf(code) => {
            let code = code.parse().map_err(|error| Error::damaged("the sample", error))?;
            membership::make_lead(tx, env, email, &code).await.map(|_| ())
        }
    }
}
