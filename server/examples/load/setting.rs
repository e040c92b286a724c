//! The people and events that a measurement needs, made over HTTP.

use std::net::SocketAddr;

use meetme_server::clock::{Clock as _, SystemClock};
use serde_json::json;

use crate::Outcome;
use crate::wire::Wire;

/// The day from which everything can be booked, far enough ahead not to come nearer.
pub const FIRST_DAY: &str = "2040-01-01";

/// The day it is, as the server's clock has it.
pub fn today() -> String {
    SystemClock.now().format("%Y-%m-%d").to_string()
}

/// Signs somebody up; their token.
pub async fn sign_up(address: SocketAddr, name: &str) -> Outcome<String> {
    let body = json!({"username": name, "email": format!("{name}@example.org"), "password": "correct horse"});
    let mut wire = Wire::connect(address, "").await?;
    let session = wire.post("/api/v1/users", &body.to_string()).await?.ok()?;
    Ok(session["token"].as_str().ok_or("no token")?.to_owned())
}

/// Signs up a host with an event `chat` of ten minutes, around the clock.
pub async fn host(address: SocketAddr, name: &str) -> Outcome<()> {
    let token = sign_up(address, name).await?;
    let mut wire = Wire::connect(address, &token).await?;
    let event =
        json!({"title": "Chat", "slug": "chat", "time_zone": "UTC", "first_day": FIRST_DAY, "slot_minutes": 10});
    wire.post("/api/v1/events", &event.to_string()).await?.check()?;
    let window = json!({"start": format!("{FIRST_DAY}T00:00:00"), "duration_minutes": 1440, "rrule": "FREQ=DAILY"});
    wire.post(&format!("/api/v1/events/{name}/chat/windows"), &window.to_string()).await?.check()
}
