//! The steps of a story: which are drawn, and which make sense where it stands.

use proptest::prelude::*;
use proptest::strategy::Union;
use proptest_state_machine::ReferenceStateMachine;

use super::*;

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Pass { days: i64 },
    SignIn { who: usize },
    AddDomain { council: usize },
    RemoveDomain { council: usize },
    AddLead { who: usize, council: usize },
    Invite { by: usize, council: usize, to: usize, role: Role },
    Accept { who: usize, council: usize },
    SetRole { by: usize, council: usize, who: usize, role: Role },
    Remove { by: usize, council: usize, who: usize },
    Publish { by: usize, council: usize },
    TakeSeatBack { by: usize, project: usize, who: usize },
    Vouch { by: usize, council: usize, who: usize },
    Object { by: usize, council: usize, who: usize },
    Merge,
    TakeOver { by: usize },
}

/// That many days in spells after each of which the registry is maintained and the laptops renew their sessions: a
/// session that is not used for 90 days ends.
pub(crate) fn spells(days: i64) -> impl Iterator<Item = i64> {
    (0..days).step_by(30).map(move |past| (days - past).min(30))
}

impl State {
    /// Steps that are likely to succeed, one list per kind. Purely random steps would mostly be refused, and few
    /// histories would get far.
    fn likely(&self) -> Vec<Vec<Step>> {
        let accepted =
            self.ever_invited.iter().map(|(who, council)| Step::Accept { who: *who, council: *council });
        let absent = (0..PEOPLE.len()).filter(|who| !self.sessions.contains(who));
        let signed_in = absent.map(|who| Step::SignIn { who }).collect();
        let passed = vec![Step::Pass { days: 33 }, Step::Pass { days: 95 }, Step::Pass { days: 190 }];
        let mut kinds = vec![signed_in, passed, accepted.collect(), self.likely_ends_of_inviters()];
        let (mut published, mut invited, mut removed, mut promoted, mut confirmed) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut vouched, mut vouched_unknown, mut objected) = (Vec::new(), Vec::new(), Vec::new());
        for ((who, council), member) in &self.members {
            let (who, council) = (*who, *council);
            if member.is_active() {
                published.push(Step::Publish { by: who, council });
            }
            for by in self.who_could_manage(council) {
                invited.extend([Role::Editor, Role::Lead].map(|role| Step::Invite {
                    by,
                    council,
                    to: who,
                    role,
                }));
                removed.push(Step::Remove { by, council, who });
                if self.manages(by, council) && member.is_active() {
                    promoted.push(Step::SetRole { by, council, who, role: Role::Lead });
                }
            }
            if member.is_active() && member.is_unconfirmed() {
                confirmed.push(Step::SetRole { by: PAT, council, who, role: Role::Lead });
                for by in self.sessions.iter().copied().filter(|by| *by != who) {
                    if self.is_active(by, council) {
                        objected.push(Step::Object { by, council, who });
                    } else if (0..COUNCILS.len()).any(|of| self.may_vouch_for(by, of)) {
                        vouched.push(Step::Vouch { by, council, who });
                    } else if (0..COUNCILS.len()).any(|of| self.leads(by, of)) {
                        // Confirmed by a lead or by vouching: no coordinator knows them.
                        vouched_unknown.push(Step::Vouch { by, council, who });
                    }
                }
            }
        }
        let mut taken_back = Vec::new();
        for (project, it) in self.projects.iter().enumerate() {
            for who in it.seats.keys().copied() {
                let leads = self.sessions.iter().copied().filter(|by| self.leads(*by, it.council));
                taken_back.extend(leads.map(|by| Step::TakeSeatBack { by, project, who }));
            }
        }
        let merging = if self.merged {
            let leads = self.sessions.iter().copied().filter(|by| self.leads(*by, NEW));
            leads.map(|by| Step::TakeOver { by }).collect()
        } else if self.projects.is_empty() {
            Vec::new()
        } else {
            vec![Step::Merge]
        };
        kinds.extend([
            published,
            invited,
            removed,
            promoted,
            confirmed,
            vouched,
            vouched_unknown,
            objected,
            taken_back,
            merging,
        ]);
        kinds.retain(|kind: &Vec<Step>| !kind.is_empty());
        kinds
    }

    /// People with open invitations lose the role in which they made them.
    fn likely_ends_of_inviters(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for Invitation { by: who, council, .. } in self.invitations.iter().cloned() {
            for by in self.who_could_manage(council) {
                steps.push(Step::Remove { by, council, who });
                steps.push(Step::SetRole { by, council, who, role: Role::Contributor });
            }
        }
        steps
    }

    /// The council's leads, confirmed or not, and the coordinator.
    fn who_could_manage(&self, council: usize) -> Vec<usize> {
        let leads = self.members.iter().filter(|((_, at), member)| *at == council && member.is_active());
        let leads = leads.filter(|(_, member)| member.role == Role::Lead).map(|((by, _), _)| *by);
        leads.chain([PAT]).collect()
    }

    /// Whether no deadline falls exactly on that day: the model counts days and the registry milliseconds, so the two
    /// could disagree then.
    fn ends_nothing_on(&self, now: i64) -> bool {
        let members = self.members.values().map(|member| now - member.verified);
        let proved = self.known.values().flatten().map(|day| now - day);
        let invited = self.invitations.iter().map(|invitation| now - invitation.day);
        let vouched = self.vouches.values().flatten().map(|(_, _, day)| now - day);
        let terms = [OTHERS, COORDINATOR_DAYS, INVITATIONS, TO_OBJECT];
        members.chain(proved).chain(invited).chain(vouched).all(|age| !terms.contains(&age))
    }
}

impl ReferenceStateMachine for State {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        // A council with a confirmed lead and one whose lead nobody has confirmed, for half of the stories: it would
        // take many steps to come there by chance.
        let confirmed = Step::SetRole { by: PAT, council: 1, who: 2, role: Role::Lead };
        let signed_in = [0, 2, PAT].map(|who| Step::SignIn { who });
        let begun = signed_in.into_iter().chain([confirmed]).collect();
        prop::sample::select(vec![Vec::new(), begun]).prop_map(Self::after).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Step> {
        let (who, council) = (0..PEOPLE.len(), 0..COUNCILS.len());
        let role = prop::sample::select(vec![Role::Contributor, Role::Editor, Role::Lead]);
        let invited = prop::sample::select(vec![Role::Editor, Role::Lead]);
        let two = || (0..PEOPLE.len(), 0..COUNCILS.len(), 0..PEOPLE.len());
        let project = 0..state.projects.len().max(1);
        let any = prop_oneof![
            3 => prop::sample::select(vec![2_i64, 5, 15, 33, 62, 88]).prop_map(|days| Step::Pass { days }),
            6 => who.clone().prop_map(|who| Step::SignIn { who }),
            1 => (0..DOMAINS.len()).prop_map(|council| Step::AddDomain { council }),
            1 => (0..DOMAINS.len()).prop_map(|council| Step::RemoveDomain { council }),
            2 => (who.clone(), council.clone()).prop_map(|(who, council)| Step::AddLead { who, council }),
            4 => (two(), invited).prop_map(|((by, council, to), role)| Step::Invite { by, council, to, role }),
            5 => (who.clone(), council.clone()).prop_map(|(who, council)| Step::Accept { who, council }),
            4 => (two(), role).prop_map(|((by, council, who), role)| Step::SetRole { by, council, who, role }),
            4 => two().prop_map(|(by, council, who)| Step::Remove { by, council, who }),
            5 => (who.clone(), council).prop_map(|(by, council)| Step::Publish { by, council }),
            2 => (who.clone(), project, 0..PEOPLE.len())
                .prop_map(|(by, project, who)| Step::TakeSeatBack { by, project, who }),
            3 => two().prop_map(|(by, council, who)| Step::Vouch { by, council, who }),
            1 => two().prop_map(|(by, council, who)| Step::Object { by, council, who }),
            1 => Just(Step::Merge),
            2 => who.prop_map(|by| Step::TakeOver { by }),
        ];
        match state.likely() {
            kinds if kinds.is_empty() => any.boxed(),
            kinds => {
                prop_oneof![1 => any, 3 => Union::new(kinds.into_iter().map(prop::sample::select))].boxed()
            }
        }
    }

    fn preconditions(state: &Self, step: &Step) -> bool {
        match *step {
            // Less than a year, so that sessions last and the old domain still counts.
            Step::Pass { days } => {
                let ends = spells(days).scan(state.day, |day, days| {
                    *day += days;
                    Some(*day)
                });
                state.day + days < 330 && ends.into_iter().all(|day| state.ends_nothing_on(day))
            }
            Step::Invite { by, .. }
            | Step::SetRole { by, .. }
            | Step::Remove { by, .. }
            | Step::Publish { by, .. }
            | Step::Vouch { by, .. }
            | Step::Object { by, .. }
            | Step::TakeOver { by } => state.is_signed_in(by) && names_someone(state, step),
            Step::TakeSeatBack { by, project, who } => {
                state.is_signed_in(by) && project < state.projects.len() && state.known.contains_key(&who)
            }
            Step::Accept { who, .. } => state.is_signed_in(who),
            Step::Merge => state.is_signed_in(PAT) && !state.merged,
            Step::SignIn { .. }
            | Step::AddDomain { .. }
            | Step::RemoveDomain { .. }
            | Step::AddLead { .. } => true,
        }
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        state.last = state.step(step);
        state
    }
}

/// Whether the person that a step names is known: only then do they have an id.
fn names_someone(state: &State, step: &Step) -> bool {
    match *step {
        Step::SetRole { who, .. }
        | Step::Remove { who, .. }
        | Step::Vouch { who, .. }
        | Step::Object { who, .. } => state.known.contains_key(&who),
        _ => true,
    }
}
