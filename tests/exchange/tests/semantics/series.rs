//! Series: occurrences by index, exceptions and deleted ones in the master.

use exchange_standin::element::Element;

use crate::client::{Fixture, Key, codes, extended, extended_values, set, text, unset};

/// Mondays and Wednesdays at nine in Berlin, six times, over the change of the clock on 29 March 2026.
pub fn series(fixture: &Fixture) -> Key {
    fixture.create(
        "<t:CalendarItem><t:Subject>Standup</t:Subject><t:UID>series@example.com</t:UID>\
         <t:Start>2026-03-23T08:00:00Z</t:Start><t:End>2026-03-23T08:15:00Z</t:End><t:Recurrence>\
         <t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday Wednesday</t:DaysOfWeek></t:WeeklyRecurrence>\
         <t:NumberedRecurrence><t:StartDate>2026-03-23</t:StartDate><t:NumberOfOccurrences>6</t:NumberOfOccurrences>\
         </t:NumberedRecurrence></t:Recurrence><t:StartTimeZone Id=\"W. Europe Standard Time\"/>\
         <t:EndTimeZone Id=\"W. Europe Standard Time\"/></t:CalendarItem>",
    )
}

pub fn nth(master: &Key, index: u32) -> String {
    format!(
        "<t:OccurrenceItemId RecurringMasterId=\"{}\" InstanceIndex=\"{index}\"/>",
        master.id
    )
}

pub fn occurrence(fixture: &Fixture, master: &Key, index: u32) -> Result<(Key, Element), String> {
    let item = fixture.get_by(&nth(master, index), "")?;
    Ok((Key::of(&item), item))
}

/// Start and original start of each.
pub fn modified(master: &Element) -> Vec<(String, String)> {
    let all = master
        .get("ModifiedOccurrences")
        .map_or(&[][..], |all| &all.children);
    let text = |element: &Element, name: &str| element.text_of(name).unwrap().to_owned();
    all.iter()
        .map(|one| (text(one, "Start"), text(one, "OriginalStart")))
        .collect()
}

pub fn deleted(master: &Element) -> Vec<String> {
    let all = master
        .get("DeletedOccurrences")
        .map_or(&[][..], |all| &all.children);
    all.iter()
        .map(|one| one.text_of("Start").unwrap().to_owned())
        .collect()
}

/// Moves an occurrence to these times.
fn times(start: &str, end: &str) -> String {
    set(
        "CalendarItem",
        "calendar:Start",
        &format!("<t:Start>{start}</t:Start>"),
    ) + &set(
        "CalendarItem",
        "calendar:End",
        &format!("<t:End>{end}</t:End>"),
    )
}

#[test]
fn occurrences_stay_at_the_same_time_on_the_wall() {
    let fixture = Fixture::new();
    let master = series(&fixture);
    let starts: Vec<String> = (1..=6)
        .map(|index| {
            text(&occurrence(&fixture, &master, index).unwrap().1, "Start")
                .unwrap()
                .to_owned()
        })
        .collect();
    let wanted = [
        "03-23T08", "03-25T08", "03-30T07", "04-01T07", "04-06T07", "04-08T07",
    ];
    assert_eq!(starts, wanted.map(|start| format!("2026-{start}:00:00Z")));
    let (_, second) = occurrence(&fixture, &master, 2).unwrap();
    assert_eq!(text(&second, "CalendarItemType"), Some("Occurrence"));
    assert_eq!(text(&second, "UID"), Some("series@example.com"));
    assert_eq!(second.get("Recurrence"), None);
}

#[test]
fn the_dates_of_a_range_carry_the_offset_of_the_zone() {
    let fixture = Fixture::new();
    let found = fixture.get(&series(&fixture), "");
    let start = found
        .find(&["Recurrence", "NumberedRecurrence", "StartDate"])
        .unwrap();
    assert_eq!(start.text, "2026-03-23+01:00");
}

#[test]
fn indexes_out_of_range_or_of_other_items_are_refused() {
    let fixture = Fixture::new();
    let master = series(&fixture);
    for index in [0, 7] {
        let code = occurrence(&fixture, &master, index).unwrap_err();
        assert_eq!(code, "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange");
    }
    let single = fixture.create("<t:CalendarItem/>");
    assert_eq!(
        occurrence(&fixture, &single, 1).unwrap_err(),
        "ErrorCalendarCannotUseIdForOccurrenceId"
    );
    let back = format!("<t:RecurringMasterItemId OccurrenceId=\"{}\"/>", master.id);
    assert_eq!(
        fixture.get_by(&back, "").unwrap_err(),
        "ErrorCalendarCannotUseIdForRecurringMasterId"
    );
}

#[test]
fn an_exception_stands_in_its_master_and_shares_its_change_key() {
    let fixture = Fixture::new();
    let master = series(&fixture);
    let (key, _) = occurrence(&fixture, &master, 2).unwrap();
    assert_eq!(key.change_key, master.change_key);
    let update = times("2026-03-26T13:00:00Z", "2026-03-26T14:00:00Z")
        + &set(
            "CalendarItem",
            "item:Subject",
            "<t:Subject>Moved</t:Subject>",
        );
    let changed = fixture.update(&key, &update).unwrap();
    assert_eq!(changed.id, key.id);
    let found = fixture.get(&master, "");
    assert_eq!(Key::of(&found).change_key, changed.change_key);
    assert_ne!(changed.change_key, key.change_key);
    assert_eq!(
        modified(&found),
        [("2026-03-26T13:00:00Z".into(), "2026-03-25T08:00:00Z".into())]
    );
    assert_eq!(text(&found, "Subject"), Some("Standup"));
    let exception = found.get("ModifiedOccurrences").unwrap().children[0].clone();
    let exception = fixture.get(&Key::of(&exception), &extended("Meeting", 3, "Binary"));
    assert_eq!(text(&exception, "CalendarItemType"), Some("Exception"));
    assert_eq!(text(&exception, "Subject"), Some("Moved"));
    assert_eq!(
        text(&exception, "OriginalStart"),
        Some("2026-03-25T08:00:00Z")
    );
    assert_eq!(
        text(&exception, "RecurrenceId"),
        Some("2026-03-25T08:00:00Z")
    );
    // 07EA-03-19 is the date of the original start.
    assert!(
        extended_values(&exception)[0].starts_with("BAAAAIIA4AB0xbcQGoLgCAfqAxkA"),
        "{:?}",
        extended_values(&exception)
    );
    let back = format!("<t:RecurringMasterItemId OccurrenceId=\"{}\"/>", key.id);
    assert_eq!(Key::of(&fixture.get_by(&back, "").unwrap()).id, master.id);
}

#[test]
fn what_the_exception_does_not_change_follows_the_series() {
    let fixture = Fixture::new();
    let master = series(&fixture);
    let (key, _) = occurrence(&fixture, &master, 2).unwrap();
    fixture
        .update(
            &key,
            &set(
                "CalendarItem",
                "calendar:Location",
                "<t:Location>Room</t:Location>",
            ),
        )
        .unwrap();
    let master = Key::of(&fixture.get(&master, ""));
    fixture
        .update(
            &master,
            &set(
                "CalendarItem",
                "item:Subject",
                "<t:Subject>Daily</t:Subject>",
            ),
        )
        .unwrap();
    let (key, second) = occurrence(&fixture, &master, 2).unwrap();
    assert_eq!(
        (text(&second, "Subject"), text(&second, "Location")),
        (Some("Daily"), Some("Room"))
    );
    fixture.update(&key, &unset("calendar:Location")).unwrap();
    assert_ne!(
        text(&occurrence(&fixture, &master, 2).unwrap().1, "Location"),
        Some("Room")
    );
}

#[test]
fn a_deleted_occurrence_keeps_its_index() {
    let fixture = Fixture::new();
    let master = series(&fixture);
    let (_, state, _) = fixture.sync("calendar", "", 512);
    assert_eq!(
        fixture.delete(&nth(&master, 3), "MoveToDeletedItems"),
        "NoError"
    );
    assert_eq!(
        occurrence(&fixture, &master, 3).unwrap_err(),
        "ErrorCalendarOccurrenceIsDeletedFromRecurrence"
    );
    assert!(occurrence(&fixture, &master, 4).is_ok());
    let found = fixture.get(&master, "");
    assert_eq!(deleted(&found), ["2026-03-30T07:00:00Z"]);
    let (changes, _, _) = fixture.sync("calendar", &state, 512);
    assert_eq!(
        changes,
        [("Update".to_owned(), master.id)],
        "an occurrence shows as a change of its master"
    );
    assert_eq!(fixture.sync("deleteditems", "", 512).0, []);
}

#[test]
fn an_exception_cannot_pass_or_touch_its_neighbours() {
    let fixture = Fixture::new();
    let master = series(&fixture);
    for (start, end, code) in [
        (
            "2026-03-30T12:00:00Z",
            "2026-03-30T13:00:00Z",
            "ErrorOccurrenceCrossingBoundary",
        ),
        (
            "2026-03-23T12:00:00Z",
            "2026-03-23T13:00:00Z",
            "ErrorOccurrenceCrossingBoundary",
        ),
        (
            "2026-04-02T12:00:00Z",
            "2026-04-02T13:00:00Z",
            "ErrorOccurrenceCrossingBoundary",
        ),
        (
            "2026-03-25T12:00:00Z",
            "2026-03-31T13:00:00Z",
            "ErrorOccurrenceTimeSpanTooBig",
        ),
    ] {
        let (key, _) = occurrence(&fixture, &master, 2).unwrap();
        assert_eq!(
            fixture.update(&key, &times(start, end)).unwrap_err(),
            code,
            "{start}"
        );
    }
    let (key, _) = occurrence(&fixture, &master, 2).unwrap();
    let rule = "<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NoEndRecurrence>\
                <t:StartDate>2026-03-23</t:StartDate></t:NoEndRecurrence></t:Recurrence>";
    assert_eq!(
        fixture
            .update(&key, &set("CalendarItem", "calendar:Recurrence", rule))
            .unwrap_err(),
        "ErrorInvalidPropertySet"
    );
}

#[test]
fn a_series_whose_times_change_loses_its_exceptions_and_holes() {
    let fixture = Fixture::new();
    let master = series(&fixture);
    let (key, _) = occurrence(&fixture, &master, 2).unwrap();
    fixture
        .update(
            &key,
            &set("CalendarItem", "item:Subject", "<t:Subject>Own</t:Subject>"),
        )
        .unwrap();
    fixture.delete(&nth(&master, 3), "HardDelete");
    let master = Key::of(&fixture.get(&master, ""));
    let master = fixture
        .update(
            &master,
            &set(
                "CalendarItem",
                "item:Subject",
                "<t:Subject>Other</t:Subject>",
            ),
        )
        .unwrap();
    let found = fixture.get(&master, "");
    assert_eq!(
        (modified(&found).len(), deleted(&found).len()),
        (1, 1),
        "another subject leaves them"
    );
    let master = fixture
        .update(
            &master,
            &times("2026-03-23T09:00:00Z", "2026-03-23T09:15:00Z"),
        )
        .unwrap();
    let found = fixture.get(&master, "");
    assert_eq!((modified(&found).len(), deleted(&found).len()), (0, 0));
    assert!(occurrence(&fixture, &master, 3).is_ok());
}

#[test]
fn a_calendar_view_shows_occurrences_and_no_masters() {
    let fixture = Fixture::new();
    let master = series(&fixture);
    fixture.create("<t:CalendarItem><t:Subject>Single</t:Subject><t:Start>2026-03-31T08:00:00Z</t:Start><t:End>2026-03-31T09:00:00Z</t:End></t:CalendarItem>");
    fixture.delete(&nth(&master, 4), "HardDelete");
    let view = |folder: &str, from: &str, to: &str| {
        fixture.call(&format!(
            "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>\
             <m:CalendarView StartDate=\"{from}T00:00:00Z\" EndDate=\"{to}T00:00:00Z\"/><m:ParentFolderIds>\
             <t:DistinguishedFolderId Id=\"{folder}\"/></m:ParentFolderIds></m:FindItem>"
        ))
    };
    let response = view("calendar", "2026-03-30", "2026-04-07");
    let items = &response.descendant("Items").unwrap().children;
    let shown: Vec<_> = items
        .iter()
        .map(|item| {
            (
                text(item, "Subject").unwrap(),
                text(item, "CalendarItemType").unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("Standup", "Occurrence"),
            ("Single", "Single"),
            ("Standup", "Occurrence")
        ]
    );
    assert_eq!(
        codes(&view("calendar", "2026-01-01", "2028-02-01")),
        ["ErrorCalendarViewRangeTooBig"]
    );
    assert_eq!(
        codes(&view("tasks", "2026-01-01", "2026-02-01")),
        ["ErrorCalendarFolderIsInvalidForCalendarView"]
    );
}

#[test]
fn occurrences_have_the_extended_properties_of_the_series_unless_their_own() {
    let fixture = Fixture::new();
    let master = series(&fixture);
    let uri = "<t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"colour\" PropertyType=\"String\"/>";
    let colour = |value: &str| {
        format!(
            "<t:SetItemField>{uri}<t:CalendarItem><t:ExtendedProperty>{uri}<t:Value>{value}</t:Value></t:ExtendedProperty>\
             </t:CalendarItem></t:SetItemField>"
        )
    };
    fixture.update(&master, &colour("red")).unwrap();
    let value =
        |index: u32| extended_values(&fixture.get_by(&nth(&master, index), uri).unwrap()).remove(0);
    assert_eq!((value(2), value(3)), ("red".into(), "red".into()));
    let (second, _) = occurrence(&fixture, &master, 2).unwrap();
    fixture.update(&second, &colour("blue")).unwrap();
    let (third, _) = occurrence(&fixture, &master, 3).unwrap();
    let subject = set("CalendarItem", "item:Subject", "<t:Subject>S</t:Subject>");
    fixture.update(&third, &subject).unwrap();
    let key = Key::of(&fixture.get(&master, ""));
    fixture.update(&key, &colour("green")).unwrap();
    assert_eq!(
        (value(1), value(2), value(3)),
        ("green".into(), "blue".into(), "green".into())
    );
}
