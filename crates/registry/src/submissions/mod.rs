//! Submissions: what a person wrote on some version of a record becomes its next version, waits to be checked, or is
//! refused with what they need to put it right. `process` decides, `plan` merges, `confirm` is for one without a change,
//! `review` and `answer` are for what is checked first, and `replay` answers a repeat.

pub(crate) mod answer;
mod confirm;
pub(crate) mod overdue;
mod plan;
mod problems;
mod process;
mod replay;
pub(crate) mod review;

use guildhall_protocol::validate::FieldCode;
use guildhall_protocol::{Problem, Submission, SubmissionId, Verdict};

use crate::Registry;
use crate::access::policy;
use crate::access::principal::{Actor, Principal};
use crate::error::{Error, Result};
use crate::registry::WriteAs;
use crate::store::submissions;

/// A verdict that stands, and is given again when the same submission comes again.
pub(crate) type Decision = Result<Verdict, Box<Problem>>;

impl Registry {
    /// Decides a submission, or gives the verdict again that it had.
    pub(crate) async fn submit(
        &self,
        principal: &Principal,
        id: SubmissionId,
        body_hash: String,
        submission: Submission,
    ) -> Result<Verdict> {
        // Everybody waits for the one writer, so what is too large for any change of a record never reaches it. Nothing
        // is stored of it: a repeat is refused in the same way.
        submission.check_size().map_err(|oversized| {
            Error::invalid(&oversized.pointer, FieldCode::TooLong, oversized.to_string())
        })?;
        let args = (id, body_hash, submission);
        let decision =
            self.write_as(principal, args, async |WriteAs { tx, actor, env }, (id, hash, submission)| {
                process::receive(tx, env, &actor, *id, hash, submission).await
            });
        let decision = decision.await?;
        self.metrics().submitted(decision.as_ref().map_or("refused", |verdict| verdict.state.as_str()));
        decision.map_err(Error::Refused)
    }

    /// What has become of a submission.
    pub(crate) async fn submission(&self, actor: &Actor, id: SubmissionId) -> Result<Verdict> {
        let mut tx = self.store().read().await?;
        let stored = submissions::find(&mut tx, actor.person.id, id).await?.ok_or_else(Error::not_found)?;
        let reader = policy::reader(&mut tx, Some(actor)).await?;
        replay::replay(&mut tx, &reader, stored).await?.map_err(Error::Refused)
    }

    /// Takes a submission back, which is possible until it is published. If it has not come yet, it is refused when it
    /// does.
    pub(crate) async fn withdraw(&self, principal: &Principal, id: SubmissionId) -> Result<Verdict> {
        self.write_as(principal, id, async |WriteAs { tx, actor, env }, id| {
            replay::withdraw(tx, env, &actor, *id).await
        })
        .await
    }
}
