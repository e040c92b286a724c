use meetme_core::api::Problem;

/// Why a call came to nothing, as far as the caller can do something about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server says no. Nothing was changed.
    #[error("{}", in_words(.0))]
    Refused(Box<Problem>),
    /// The server takes no more writes from here for now, for longer than anybody waits. Nothing was changed.
    #[error("{}", .0.detail)]
    TooFast(Box<Problem>),
    /// The server could not be reached, or did not take the request. Nothing was changed.
    #[error("cannot reach {server}: {reason}")]
    Unreachable {
        /// Which one.
        server: String,
        /// What happened.
        reason: String,
    },
    /// The request was sent and its answer is lost: it may have been done or not.
    #[error("no answer from {server}, so nobody knows whether it was done: {reason}")]
    OutcomeUnknown {
        /// Which one.
        server: String,
        /// What happened.
        reason: String,
        /// Repeating the call under this key changes nothing twice.
        key: Option<String>,
    },
    /// The answer is no meetme answer.
    #[error("{server} does not answer like a meetme server: {reason}")]
    Unreadable {
        /// Which one.
        server: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A list has more pages than anybody reads.
    #[error("the list goes on after {pages} pages")]
    TooMuch {
        /// How many were read.
        pages: usize,
    },
    /// The address is no server's.
    #[error("`{given}` is not the address of a server: it begins with https:// or http://")]
    BadServer {
        /// What was given.
        given: String,
    },
}

/// The detail of a problem, behind the field at fault.
fn in_words(problem: &Problem) -> String {
    match &problem.field {
        Some(field) => format!("{field}: {}", problem.detail),
        None => problem.detail.clone(),
    }
}
