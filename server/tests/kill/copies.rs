//! kill -9 while a calendar is copied onto another one: what is there is the one or the other, and whole.

use std::time::Duration;

use super::child::Child;
use crate::players::{Dice, client, sign_up};

const SEED: u64 = 12;
const KILLS: usize = 10;
/// More than are written at once.
const ENTRIES: [usize; 2] = [450, 300];
/// The kill comes at most this late, in milliseconds.
const LATEST: usize = 400;
/// The one that [`sign_up`] gives.
const PASSWORD: &str = "correct horse";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_calendar_that_is_replaced_is_one_or_the_other_after_a_kill() {
    let (data, client, mut dice) = (tempfile::tempdir().unwrap(), client(), Dice::new(SEED));
    let mut server = Child::serving(data.path());
    sign_up(&client, server.address, "ada").await;
    let ask = async |server: &Child, method: &str, path: &str, headers: &[(&str, &str)], body: String| {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("http://{}/dav/calendars/ada/{path}", server.address);
        let mut request = client.request(method, url).basic_auth("ada", Some(PASSWORD)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await?.error_for_status()?;
        response.text().await
    };
    for (calendar, entries) in ["even", "odd"].into_iter().zip(ENTRIES) {
        ask(&server, "MKCALENDAR", calendar, &[], String::new()).await.unwrap();
        for n in 0..entries {
            let text = format!(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{n}\r\n\
                 DTSTAMP:20261129T120000Z\r\nDTSTART:20261202T110000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            );
            ask(&server, "PUT", &format!("{calendar}/{n}.ics"), &[], text).await.unwrap();
        }
    }
    let (mut asked, mut done) = (0, 0);

    for kill in 0..KILLS {
        let load = Duration::from_millis(u64::try_from(dice.roll(LATEST)).unwrap());
        let until = tokio::time::sleep(load);
        tokio::pin!(until);
        loop {
            let source = ["even", "odd"][asked % 2];
            asked += 1;
            let copy = ask(&server, "COPY", source, &[("destination", "/dav/calendars/ada/copy/")], String::new());
            tokio::select! {
                copied = copy => {
                    copied.unwrap();
                    done += 1;
                }
                () = &mut until => break,
            }
        }
        server.kill();
        server = Child::serving(data.path());

        let listed = ask(&server, "PROPFIND", "copy", &[("depth", "1")], String::new()).await;
        let there = listed.map_or(0, |listed| listed.matches(".ics</D:href>").count());
        assert!(done == 0 && there == 0 || ENTRIES.contains(&there), "{there} entries after kill {kill}");
        let home = ask(&server, "PROPFIND", "", &[("depth", "1")], String::new()).await.unwrap();
        assert!(!home.contains("copy-"), "{home}");
    }
    assert!(done > 0, "no copy came to its end: too little to show anything");
}
