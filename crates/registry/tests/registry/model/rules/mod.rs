//! The rules in their shortest form, without a database or requests.

pub(super) mod steps;
mod vouching;

use std::collections::{BTreeMap, BTreeSet};

use self::steps::{Step, spells};

/// Two people with an address at the first council's domain, one at the second's, one at neither, a coordinator who also
/// works at the second council, and one who works at none.
pub(super) const PEOPLE: [&str; 6] = [
    "ada@barchester.example",
    "ben@barchester.example",
    "cat@casterbridge.example",
    "dan@elsewhere.example",
    "pat@casterbridge.example",
    "quin@elsewhere.example",
];
pub(super) const PAT: usize = 4;
pub(super) const COORDINATORS: [usize; 2] = [PAT, 5];
/// The first two have a domain. The third succeeds the first once a coordinator says so.
pub(super) const COUNCILS: [&str; 3] = ["BCH", "CAS", "NEW"];
pub(super) const DOMAINS: [&str; 2] = ["barchester.example", "casterbridge.example"];
const OLD: usize = 0;
const NEW: usize = 2;
/// How many days a proved address counts: for coordinators, and for everyone else who acts for a council.
const COORDINATOR_DAYS: i64 = 183;
const OTHERS: i64 = 90;
const INVITATIONS: i64 = 14;
/// The day for an address that was never proved.
const NEVER: i64 = -100_000;
const TO_OBJECT: i64 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Contributor,
    Editor,
    Lead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Operator,
    Coordinator,
    Lead,
    Vouching,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Active,
    Lapsed,
    Removed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    role: Role,
    confirmed: Option<By>,
    standing: Standing,
    /// Whether the membership comes from their domain and not from an invitation.
    known: bool,
    verified: i64,
}

impl Member {
    fn is_active(&self) -> bool {
        self.standing == Standing::Active
    }

    fn leads(&self) -> bool {
        self.is_active() && self.role == Role::Lead && self.confirmed.is_some()
    }

    fn is_unconfirmed(&self) -> bool {
        self.role == Role::Lead && self.confirmed.is_none()
    }
}

#[derive(Clone, Debug)]
struct Invitation {
    by: usize,
    council: usize,
    to: usize,
    role: Role,
    day: i64,
}

/// A project for its team only. Everyone may read the others.
#[derive(Clone, Debug)]
struct Project {
    council: usize,
    owner: usize,
    /// Person and council.
    seats: BTreeMap<usize, usize>,
}

/// The voucher, their council and the day.
type Vouch = (usize, usize, i64);

/// The state of the model.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// What happened before the story begins.
    pub(super) prologue: Vec<Step>,
    day: i64,
    /// People whom the registry knows, and when they last proved their address.
    known: BTreeMap<usize, Option<i64>>,
    sessions: BTreeSet<usize>,
    members: BTreeMap<(usize, usize), Member>,
    /// The councils that each domain counts for.
    domains: [BTreeSet<usize>; 2],
    merged: bool,
    invitations: Vec<Invitation>,
    /// Everyone who was ever invited, and where: ended invitations are tried, too.
    ever_invited: BTreeSet<(usize, usize)>,
    /// The councils that have had a lead, and whether a confirmed one.
    led: BTreeMap<usize, bool>,
    projects: Vec<Project>,
    /// Who has published something for which council.
    published: BTreeSet<(usize, usize)>,
    /// By person and council.
    vouches: BTreeMap<(usize, usize), Vec<Vouch>>,
    objections: BTreeSet<(usize, usize)>,
    /// The answer to the last step.
    pub(super) last: Answer,
}

/// The registry's answer to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    Refused,
    InReview,
}

impl State {
    pub(super) fn is_signed_in(&self, who: usize) -> bool {
        self.sessions.contains(&who)
    }

    /// The council and role of each active membership, and whether it is an unconfirmed lead's.
    pub(super) fn roles(&self, who: usize) -> Vec<(usize, Role, bool)> {
        let of = self.members.iter().filter(|((person, _), member)| *person == who && member.is_active());
        of.map(|((_, council), member)| (*council, member.role, member.is_unconfirmed())).collect()
    }

    pub(super) fn may_read(&self, who: usize, project: usize) -> bool {
        let project = &self.projects[project];
        let has_seat = project.seats.get(&who).is_some_and(|council| self.is_active(who, *council));
        has_seat || self.leads(who, project.council)
    }

    fn after(prologue: Vec<Step>) -> Self {
        let mut state = Self {
            prologue: Vec::new(),
            day: 0,
            known: COORDINATORS.map(|who| (who, None)).into(),
            sessions: BTreeSet::new(),
            members: BTreeMap::new(),
            domains: [BTreeSet::from([0]), BTreeSet::from([1])],
            merged: false,
            invitations: Vec::new(),
            ever_invited: BTreeSet::new(),
            led: BTreeMap::new(),
            projects: Vec::new(),
            published: BTreeSet::new(),
            vouches: BTreeMap::new(),
            objections: BTreeSet::new(),
            last: Answer::Done,
        };
        for step in &prologue {
            state.step(step);
        }
        Self { prologue, ..state }
    }

    /// Everyone with a seat in the project's team, with the seat's council, including suspended seats.
    pub(super) fn seats(&self, project: usize) -> Vec<(usize, usize)> {
        self.projects[project].seats.iter().map(|(who, council)| (*who, *council)).collect()
    }

    fn member(&self, who: usize, council: usize) -> Option<&Member> {
        self.members.get(&(who, council))
    }

    fn is_active(&self, who: usize, council: usize) -> bool {
        self.member(who, council).is_some_and(Member::is_active)
    }

    pub(super) fn leads(&self, who: usize, council: usize) -> bool {
        self.member(who, council).is_some_and(Member::leads)
    }

    fn leads_unconfirmed(&self, who: usize, council: usize) -> bool {
        self.member(who, council).is_some_and(|member| member.is_active() && member.is_unconfirmed())
    }

    fn leads_of(&self, council: usize) -> Vec<usize> {
        (0..PEOPLE.len()).filter(|who| self.leads(*who, council)).collect()
    }

    fn stands_in(&self, who: usize, council: usize) -> bool {
        COORDINATORS.contains(&who) && self.leads_of(council).is_empty()
    }

    /// May give and remove roles, and export the council's data.
    pub(super) fn manages(&self, who: usize, council: usize) -> bool {
        self.leads(who, council) || self.stands_in(who, council)
    }

    /// May see who acts for the council, and invite editors.
    pub(super) fn sees_people(&self, who: usize, council: usize) -> bool {
        self.manages(who, council) || self.leads_unconfirmed(who, council)
    }

    fn set(&mut self, who: usize, council: usize, member: Member) {
        if member.standing == Standing::Removed {
            self.projects
                .iter_mut()
                .for_each(|project| project.seats.retain(|person, of| (*person, *of) != (who, council)));
        }
        if member.is_active() && member.role == Role::Lead {
            *self.led.entry(council).or_default() |= member.confirmed.is_some();
        } else {
            self.invitations.retain(|invitation| (invitation.by, invitation.council) != (who, council));
        }
        if member.standing == Standing::Removed || !member.is_unconfirmed() {
            self.vouches.remove(&(who, council));
        }
        self.members.insert((who, council), member);
    }

    fn domain_of(who: usize) -> Option<usize> {
        DOMAINS.iter().position(|domain| PEOPLE[who].ends_with(domain))
    }

    /// Updates memberships after a change of domains or a proof of the address.
    fn verify(&mut self, who: usize) {
        let councils = Self::domain_of(who).map(|at| self.domains[at].clone()).unwrap_or_default();
        let proved = self.known[&who];
        let fresh = proved.is_some_and(|day| self.day - day <= OTHERS);
        let known: Vec<usize> =
            self.members.keys().filter(|(person, _)| *person == who).map(|(_, council)| *council).collect();
        for council in &known {
            let before = self.members[&(who, *council)].clone();
            let standing = match before.standing {
                Standing::Removed => Standing::Removed,
                _ if fresh && (!before.known || councils.contains(council)) => Standing::Active,
                _ => Standing::Lapsed,
            };
            let after = Member { standing, verified: proved.unwrap_or(NEVER), ..before.clone() };
            if standing == before.standing {
                self.members.insert((who, *council), after);
            } else {
                self.set(who, *council, after);
            }
        }
        for council in councils.into_iter().filter(|council| fresh && !known.contains(council)) {
            let verified = proved.unwrap_or(NEVER);
            let (role, standing) = (Role::Contributor, Standing::Active);
            self.set(who, council, Member { role, confirmed: None, standing, known: true, verified });
        }
    }

    fn verify_all_at(&mut self, domain: usize) {
        let at: Vec<usize> =
            self.known.keys().copied().filter(|who| Self::domain_of(*who) == Some(domain)).collect();
        at.into_iter().for_each(|who| self.verify(who));
    }

    fn still_stands(&self, invitation: &Invitation) -> Option<By> {
        let Invitation { by, council, role, day, .. } = *invitation;
        let may = match role {
            Role::Lead => self.manages(by, council),
            _ => self.sees_people(by, council),
        };
        let confirmed = if self.leads(by, council) { By::Lead } else { By::Coordinator };
        (may && self.day - day < INVITATIONS).then_some(confirmed)
    }

    fn pass(&mut self, days: i64) {
        self.day += days;
        let lapsed: Vec<(usize, usize)> = self
            .members
            .iter()
            .filter(|(_, member)| member.is_active() && self.day - member.verified > OTHERS)
            .map(|(key, _)| *key)
            .collect();
        for (who, council) in lapsed {
            let before = self.members[&(who, council)].clone();
            self.sessions.remove(&who);
            self.set(who, council, Member { standing: Standing::Lapsed, ..before });
        }
        for who in COORDINATORS {
            if self.known[&who].is_none_or(|day| self.day - day > COORDINATOR_DAYS) {
                self.sessions.remove(&who);
            }
        }
        let unconfirmed: Vec<(usize, usize)> = self
            .members
            .iter()
            .filter(|(_, member)| member.is_active() && member.is_unconfirmed())
            .map(|(key, _)| *key)
            .collect();
        for (who, council) in unconfirmed {
            let due =
                self.vouches_that_count(who, council).get(1).is_some_and(|day| self.day - day >= TO_OBJECT);
            if due && self.led.get(&council) != Some(&true) {
                let before = self.members[&(who, council)].clone();
                self.set(who, council, Member { confirmed: Some(By::Vouching), ..before });
            }
        }
    }

    fn sign_in(&mut self, who: usize) {
        self.known.insert(who, Some(self.day));
        self.sessions.insert(who);
        self.verify(who);
        for council in 0..COUNCILS.len() {
            let Some(member) = self.member(who, council).cloned() else { continue };
            let led = self.led.contains_key(&council)
                || (council == NEW && self.merged && self.led.contains_key(&OLD));
            if member.is_active() && member.known && !led {
                self.set(who, council, Member { role: Role::Lead, confirmed: None, ..member });
            }
        }
    }

    fn add_lead(&mut self, who: usize, council: usize) {
        self.known.entry(who).or_default();
        let before = self.member(who, council).cloned().filter(Member::is_active);
        if before.as_ref().is_some_and(|it| it.leads() && it.confirmed == Some(By::Operator)) {
            return;
        }
        let known = Self::domain_of(who).is_some_and(|domain| self.domains[domain].contains(&council));
        let verified = before.map_or(self.day, |before| before.verified);
        let (role, confirmed, standing) = (Role::Lead, Some(By::Operator), Standing::Active);
        self.set(who, council, Member { role, confirmed, standing, known, verified });
    }

    fn accept(&mut self, who: usize, council: usize) -> Answer {
        let mine = |it: &Invitation| (it.to, it.council) == (who, council);
        let Some(at) = self.invitations.iter().position(mine) else { return Answer::Refused };
        let invitation = self.invitations[at].clone();
        let Some(by) = self.still_stands(&invitation) else { return Answer::Refused };
        self.invitations.remove(at);
        let before = self.member(who, council).cloned().filter(Member::is_active);
        let joined = match before {
            Some(before) if before.role >= invitation.role && invitation.role != Role::Lead => before,
            Some(before) if before.leads() => before,
            before => Member {
                role: invitation.role,
                confirmed: (invitation.role == Role::Lead).then_some(by),
                standing: Standing::Active,
                known: before.is_some_and(|before| before.known),
                verified: self.known[&who].unwrap_or(NEVER),
            },
        };
        self.set(who, council, joined);
        Answer::Done
    }

    fn set_role(&mut self, by: usize, council: usize, who: usize, role: Role) -> Answer {
        let member = self.member(who, council).cloned().filter(|member| member.standing != Standing::Removed);
        let unconfirmed = member.as_ref().is_some_and(Member::is_unconfirmed);
        let confirms = role == Role::Lead && COORDINATORS.contains(&by) && unconfirmed;
        let Some(member) = member.filter(|_| confirms || self.manages(by, council)) else {
            return Answer::Refused;
        };
        if member.role == role && !unconfirmed {
            return Answer::Done;
        }
        let confirms_themselves = unconfirmed && role == Role::Lead && by == who;
        if confirms_themselves || (role != Role::Lead && self.leads_of(council) == [who]) {
            return Answer::Refused;
        }
        let by = if self.leads(by, council) { By::Lead } else { By::Coordinator };
        self.set(who, council, Member { role, confirmed: (role == Role::Lead).then_some(by), ..member });
        Answer::Done
    }

    fn remove(&mut self, by: usize, council: usize, who: usize) -> Answer {
        let member = self.member(who, council).cloned().filter(|member| member.standing != Standing::Removed);
        let Some(member) = member.filter(|_| by == who || self.manages(by, council)) else {
            return Answer::Refused;
        };
        if self.leads_of(council) == [who] {
            return Answer::Refused;
        }
        self.set(who, council, Member { standing: Standing::Removed, ..member });
        Answer::Done
    }

    fn publish(&mut self, by: usize, council: usize) -> Answer {
        let role = self.member(by, council).filter(|member| member.is_active()).map(|member| member.role);
        let publishes = match role {
            Some(Role::Lead) => true,
            Some(Role::Editor) => self.stands_in(by, council) || self.published.contains(&(by, council)),
            _ => self.stands_in(by, council),
        };
        if !publishes {
            return if role.is_some() { Answer::InReview } else { Answer::Refused };
        }
        let seats = role.map(|_| (by, council)).into_iter().collect();
        self.projects.push(Project { council, owner: by, seats });
        self.published.insert((by, council));
        Answer::Done
    }

    fn take_seat_back(&mut self, by: usize, project: usize, who: usize) -> Answer {
        let Project { council, owner, .. } = self.projects[project];
        let sends = self.is_active(by, council) || self.stands_in(by, council);
        let may = by == who || self.manages(by, council) || (owner == by && sends);
        if !self.may_read(by, project) || !may || self.projects[project].seats.remove(&who).is_none() {
            return Answer::Refused;
        }
        Answer::Done
    }

    fn take_over(&mut self, by: usize) -> Answer {
        if !self.manages(by, NEW) || !self.merged {
            return Answer::Refused;
        }
        for project in self.projects.iter_mut().filter(|project| project.council == OLD) {
            project.council = NEW;
            project.seats.values_mut().filter(|council| **council == OLD).for_each(|council| *council = NEW);
        }
        Answer::Done
    }

    fn step(&mut self, step: &Step) -> Answer {
        match *step {
            Step::Pass { days } => spells(days).for_each(|days| self.pass(days)),
            Step::SignIn { who } => self.sign_in(who),
            Step::AddDomain { council } => {
                if self.domains[council].insert(council) {
                    self.verify_all_at(council);
                }
            }
            Step::RemoveDomain { council } => {
                if self.domains[council].remove(&council) {
                    self.verify_all_at(council);
                }
            }
            Step::AddLead { who, council } => self.add_lead(who, council),
            Step::Invite { by, council, to, role } => {
                let may = if role == Role::Lead {
                    self.manages(by, council)
                } else {
                    self.sees_people(by, council)
                };
                if !may || by == to {
                    return Answer::Refused;
                }
                self.invitations.retain(|it| (it.to, it.council) != (to, council));
                self.ever_invited.insert((to, council));
                self.invitations.push(Invitation { by, council, to, role, day: self.day });
            }
            Step::Accept { who, council } => return self.accept(who, council),
            Step::SetRole { by, council, who, role } => return self.set_role(by, council, who, role),
            Step::Remove { by, council, who } => return self.remove(by, council, who),
            Step::Publish { by, council } => return self.publish(by, council),
            Step::TakeSeatBack { by, project, who } => return self.take_seat_back(by, project, who),
            Step::Vouch { by, council, who } => return self.vouch(by, council, who),
            Step::Object { by, council, who } => return self.object(by, council, who),
            Step::Merge => {
                self.merged = true;
                if self.domains[OLD].contains(&OLD) {
                    self.domains[OLD].insert(NEW);
                    self.verify_all_at(OLD);
                }
            }
            Step::TakeOver { by } => return self.take_over(by),
        }
        Answer::Done
    }
}
