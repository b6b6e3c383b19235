//! Faults end, and everybody syncs and resolves their drafts until nothing is left to do. The first invariant is that
//! this terminates.

use anyhow::{Context, Result, bail, ensure};
use guildhall_client::views::DraftState;
use uuid::Uuid;

use super::Simulation;
use super::env::Waiting;
use super::people::{ALEX, LAPTOPS};

/// The most rounds before the simulation fails.
const ROUNDS: usize = 24;
/// The most requests by one laptop each time it is left to finish.
const REQUESTS: usize = 100;
/// How many times a laptop may back off each time, without faults.
const MAX_RETRIES: usize = 2;

enum Left {
    Request(u64),
    Answer(u64),
    Timer(u64),
    Nothing,
}

impl Simulation {
    /// Ends all faults and lets everybody finish.
    pub(super) async fn settle(&mut self) -> Result<()> {
        self.step += 1;
        self.tell("the weather clears");
        self.cut_power().await?;
        for who in 0..LAPTOPS.len() {
            self.env.die_after(who, None);
        }
        let domain = ALEX.email.split_once('@').map_or("", |(_, domain)| domain);
        self.town.registry.add_domain(domain, &ALEX.council.parse()?).await?;
        self.cleared = self.env.now();
        let mut newest = None;
        for _ in 0..ROUNDS {
            self.step += 1;
            let mut calm = true;
            for who in 0..LAPTOPS.len() {
                calm &= self.finish_laptop(who).await.with_context(|| Self::name(who))?;
            }
            let now = self.newest()?;
            if calm && newest == Some(now) {
                return Ok(());
            }
            newest = Some(now);
        }
        bail!("it never comes to rest")
    }

    /// A laptop's person syncs and does everything that is left to do; true if there was nothing.
    async fn finish_laptop(&mut self, who: usize) -> Result<bool> {
        if self.laptops[who].is_busy() {
            self.drain(who).await?;
        }
        self.laptops[who].client.sync_now();
        self.quiet().await?;
        self.drain(who).await?;
        let status = self.laptops[who].client.status().await;
        if status.sign_in_needed {
            ensure!(self.session_over[who], "was signed out by a network fault");
            self.sign_in(who).await?;
        }
        let drafts = self.in_need_of_attention(who).await?;
        for draft in &drafts {
            let mut doing = self.doing(who)?;
            let draft = *draft;
            self.laptops[who].act(async move { doing.resolve_attention(draft).await });
            self.quiet().await?;
            self.drain(who).await?;
        }
        Ok(drafts.is_empty() && !status.sign_in_needed && status.waiting == 0)
    }

    pub(super) async fn sign_in(&mut self, who: usize) -> Result<()> {
        let doing = self.doing(who)?;
        self.laptops[who].act(doing.sign_in());
        self.quiet().await?;
        self.drain(who).await?;
        self.session_over[who] = false;
        Ok(())
    }

    async fn in_need_of_attention(&self, who: usize) -> Result<Vec<Uuid>> {
        let drafts = self.laptops[who].client.drafts().await?;
        let drafts = drafts.into_iter().filter(|draft| draft.state == DraftState::NeedsAttention);
        let mut drafts: Vec<Uuid> = drafts.map(|draft| draft.id).collect();
        drafts.sort();
        Ok(drafts)
    }

    /// Answers the laptop's requests until it only waits for changes.
    pub(super) async fn drain(&mut self, who: usize) -> Result<()> {
        let mut troubles = 0;
        for _ in 0..REQUESTS {
            match self.left(who) {
                Left::Request(id) => self.deliver(id, who, super::deliver::Delivery::Well).await?,
                Left::Answer(id) => self.arrive(id, who).await?,
                Left::Timer(id) if troubles < MAX_RETRIES => {
                    troubles += 1;
                    self.fire(id, who).await?;
                }
                Left::Timer(_) | Left::Nothing => return Ok(()),
            }
        }
        bail!("it asks and asks")
    }

    /// What the laptop waits for, except for changes. An exchange of tokens comes first, because everything else waits
    /// for it.
    fn left(&self, who: usize) -> Left {
        let mut waiting = self.env.look(|id, whose, what| match what {
            _ if whose != who => None,
            Waiting::Request { request, .. } => {
                let uri = request.uri();
                let news = uri.query().is_some_and(|query| query.contains("wait="));
                let exchange = uri.path().ends_with("/auth/token");
                (!news).then_some((!exchange, Left::Request(id)))
            }
            Waiting::Answer { .. } => Some((true, Left::Answer(id))),
            Waiting::Timer { .. } => Some((true, Left::Timer(id))),
            Waiting::LosingPower => None,
        });
        waiting.sort_by_key(|(last, left)| (*last, matches!(left, Left::Timer(_))));
        waiting.into_iter().next().map_or(Left::Nothing, |(_, left)| left)
    }

    /// The registry's newest `seq`.
    pub(super) fn newest(&self) -> Result<i64> {
        let connection = rusqlite::Connection::open(self.town.database())?;
        Ok(connection.query_row("SELECT seq FROM counter", [], |row| row.get(0))?)
    }
}
