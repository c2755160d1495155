//! Tasks: status and percentage, dates, completion.

use crate::client::{Fixture, Key, extended, extended_values, set, text, unset};

fn state(fixture: &Fixture, key: &Key) -> (String, String, bool) {
    let found = fixture.get(key, "");
    let text = |name: &str| text(&found, name).unwrap_or_default().to_owned();
    assert_eq!(
        text("IsComplete"),
        (text("Status") == "Completed").to_string()
    );
    (
        text("Status"),
        text("PercentComplete"),
        found.get("CompleteDate").is_some(),
    )
}

fn status(status: &str) -> String {
    set(
        "Task",
        "task:Status",
        &format!("<t:Status>{status}</t:Status>"),
    )
}

fn percent(percent: &str) -> String {
    set(
        "Task",
        "task:PercentComplete",
        &format!("<t:PercentComplete>{percent}</t:PercentComplete>"),
    )
}

#[test]
fn status_percentage_and_completion_follow_the_last_one_written() {
    let fixture = Fixture::new();
    let mut key = fixture.create("<t:Task><t:Subject>A</t:Subject></t:Task>");
    assert_eq!(
        state(&fixture, &key),
        ("NotStarted".into(), "0".into(), false)
    );
    let done = set(
        "Task",
        "task:CompleteDate",
        "<t:CompleteDate>2020-01-01T00:00:00Z</t:CompleteDate>",
    );
    for (update, wanted) in [
        (percent("40"), ("InProgress", "40", false)),
        (percent("100"), ("Completed", "100", true)),
        (status("NotStarted"), ("NotStarted", "0", false)),
        (status("Completed"), ("Completed", "100", true)),
        (percent("50"), ("InProgress", "50", false)),
        (done, ("Completed", "100", true)),
        (unset("task:CompleteDate"), ("NotStarted", "0", false)),
        (status("WaitingOnOthers"), ("WaitingOnOthers", "0", false)),
        (
            status("Deferred") + &percent("20"),
            ("Deferred", "20", false),
        ),
        (
            percent("100") + &status("InProgress"),
            ("InProgress", "0", false),
        ),
    ] {
        key = fixture.update(&key, &update).unwrap();
        let (status, percent, dated) = wanted;
        assert_eq!(
            state(&fixture, &key),
            (status.into(), percent.into(), dated),
            "{update}"
        );
    }
}

#[test]
fn the_server_dates_a_completion_itself() {
    let fixture = Fixture::new();
    let key =
        fixture.create("<t:Task><t:CompleteDate>2020-01-01T00:00:00Z</t:CompleteDate></t:Task>");
    assert_ne!(
        text(&fixture.get(&key, ""), "CompleteDate"),
        Some("2020-01-01T00:00:00Z")
    );
    let uri = extended("Task", 0x810f, "SystemTime");
    let own = format!(
        "<t:SetItemField>{uri}<t:Task><t:ExtendedProperty>{uri}<t:Value>2020-01-01T00:00:00Z</t:Value></t:ExtendedProperty>\
         </t:Task></t:SetItemField>"
    );
    let key = fixture.update(&key, &own).unwrap();
    assert_eq!(
        text(&fixture.get(&key, ""), "CompleteDate"),
        Some("2020-01-01T00:00:00Z")
    );
}

#[test]
fn dates_are_kept_as_dates_and_as_local_midnight() {
    let fixture = Fixture::new();
    let key = fixture.create(
        "<t:Task><t:DueDate>2026-03-05T00:00:00Z</t:DueDate><t:StartDate>2026-03-01T00:00:00Z</t:StartDate></t:Task>",
    );
    let paths = extended("Task", 0x8105, "SystemTime") + &extended("Common", 0x8517, "SystemTime");
    let found = fixture.get(&key, &paths);
    assert_eq!(
        (text(&found, "StartDate"), text(&found, "DueDate")),
        (Some("2026-03-01T00:00:00Z"), Some("2026-03-05T00:00:00Z"))
    );
    assert_eq!(
        extended_values(&found),
        ["2026-03-05T00:00:00Z", "2026-03-04T23:00:00Z"]
    );
    let early = set(
        "Task",
        "task:DueDate",
        "<t:DueDate>2026-02-01T00:00:00Z</t:DueDate>",
    );
    let found = fixture.get(&fixture.update(&key, &early).unwrap(), "");
    assert_eq!(
        text(&found, "StartDate"),
        Some("2026-02-01T00:00:00Z"),
        "a task does not start after it is due"
    );
}

fn recurring(fixture: &Fixture, pattern: &str, range: &str) -> Key {
    fixture.create(&format!(
        "<t:Task><t:Subject>Water</t:Subject><t:DueDate>2026-03-02T00:00:00Z</t:DueDate><t:Recurrence>{pattern}{range}\
         </t:Recurrence><t:StartDate>2026-03-02T00:00:00Z</t:StartDate></t:Task>"
    ))
}

const DAILY: &str = "<t:DailyRecurrence><t:Interval>2</t:Interval></t:DailyRecurrence>";
const TWICE: &str = "<t:NumberedRecurrence><t:StartDate>2026-03-02</t:StartDate><t:NumberOfOccurrences>2</t:NumberOfOccurrences></t:NumberedRecurrence>";

#[test]
fn completing_a_recurring_task_leaves_a_copy_and_goes_on() {
    let fixture = Fixture::new();
    let key = recurring(&fixture, DAILY, TWICE);
    let copy = fixture.update(&key, &status("Completed")).unwrap();
    assert_ne!(
        copy.id, key.id,
        "the answer has the id of the finished copy"
    );
    let finished = fixture.get(&copy, "");
    assert_eq!(
        (text(&finished, "Status"), text(&finished, "DueDate")),
        (Some("Completed"), Some("2026-03-02T00:00:00Z"))
    );
    assert_eq!(finished.get("Recurrence"), None);
    let next = fixture.get(&key, "");
    assert_eq!(
        (text(&next, "Status"), text(&next, "DueDate")),
        (Some("NotStarted"), Some("2026-03-04T00:00:00Z"))
    );
    assert!(next.get("Recurrence").is_some());
    let last = fixture
        .update(&Key::of(&next), &status("Completed"))
        .unwrap();
    assert_eq!(last.id, key.id, "the last occurrence is finished in place");
    assert_eq!(state(&fixture, &last).0, "Completed");
}

#[test]
fn a_regenerating_task_is_due_so_long_after_it_was_finished() {
    let fixture = Fixture::new();
    let pattern = "<t:DailyRegeneration><t:Interval>3</t:Interval></t:DailyRegeneration>";
    let key = recurring(
        &fixture,
        pattern,
        "<t:NoEndRecurrence><t:StartDate>2026-03-02</t:StartDate></t:NoEndRecurrence>",
    );
    let before = chrono::Utc::now().date_naive();
    fixture.update(&key, &status("Completed")).unwrap();
    let after = chrono::Utc::now().date_naive();
    let due = text(&fixture.get(&key, ""), "DueDate").unwrap()[..10].to_owned();
    let wanted = [before, after].map(|day| (day + chrono::Days::new(3)).to_string());
    assert!(wanted.contains(&due), "{due}");
}

#[test]
fn deleting_one_occurrence_goes_on_to_the_next() {
    let fixture = Fixture::new();
    let key = recurring(&fixture, DAILY, TWICE);
    let one = format!(
        "<m:DeleteItem DeleteType=\"HardDelete\" AffectedTaskOccurrences=\"SpecifiedOccurrenceOnly\"><m:ItemIds>{}</m:ItemIds></m:DeleteItem>",
        key.xml()
    );
    assert_eq!(fixture.codes(&one), ["NoError"]);
    assert_eq!(
        text(&fixture.get(&key, ""), "DueDate"),
        Some("2026-03-04T00:00:00Z")
    );
    assert_eq!(fixture.codes(&one), ["NoError"]);
    assert_eq!(
        fixture.get_by(&key.xml(), "").unwrap_err(),
        "ErrorItemNotFound"
    );
}

#[test]
fn whatever_completes_a_recurring_task_takes_it_to_the_next_date() {
    let fixture = Fixture::new();
    let dated = set(
        "Task",
        "task:CompleteDate",
        "<t:CompleteDate>2026-03-02T00:00:00Z</t:CompleteDate>",
    );
    for completing in [percent("100"), dated, status("Completed")] {
        let key = recurring(&fixture, DAILY, TWICE);
        let copy = fixture.update(&key, &completing).unwrap();
        assert_eq!(state(&fixture, &copy).0, "Completed");
        let next = fixture.get(&key, "");
        assert_eq!(
            (text(&next, "Status"), text(&next, "DueDate")),
            (Some("NotStarted"), Some("2026-03-04T00:00:00Z")),
            "{completing}"
        );
    }
}

#[test]
fn the_reminder_of_a_recurring_task_moves_along() {
    let fixture = Fixture::new();
    let key = fixture.create(&format!(
        "<t:Task><t:ReminderDueBy>2026-03-02T09:00:00Z</t:ReminderDueBy><t:ReminderIsSet>true</t:ReminderIsSet>\
         <t:DueDate>2026-03-02T00:00:00Z</t:DueDate><t:Recurrence>{DAILY}{TWICE}</t:Recurrence></t:Task>"
    ));
    let found = fixture.get(&key, "");
    assert_eq!(text(&found, "ReminderDueBy"), Some("2026-03-02T09:00:00Z"));
    fixture.update(&key, &status("Completed")).unwrap();
    let next = fixture.get(&key, "");
    assert_eq!(text(&next, "ReminderDueBy"), Some("2026-03-04T09:00:00Z"));
}

#[test]
fn regenerating_patterns_count_from_the_day_of_completion() {
    use chrono::{Days, Months, NaiveDate, Utc};
    let fixture = Fixture::new();
    let weeks: fn(NaiveDate) -> NaiveDate = |day| day + Days::new(14);
    let months: fn(NaiveDate) -> NaiveDate = |day| day + Months::new(2);
    let years: fn(NaiveDate) -> NaiveDate = |day| day + Months::new(24);
    for (name, after) in [("Weekly", weeks), ("Monthly", months), ("Yearly", years)] {
        let key = recurring(
            &fixture,
            &format!("<t:{name}Regeneration><t:Interval>2</t:Interval></t:{name}Regeneration>"),
            "<t:NoEndRecurrence><t:StartDate>2026-03-02</t:StartDate></t:NoEndRecurrence>",
        );
        let before = Utc::now().date_naive();
        fixture.update(&key, &status("Completed")).unwrap();
        let since = Utc::now().date_naive();
        let found = fixture.get(&key, "");
        let due = text(&found, "DueDate").unwrap()[..10].to_owned();
        let wanted = [before, since].map(|day| after(day).to_string());
        assert!(wanted.contains(&due), "{name}: {due}");
        assert!(found.get("Recurrence").is_some());
    }
}

#[test]
fn work_and_what_else_is_noted_comes_back_and_the_owner_stays() {
    let fixture = Fixture::new();
    let key = fixture.create(
        "<t:Task><t:ActualWork>90</t:ActualWork><t:BillingInformation>B-7</t:BillingInformation><t:Companies><t:String>Example</t:String>\
         </t:Companies><t:Contacts><t:String>Ben</t:String></t:Contacts><t:Mileage>12 km</t:Mileage><t:TotalWork>480</t:TotalWork></t:Task>",
    );
    let found = fixture.get(&key, "");
    let names = [
        "ActualWork",
        "TotalWork",
        "BillingInformation",
        "Mileage",
        "Owner",
    ];
    assert_eq!(
        names.map(|name| text(&found, name).unwrap()),
        ["90", "480", "B-7", "12 km", "Anna"]
    );
    for (name, value) in [("Companies", "Example"), ("Contacts", "Ben")] {
        assert_eq!(found.find(&[name, "String"]).unwrap().text, value);
    }
    let owner = set("Task", "task:Owner", "<t:Owner>Ben</t:Owner>");
    assert_eq!(
        fixture.update(&key, &owner).unwrap_err(),
        "ErrorInvalidPropertySet"
    );
}
