//! Conditions other than If-Match: the `If` header of WebDAV, and dates.

use super::kit::{App, CAL, hour};
use super::meetings::{answers, tea, unfolded};
use crate::http::world::World;

const A: &str = "/dav/calendars/ada/personal/a.ics";

#[tokio::test]
async fn an_if_header_that_does_not_hold_changes_nothing_rfc_4918_10_4() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let etag = ada.put(A, &hour("a", 1, 9)).await.is(201).etag();

    let elsewhere = format!("<{CAL}other.ics> ([{etag}])");
    let not = format!("(Not [{etag}])");
    for no in ["([\"old\"])", "(<opaquelocktoken:1>)", "(<urn:x> [\"old\"]) ([\"older\"])", &elsewhere, &not] {
        ada.send("DELETE", A, &[("if", no)], "").await.is(412);
        ada.send("PUT", A, &[("if", no)], hour("a", 2, 9)).await.is(412);
        ada.send("MOVE", A, &[("if", no), ("destination", &format!("{CAL}b.ics"))], "").await.is(412);
        let body = "<propertyupdate xmlns='DAV:'><set><prop><x xmlns='urn:x'/></prop></set></propertyupdate>";
        ada.send("PROPPATCH", A, &[("if", no)], body).await.is(412);
    }

    assert_eq!(ada.get(A).await.is(200).etag(), etag);
}

#[tokio::test]
async fn one_list_that_holds_is_enough() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.send("PUT", A, &[("if", "(Not [\"x\"])")], hour("a", 1, 9)).await.is(201);

    for day in 2..6 {
        let etag = ada.get(A).await.is(200).etag();
        let host = world.server().address().to_string();
        let yes = match day {
            2 => format!("([{etag}])"),
            3 => format!("(<opaquelocktoken:1>) (Not <DAV:no-lock> [{etag}])"),
            4 => format!("<http://{host}{A}> ([W/{etag}])"),
            _ => format!("<{CAL}other.ics> (Not [\"x\"])"),
        };
        ada.send("PUT", A, &[("if", &yes)], hour("a", day, 9)).await.is(204);
    }
}

#[tokio::test]
async fn an_if_header_that_cannot_be_read_is_refused_rather_than_passed_over() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    ada.put(A, &hour("a", 1, 9)).await.is(201);

    for odd in ["\"etag\"", "()", "(<a", "</dav/>", "([\"a\"]) and more"] {
        ada.send("DELETE", A, &[("if", odd)], "").await.is(400);
    }

    ada.get(A).await.is(200);
}

#[tokio::test]
async fn a_sync_token_is_a_state_of_its_calendar_rfc_6578_5() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let token = async || ada.propfind(CAL, "0", "<sync-token/>").await.value("D:sync-token").unwrap();
    let before = token().await;
    ada.put(A, &hour("a", 1, 9)).await.is(201);
    let body = "<propertyupdate xmlns='DAV:'><set><prop><displayname>X</displayname></prop></set></propertyupdate>";

    ada.send("PROPPATCH", CAL, &[("if", &format!("(<{before}>)"))], body).await.is(412);
    let tagged = format!("<{CAL}> (<{}>)", token().await);
    ada.send("PUT", &format!("{CAL}b.ics"), &[("if", &tagged)], hour("b", 2, 9)).await.is(201);
    ada.send("PUT", &format!("{CAL}c.ics"), &[("if", &tagged)], hour("c", 3, 9)).await.is(412);
}

#[tokio::test]
async fn dates_are_conditions_where_no_tag_is_given() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let etag = ada.put(A, &hour("a", 1, 9)).await.is(201).etag();
    let then = ada.get(A).await.header("last-modified").unwrap().to_owned();
    let old = "Sun, 06 Nov 1994 08:49:37 GMT";

    ada.send("GET", A, &[("if-modified-since", &then)], "").await.is(304);
    ada.send("GET", A, &[("if-modified-since", old)], "").await.is(200);
    ada.send("GET", A, &[("if-modified-since", &then), ("if-none-match", "\"x\"")], "").await.is(200);
    ada.send("PUT", A, &[("if-unmodified-since", old)], hour("a", 2, 9)).await.is(412);
    ada.send("DELETE", A, &[("if-unmodified-since", old)], "").await.is(412);
    ada.send("PUT", A, &[("if-unmodified-since", old), ("if-match", &etag)], hour("a", 2, 9)).await.is(204);
    ada.send("DELETE", A, &[("if-unmodified-since", &then)], "").await.is(204);
}

#[tokio::test]
async fn a_weak_tag_lets_nothing_be_changed_rfc_9110_13_1_1() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let etag = ada.put(A, &hour("a", 1, 9)).await.is(201).etag();
    let weak = format!("W/{etag}");

    ada.send("PUT", A, &[("if-match", &weak)], hour("a", 2, 9)).await.is(412);
    ada.send("DELETE", A, &[("if-match", &weak)], "").await.is(412);
    ada.send("GET", A, &[("if-none-match", &weak)], "").await.is(304);
    ada.send("PUT", A, &[("if-none-match", &weak)], hour("a", 2, 9)).await.is(412);

    let either = format!("\"x,y\", {etag}");
    ada.send("PUT", A, &[("if-match", &either)], hour("a", 2, 9)).await.is(204);
}

#[tokio::test]
async fn a_schedule_tag_that_is_none_fits_none() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let path = format!("{CAL}tea.ics");
    let tag = ada.put(&path, &tea(&["mailto:zoe@elsewhere.example"], "")).await.is(201);
    let tag = tag.header("schedule-tag").expect("a Schedule-Tag").to_owned();
    let put = async |tag: &str, words: &str| {
        let meeting = tea(&["mailto:zoe@elsewhere.example"], words);
        ada.send("PUT", &path, &[("if-schedule-tag-match", tag)], meeting).await
    };

    for none in ["", "W/\"x\"", &format!("W/{tag}")] {
        put(none, "LOCATION:here").await.is(412);
    }
    put(&tag, "LOCATION:here").await.is(204);
}

#[tokio::test]
async fn a_token_alone_does_not_say_that_answers_were_read() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    let path = format!("{CAL}tea.ics");
    let words = |more: &str| tea(&["mailto:bob@example.org"], more);
    ada.put(&path, &words("")).await.is(201);
    answers(&bob, "ACCEPTED").await.is(204);

    ada.send("PUT", &path, &[("if", "(Not <DAV:no-lock>)")], words("LOCATION:here")).await.is(204);
    let kept = ada.get(&path).await.is(200);
    assert!(unfolded(&kept).contains("PARTSTAT=ACCEPTED;SCHEDULE-STATUS"), "{kept:?}");

    ada.send("PUT", &path, &[("if", &format!("([{}])", kept.etag()))], words("LOCATION:there")).await.is(204);
    let kept = ada.get(&path).await.is(200);
    assert!(unfolded(&kept).contains("PARTSTAT=NEEDS-ACTION"), "who names the bytes overrules what they say: {kept:?}");
}
