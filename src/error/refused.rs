//! What a refusal of the server's means for the command line.

use meetme_core::api::Problem;

use super::Exit;

/// How a command ends that the server refused.
pub(super) fn exit_of(problem: &Problem) -> Exit {
    match problem.code.as_str() {
        "invalid" | "malformed" => return Exit::Usage,
        // Too many at once, or too fast: nothing was done, and later it can be.
        "outcome-unknown" | "too-many-streams" | "rate-limited" => return Exit::TryAgain,
        "unavailable" | "disk-full" | "read-only" | "busy" => return Exit::Unreachable,
        "key-reused" => return Exit::Conflict,
        "call-not-open" | "call-over" | "not-confirmed" => return Exit::NothingMatched,
        _ => {}
    }
    match problem.status {
        401 | 403 => Exit::NotAllowed,
        404 => Exit::NotFound,
        409 | 412 => Exit::Conflict,
        _ => Exit::Failure,
    }
}

/// What to do about a refusal: what the command line knows better than the server, else what the server says.
pub(super) fn hint_for(problem: &Problem) -> Option<String> {
    let known = match problem.code.as_str() {
        "unauthenticated" => "log in again with `meetme login`; a token may have expired or been revoked",
        "session-needed" => "an app token may not do this: log in with `meetme login`, and unset MEETME_TOKEN",
        "scope-missing" => "make a token that may: `meetme token create cron --scope read,book`",
        "guest-busy" => "say `--anyway` to book it all the same",
        "bookings-ahead" => "say `--cancel-bookings` to cancel them",
        "slug-taken" => "choose another with `--slug`",
        "stale" => "somebody changed it meanwhile: look again, then repeat",
        "key-reused" => {
            "this key stands for something else already: leave `--idempotency-key` out, or look with `meetme agenda`"
        }
        "rate-limited" => "try again in a while",
        "too-many-streams" => "end another `meetme watch` of yours, or try again in a while",
        "unavailable" | "disk-full" | "read-only" | "busy" => "nothing was changed; try again in a while",
        "outcome-unknown" => "look whether it was done before you say it again: `meetme agenda`, `meetme event list`",
        "username-taken" | "email-taken" => "if it is yours: `meetme login`",
        "no-such-slot" => "`meetme slots` lists what is open",
        "already-booked" => "`meetme agenda` lists what you have booked",
        "not-pending" => "`meetme agenda` says which bookings wait for a yes",
        "not-found" if problem.detail.ends_with("event") => "name it as owner/slug; `meetme event list` lists your own",
        "wrong-password" => "`meetme signup` opens an account, if you have none",
        "slot-taken" | "too-late" | "too-early" => "say another time, or let `--first` choose",
        "invalid" => return problem.hint.clone().filter(|hint| !problem.detail.contains(hint.as_str())),
        _ => return problem.hint.clone(),
    };
    Some(known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, code: &str) -> Problem {
        Problem {
            kind: "about:blank".into(),
            title: "No".into(),
            status,
            code: code.into(),
            detail: "no".into(),
            field: None,
            hint: None,
            nearest: None,
        }
    }

    #[test]
    fn every_refusal_ends_as_its_code_says() {
        let exits = [
            (401, "unauthenticated", 4),
            (403, "scope-missing", 4),
            (404, "not-found", 5),
            (404, "no-such-slot", 5),
            (409, "slot-taken", 6),
            (409, "too-late", 6),
            (412, "stale", 6),
            (422, "key-reused", 6),
            (422, "invalid", 2),
            (400, "malformed", 2),
            (413, "too-large", 1),
            (429, "rate-limited", 75),
            (429, "too-many-streams", 75),
            (500, "internal", 1),
            (503, "busy", 8),
            (503, "disk-full", 8),
            (503, "outcome-unknown", 75),
        ];
        for (status, code, exit) in exits {
            assert_eq!(exit_of(&refused(status, code)) as u8, exit, "{code}");
        }
    }
}
