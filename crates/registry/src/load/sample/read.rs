//! Reads the sample's TOML files into records. A test reads all of them, because a broken one would be our mistake.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{
    Approach, BudgetBand, Collaboration, Contact, Council, CouncilCode, Link, LinkKind, Nation, Need, NeedId,
    Offer, Phase, PhaseDates, Project, ProjectId, Service, ServiceId, Successor, Update, Visibility, Wanted,
    WantedKind,
};
use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use serde::Deserialize;
use uuid::Uuid;

use crate::access::policy::cell_of;
use crate::error::Error;
use crate::store::StoreError;
use crate::store::records::{RecordWrite, to_fields};

const COUNCILS: &str = include_str!("councils.toml");
const SERVICES: &str = include_str!("services.toml");
const PROJECTS: [(&str, &str); 8] = [
    ("waste", include_str!("projects/waste.toml")),
    ("streets", include_str!("projects/streets.toml")),
    ("housing", include_str!("projects/housing.toml")),
    ("planning", include_str!("projects/planning.toml")),
    ("money", include_str!("projects/money.toml")),
    ("care", include_str!("projects/care.toml")),
    ("people", include_str!("projects/people.toml")),
    ("council", include_str!("projects/council.toml")),
];

/// The UUIDv5 namespace for the sample's ids (RFC 9562 §5.5): a project has the same id in every registry.
const NAMESPACE: Uuid = Uuid::from_u128(0x6f2f_1c35_7f3a_4c52_9d0e_5a4d_0f6b_7c11);

/// The sample as records.
pub(super) struct Sample {
    pub(super) councils: Vec<Council>,
    pub(super) domains: Vec<(String, CouncilCode)>,
    pub(super) services: Vec<Service>,
    pub(super) projects: Vec<RecordWrite>,
}

/// Why a file of the sample cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadSample {
    #[error("the sample's {0}: {1}")]
    Toml(&'static str, toml::de::Error),
    #[error("the sample has a day that is too far from now")]
    Day(#[from] jiff::Error),
    #[error("the sample's {0}: {1}")]
    Record(String, Error),
}

/// Reads the sample, counting its dates from `now`.
pub(super) fn sample(now: Timestamp) -> Result<Sample, BadSample> {
    let days = Days(now);
    let councils: Councils = toml::from_str(COUNCILS).map_err(|error| BadSample::Toml("councils", error))?;
    let domains = councils.council.iter().filter_map(|c| Some((c.domain.clone()?, c.code.clone()))).collect();
    let councils = councils.council.into_iter().map(|council| council.on(days)).collect::<Result<_, _>>()?;
    let mut projects = Vec::new();
    for (theme, text) in PROJECTS {
        let file: Projects = toml::from_str(text).map_err(|error| BadSample::Toml(theme, error))?;
        for project in file.project {
            let key = project.key.clone();
            projects.extend(project.on(days).map_err(|error| match error {
                BadSample::Record(_, failure) => BadSample::Record(key, failure),
                other => other,
            })?);
        }
    }
    Ok(Sample { councils, domains, services: services()?, projects })
}

pub(super) fn services() -> Result<Vec<Service>, BadSample> {
    let services: Services = toml::from_str(SERVICES).map_err(|error| BadSample::Toml("services", error))?;
    Ok(services.service)
}

/// Converts numbers of days to dates.
#[derive(Clone, Copy)]
struct Days(Timestamp);

impl Days {
    fn date(self, days: i64) -> Result<Date, BadSample> {
        Ok(self.0.to_zoned(TimeZone::UTC).date().checked_add(Span::new().try_days(days)?)?)
    }

    /// Half past one in the afternoon of that day, as the time of a show-and-tell.
    fn afternoon(self, days: i64) -> Result<Timestamp, BadSample> {
        Ok(self.date(days)?.at(13, 30, 0, 0).to_zoned(TimeZone::UTC)?.timestamp())
    }

    /// That many days before now, to the second.
    fn ago(self, days: i64) -> Result<Timestamp, BadSample> {
        Ok(Timestamp::from_second(self.0.as_second() - days * 24 * 60 * 60)?)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Councils {
    council: Vec<CouncilEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CouncilEntry {
    code: CouncilCode,
    name: String,
    #[serde(default)]
    name_cy: String,
    #[serde(default)]
    other_names: Vec<String>,
    council_type: String,
    nation: Nation,
    region: String,
    lat: f64,
    long: f64,
    started: Option<Date>,
    ended: Option<Date>,
    successor: Option<CouncilCode>,
    domain: Option<String>,
    #[serde(default)]
    offers: Vec<OfferEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferEntry {
    skill: String,
    what: String,
    until_in: Option<i64>,
}

impl CouncilEntry {
    fn on(self, days: Days) -> Result<Council, BadSample> {
        let from = self.ended.map(|ended| ended.tomorrow()).transpose()?;
        let successors = self.successor.map(|council| Successor { council, from, area: String::new() });
        let offer = |offer: OfferEntry| {
            let until = offer.until_in.map(|until| days.date(until)).transpose()?;
            Ok::<_, BadSample>(Offer { skill: offer.skill, what: offer.what, until })
        };
        Ok(Council {
            code: self.code,
            gss_code: String::new(),
            name: self.name,
            name_cy: self.name_cy,
            other_names: self.other_names,
            council_type: self.council_type,
            nation: self.nation,
            region: self.region,
            lat: Some(self.lat),
            long: Some(self.long),
            started: self.started,
            ended: self.ended,
            successors: successors.into_iter().collect(),
            offers: self.offers.into_iter().map(offer).collect::<Result<_, _>>()?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Services {
    service: Vec<Service>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Projects {
    project: Vec<ProjectEntry>,
}

/// A project as written in its file. `phases`, `created` and `confirmed` are days ago; names that end in `_in` are days
/// ahead.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProjectEntry {
    key: String,
    council: CouncilCode,
    title: String,
    summary: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    problem: String,
    #[serde(default)]
    need: Vec<NeedEntry>,
    services: BTreeSet<ServiceId>,
    phase: Phase,
    #[serde(default)]
    phases: BTreeMap<Phase, Vec<i64>>,
    #[serde(default)]
    learned: String,
    #[serde(default)]
    approach: Approach,
    #[serde(default)]
    product: String,
    #[serde(default)]
    supplier: String,
    contract_ends_in: Option<i64>,
    #[serde(default)]
    collaboration: Collaboration,
    #[serde(default)]
    wanted: Vec<WantedEntry>,
    #[serde(default)]
    budget_band: BudgetBand,
    mailbox: String,
    team: String,
    lang: Option<String>,
    #[serde(default)]
    links: Vec<LinkEntry>,
    tags: BTreeSet<String>,
    #[serde(default)]
    licence: String,
    #[serde(default)]
    reuse: String,
    visibility: Option<Visibility>,
    created: i64,
    /// Missing for an unclaimed project.
    confirmed: Option<i64>,
    #[serde(default)]
    update: Vec<UpdateEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeedEntry {
    as_a: String,
    i_need: String,
    so_that: String,
    #[serde(default)]
    evidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedEntry {
    kind: WantedKind,
    what: String,
    by_in: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkEntry {
    kind: LinkKind,
    url: String,
    #[serde(default)]
    label: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpdateEntry {
    days_ago: i64,
    text: String,
    happens_in: Option<i64>,
    #[serde(default)]
    place: String,
    #[serde(default)]
    open_to: String,
}

impl ProjectEntry {
    /// The records of the project and of its updates.
    fn on(self, days: Days) -> Result<Vec<RecordWrite>, BadSample> {
        let named = |what: &str| Uuid::new_v5(&NAMESPACE, format!("{}/{what}", self.key).as_bytes());
        let id = ProjectId(named("project"));
        let visibility = self.visibility.unwrap_or(Visibility::Public);
        let mut phase_dates = BTreeMap::new();
        for (phase, from_to) in &self.phases {
            let date = |ago: Option<&i64>| ago.map(|ago| days.date(-ago)).transpose();
            let dates = PhaseDates { started: date(from_to.first())?, ended: date(from_to.get(1))? };
            phase_dates.insert(*phase, dates);
        }
        let mut wanted = Vec::new();
        for entry in self.wanted {
            let by = entry.by_in.map(|by| days.date(by)).transpose()?;
            wanted.push(Wanted { kind: entry.kind, what: entry.what, by });
        }
        let needs = self.need.into_iter().enumerate().map(|(i, need)| Need {
            id: NeedId(named(&format!("need/{i}"))),
            as_a: need.as_a,
            i_need: need.i_need,
            so_that: need.so_that,
            evidence: need.evidence,
        });
        let links = self.links.into_iter().enumerate().map(|(i, link)| Link {
            id: named(&format!("link/{i}")),
            kind: link.kind,
            url: link.url,
            label: link.label,
        });
        let changed = self.confirmed.unwrap_or(self.created).min(self.created);
        let project = Project {
            council: self.council.clone(),
            title: self.title,
            summary: self.summary,
            why: self.why.trim().to_owned(),
            problem: self.problem.trim().to_owned(),
            needs: needs.collect(),
            services: self.services,
            phase: self.phase,
            phase_dates,
            learned: self.learned.trim().to_owned(),
            approach: self.approach,
            product: self.product,
            supplier: self.supplier,
            contract_ends: self.contract_ends_in.map(|ends| days.date(ends)).transpose()?,
            collaboration: self.collaboration,
            wanted,
            budget_band: self.budget_band,
            contact: Contact { mailbox: self.mailbox, name: self.team },
            owner: None,
            lang: self.lang.unwrap_or_else(|| "en".to_owned()),
            links: links.collect(),
            tags: self.tags,
            licence: self.licence,
            reuse: self.reuse.trim().to_owned(),
            visibility,
            confirmed_at: self.confirmed.map(|confirmed| days.ago(confirmed)).transpose()?,
            created_at: Some(days.ago(self.created)?),
            changed_at: Some(days.ago(changed)?),
            unclaimed: self.confirmed.is_none(),
        };
        let cell = cell_of(id, visibility);
        let fields = |error: StoreError| BadSample::Record(String::new(), error.into());
        let mut states = vec![RecordWrite {
            kind: Kind::Project,
            id: id.to_string(),
            cell: cell.clone(),
            project: String::new(),
            body: to_fields(&project).map_err(fields)?,
            author: String::new(),
        }];
        for (i, entry) in self.update.into_iter().enumerate() {
            let update = Update {
                project: id,
                at: days.ago(entry.days_ago)?,
                text: entry.text.trim().to_owned(),
                happens_at: entry.happens_in.map(|ahead| days.afternoon(ahead)).transpose()?,
                place: entry.place,
                open_to: entry.open_to,
            };
            states.push(RecordWrite {
                kind: Kind::Update,
                id: Uuid::new_v5(&id.0, format!("update/{i}").as_bytes()).to_string(),
                cell: cell.clone(),
                project: id.to_string(),
                body: to_fields(&update).map_err(fields)?,
                author: String::new(),
            });
        }
        Ok(states)
    }
}
