//! Converts between stored types and the window's. It is done here because the store must not depend on views.

use guildhall_protocol::MergedWith;
use guildhall_protocol::validate::{FieldCode, FieldError};

use super::{
    AnswerRefused, Attention, Choice, Chosen, CouncilName, DraftState, Rescued, ReviewRow, UnreadableKind,
    UnreadableRow, UnusedText, Whose,
};
use crate::store::work::answers::{StoredRefusal, StoredReview};
use crate::store::work::conflicts::{StoredChoice, StoredChosen};
use crate::store::work::drafts::{StoredAttention, StoredError, StoredMerge, StoredState};
use crate::store::work::set_aside::{RowKind, SetAside};
use crate::store::work::unused_texts::{KEPT_FOR, StoredUnusedText, StoredWhose};
use crate::store::{self, StoredCouncil};

impl From<StoredCouncil> for CouncilName {
    fn from(StoredCouncil { code, name, name_cy }: StoredCouncil) -> Self {
        Self { code, name, name_cy }
    }
}

impl From<CouncilName> for StoredCouncil {
    fn from(CouncilName { code, name, name_cy }: CouncilName) -> Self {
        Self { code, name, name_cy }
    }
}

impl From<StoredState> for DraftState {
    fn from(state: StoredState) -> Self {
        match state {
            StoredState::Draft => Self::Draft,
            StoredState::Queued => Self::Queued,
            StoredState::NeedsAttention => Self::NeedsAttention,
            StoredState::Received => Self::Received,
            StoredState::InReview => Self::InReview,
            StoredState::Published => Self::Published,
            StoredState::Declined => Self::Declined,
            StoredState::Withdrawn => Self::Withdrawn,
        }
    }
}

impl From<StoredAttention> for Attention {
    fn from(why: StoredAttention) -> Self {
        match why {
            StoredAttention::Conflict => Self::Conflict,
            StoredAttention::Refused { errors } => {
                Self::Refused { errors: errors.into_iter().map(Into::into).collect() }
            }
            StoredAttention::NotAllowed => Self::NotAllowed,
            StoredAttention::Gone => Self::Gone,
            StoredAttention::Mismatch => Self::Mismatch,
            StoredAttention::TooLarge => Self::TooLarge,
            StoredAttention::ChangesRequested { by, reason } => Self::ChangesRequested { by, reason },
            StoredAttention::Declined { by, reason } => Self::Declined { by, reason },
            StoredAttention::NotThere => Self::NotThere,
            StoredAttention::ChangedSince { by } => Self::ChangedSince { by },
            StoredAttention::Other(_) => Self::Other,
        }
    }
}

impl From<StoredError> for FieldError {
    fn from(StoredError { pointer, code, detail }: StoredError) -> Self {
        Self { pointer, code: code.or(FieldCode::NotAllowed), detail }
    }
}

impl From<FieldError> for StoredError {
    fn from(FieldError { pointer, code, detail }: FieldError) -> Self {
        Self { pointer, code: store::Choice::Known(code), detail }
    }
}

impl From<StoredMerge> for MergedWith {
    fn from(StoredMerge { fields, by, at }: StoredMerge) -> Self {
        Self { fields, by, at }
    }
}

impl From<MergedWith> for StoredMerge {
    fn from(MergedWith { fields, by, at }: MergedWith) -> Self {
        Self { fields, by, at }
    }
}

impl From<Chosen> for StoredChosen {
    fn from(Chosen { field, member, choice }: Chosen) -> Self {
        let choice = match choice {
            Choice::Mine => StoredChoice::Mine,
            Choice::Theirs => StoredChoice::Theirs,
            Choice::Anew { value } => StoredChoice::Anew { value },
        };
        Self { field, member, choice, rest: serde_json::Map::new() }
    }
}

/// The choice as shown; `None` if only another version of the app knows it.
pub(crate) fn shown_choice(choice: &StoredChoice) -> Option<Choice> {
    match choice {
        StoredChoice::Mine => Some(Choice::Mine),
        StoredChoice::Theirs => Some(Choice::Theirs),
        StoredChoice::Anew { value } => Some(Choice::Anew { value: value.clone() }),
        StoredChoice::Other(_) => None,
    }
}

impl From<StoredUnusedText> for UnusedText {
    fn from(StoredUnusedText { id, project, title, field, value, whose, kept_at }: StoredUnusedText) -> Self {
        let whose = match whose {
            StoredWhose::Mine => Whose::Mine,
            StoredWhose::Theirs => Whose::Theirs,
        };
        Self { id, project, title, field, value, whose, kept_at, until: kept_at + KEPT_FOR }
    }
}

impl From<StoredReview> for ReviewRow {
    fn from(StoredReview { id, project, title, council, author, new, sent_at }: StoredReview) -> Self {
        Self { id, project, title, council: council.into(), author, new, sent_at }
    }
}

impl From<ReviewRow> for StoredReview {
    fn from(ReviewRow { id, project, title, council, author, new, sent_at }: ReviewRow) -> Self {
        Self { id, project, title, council: council.into(), author, new, sent_at }
    }
}

impl From<store::Choice<StoredRefusal>> for AnswerRefused {
    fn from(why: store::Choice<StoredRefusal>) -> Self {
        match why {
            store::Choice::Known(StoredRefusal::Answered) => Self::Answered,
            store::Choice::Known(StoredRefusal::Changed) => Self::Changed,
            store::Choice::Known(StoredRefusal::NotAllowed) => Self::NotAllowed,
            store::Choice::Known(StoredRefusal::Invalid) => Self::Invalid,
            store::Choice::Other(_) => Self::Other,
        }
    }
}

impl From<SetAside> for UnreadableRow {
    fn from(SetAside { what, title, at, .. }: SetAside) -> Self {
        let what = match what {
            RowKind::Draft => UnreadableKind::Draft,
            RowKind::Waiting => UnreadableKind::Waiting,
            RowKind::Conflict => UnreadableKind::Conflict,
            RowKind::UnusedText => UnreadableKind::UnusedText,
            RowKind::Answer => UnreadableKind::Answer,
        };
        Self { what, title, at }
    }
}

impl From<store::Rescued> for Rescued {
    fn from(store::Rescued { drafts, file }: store::Rescued) -> Self {
        Self { drafts, file: file.to_string_lossy().into_owned() }
    }
}
