use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::id::WindowId;
use crate::recurrence::Rule;
use crate::time::Minutes;
use crate::window::Window as CoreWindow;

/// Body of `POST /events/{owner}/{slug}/windows`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWindow {
    /// When it first begins, as the event's zone shows it: `2026-12-01T09:00:00`.
    pub start: NaiveDateTime,
    /// How long it lasts, in elapsed minutes.
    pub duration_minutes: Minutes,
    /// How it recurs (RFC 5545 3.3.10), for example `FREQ=WEEKLY;BYDAY=MO,WE`; once if absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub rrule: Option<Rule>,
    /// Instances left out, by their wall-clock start.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub exdates: Vec<NaiveDateTime>,
    /// Whether an instance is one slot instead of being cut into several.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub whole: bool,
}

impl NewWindow {
    /// The window it describes; still to be checked with [`CoreWindow::check`].
    pub fn into_window(self, id: WindowId) -> CoreWindow {
        let mut exdates = self.exdates;
        exdates.sort_unstable();
        exdates.dedup();
        CoreWindow {
            id,
            start: self.start,
            duration: self.duration_minutes,
            rule: self.rrule,
            exdates,
            whole: self.whole,
        }
    }
}

/// When an event can be met, in the event's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Window {
    /// Its id within the event.
    pub id: WindowId,
    /// When it first begins, as the event's zone shows it.
    pub start: NaiveDateTime,
    /// How long it lasts, in elapsed minutes.
    pub duration_minutes: Minutes,
    /// How it recurs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub rrule: Option<Rule>,
    /// Instances left out, by their wall-clock start.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub exdates: Vec<NaiveDateTime>,
    /// Whether an instance is one slot instead of being cut into several.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub whole: bool,
}

impl From<CoreWindow> for Window {
    fn from(window: CoreWindow) -> Self {
        Self {
            id: window.id,
            start: window.start,
            duration_minutes: window.duration,
            rrule: window.rule,
            exdates: window.exdates,
            whole: window.whole,
        }
    }
}
