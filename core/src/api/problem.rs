use serde::{Deserialize, Serialize};

use super::Slot;

/// The media type of [`Problem`].
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was not done, as RFC 9457 has it, with a stable `code`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank`: the code says more than a link would.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// A stable word for what is wrong; the list only grows.
    pub code: String,
    /// A sentence for people.
    pub detail: String,
    /// The field at fault.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
    /// The open slots nearest to the one that was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub nearest: Option<Vec<Slot>>,
}
