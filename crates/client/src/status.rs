//! The status line: what the client is doing, when it last agreed with the registry, and how much waits where. The
//! window is told whenever it differs.

use crate::Event;
use crate::error::{Failure, Result};
use crate::inner::ClientInner;
use crate::profile::Profile;
use crate::store::mirror::{contact, reading, reviews};
use crate::store::work::{Work, answers, drafts};
use crate::sync::pull::PullOutcome;
use crate::views::{Activity, Connection, Private, Status};

/// The figures that are counted anew for each status.
#[derive(Default)]
struct Figures {
    last_updated: Option<jiff::Timestamp>,
    drafts: u32,
    waiting: u32,
    attention: u32,
    inbox: u32,
}

impl ClientInner {
    /// Recounts the figures of the status line, applies `change`, and notifies the window if the status differs.
    pub(crate) async fn refresh_status(&self, change: impl FnOnce(&mut Status)) {
        let (mut figures, mut private) = (Figures::default(), Private::Shown);
        if let Some(profile) = self.profile() {
            figures = self.count(&profile).await;
            if let Ok(Some(contact)) = profile.mirror.read(contact::get).await {
                private = self.shown_private(contact.private);
            }
        }
        let changed = self.status().send_if_modified(|status| {
            let before = status.clone();
            change(status);
            status.last_updated = figures.last_updated;
            (status.drafts, status.waiting, status.attention) =
                (figures.drafts, figures.waiting, figures.attention);
            status.inbox = figures.inbox;
            status.private = private;
            *status != before
        });
        if changed {
            let status = self.status().borrow().clone();
            self.emit(Event::StatusChanged(Box::new(status)));
        }
    }

    /// What cannot be read counts as nothing: the status line is no place for an error of its own.
    async fn count(&self, profile: &Profile) -> Figures {
        let mut figures = Figures::default();
        if let Ok(reading) = profile.mirror.read(reading::get).await {
            figures.last_updated = reading.updated_at;
        }
        if let Ok(work) = profile.work()
            && let Ok((drafts, waiting, attention)) = work.read(drafts::count).await
        {
            figures = Figures { drafts, waiting, attention, ..figures };
            figures.inbox = count_inbox(profile, work).await.unwrap_or(0);
            if let Ok((waiting, refused)) = work.read(answers::count).await {
                figures.waiting += waiting;
                figures.inbox += refused;
            }
        }
        figures
    }

    fn shown_private(&self, private: contact::Private) -> Private {
        let days = self.state().settings.private_days;
        match private {
            contact::Private::Shown => Private::Shown,
            contact::Private::Hidden => Private::Hidden { days },
            contact::Private::Removed => Private::Removed { days },
        }
    }

    /// Shows how far a pull has come.
    pub(crate) async fn show_progress(&self, outcome: &PullOutcome) {
        let (activity, done) = match *outcome {
            PullOutcome::More { done, of } => (Activity::Reading { done, of }, false),
            PullOutcome::Repairing => (Activity::Reading { done: 0, of: 0 }, false),
            PullOutcome::UpToDate { .. } => (Activity::Idle, true),
            PullOutcome::Differs => return,
        };
        self.refresh_status(|status| {
            status.connection = Connection::Connected;
            status.activity = activity;
            status.sign_in_needed = false;
            if done {
                status.last_error = None;
            }
        })
        .await;
    }

    /// Shows that sync was stopped, and where.
    pub(crate) async fn show_stop(&self) {
        self.refresh_status(|status| {
            status.activity = match status.activity {
                Activity::Reading { done, of } | Activity::Stopped { done, of } => {
                    Activity::Stopped { done, of }
                }
                Activity::Idle | Activity::Sending { .. } => Activity::Stopped { done: 0, of: 0 },
            };
        })
        .await;
    }

    /// Shows why sync failed.
    pub(crate) async fn show_failure(&self, failure: &Failure) {
        self.refresh_status(|status| {
            status.activity = Activity::Idle;
            match failure {
                Failure::NoConnection => {
                    status.connection = Connection::Offline;
                    status.last_error = None;
                }
                Failure::SignInNeeded => {
                    status.connection = Connection::Connected;
                    status.sign_in_needed = true;
                    status.last_error = None;
                }
                // Something other than the registry answered, or the registry cannot serve: there is no connection to it.
                Failure::NotARegistry
                | Failure::AnswerUnreadable
                | Failure::RegistryBusy
                | Failure::TooManyTries { .. } => {
                    status.connection = Connection::Offline;
                    status.last_error = Some(failure.clone());
                }
                other => status.last_error = Some(other.clone()),
            }
        })
        .await;
    }
}

/// Counts the items that need this person's answer.
async fn count_inbox(profile: &Profile, work: &Work) -> Result<u32> {
    let answered = work.read(answers::all).await?;
    let waiting = profile.mirror.read(reviews::all).await?;
    let is_answered = |id| answered.iter().any(|answer| answer.review == id);
    let waiting = waiting.iter().filter(|waits| !is_answered(waits.id)).count();
    let me = profile.me()?;
    Ok(u32::try_from(waiting + me.invitations.len() + me.requests.len()).unwrap_or(u32::MAX))
}
