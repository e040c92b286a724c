//! The web door: pages on which a guest finds a slot, takes it, and comes back to it.
//!
//! Plain HTML and forms; a small script keeps the slots of an open page as they are. Handlers read through [`App`] or
//! call one action, as those of the REST door do, and refuse alike. A browser carries its session as a cookie, and a
//! form is only taken from this server's own pages.
//!
//! Reading order: [`visit`] is who looks, [`layout`] what every page has, [`event`] the page that a link leads to.

mod account;
mod booking;
mod event;
mod form;
mod layout;
mod times;
mod trouble;
mod visit;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use crate::app::App;

/// The longest form: answers to all questions, written out.
const MAX_FORM: usize = 256 * 1024;
/// How long a browser may keep what pages are dressed with.
const KEEP: &str = "public, max-age=3600";

/// All pages. Their first segments are among the usernames that nobody can have.
pub fn router() -> Router<App> {
    Router::new()
        .route("/{owner}/{slug}", get(event::show))
        .route("/{owner}/{slug}/at/{start}", get(event::ask).post(event::book))
        .route("/book", get(booking::list))
        .route("/book/{id}", get(booking::show))
        .route("/book/{id}/{what}", post(booking::decide))
        .route("/calls/{id}", get(booking::call))
        .route("/login", get(account::ask_log_in).post(account::log_in))
        .route("/signup", get(account::ask_sign_up).post(account::sign_up))
        .route("/logout", post(account::log_out))
        .route("/assets/style.css", get(style))
        .route("/assets/live.js", get(script))
        .layer(DefaultBodyLimit::max(MAX_FORM))
}

async fn style() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, KEEP)];
    (headers, include_str!("style.css"))
}

async fn script() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, KEEP)];
    (headers, include_str!("live.js"))
}
