//! Logging in, signing up, logging out.

use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use meetme_core::api;
use meetme_core::id::Username;
use meetme_core::refusal::Invalid;
use serde::Deserialize;

use crate::actions::{self, ActionError, LoggedIn};
use crate::config::RateName;
use crate::web::form::{Form, go_to, own_path, with_next};
use crate::web::layout::page;
use crate::web::trouble::{Trouble, capital};
use crate::web::visit::{OwnForm, Visit};

/// Where one goes who came from nowhere.
const HOME: &str = "/book";

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub(super) struct Onward {
    #[serde(default)]
    next: Option<String>,
}

/// The form to log in with.
pub(super) async fn ask_log_in(visit: Visit, Query(onward): Query<Onward>) -> Response {
    let form = Form::with("next", onward.next.unwrap_or_default());
    log_in_page(&visit, &form, None)
}

/// Logs in.
pub(super) async fn log_in(visit: Visit, _: OwnForm, body: Bytes) -> Response {
    let form = Form::of(&body);
    match try_log_in(&visit, &form).await {
        Ok(logged_in) => begin(&visit, &logged_in, &form),
        Err(trouble) => (trouble.status(), log_in_page(&visit, &form, Some(&trouble))).into_response(),
    }
}

/// The form to sign up with.
pub(super) async fn ask_sign_up(visit: Visit, Query(onward): Query<Onward>) -> Response {
    let form = Form::with("next", onward.next.unwrap_or_default());
    sign_up_page(&visit, &form, None)
}

/// Makes an account, and logs it in.
pub(super) async fn sign_up(visit: Visit, _: OwnForm, body: Bytes) -> Response {
    let form = Form::of(&body);
    match try_sign_up(&visit, &form).await {
        Ok(logged_in) => begin(&visit, &logged_in, &form),
        Err(trouble) => (trouble.status(), sign_up_page(&visit, &form, Some(&trouble))).into_response(),
    }
}

/// Ends the session.
pub(super) async fn log_out(visit: Visit, _: OwnForm) -> Result<Response, Trouble> {
    if let Some(actor) = &visit.actor {
        actions::log_out(&visit.app, actor).await?;
    }
    Ok(with_cookie(go_to("/login"), visit.no_cookie()))
}

async fn try_log_in(visit: &Visit, form: &Form) -> Result<LoggedIn, Trouble> {
    let name = form.filled("username").unwrap_or_default().to_lowercase();
    visit.app.rates.take_log_in(Some(visit.address), &name).await?;
    Ok(actions::log_in(&visit.app, &name, form.get("password")).await?)
}

async fn try_sign_up(visit: &Visit, form: &Form) -> Result<LoggedIn, Trouble> {
    visit.app.rates.take(RateName::Signup, visit.address).await?;
    let given = form.filled("username").unwrap_or_default().to_lowercase();
    let username = given.parse::<Username>();
    let username = username.map_err(|bad| ActionError::from(Invalid::new("username", &given, bad.to_string())))?;
    let zone = form.filled("time_zone").map(|name| {
        let parsed = name.parse();
        parsed.map_err(|_| ActionError::from(Invalid::new("time_zone", &name, "use a name such as Europe/Berlin")))
    });
    let new = api::NewUser {
        username,
        email: form.filled("email").unwrap_or_default(),
        password: form.get("password"),
        display_name: form.filled("display_name"),
        time_zone: zone.transpose()?,
    };
    Ok(actions::sign_up(&visit.app, new).await?)
}

fn begin(visit: &Visit, logged_in: &LoggedIn, form: &Form) -> Response {
    let next = form.get("next");
    with_cookie(go_to(own_path(&next).unwrap_or(HOME)), visit.cookie_of(logged_in))
}

fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

fn log_in_page(visit: &Visit, form: &Form, trouble: Option<&Trouble>) -> Response {
    let next = form.get("next");
    let main = html! {
        main {
            h1 { "Log in" }
            (said(trouble))
            form method="post" action="/login" {
                input type="hidden" name="next" value=(next);
                label { "Username" input name="username" autocomplete="username" required value=(form.get("username")); }
                label { "Password" input type="password" name="password" autocomplete="current-password" required; }
                p { button.first { "Log in" } }
            }
            p { "No account yet? " a href=(with_next("/signup", &next)) { "Sign up" } }
        }
    };
    page(visit, "Log in", &main)
}

fn sign_up_page(visit: &Visit, form: &Form, trouble: Option<&Trouble>) -> Response {
    let next = form.get("next");
    let field = |label: &str, name: &str, complete: &str, required: bool| -> Markup {
        let kind = if name == "email" { "email" } else { "text" };
        html! {
            label { (label) input type=(kind) name=(name) autocomplete=(complete) required[required] value=(form.get(name)); }
        }
    };
    let main = html! {
        main {
            h1 { "Sign up" }
            (said(trouble))
            form method="post" action="/signup" {
                input type="hidden" name="next" value=(next);
                (field("Username: a to z, 0 to 9, . and _", "username", "username", true))
                (field("Name, as others read it (may be left empty)", "display_name", "name", false))
                (field("Mail address", "email", "email", true))
                (field("Time zone, such as Europe/Berlin (UTC if left empty)", "time_zone", "off", false))
                label {
                    "Password, 8 characters or more"
                    input type="password" name="password" autocomplete="new-password" minlength="8" required;
                }
                p { button.first { "Sign up" } }
            }
            p { "An account already? " a href=(with_next("/login", &next)) { "Log in" } }
        }
    };
    page(visit, "Sign up", &main)
}

fn said(trouble: Option<&Trouble>) -> Markup {
    html! {
        @if let Some(trouble) = trouble { p.wrong role="alert" { (capital(&trouble.sentence())) "." } }
    }
}
