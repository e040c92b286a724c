//! What is read as a rule, and what is refused with which mend.

use meetme_core::recurrence::{BadRule, MAX_RULE_TEXT, Rule};

fn canonical(text: &str) -> String {
    text.parse::<Rule>().expect("a rule").to_string()
}

fn refusal(text: &str) -> String {
    text.parse::<Rule>().expect_err("no rule").to_string()
}

#[test]
fn what_clients_send_is_put_in_order() {
    for (given, expected) in [
        ("RRULE:FREQ=DAILY", "FREQ=DAILY"),
        ("rrule:freq=weekly;byday=we,mo;wkst=su;", "FREQ=WEEKLY;BYDAY=MO,WE;WKST=SU"),
        ("  FREQ = WEEKLY ; BYDAY = MO , TU \r\n", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("INTERVAL=1;FREQ=DAILY;WKST=MO", "FREQ=DAILY"),
        ("COUNT=5;INTERVAL=02;FREQ=MONTHLY;BYDAY=+1MO,-1FR", "FREQ=MONTHLY;COUNT=5;INTERVAL=2;BYDAY=-1FR,1MO"),
        ("FREQ=YEARLY;BYMONTH=7,6,7;BYMONTHDAY=-1,+1", "FREQ=YEARLY;BYMONTH=6,7;BYMONTHDAY=-1,1"),
        ("FREQ=DAILY;UNTIL=20301231", "FREQ=DAILY;UNTIL=20301231"),
        ("FREQ=DAILY;UNTIL=20301231t235959", "FREQ=DAILY;UNTIL=20301231T235959"),
        ("FREQ=DAILY;UNTIL=20301231T235959z", "FREQ=DAILY;UNTIL=20301231T235959Z"),
        ("FREQ=DAILY;UNTIL=20161231T235960Z", "FREQ=DAILY;UNTIL=20161231T235959Z"),
        ("FREQ=DAILY;BYSECOND=59,60", "FREQ=DAILY;BYSECOND=59"),
    ] {
        assert_eq!(canonical(given), expected);
        assert_eq!(canonical(expected), expected);
    }
}

#[test]
fn rules_are_text_in_json() {
    let rule: Rule = serde_json::from_str(r#""freq=daily;""#).expect("a rule");

    assert_eq!(serde_json::to_string(&rule).expect("text"), r#""FREQ=DAILY""#);
    assert!(serde_json::from_str::<Rule>(r#""FREQ=NEVER""#).is_err());
}

#[test]
fn what_is_no_rule_is_refused_with_a_mend() {
    for (given, expected) in [
        ("", "FREQ is missing: begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("COUNT=3", "FREQ is missing: begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("every day", "`EVERY DAY` is not a part of a rule: write NAME=VALUE, such as FREQ=WEEKLY"),
        ("FREQ=DAILY;;COUNT=3", "`` is not a part of a rule: write NAME=VALUE, such as FREQ=WEEKLY"),
        ("FREQ=DAILY;BYEASTER=1", "there is no part `BYEASTER` in a rule: leave it out"),
        ("FREQ=DAILY;COUNT=3;COUNT=3", "COUNT is given twice: keep one"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0 cannot be read: INTERVAL takes a whole number from 1 to 1000000"),
        ("FREQ=DAILY;COUNT=-1", "COUNT=-1 cannot be read: COUNT takes a whole number of at least 1"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR=24 cannot be read: BYHOUR takes numbers from 0 to 23"),
        ("FREQ=DAILY;BYMONTH=-1", "BYMONTH=-1 cannot be read: BYMONTH takes numbers from 1 to 12"),
        ("FREQ=DAILY;BYMONTHDAY=0", "BYMONTHDAY=0 cannot be read: BYMONTHDAY takes numbers from 1 to 31 or -31 to -1"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20301231", "COUNT=3 and UNTIL=20301231 cannot both end the rule: keep one"),
        (
            "FREQ=WEEKLY;BYDAY=1MO",
            "a numbered BYDAY cannot stand with WEEKLY: write the weekday alone, or use FREQ=MONTHLY",
        ),
        ("FREQ=MONTHLY;BYWEEKNO=3", "BYWEEKNO cannot stand with MONTHLY: use FREQ=YEARLY"),
        (
            "FREQ=MONTHLY;BYSETPOS=1",
            "BYSETPOS cannot stand with no other BY part: say what it counts, such as BYDAY=MO,TU,WE,TH,FR",
        ),
        ("FREQ=DAILY\r\nX:1", "the rule contains the control character '\\r': remove it"),
    ] {
        assert_eq!(refusal(given), expected);
    }
}

#[test]
fn values_out_of_shape_are_refused() {
    for given in [
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;BYDAY=M",
        "FREQ=MONTHLY;BYDAY=54MO",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYDAY=1€",
        "FREQ=DAILY;BYHOUR=",
        "FREQ=DAILY;BYHOUR=9,",
        "FREQ=DAILY;WKST=XX",
        "FREQ=DAILY;UNTIL=2030-12-31",
        "FREQ=DAILY;UNTIL=20301331",
        "FREQ=DAILY;UNTIL=-0301231",
        "FREQ=DAILY;UNTIL=20301231T2359",
        "FREQ=DAILY;UNTIL=20301231Z",
        "FREQ=YEARLY;BYYEARDAY=367",
        "FREQ=YEARLY;BYWEEKNO=54",
        "FREQ=DAILY;BYSETPOS=367;BYHOUR=1",
        "FREQ=DAILY;COUNT=4294967296",
        "FREQ=DAILY;INTERVAL=1000001",
    ] {
        assert!(matches!(given.parse::<Rule>(), Err(BadRule::Value { .. })), "{given}");
    }
    let long = format!("FREQ=DAILY;BYHOUR={}", "1,".repeat(MAX_RULE_TEXT));
    assert!(matches!(long.parse::<Rule>(), Err(BadRule::TooLong { .. })));
}
