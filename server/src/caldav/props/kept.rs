//! What clients keep on all that is in one place: looked up once, and only if it can be in the answer.

use std::collections::HashMap;

use super::Asked;
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;

/// Properties in Clark notation, by the name of what they are kept on.
#[derive(Debug, Default)]
pub struct Kept(HashMap<String, Vec<(String, String)>>);

impl Kept {
    /// What is kept on things in a folder, or in the home by the name of none, as far as it is asked for.
    pub async fn below(dav: &Dav, folder: &str, asked: &Asked) -> Result<Self, Fault> {
        let mut kept = Self::default();
        if asked.is_of_kept() {
            for (place, name, value) in dav.app.store.properties_below(dav.actor.id(), folder).await? {
                kept.0.entry(place).or_default().push((name, value));
            }
        }
        Ok(kept)
    }

    /// What is kept on one of them.
    pub fn on(&self, name: &str) -> &[(String, String)] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}
