//! Generated councils and projects, in any number, for trying Guildhall at scale. The same number and seed give the
//! same records with the same ids.

mod chance;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use guildhall_protocol::changes::Kind;
use guildhall_protocol::{
    Approach, BudgetBand, Collaboration, Contact, Council, CouncilCode, Nation, Need, NeedId, Phase,
    PhaseDates, Project, ProjectId, Update, Visibility,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use uuid::Uuid;

use crate::Registry;
use crate::access::policy::cell_of;
use crate::councils::domains;
use crate::error::{Error, Result};
use crate::load::bulk::{Tally, reference};
use crate::load::sample;
use crate::store::audit::{AuditAction, AuditEvent};
use crate::store::records::{RecordWrite, to_fields};
use chance::Chance;
use words::{Theme, Words};

/// The UUIDv5 namespace for generated ids (RFC 9562 §5.5).
const NAMESPACE: Uuid = Uuid::from_u128(0x1f0b_86a4_2b1d_4b0e_8b5c_93b1_7d6a_20e4);
/// The most councils that can be generated: one per available name.
const MOST_COUNCILS: usize = 240;

/// What was generated.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The councils with their email domains.
    pub councils: Vec<(CouncilCode, String)>,
    /// The records that were written, including councils and services.
    pub tally: Tally,
}

impl Registry {
    /// Generates this many projects, and one council per forty projects (12 to 240 councils). Existing records stay as
    /// they are.
    ///
    /// # Errors
    /// If the records cannot be stored.
    pub async fn generate(&self, projects: usize, seed: u64) -> Result<Generated> {
        let words = words::read().map_err(|error| Error::Damaged(error.to_string()))?;
        let councils = councils(&words, (projects / 40).clamp(12, MOST_COUNCILS))?;
        let mut states = Vec::with_capacity(projects + councils.len());
        for (council, _) in &councils {
            states.push(reference(Kind::Council, &council.code, council)?);
        }
        for service in sample::services()? {
            states.push(reference(Kind::Service, service.id, &service)?);
        }
        let now = self.env().clock.now();
        for index in 0..projects {
            let id = Uuid::new_v5(&NAMESPACE, format!("{seed}/{index}").as_bytes());
            let mut chance = Chance::new(seed.wrapping_mul(1_000_003).wrapping_add(index as u64));
            let Some((council, domain)) = chance.pick(&councils) else { continue };
            states.extend(Making { words: &words, chance, now, id }.project(council, domain)?);
        }
        let event = AuditEvent::operator(AuditAction::Generate, "catalogue", "");
        let tally = self.ingest(states, event).await?;
        let councils: Vec<_> = councils.into_iter().map(|(council, domain)| (council.code, domain)).collect();
        domains::add_all(
            self,
            councils.iter().map(|(code, domain)| (domain.clone(), code.clone())).collect(),
        )
        .await?;
        Ok(Generated { councils, tally })
    }
}

/// The first `count` generated councils. They do not depend on the seed, so a script can name one in advance.
fn councils(words: &Words, count: usize) -> Result<Vec<(Council, String)>> {
    let parts = &words.councils;
    let mut councils = Vec::with_capacity(count);
    for index in 0..count {
        let first = &parts.first[index % parts.first.len()];
        let last = &parts.last[index / parts.first.len() % parts.last.len()];
        let place = format!("{first}{last}");
        let (nation, region) = match index % 12 {
            9 => (Nation::Wales, "Wales"),
            10 => (Nation::Scotland, "Scotland"),
            11 => (Nation::NorthernIreland, "Northern Ireland"),
            other => (Nation::England, parts.regions[other % parts.regions.len()].as_str()),
        };
        let council = Council {
            code: format!("GEN{:03}", index + 1)
                .parse()
                .map_err(|error| Error::damaged("a made-up code", error))?,
            gss_code: String::new(),
            name: format!("{place} District Council"),
            name_cy: String::new(),
            other_names: vec![place.clone()],
            council_type: "Made-up district".to_owned(),
            nation,
            region: region.to_owned(),
            lat: None,
            long: None,
            started: None,
            ended: None,
            successors: Vec::new(),
            offers: Vec::new(),
        };
        councils.push((council, format!("{}.example", place.to_lowercase())));
    }
    Ok(councils)
}

/// A project that is being generated.
struct Making<'a> {
    words: &'a Words,
    chance: Chance,
    now: Timestamp,
    id: Uuid,
}

impl Making<'_> {
    fn pick(&mut self, all: &[String]) -> String {
        self.chance.pick(all).cloned().unwrap_or_default()
    }

    fn about(&mut self, all: &[String], thing: &str) -> String {
        let text = self.pick(all).replace("{thing}", thing);
        // The text may begin with the thing itself, so capitalise it.
        let mut letters = text.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    fn named(&self, what: &str) -> Uuid {
        Uuid::new_v5(&self.id, what.as_bytes())
    }

    fn ago(&self, days: usize) -> Timestamp {
        let days = i64::try_from(days).unwrap_or_default();
        let at = self.now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(self.now);
        Timestamp::from_second(at.as_second()).unwrap_or(at)
    }

    fn project(mut self, council: &Council, domain: &str) -> Result<Vec<RecordWrite>> {
        let words = self.words;
        let Some(theme) = self.chance.pick(&words.theme) else { return Ok(Vec::new()) };
        let thing = self.pick(&theme.things);
        let age = 20 + self.chance.below(700);
        let phase = self.phase();
        let is_claimed = !self.chance.percent(8);
        let confirmed = is_claimed.then(|| self.chance.below(age));
        let mut project = Project::new(council.code.clone());
        project.title = self.about(&words.projects.titles, &thing);
        project.summary = self.about(&words.projects.summaries, &thing);
        project.problem = self.about(&words.projects.problems, &thing);
        for number in 0..1 + self.chance.below(2) {
            project.needs.push(self.need(number, &thing));
        }
        self.choose(&mut project, theme);
        project.phase = phase;
        project.phase_dates = self.phase_dates(phase, age);
        if matches!(phase, Phase::Stopped | Phase::Retired) {
            project.learned = self.pick(&words.projects.learned);
        }
        project.contact =
            Contact { mailbox: format!("digital@{domain}"), name: self.pick(&words.projects.teams) };
        project.visibility = Visibility::Public;
        project.created_at = Some(self.ago(age));
        project.changed_at = Some(self.ago(confirmed.unwrap_or(age)));
        project.confirmed_at = confirmed.map(|days| self.ago(days));
        project.unclaimed = !is_claimed;

        let id = ProjectId(self.id);
        let cell = cell_of(id, project.visibility);
        let mut states = vec![RecordWrite {
            kind: Kind::Project,
            id: id.to_string(),
            cell: cell.clone(),
            project: String::new(),
            body: to_fields(&project)?,
            author: String::new(),
        }];
        if self.chance.percent(15) {
            let days = self.chance.below(age);
            let update = Update {
                project: id,
                at: self.ago(days),
                text: self.pick(&words.projects.updates),
                happens_at: None,
                place: String::new(),
                open_to: String::new(),
            };
            let (own_id, body) = (self.named("update").to_string(), to_fields(&update)?);
            let (project, author) = (id.to_string(), String::new());
            states.push(RecordWrite { kind: Kind::Update, id: own_id, cell, project, body, author });
        }
        Ok(states)
    }

    fn need(&mut self, number: usize, thing: &str) -> Need {
        let words = &self.words.projects;
        Need {
            id: NeedId(self.named(&format!("need/{number}"))),
            as_a: self.pick(&words.as_a),
            i_need: self.pick(&words.i_need).replace("{thing}", thing),
            so_that: self.pick(&words.so_that),
            evidence: self.pick(&words.evidence),
        }
    }

    fn choose(&mut self, project: &mut Project, theme: &Theme) {
        let words = &self.words.projects;
        project.services = self.chance.pick(&theme.services).copied().into_iter().collect();
        let tag = self.pick(&theme.tags);
        project.tags = BTreeSet::from([theme.tags[0].clone(), tag]);
        project.approach = self.chance.pick(Approach::ALL).copied().unwrap_or_default();
        if matches!(project.approach, Approach::Buy | Approach::Adapt) {
            project.product = self.pick(&words.products);
            project.supplier = self.pick(&words.suppliers);
        } else {
            project.licence = self.pick(&words.licences);
        }
        project.collaboration = self.chance.pick(Collaboration::ALL).copied().unwrap_or_default();
        project.budget_band = self.chance.pick(BudgetBand::ALL).copied().unwrap_or_default();
    }

    /// Most projects are in their early phases or live; few end.
    fn phase(&mut self) -> Phase {
        match self.chance.below(100) {
            0..12 => Phase::Idea,
            12..32 => Phase::Discovery,
            32..54 => Phase::Alpha,
            54..72 => Phase::Beta,
            72..90 => Phase::Live,
            90..94 => Phase::Retired,
            _ => Phase::Stopped,
        }
    }

    /// The dates of each phase up to this one, spread evenly over the project's age.
    fn phase_dates(&mut self, phase: Phase, age: usize) -> BTreeMap<Phase, PhaseDates> {
        let turn = [Phase::Discovery, Phase::Alpha, Phase::Beta, Phase::Live];
        let passed = turn.iter().take_while(|earlier| **earlier <= phase).count();
        let each = age / passed.max(1);
        let date = |making: &Self, days| making.ago(days).to_zoned(TimeZone::UTC).date();
        turn.iter()
            .take(passed)
            .enumerate()
            .map(|(i, earlier)| {
                let started = Some(date(self, age - i * each));
                let ended = (*earlier != phase).then(|| date(self, age - (i + 1) * each));
                (*earlier, PhaseDates { started, ended })
            })
            .collect()
    }
}
