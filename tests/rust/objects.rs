//! Random calendar objects and cards, as people and their programs write them. The same seed makes the same objects.

#[path = "support/rng.rs"]
#[allow(dead_code, reason = "shared with the simulation")]
mod rng;

use exchange_core::model::Kind;
use rng::Rng;

const WORDS: &[&str] = &[
    "Lunch",
    "Überraschung",
    "Q3\\, budget",
    "a\\;b",
    "back\\\\slash",
    "naïve €",
    "plan 😀",
    "  spaced  ",
    "<b>&amp;",
    "日本語",
    "tab\there",
    "x",
];

const ZONES: &[&str] = &[
    "Europe/Vienna",
    "Europe/Vienna",
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Sydney",
    "America/Sao_Paulo",
];

/// What no row of the tables reads, of one line each. `#` becomes a number.
const ODD: &[&str] = &[
    "X-ODD;A=\"q;r:s\":value #",
    "COMMENT:Remark #",
    "COMMENT;LANGUAGE=de:Bemerkung #",
    "X-MOZ-GENERATION:#",
    "X-APPLE-SORT-ORDER:#",
    "X-LONG:This is a line that is much too long for one and so has to be folded by whoever writes it #",
    "X-EMPTY:",
    "x-lower:#",
];

pub struct Maker {
    rng: Rng,
    lines: String,
}

impl Maker {
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng(seed),
            lines: String::new(),
        }
    }

    /// The text of the next object, with this UID.
    pub fn object(&mut self, kind: Kind, uid: &str) -> String {
        self.lines.clear();
        match kind {
            Kind::Event => self.calendar("VEVENT", uid, Self::event),
            Kind::Task => self.calendar("VTODO", uid, Self::task),
            Kind::Contact => self.card(uid),
        }
        // Some programs end their lines otherwise.
        if self.rng.chance(100) {
            self.lines.replace("\r\n", "\n")
        } else {
            self.lines.clone()
        }
    }

    fn put(&mut self, line: &str) {
        let mut rest = line;
        let mut room = 60 + self.rng.below(15);
        while rest.len() > room {
            let at = (1..=room)
                .rev()
                .find(|at| rest.is_char_boundary(*at))
                .unwrap_or(1);
            let (head, tail) = rest.split_at(at);
            self.lines.push_str(head);
            self.lines.push_str("\r\n ");
            rest = tail;
            room = 70;
        }
        self.lines.push_str(rest);
        self.lines.push_str("\r\n");
    }

    fn word(&mut self) -> &'static str {
        self.rng.pick(WORDS).copied().unwrap_or("x")
    }

    fn text(&mut self) -> String {
        let words: Vec<&str> = (0..=self.rng.below(8)).map(|_| self.word()).collect();
        words.join(" ")
    }

    fn long(&mut self) -> String {
        let lines: Vec<String> = (0..=self.rng.below(4)).map(|_| self.text()).collect();
        lines.join("\\n")
    }

    /// A line with this chance in a thousand.
    fn maybe(&mut self, permille: u64, line: impl FnOnce(&mut Self) -> String) {
        if self.rng.chance(permille) {
            let line = line(self);
            self.put(&line);
        }
    }

    fn one(&mut self, permille: u64, name: &str, words: &[&str]) {
        if self.rng.chance(permille)
            && let Some(word) = self.rng.pick(words)
        {
            self.put(&format!("{name}:{word}"));
        }
    }

    fn odd(&mut self) {
        for _ in 0..self.rng.below(4) {
            let number = self.rng.below(50).to_string();
            let line = self.rng.pick(ODD).copied().unwrap_or("X-A:1");
            self.put(&line.replace('#', &number));
        }
        if self.rng.chance(50) {
            self.lines
                .push_str("BEGIN:X-PART\r\nX-IN:1\r\nEND:X-PART\r\n");
        }
    }

    fn calendar(&mut self, part: &str, uid: &str, fill: fn(&mut Self, &str)) {
        self.lines
            .push_str("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n");
        let head = format!("BEGIN:{part}\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n");
        fill(self, &head);
        self.lines.push_str("END:VCALENDAR\r\n");
    }

    fn common(&mut self) {
        self.maybe(900, |make| format!("SUMMARY:{}", make.text()));
        if self.rng.chance(200) {
            self.page();
        } else {
            self.maybe(400, |make| format!("DESCRIPTION:{}", make.long()));
        }
        self.one(
            80,
            "ATTACH;FMTTYPE=text/plain;FILENAME=a.txt;VALUE=BINARY;ENCODING=BASE64",
            &["YWFh", "YmI="],
        );
        self.one(
            80,
            "ATTACH;FILENAME=Plan",
            &["https://example.org/plan?a=1,2", "cid:part@example.org"],
        );
        self.maybe(100, |_| "CREATED:20251224T180000Z".to_owned());
        self.maybe(300, |make| format!("LOCATION:{}", make.text()));
        self.one(
            300,
            "CLASS",
            &["PUBLIC", "PRIVATE", "CONFIDENTIAL", "X-OWN"],
        );
        self.one(300, "PRIORITY", &["0", "1", "3", "5", "7", "9"]);
        self.maybe(200, |make| {
            format!("CATEGORIES:{},{}", make.word(), make.word())
        });
        self.maybe(100, |make| format!("CATEGORIES:{}", make.word()));
        self.maybe(100, |_| "URL:https://example.org/a?b=c;d".to_owned());
        self.maybe(100, |_| "GEO:48.2;16.37".to_owned());
        self.maybe(100, |_| "COLOR:turquoise".to_owned());
        self.maybe(100, |_| {
            "RELATED-TO;RELTYPE=PARENT:other@example.org".to_owned()
        });
        self.maybe(50, |_| "X-MOZ-LASTACK:20260105T084600Z".to_owned());
        self.odd();
    }

    /// A page, as several programs write it: with a text of their own, without one, or with one that was edited later.
    fn page(&mut self) {
        let words: String = WORDS[self.rng.below(WORDS.len())].replace('<', "&lt;");
        let page = [
            "<html><head><style>p {}</style></head><body><p class=\"x\">Say <strong>#</strong>\\n</p><p>twice</p></body></html>",
            "<div><ul><li>one #</li><li><a href=\"https://example.org/\">two</a></li></ul></div>",
            "<html><body><div class=\"PlainText\">plain #<br>text</div></body></html>",
            "<table><tr><td>a #</td><td style=\"color:red\">b</td></tr></table>",
        ][self.rng.below(4)];
        let page = page.replace('#', &words).replace(';', "\\;");
        self.put(&format!("X-ALT-DESC;FMTTYPE=text/html:{page}"));
        self.maybe(200, |_| "DESCRIPTION:Edited later".to_owned());
    }

    fn alarms(&mut self) {
        for _ in 0..[0, 0, 1, 1, 2, 3][self.rng.below(6)] {
            let action = ["DISPLAY", "AUDIO", "EMAIL"][self.rng.below(3)];
            let trigger = [
                "TRIGGER:-PT15M",
                "TRIGGER:-P1D",
                "TRIGGER:PT0S",
                "TRIGGER;RELATED=END:-PT5M",
                "TRIGGER:PT10M",
                "TRIGGER;VALUE=DATE-TIME:20260105T060000Z",
                "TRIGGER;RELATED=START:-PT1H30M",
            ][self.rng.below(7)];
            self.put("BEGIN:VALARM");
            self.put(&format!("ACTION:{action}"));
            self.put(trigger);
            self.maybe(300, |make| format!("DESCRIPTION:{}", make.text()));
            self.maybe(100, |_| "ACKNOWLEDGED:20260105T084600Z".to_owned());
            self.put("END:VALARM");
        }
    }

    /// The form of an event's times, and the hour they start at.
    fn clock(&mut self) -> (String, String, String) {
        let hour = 8 + self.rng.below(10);
        if self.rng.chance(250) {
            return (";VALUE=DATE".to_owned(), String::new(), String::new());
        }
        match self.rng.below(10) {
            0 | 1 => (String::new(), format!("T{hour:02}0000"), "Z".to_owned()),
            2 => (String::new(), format!("T{hour:02}3000"), String::new()),
            _ => {
                let zone = self.rng.pick(ZONES).copied().unwrap_or("UTC");
                (
                    format!(";TZID={zone}"),
                    format!("T{hour:02}1500"),
                    String::new(),
                )
            }
        }
    }

    fn event(&mut self, head: &str) {
        let (params, time, z) = self.clock();
        // Mondays to Fridays of January 2026.
        let day = 5 + self.rng.below(5);
        self.lines.push_str(head);
        self.put(&format!("DTSTART{params}:202601{day:02}{time}{z}"));
        match (self.rng.below(4), time.is_empty()) {
            (0, _) => {}
            (1, true) => self.put("DURATION:P1D"),
            (1, false) => self.put("DURATION:PT45M"),
            (_, true) => self.put(&format!("DTEND{params}:202601{:02}", day + 1)),
            (_, false) => self.put(&format!(
                "DTEND{params}:202601{day:02}{}4500{z}",
                time.get(..3).unwrap_or_default()
            )),
        }
        self.common();
        self.one(300, "TRANSP", &["OPAQUE", "TRANSPARENT"]);
        self.one(
            200,
            "X-MICROSOFT-CDO-BUSYSTATUS",
            &["FREE", "BUSY", "OOF", "TENTATIVE", "WORKINGELSEWHERE"],
        );
        self.one(100, "STATUS", &["CONFIRMED", "TENTATIVE"]);
        let rule = self.rng.chance(400).then(|| self.rule(day));
        if let Some(rule) = &rule {
            self.put(rule);
            self.maybe(300, |_| {
                format!("EXDATE{params}:202601{:02}{time}{z}", day + 7)
            });
        }
        self.alarms();
        self.lines.push_str("END:VEVENT\r\n");
        if rule.is_some() && self.rng.chance(400) {
            self.changed(head, &params, &time, &z, day + 14);
        }
    }

    fn rule(&mut self, day: usize) -> String {
        let weekday = ["MO", "TU", "WE", "TH", "FR"][day - 5];
        let range = ["", ";COUNT=10", ";UNTIL=20300105T235959Z"][self.rng.below(3)];
        let rule = [
            "DAILY".to_owned(),
            "DAILY;INTERVAL=7".to_owned(),
            "WEEKLY".to_owned(),
            format!("WEEKLY;BYDAY={weekday},SA"),
        ][self.rng.below(4)]
        .clone();
        format!("RRULE:FREQ={rule}{range}")
    }

    /// A changed occurrence, a fortnight after the start.
    fn changed(&mut self, head: &str, params: &str, time: &str, z: &str, day: usize) {
        let date = format!("202601{day:02}");
        self.lines.push_str(head);
        self.put(&format!("RECURRENCE-ID{params}:{date}{time}{z}"));
        let start = if time.is_empty() || self.rng.chance(500) {
            time.to_owned()
        } else {
            "T200000".to_owned()
        };
        self.put(&format!("DTSTART{params}:{date}{start}{z}"));
        if time.is_empty() {
            self.put(&format!("DTEND{params}:202601{:02}", day + 1));
        } else {
            self.put(&format!("DTEND{params}:{date}T210000{z}"));
        }
        self.common();
        self.alarms();
        self.lines.push_str("END:VEVENT\r\n");
    }

    fn task(&mut self, head: &str) {
        self.lines.push_str(head);
        self.common();
        let (params, time, z) = self.clock();
        self.maybe(400, |_| format!("DTSTART{params}:20260105{time}{z}"));
        let (params, time, z) = self.clock();
        self.maybe(500, |_| format!("DUE{params}:20260107{time}{z}"));
        self.one(
            600,
            "STATUS",
            &["NEEDS-ACTION", "IN-PROCESS", "COMPLETED", "CANCELLED"],
        );
        self.one(400, "PERCENT-COMPLETE", &["0", "30", "99", "100"]);
        self.one(200, "COMPLETED", &["20260104T153000Z", "20260104T233000Z"]);
        self.one(100, "X-EXCHANGE-TOTAL-WORK", &["30", "480"]);
        self.one(100, "X-PINNED", &["true"]);
        self.alarms();
        self.lines.push_str("END:VTODO\r\n");
    }

    fn card(&mut self, uid: &str) {
        let four = self.rng.chance(300);
        self.lines.push_str("BEGIN:VCARD\r\n");
        self.put(if four { "VERSION:4.0" } else { "VERSION:3.0" });
        self.put(&format!("UID:{uid}"));
        let (given, family) = (self.word(), self.word());
        self.put(&format!("N:{family};{given};;;"));
        self.put(&format!("FN:{given} {family}"));
        self.maybe(200, |make| format!("NICKNAME:{}", make.word()));
        for at in 0..self.rng.below(6) {
            let kind =
                ["", ";TYPE=HOME", ";TYPE=WORK", ";TYPE=\"work,internet\""][self.rng.below(4)];
            self.put(&format!("EMAIL{kind}:person{at}@example.org"));
        }
        for at in 0..self.rng.below(7) {
            let kind = [
                "",
                ";TYPE=HOME",
                ";TYPE=WORK",
                ";TYPE=CELL",
                ";TYPE=\"home,fax\"",
                ";TYPE=WORK;TYPE=FAX",
                ";TYPE=PAGER",
                ";TYPE=HOME,VOICE",
            ][self.rng.below(8)];
            self.put(&format!("TEL{kind}:+43 1 {at}"));
        }
        for at in 0..self.rng.below(5) {
            let kind = ["", ";TYPE=HOME", ";TYPE=WORK"][self.rng.below(3)];
            let city = self.word();
            self.put(&format!(
                "ADR{kind}:;;Lane {at}\\nRear;{city};;{at}010;Austria"
            ));
        }
        self.maybe(200, |make| {
            format!(
                "item1.EMAIL:{}@example.org\r\nitem1.X-ABLabel:Boat",
                make.rng.below(9)
            )
        });
        self.maybe(300, |make| format!("ORG:{};{}", make.word(), make.word()));
        self.maybe(300, |make| format!("TITLE:{}", make.text()));
        self.maybe(100, |make| format!("TITLE:{}", make.text()));
        self.maybe(200, |make| format!("ROLE:{}", make.word()));
        self.maybe(400, |make| format!("NOTE:{}", make.long()));
        self.maybe(100, |make| format!("NOTE:{}", make.long()));
        self.one(
            300,
            "BDAY",
            if four {
                &["19850412", "--0229", "19000101"]
            } else {
                &["1985-04-12", "19000101"]
            },
        );
        self.maybe(200, |make| {
            format!("CATEGORIES:{},{}", make.word(), make.word())
        });
        self.maybe(200, |_| "URL:https://example.org/~ada".to_owned());
        self.maybe(100, |_| "URL:https://example.com".to_owned());
        self.maybe(100, |_| {
            "IMPP;X-SERVICE-TYPE=XMPP:xmpp:ada@example.org".to_owned()
        });
        self.maybe(100, |_| "GEO:48.2;16.37".to_owned());
        self.maybe(100, |_| "KEY;ENCODING=b:AAAA".to_owned());
        self.maybe(150, |_| {
            if four {
                "PHOTO:data:image/jpeg;base64,/9j/4AAQ".to_owned()
            } else {
                "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ".to_owned()
            }
        });
        self.maybe(100, |_| {
            "item2.X-ABRELATEDNAMES:Bo\r\nitem2.X-ABLabel:_$!<Friend>!$_".to_owned()
        });
        self.odd();
        self.put("REV:20260101T000000Z");
        self.lines.push_str("END:VCARD\r\n");
    }
}
