//! The `If` header (RFC 4918 10.4) and `If-Unmodified-Since` (RFC 9110 13.1.4) of requests that change something.
//!
//! What is judged here is read before the change is made. So that nothing comes in between, the tag that was found is
//! pinned by an `If-Match` or `If-None-Match`, which the change itself checks.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use chrono::SubsecRound as _;
use meetme_core::time::Instant;

use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, Folder};
use crate::caldav::path::Target;
use crate::caldav::props::token;
use crate::caldav::report::made_token;
use crate::headers::{bare_tag, date};

/// The most lists of one `If` header, each of which may name another thing.
const MAX_LISTS: usize = 32;

/// Refuses a request whose conditions do not hold; of one that goes on, pins what was found.
pub async fn judge(dav: &Dav, target: &Target, headers: &mut HeaderMap) -> Result<(), Fault> {
    let lists = match headers.get("if") {
        Some(value) => Some(value.to_str().ok().and_then(read).ok_or_else(malformed)?),
        None => None,
    };
    // RFC 9110 13.2.2: tags are finer than seconds.
    let since = headers.get(header::IF_UNMODIFIED_SINCE).filter(|_| !headers.contains_key(header::IF_MATCH));
    let since = since.and_then(|value| date(value.to_str().ok()?));
    if lists.is_none() && since.is_none() {
        return Ok(());
    }
    let here = State::of(dav, target).await?;
    let unmodified = since.zip(here.changed_at).is_none_or(|(since, changed_at)| changed_at.trunc_subsecs(0) <= since);
    let holds = match &lists {
        Some(lists) => any_holds(dav, headers, lists, &here).await?,
        None => true,
    };
    if !(unmodified && holds) {
        return Err(Fault::new(StatusCode::PRECONDITION_FAILED, "it is not as the request says it must be"));
    }
    // Whoever names a token alone does not say which bytes they have read.
    let named = since.is_some() || lists.iter().flatten().any(List::names_a_tag);
    if named && matches!(target, Target::Item(..)) {
        pin(&here, headers);
    }
    Ok(())
}

fn malformed() -> Fault {
    Fault::bad_request(format!("the If header has at most {MAX_LISTS} lists of tags and tokens, each in parentheses"))
}

fn pin(here: &State, headers: &mut HeaderMap) {
    let (name, value) = match &here.etag {
        Some(etag) => (header::IF_MATCH, HeaderValue::from_str(&format!("\"{etag}\"")).ok()),
        None => (header::IF_NONE_MATCH, Some(HeaderValue::from_static("*"))),
    };
    if let (false, Some(value)) = (headers.contains_key(&name), value) {
        headers.insert(name, value);
    }
}

/// What conditions can be about.
#[derive(Default)]
struct State {
    etag: Option<String>,
    changed_at: Option<Instant>,
    /// The sync-token of a collection (RFC 6578 5). There are no locks, so no lock has a token.
    token: Option<String>,
}

impl State {
    async fn of(dav: &Dav, target: &Target) -> Result<Self, Fault> {
        let (Target::Folder(_, name) | Target::Item(_, name, _)) = target else { return Ok(Self::default()) };
        let folder = match folder::find(dav, name).await {
            Err(fault) if fault.status() == StatusCode::NOT_FOUND => return Ok(Self::default()),
            found => found?,
        };
        if let Target::Item(_, _, name) = target {
            let item = folder.item(dav, name).await?;
            let changed_at = item.as_ref().map(|item| item.changed_at);
            return Ok(Self { etag: item.map(|item| item.etag), changed_at, token: None });
        }
        let token = match &folder {
            Folder::Own(file) | Folder::Inbox(file) => Some(token(dav, file.collection.id, file.changed, None)),
            Folder::Outbox => None,
            made => Some(made_token(dav, made).await?),
        };
        Ok(Self { token, ..Self::default() })
    }

    fn holds(&self, list: &List<'_>) -> bool {
        list.terms.iter().all(|term| {
            let is_so = match term.what {
                What::Tag(tag) => self.etag.as_deref() == Some(bare_tag(tag)),
                What::Token(token) => self.token.as_deref() == Some(token),
            };
            is_so != term.not
        })
    }
}

async fn any_holds(dav: &Dav, headers: &HeaderMap, lists: &[List<'_>], here: &State) -> Result<bool, Fault> {
    for list in lists {
        let holds = match list.of {
            None => here.holds(list),
            Some(href) => match dav.target_of(href, headers) {
                Ok(target) => State::of(dav, &target).await?.holds(list),
                Err(_) => State::default().holds(list),
            },
        };
        if holds {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Conditions that must hold together.
#[derive(Debug, PartialEq, Eq)]
struct List<'a> {
    /// What they are about; what the request is about if nothing is said.
    of: Option<&'a str>,
    terms: Vec<Term<'a>>,
}

impl List<'_> {
    fn names_a_tag(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.what, What::Tag(_)))
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Term<'a> {
    not: bool,
    what: What<'a>,
}

#[derive(Debug, PartialEq, Eq)]
enum What<'a> {
    Tag(&'a str),
    Token(&'a str),
}

/// The lists of an `If` header, one of which must hold; `None` if it cannot be read.
fn read(text: &str) -> Option<Vec<List<'_>>> {
    let (mut rest, mut of, mut lists) = (text.trim(), None, Vec::new());
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('<') {
            let (href, after) = after.split_once('>')?;
            (of, rest) = (Some(href), after.trim_start());
        }
        let (terms, after) = terms(rest.strip_prefix('(')?)?;
        lists.push(List { of, terms });
        rest = after.trim_start();
    }
    (!lists.is_empty() && lists.len() <= MAX_LISTS).then_some(lists)
}

/// What stands in a list, and what follows it.
fn terms(mut rest: &str) -> Option<(Vec<Term<'_>>, &str)> {
    let mut terms = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(')') {
            return (!terms.is_empty()).then_some((terms, after));
        }
        let not = rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("not"));
        if not {
            rest = rest[3..].trim_start();
        }
        let (what, after) = if let Some(after) = rest.strip_prefix('<') {
            let (token, after) = after.split_once('>')?;
            (What::Token(token), after)
        } else {
            let (tag, after) = rest.strip_prefix('[')?.split_once(']')?;
            (What::Tag(tag), after)
        };
        terms.push(Term { not, what });
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(not: bool, what: What<'_>) -> Term<'_> {
        Term { not, what }
    }

    #[test]
    fn lists_are_read_with_what_they_are_about_rfc_4918_10_4() {
        let lists = read("(<urn:lock> [\"a\"]) (Not <DAV:no-lock>)").unwrap();

        assert_eq!(
            lists,
            [
                List { of: None, terms: vec![term(false, What::Token("urn:lock")), term(false, What::Tag("\"a\""))] },
                List { of: None, terms: vec![term(true, What::Token("DAV:no-lock"))] },
            ]
        );
        let lists = read("</a> ([\"1\"])(not[\"2\"]) <http://x/b>(<t>)").unwrap();
        assert_eq!(lists.iter().map(|list| list.of).collect::<Vec<_>>(), [Some("/a"), Some("/a"), Some("http://x/b")]);
    }

    #[test]
    fn what_is_no_list_of_conditions_cannot_be_read() {
        for bad in ["", "()", "(", "[\"a\"]", "(\"a\")", "(<a)", "([a)", "</a>", "(Not)", "([\"a\"]) x", "é"] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(read(&"([a])".repeat(MAX_LISTS + 1)), None);
    }
}
