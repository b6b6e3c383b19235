//! Vouching for an unconfirmed lead, and objecting.

use super::*;

impl State {
    pub(super) fn may_vouch_for(&self, who: usize, council: usize) -> bool {
        let member = self.member(who, council);
        member.is_some_and(|it| it.leads() && matches!(it.confirmed, Some(By::Coordinator | By::Operator)))
    }

    /// The days of vouches by leads who may still vouch, one per council.
    pub(super) fn vouches_that_count(&self, who: usize, council: usize) -> Vec<i64> {
        let mut counted = BTreeMap::new();
        let mut vouches = self.vouches.get(&(who, council)).cloned().unwrap_or_default();
        vouches.sort_by_key(|(_, _, day)| *day);
        for (by, of, day) in vouches {
            if self.may_vouch_for(by, of) {
                counted.entry(of).or_insert(day);
            }
        }
        let mut days: Vec<i64> = counted.into_values().collect();
        days.sort_unstable();
        days
    }

    pub(super) fn vouch(&mut self, by: usize, council: usize, who: usize) -> Answer {
        let of = (0..COUNCILS.len()).find(|of| *of != council && self.may_vouch_for(by, *of));
        let Some(of) = of.filter(|_| self.leads_unconfirmed(who, council) && by != who) else {
            return Answer::Refused;
        };
        if self.led.get(&council) == Some(&true) || self.objections.contains(&(who, council)) {
            return Answer::Refused;
        }
        let day = self.day;
        let vouches = self.vouches.entry((who, council)).or_default();
        if vouches.iter().all(|(voucher, ..)| *voucher != by) {
            vouches.push((by, of, day));
        }
        Answer::Done
    }

    pub(super) fn object(&mut self, by: usize, council: usize, who: usize) -> Answer {
        let may = by != who && (COORDINATORS.contains(&by) || self.is_active(by, council));
        if !may || !self.leads_unconfirmed(who, council) {
            return Answer::Refused;
        }
        self.objections.insert((who, council));
        self.vouches.remove(&(who, council));
        Answer::Done
    }
}
