//! kill -9 while a meeting is changed again and again: everybody has the same version of it, and none that was
//! acknowledged is lost.

use std::net::SocketAddr;
use std::time::Duration;

use super::child::Child;
use crate::players::{Dice, client, sign_up};

const SEED: u64 = 11;
const KILLS: usize = 12;
const PEOPLE: [&str; 3] = ["ada", "bob", "cleo"];
/// The kill comes at most this late, in milliseconds of load.
const LATEST: usize = 150;

/// Somebody's calendar.
struct Calendar {
    client: reqwest::Client,
    name: &'static str,
}

impl Calendar {
    fn url(&self, server: SocketAddr, item: &str) -> String {
        format!("http://{server}/dav/calendars/{}/personal/{item}", self.name)
    }

    async fn put(&self, server: SocketAddr, version: usize) -> Result<(), reqwest::Error> {
        let body = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:tea\r\n\
             DTSTAMP:20261129T120000Z\r\nDTSTART:20261202T110000Z\r\nDURATION:PT1H\r\nSUMMARY:version {version}\r\n\
             ORGANIZER:mailto:ada@example.org\r\nATTENDEE:mailto:bob@example.org\r\n\
             ATTENDEE:mailto:cleo@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        let put = self.client.put(self.url(server, "tea.ics")).basic_auth(self.name, Some(PASSWORD)).body(body);
        put.send().await?.error_for_status().map(drop)
    }

    /// The versions of everything in the calendar.
    async fn versions(&self, server: SocketAddr) -> Vec<usize> {
        let query = "<C:calendar-query xmlns:C='urn:ietf:params:xml:ns:caldav' xmlns:D='DAV:'><D:prop>\
            <C:calendar-data/></D:prop><C:filter><C:comp-filter name='VCALENDAR'/></C:filter></C:calendar-query>";
        let report = reqwest::Method::from_bytes(b"REPORT").unwrap();
        let request = self.client.request(report, self.url(server, "")).basic_auth(self.name, Some(PASSWORD));
        let text = request.header("depth", "1").body(query).send().await.unwrap().text().await.unwrap();
        let lines = text.lines().filter_map(|line| line.trim_end_matches("&#13;").strip_prefix("SUMMARY:version "));
        lines.map(|number| number.trim().parse().unwrap()).collect()
    }
}

/// The one that [`sign_up`] gives.
const PASSWORD: &str = "correct horse";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_has_the_same_version_of_a_meeting_after_a_kill() {
    let (data, client, mut dice) = (tempfile::tempdir().unwrap(), client(), Dice::new(SEED));
    let mut server = Child::serving(data.path());
    for name in PEOPLE {
        sign_up(&client, server.address, name).await;
    }
    let [ada, bob, cleo] = PEOPLE.map(|name| Calendar { client: client.clone(), name });
    let (mut asked, mut kept) = (0, 0);

    for kill in 0..KILLS {
        let load = Duration::from_millis(u64::try_from(dice.roll(LATEST)).unwrap());
        let address = server.address;
        let until = tokio::time::sleep(load);
        tokio::pin!(until);
        loop {
            asked += 1;
            let put = ada.put(address, asked);
            tokio::select! {
                done = put => if done.is_ok() { kept = asked },
                () = &mut until => break,
            }
        }
        server.kill();
        server = Child::serving(data.path());

        let versions = ada.versions(server.address).await;
        assert!(versions.len() <= 1 && versions.iter().all(|version| (kept..=asked).contains(version)), "kill {kill}");
        assert!(kept == 0 || versions.len() == 1, "kill {kill}: version {kept} is lost");
        for other in [&bob, &cleo] {
            assert_eq!(other.versions(server.address).await, versions, "{} after kill {kill}", other.name);
        }
    }
    assert!(kept > KILLS, "{kept} versions are too little to show anything");
}
