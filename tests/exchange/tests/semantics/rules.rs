//! The rules of series: where they begin, what they may be, and what happens to exceptions when they change.

use crate::client::{Fixture, Key, set, text};
use crate::series::{deleted, modified, nth, occurrence, series};

#[test]
fn a_series_begins_where_its_rule_first_holds() {
    let fixture = Fixture::new();
    let key = fixture.create(
        "<t:CalendarItem><t:Start>2026-03-24T08:00:00Z</t:Start><t:End>2026-03-24T09:00:00Z</t:End><t:Recurrence>\
         <t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Friday</t:DaysOfWeek></t:WeeklyRecurrence>\
         <t:NoEndRecurrence><t:StartDate>2026-03-24</t:StartDate></t:NoEndRecurrence></t:Recurrence></t:CalendarItem>",
    );
    let found = fixture.get(&key, "");
    assert_eq!(
        (text(&found, "Start"), text(&found, "End")),
        (Some("2026-03-27T08:00:00Z"), Some("2026-03-27T09:00:00Z"))
    );
    assert_eq!(
        found.get("LastOccurrence"),
        None,
        "a series without end has no last occurrence"
    );
}

#[test]
fn a_rule_that_makes_no_sense_is_refused() {
    let fixture = Fixture::new();
    let with = |range: &str| {
        format!(
            "<t:CalendarItem><t:Start>2026-03-24T08:00:00Z</t:Start><t:End>2026-03-24T09:00:00Z</t:End><t:Recurrence>\
             <t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:EndDateRecurrence><t:StartDate>2026-03-24\
             </t:StartDate><t:EndDate>{range}</t:EndDate></t:EndDateRecurrence></t:Recurrence></t:CalendarItem>"
        )
    };
    assert_eq!(
        fixture.create_fails(&with("4600-01-01")),
        "ErrorRecurrenceEndDateTooBig"
    );
    assert_eq!(
        fixture.create_fails(&with("2026-03-01")),
        "ErrorRecurrenceHasNoOccurrence"
    );
}

#[test]
fn another_zone_or_rule_drops_exceptions_too() {
    let fixture = Fixture::new();
    let rule = "<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday Wednesday</t:DaysOfWeek>\
                </t:WeeklyRecurrence><t:NumberedRecurrence><t:StartDate>2026-03-23</t:StartDate><t:NumberOfOccurrences>7</t:NumberOfOccurrences>\
                </t:NumberedRecurrence></t:Recurrence>";
    for change in [
        set("CalendarItem", "calendar:Recurrence", rule),
        set(
            "CalendarItem",
            "calendar:StartTimeZone",
            "<t:StartTimeZone Id=\"Tokyo Standard Time\"/>",
        ),
        set(
            "CalendarItem",
            "calendar:End",
            "<t:End>2026-03-23T09:00:00Z</t:End>",
        ),
    ] {
        let master = series(&fixture);
        let (second, _) = occurrence(&fixture, &master, 2).unwrap();
        let subject = set("CalendarItem", "item:Subject", "<t:Subject>S</t:Subject>");
        fixture.update(&second, &subject).unwrap();
        fixture.delete(&nth(&master, 3), "HardDelete");
        let key = Key::of(&fixture.get(&master, ""));
        fixture.update(&key, &change).unwrap();
        let found = fixture.get(&master, "");
        assert_eq!(
            (modified(&found).len(), deleted(&found).len()),
            (0, 0),
            "{change}"
        );
    }
}

#[test]
fn occurrences_end_before_the_next_one_begins() {
    let fixture = Fixture::new();
    let daily = |end: &str| {
        format!(
            "<t:CalendarItem><t:Start>2026-03-23T08:00:00Z</t:Start><t:End>{end}</t:End><t:Recurrence><t:DailyRecurrence>\
             <t:Interval>1</t:Interval></t:DailyRecurrence><t:NoEndRecurrence><t:StartDate>2026-03-23</t:StartDate></t:NoEndRecurrence>\
             </t:Recurrence></t:CalendarItem>"
        )
    };
    fixture.create(&daily("2026-03-24T08:00:00Z"));
    assert_eq!(
        fixture.create_fails(&daily("2026-03-24T08:30:00Z")),
        "ErrorOccurrenceTimeSpanTooBig"
    );
}

#[test]
fn the_last_days_of_months_stand_in_for_those_that_are_missing() {
    let fixture = Fixture::new();
    let master = fixture.create(
        "<t:CalendarItem><t:Start>2026-01-31T08:00:00Z</t:Start><t:End>2026-01-31T09:00:00Z</t:End><t:Recurrence>\
         <t:AbsoluteMonthlyRecurrence><t:Interval>1</t:Interval><t:DayOfMonth>31</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>\
         <t:NumberedRecurrence><t:StartDate>2026-01-31</t:StartDate><t:NumberOfOccurrences>4</t:NumberOfOccurrences></t:NumberedRecurrence>\
         </t:Recurrence></t:CalendarItem>",
    );
    let starts = [1, 2, 3, 4].map(|index| {
        let (_, found) = occurrence(&fixture, &master, index).unwrap();
        text(&found, "Start").unwrap()[..10].to_owned()
    });
    assert_eq!(
        starts,
        ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    );
}
