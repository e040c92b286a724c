//! What every page has.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::web::form::with_next;
use crate::web::visit::Visit;

/// Nothing from elsewhere, nothing inline, and in no frame of another page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// A page for who looks at it.
pub fn page(visit: &Visit, title: &str, main: &Markup) -> Response {
    let top = html! {
        @match &visit.actor {
            Some(actor) => {
                a href="/book" { "Your bookings" }
                form method="post" action="/logout" {
                    span.quiet { (actor.0.user.username.as_str()) " " }
                    button { "Log out" }
                }
            }
            None => a href=(with_next("/login", &visit.here)) { "Log in" },
        }
    };
    answer(title, &top, main)
}

/// A page for anybody.
pub fn bare(title: &str, main: &Markup) -> Response {
    answer(title, &html! {}, &html! { main { (main) } })
}

fn answer(title: &str, top: &Markup, main: &Markup) -> Response {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) " – meetme" }
                link rel="stylesheet" href="/assets/style.css";
                script src="/assets/live.js" defer {}
            }
            body {
                header { strong { "meetme" } (top) }
                (main)
            }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    (headers, document.into_string()).into_response()
}
