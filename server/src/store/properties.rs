//! How much apps may keep on things in a calendar home.

use meetme_core::refusal::Refusal;

use super::StoreError;
use super::row::Columns;

/// The most properties that are kept on one thing.
pub const MAX_OF_PLACE: usize = 200;
/// The most that are kept for one account.
pub const MAX_OF_ACCOUNT: usize = 10_000;

/// How many are kept.
#[derive(Debug, Default)]
pub(super) struct Kept {
    of_place: usize,
    of_account: usize,
}

impl Kept {
    /// Those of a place, and those of its owner.
    pub(super) fn of(row: &mut dyn Columns) -> Result<Self, StoreError> {
        Ok(Self { of_place: row.small()?, of_account: row.small()? })
    }

    /// Refuses what made them more than there may be.
    pub(super) fn are_few(&self) -> Result<(), Refusal> {
        if self.of_place > MAX_OF_PLACE {
            return Err(Refusal::TooMany { what: "properties on one thing", limit: MAX_OF_PLACE });
        }
        if self.of_account > MAX_OF_ACCOUNT {
            return Err(Refusal::TooMany { what: "properties on all that you have", limit: MAX_OF_ACCOUNT });
        }
        Ok(())
    }
}
