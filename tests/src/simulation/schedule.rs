//! What may happen next, and how likely it is. Each seed has its own probabilities: some kinds of fault are frequent
//! and others never happen, so that none hides the effects of another.

use anyhow::Result;
use guildhall_protocol::CouncilCode;
use jiff::SignedDuration;
use rand::Rng;
use rand::seq::{IndexedRandom, IteratorRandom};

use super::deliver::{Delivery, IMPOSTORS};
use super::env::Waiting;
use super::people::{ALEX, LAPTOPS};
use super::{Simulation, short};

/// The weight of each kind of fault in a seed; 0 for never.
struct FaultRates {
    unreachable: u32,
    lost: u32,
    answer_lost: u32,
    slow: u32,
    cut: u32,
    twice: u32,
    instead: u32,
    late: u32,
    death: u32,
    death_at_commit: u32,
    registry_crash: u32,
    backup: u32,
    tidy: u32,
    domains: u32,
    revoke: u32,
    clock: u32,
}

impl FaultRates {
    fn of(chance: &mut impl Rng) -> Self {
        let mut sometimes = |likely: u32| if chance.random_ratio(3, 5) { likely } else { 0 };
        let lost = sometimes(6);
        Self {
            unreachable: lost / 2,
            lost: lost - lost / 2,
            answer_lost: sometimes(6),
            slow: sometimes(6),
            cut: sometimes(6),
            twice: sometimes(4),
            instead: sometimes(4),
            late: sometimes(12),
            death: sometimes(8),
            death_at_commit: sometimes(12),
            registry_crash: sometimes(2),
            backup: sometimes(4),
            tidy: sometimes(3),
            domains: sometimes(4),
            revoke: sometimes(2),
            clock: sometimes(2),
        }
    }
}

/// What may happen next.
#[derive(Clone, Copy, Debug)]
enum Next {
    Deliver { id: u64, who: usize, fate: Delivery },
    DeliverLate(usize),
    Arrive(u64, usize),
    Fire(u64, usize),
    Act(usize),
    SyncNow(usize),
    Die(usize),
    DieAtCommit(usize),
    CrashRegistry,
    BackUp,
    Restore(usize),
    Tidy,
    Domains,
    Revoke(usize),
    SetClock(usize),
}

/// A kind of [`Waiting`], as far as the schedule distinguishes them.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// An exchange of tokens: everything else on the laptop may be waiting for it.
    Exchange,
    Request,
    Answer,
    Timer,
    LosingPower,
}

impl Simulation {
    /// Runs thirty to a hundred random steps.
    pub(super) async fn run_steps(&mut self) -> Result<()> {
        let weather = FaultRates::of(&mut self.chance);
        if weather.clock > 0 {
            // Years off, from the start: text that is stored for 90 days would not survive such a jump.
            let who = self.chance.random_range(0..LAPTOPS.len());
            let hours = *[-30_000, 30_000].choose(&mut self.chance).unwrap_or(&0);
            self.set_clock(who, hours);
        }
        for _ in 0..self.chance.random_range(30..100) {
            self.step += 1;
            self.cut_power().await?;
            let choices = self.choices(&weather);
            let Ok((_, next)) = choices.choose_weighted(&mut self.chance, |(likely, _)| *likely) else {
                break;
            };
            self.go_on(*next).await?;
        }
        Ok(())
    }

    /// Laptops that stopped at a commit lose power now.
    pub(super) async fn cut_power(&mut self) -> Result<()> {
        let dying = self.env.look(|_, who, what| matches!(what, Waiting::LosingPower).then_some(who));
        for who in dying {
            self.tell(format!("{}: loses power at a commit", Self::name(who)));
            self.die(who).await?;
        }
        Ok(())
    }

    /// The laptop loses power; its requests may still arrive.
    async fn die(&mut self, who: usize) -> Result<()> {
        let on_the_way = self.env.look(|_, whose, what| match what {
            Waiting::Request { request, .. } if whose == who && request.method() == http::Method::PUT => {
                Some(http::Request::clone(request))
            }
            _ => None,
        });
        on_the_way.iter().for_each(|request| self.remember(request));
        self.laptops[who].die_and_start().await?;
        self.quiet().await
    }

    fn choices(&mut self, weather: &FaultRates) -> Vec<(u32, Next)> {
        let waiting = self.env.look(|id, who, what| {
            let kind = match what {
                Waiting::Request { request, .. } if request.uri().path().ends_with("/auth/token") => {
                    Kind::Exchange
                }
                Waiting::Request { .. } => Kind::Request,
                Waiting::Answer { .. } => Kind::Answer,
                Waiting::Timer { .. } => Kind::Timer,
                Waiting::LosingPower => Kind::LosingPower,
            };
            Some((id, who, kind))
        });
        let mut choices = Vec::new();
        let cut = Delivery::Cut(self.chance.random_range(0..1000));
        let instead = Delivery::Instead(*IMPOSTORS.choose(&mut self.chance).unwrap_or(&IMPOSTORS[0]));
        let fates = [
            (24, Delivery::Well),
            (weather.unreachable, Delivery::Unreachable),
            (weather.lost, Delivery::Lost),
            (weather.answer_lost, Delivery::AnswerLost),
            (weather.cut, cut),
            (weather.twice, Delivery::Twice),
            (weather.instead, instead),
        ];
        let exchanging =
            |who: usize| waiting.iter().any(|(_, whose, kind)| *whose == who && *kind == Kind::Exchange);
        for &(id, who, kind) in &waiting {
            match kind {
                Kind::Exchange => {
                    choices.extend(fates.map(|(likely, fate)| (likely, Next::Deliver { id, who, fate })))
                }
                _ if exchanging(who) => {}
                Kind::Request => {
                    choices.extend(fates.map(|(likely, fate)| (likely, Next::Deliver { id, who, fate })));
                    choices.push((weather.slow, Next::Deliver { id, who, fate: Delivery::Slow }));
                }
                Kind::Answer => choices.push((6, Next::Arrive(id, who))),
                Kind::Timer => choices.push((12, Next::Fire(id, who))),
                Kind::LosingPower => {}
            }
        }
        for who in 0..LAPTOPS.len() {
            if !self.laptops[who].is_busy() && !exchanging(who) {
                choices.push((16, Next::Act(who)));
                choices.push((2, Next::SyncNow(who)));
            }
        }
        let who = self.chance.random_range(0..LAPTOPS.len());
        choices.push((weather.death, Next::Die(who)));
        choices.push((weather.death_at_commit, Next::DieAtCommit(who)));
        choices.push((weather.revoke, Next::Revoke(who)));
        choices.push((weather.clock, Next::SetClock(who)));
        if let Some(index) = (0..self.stale.len()).choose(&mut self.chance) {
            choices.push((weather.late, Next::DeliverLate(index)));
        }
        choices.push((weather.registry_crash, Next::CrashRegistry));
        choices.push((weather.backup, Next::BackUp));
        if let Some(index) = (0..self.town.backups().len()).choose(&mut self.chance) {
            choices.push((weather.backup, Next::Restore(index)));
        }
        choices.push((weather.tidy, Next::Tidy));
        choices.push((weather.domains, Next::Domains));
        choices
    }

    async fn go_on(&mut self, next: Next) -> Result<()> {
        match next {
            Next::Deliver { id, who, fate } => return self.deliver(id, who, fate).await,
            Next::DeliverLate(index) => return self.deliver_stale(index).await,
            Next::Arrive(id, who) => return self.arrive(id, who).await,
            Next::Fire(id, who) => return self.fire(id, who).await,
            Next::Act(who) => {
                let doing = self.doing(who)?;
                self.laptops[who].act(doing.anything());
            }
            Next::SyncNow(who) => {
                self.tell(format!("{}: asks to sync now", Self::name(who)));
                self.laptops[who].client.sync_now();
            }
            Next::Die(who) => {
                self.tell(format!("{}: loses power", Self::name(who)));
                return self.die(who).await;
            }
            Next::DieAtCommit(who) => {
                let commits = self.chance.random_range(0..6);
                self.tell(format!("{}: will lose power after {commits} commits", Self::name(who)));
                self.env.die_after(who, Some(commits));
            }
            Next::CrashRegistry => {
                self.tell("the registry crashes");
                self.town.crash().await?;
            }
            Next::BackUp if self.town.backups().len() < 3 => {
                self.tell("the registry is backed up");
                self.town.back_up(self.step)?;
            }
            Next::BackUp => {}
            Next::Restore(index) => {
                let backup = self.town.backups()[index].clone();
                self.tell(format!("the backup of step {} is put back", backup.step));
                self.town.restore(&backup).await?;
                self.answered.clear();
                self.restored.push((backup.step, self.step));
                self.session_over.fill(true);
            }
            Next::Tidy => {
                // People who act for a council must confirm their address again after that time.
                self.session_over.fill(true);
                self.tell("the registry forgets who could see what, as if a year had passed");
                self.env.set_registry_ahead(SignedDuration::from_hours(365 * 24));
                let tidied = self.town.registry.maintain().await;
                self.env.set_registry_ahead(SignedDuration::ZERO);
                tidied?;
            }
            Next::Domains => self.change_domains().await?,
            Next::Revoke(who) => self.revoke(who).await?,
            Next::SetClock(who) => {
                let hours = self.chance.random_range(-700..700);
                self.set_clock(who, hours);
            }
        }
        self.quiet().await
    }

    /// Moves a laptop's clock by that many hours.
    fn set_clock(&mut self, who: usize, hours: i64) {
        self.tell(format!("{}: the clock is set by {hours} hours", Self::name(who)));
        self.env.set_clock(who, SignedDuration::from_hours(hours));
        self.month_passed[who] |= hours > 0;
    }

    /// The laptop's timer fires.
    pub(super) async fn fire(&mut self, id: u64, who: usize) -> Result<()> {
        let Some(Waiting::Timer { until, passed }) = self.env.take(id) else { return Ok(()) };
        self.env.pass_until(until);
        self.tell(format!("{}: has waited until {until}", Self::name(who)));
        // The laptop may have stopped waiting.
        let _ = passed.send(());
        self.quiet().await
    }

    /// Removes the domain of the other council's people, or adds it again.
    async fn change_domains(&mut self) -> Result<()> {
        let council: CouncilCode = ALEX.council.parse()?;
        let domain = ALEX.email.split_once('@').map_or("", |(_, domain)| domain);
        if self.town.registry.remove_domain(domain, &council).await? {
            self.tell(format!("{domain} is taken off the list"));
        } else {
            self.town.registry.add_domain(domain, &council).await?;
            self.tell(format!("{domain} is put on the list"));
        }
        Ok(())
    }

    /// Revokes a laptop's session from elsewhere.
    async fn revoke(&mut self, who: usize) -> Result<()> {
        self.session_over[who] = true;
        for token in self.laptops[who].keyring.all() {
            let body = serde_json::to_vec(&guildhall_protocol::sign_in::Refresh { refresh_token: token })?;
            let request = http::Request::post(guildhall_protocol::routes::AUTH_REVOKE)
                .header(http::header::CONTENT_TYPE, "application/json")
                .body(body.into())?;
            let answer = self.town.ask(request).await?;
            let status = answer.status().as_u16();
            self.tell(format!(
                "{}: the session is ended: {status} {}",
                Self::name(who),
                short(answer.body())
            ));
        }
        Ok(())
    }
}
