//! Why an action was not done.

use meetme_core::api;
use meetme_core::object::BadObject;
use meetme_core::recurrence::TooManySteps;
use meetme_core::refusal::{Invalid, Refusal};

use crate::passwords::TooManyWaiting;
use crate::slots::SlotsError;
use crate::store::{AccountError, ChangeError, StoreError};

/// One variant for each thing a caller can do something about.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// It does not exist, or the caller may not know that it does.
    #[error("there is no such {what}")]
    NotFound {
        /// Of which kind: `event`, `booking`.
        what: &'static str,
    },
    /// A rule says no.
    #[error("{refusal}")]
    Refused {
        /// Which.
        refusal: Refusal,
        /// Open slots near the one asked for.
        nearest: Option<Vec<api::Slot>>,
    },
    /// Username or password are wrong; which is not told.
    #[error("username or password are wrong")]
    WrongPassword,
    /// The caller's token does not reach so far.
    #[error("the token lacks the scope `{}`", .0.as_str())]
    ScopeMissing(api::Scope),
    /// Only the host may do this.
    #[error("only the host of the event may do this")]
    HostOnly,
    /// Another account has this username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Another account has this mail address.
    #[error("the mail address is taken")]
    EmailTaken,
    /// The idempotency key belongs to another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The event kept changing while a slot of it was being taken.
    #[error("the event is being changed, try again")]
    Unsettled,
    /// The event's rules cost more than the budget.
    #[error(transparent)]
    TooManySteps(#[from] TooManySteps),
    /// It may or may not have been done; repeat it with the same idempotency key.
    #[error("the outcome is unknown")]
    OutcomeUnknown,
    /// Too many passwords are being checked.
    #[error(transparent)]
    TooManyWaiting(#[from] TooManyWaiting),
    /// Too many invitations at once.
    #[error("too many invitations at once: wait a minute, then try again")]
    TooFast,
    /// A calendar object cannot be kept.
    #[error(transparent)]
    BadObject(#[from] BadObject),
    /// The store failed; nothing was applied.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Refusal> for ActionError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { refusal, nearest: None }
    }
}

impl From<Invalid> for ActionError {
    fn from(invalid: Invalid) -> Self {
        Refusal::from(invalid).into()
    }
}

impl From<SlotsError> for ActionError {
    fn from(error: SlotsError) -> Self {
        match error {
            SlotsError::TooManySteps(steps) => steps.into(),
            SlotsError::Store(store) => store.into(),
        }
    }
}

impl From<AccountError> for ActionError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::UsernameTaken => Self::UsernameTaken,
            AccountError::EmailTaken => Self::EmailTaken,
            AccountError::PasswordChanged => Self::WrongPassword,
            AccountError::NotFound => Self::NotFound { what: "account" },
            AccountError::OutcomeUnknown => Self::OutcomeUnknown,
            AccountError::Store(store) => store.into(),
        }
    }
}

/// What [`ChangeError`]s mean where `what` was to be changed. Overlaps and moved events are the caller's to explain.
pub(super) fn of_change(error: ChangeError, what: &'static str) -> ActionError {
    match error {
        ChangeError::NotFound => ActionError::NotFound { what },
        ChangeError::EventMoved | ChangeError::Overlap { .. } => ActionError::Unsettled,
        ChangeError::Refused(refusal) => refusal.into(),
        ChangeError::EmailTaken => ActionError::EmailTaken,
        ChangeError::KeyReused => ActionError::KeyReused,
        ChangeError::OutcomeUnknown => ActionError::OutcomeUnknown,
        ChangeError::Store(store) => store.into(),
    }
}
