//! Contacts: from a bare name to every field filled.

use super::dice::Dice;
use super::people::{Person, person_of};
use super::{common, photo, stamp, text};
use crate::bag::{Bag, Guid, Key, Value};
use crate::item::{Attachment, Class, Content, Item};
use crate::keys;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};

/// Every phone kind, so that contact `n` misses some and has others.
const PHONES: [Key; 19] = [
    keys::MOBILE_PHONE,
    keys::BUSINESS_PHONE,
    keys::HOME_PHONE,
    keys::BUSINESS_FAX,
    keys::BUSINESS_PHONE_2,
    keys::HOME_PHONE_2,
    keys::ASSISTANT_PHONE,
    keys::CALLBACK_PHONE,
    keys::CAR_PHONE,
    keys::COMPANY_PHONE,
    keys::HOME_FAX,
    keys::ISDN,
    keys::PRIMARY_FAX,
    keys::OTHER_PHONE,
    keys::PAGER,
    keys::PRIMARY_PHONE,
    keys::RADIO_PHONE,
    keys::TELEX,
    keys::TTY_PHONE,
];
const COMPANIES: [(&str, &str); 6] = [
    ("Example GmbH & Co. KG", "Entwicklung"),
    ("Sample, Inc.", "R&D; Labs"),
    ("見本株式会社", "営業部"),
    ("Exemple S.à r.l.", "Comptabilité"),
    ("Muster AG", ""),
    ("The \"Placeholder\" Group", "People, Culture"),
];
const STREETS: [(&str, &str, &str, &str, &str); 5] = [
    (
        "Beispielstraße 12\r\nHinterhaus, 3. OG",
        "Musterstadt",
        "",
        "Germany",
        "01234",
    ),
    (
        "1 Example Way",
        "Sampletown",
        "CA",
        "United States",
        "90000-1234",
    ),
    ("見本町1-2-3", "例市", "見本県", "Japan", "100-0000"),
    (
        "12bis, rue de l’Exemple",
        "Modèle-sur-Mer",
        "",
        "France",
        "00123",
    ),
    (
        "Unit 4; Sample Park, North Gate",
        "Ballyexample",
        "Co. Sample",
        "Ireland",
        "X00 EX00",
    ),
];

pub fn contact(number: usize, dice: &mut Dice) -> Item {
    let mut item = Item::new(Class::Contact);
    let person = person_of(number);
    let bag = &mut item.bag;
    names(bag, &person, number);
    emails(bag, &person, number);
    phones(bag, number);
    if number % 7 != 3 {
        work(bag, &person, number);
    }
    if number % 3 != 1 {
        addresses(bag, number);
    }
    if number.is_multiple_of(4) {
        family(bag, number);
    }
    if number.is_multiple_of(5) {
        web(bag, &person, number);
    }
    if number % 10 == 9 {
        text(bag, keys::URL_NAME, format!("contact-{number}.EML"));
    }
    common(&mut item, number, dice);
    stamp(&mut item, dice);
    if number.is_multiple_of(6) {
        let modified = item.bag.time(&keys::MODIFIED).unwrap_or_default();
        item.attachments.push(picture(number, modified));
    }
    item
}

fn names(bag: &mut Bag, person: &Person, number: usize) {
    let mut full = person.full_name();
    text(bag, keys::GIVEN_NAME, person.given);
    text(bag, keys::SURNAME, person.surname);
    if number.is_multiple_of(9) {
        text(bag, keys::NAME_PREFIX, "Dr.");
        text(bag, keys::MIDDLE_NAME, "Maria");
        text(bag, keys::GENERATION, "Jr.");
        text(bag, keys::INITIALS, "M. B.");
        full = format!("Dr. {} Maria {} Jr.", person.given, person.surname);
    }
    if number % 6 == 1 {
        text(bag, keys::NICKNAME, format!("{}chen", person.given));
    }
    if let Some((given, surname)) = person.phonetic {
        text(bag, Key::Id(Guid::ADDRESS, 0x802c), given);
        text(bag, Key::Id(Guid::ADDRESS, 0x802d), surname);
    }
    text(bag, keys::SUBJECT, full.clone());
    text(bag, keys::DISPLAY_NAME, full);
    text(
        bag,
        keys::FILE_AS,
        format!("{}, {}", person.surname, person.given),
    );
    text(bag, keys::FILE_AS_MAPPING, "LastCommaFirst");
}

fn emails(bag: &mut Bag, person: &Person, number: usize) {
    let slots = [
        (
            keys::EMAIL_1,
            keys::EMAIL_1_NAME,
            keys::EMAIL_1_TYPE,
            keys::EMAIL_1_ORIGINAL,
            "example.org",
        ),
        (
            keys::EMAIL_2,
            keys::EMAIL_2_NAME,
            keys::EMAIL_2_TYPE,
            keys::EMAIL_2_ORIGINAL,
            "example.com",
        ),
        (
            keys::EMAIL_3,
            keys::EMAIL_3_NAME,
            keys::EMAIL_3_TYPE,
            keys::EMAIL_3_ORIGINAL,
            "home.example.org",
        ),
    ];
    for (address, name, kind, original, domain) in
        slots.into_iter().take([1, 2, 1, 3, 0, 1][number % 6])
    {
        let email = person.email(number, domain);
        text(bag, name, format!("{} ({email})", person.full_name()));
        text(bag, kind, "SMTP");
        text(bag, original, email.clone());
        text(bag, address, email);
    }
}

fn phones(bag: &mut Bag, number: usize) {
    // Every twentieth has all kinds, the others up to five, starting elsewhere each time.
    let (first, count) = if number % 20 == 4 {
        (0, PHONES.len())
    } else {
        (number / 6, number % 6)
    };
    for at in first..first + count {
        let line = 100 + (number * 19 + at) % 900;
        let phone = match at % 3 {
            0 => format!("+49 30 5550 0{line}"),
            1 => format!("+1 (202) 555-0{line} x{at}"),
            _ => format!("0{line}/555-{line}"),
        };
        text(bag, PHONES[at % PHONES.len()].clone(), phone);
    }
}

fn work(bag: &mut Bag, person: &Person, number: usize) {
    let (company, department) = COMPANIES[number % COMPANIES.len()];
    text(bag, keys::COMPANY, company);
    bag.put_text(keys::DEPARTMENT, Some(department));
    text(
        bag,
        keys::JOB_TITLE,
        [
            "Engineer",
            "Leiter*in Einkauf",
            "Head of R&D",
            "部長",
            "Clerk; part-time",
        ][number % 5],
    );
    if number % 4 == 2 {
        let other = person_of(number + 1);
        text(bag, keys::MANAGER, other.full_name());
        text(bag, keys::ASSISTANT, person_of(number + 2).full_name());
        text(
            bag,
            keys::OFFICE,
            format!("{}.{number}", person.ascii.1.len()),
        );
        text(bag, keys::PROFESSION, "Surveyor");
    }
}

fn addresses(bag: &mut Bag, number: usize) {
    let kinds = [
        [
            keys::WORK_STREET,
            keys::WORK_CITY,
            keys::WORK_STATE,
            keys::WORK_COUNTRY,
            keys::WORK_ZIP,
        ],
        [
            keys::HOME_STREET,
            keys::HOME_CITY,
            keys::HOME_STATE,
            keys::HOME_COUNTRY,
            keys::HOME_ZIP,
        ],
        [
            keys::OTHER_STREET,
            keys::OTHER_CITY,
            keys::OTHER_STATE,
            keys::OTHER_COUNTRY,
            keys::OTHER_ZIP,
        ],
    ];
    let count = if number.is_multiple_of(10) { 3 } else { 1 };
    for at in number..number + count {
        let (street, city, state, country, zip) = STREETS[at % STREETS.len()];
        for (key, part) in kinds[at % 3]
            .clone()
            .into_iter()
            .zip([street, city, state, country, zip])
        {
            bag.put_text(key, Some(part));
        }
    }
    bag.set(keys::POSTAL_INDEX, Value::Int([2, 1, 3][number % 3]));
}

fn family(bag: &mut Bag, number: usize) {
    // Now and then a birthday whose year is not known: Outlook's world writes 1604.
    let year = if number % 40 == 8 {
        1604
    } else {
        1940 + (number * 13 % 70) as i32
    };
    let birthday = date(year, number);
    bag.set(keys::BIRTHDAY, Value::Time(almost_noon(birthday)));
    bag.set(keys::BIRTHDAY_LOCAL, Value::Time(super::midnight(birthday)));
    if number.is_multiple_of(8) {
        let wedding = date(1990 + (number % 30) as i32, number * 3 + 1);
        bag.set(keys::WEDDING, Value::Time(almost_noon(wedding)));
        bag.set(keys::WEDDING_LOCAL, Value::Time(super::midnight(wedding)));
        text(bag, keys::SPOUSE, person_of(number + 5).full_name());
        let children = (1..=number % 3 + 1).map(|n| person_of(number + 10 + n).given.to_owned());
        bag.set(keys::CHILDREN, Value::Texts(children.collect()));
    }
}

/// Any day of the year, the 29th of February included where there is one.
fn date(year: i32, number: usize) -> NaiveDate {
    let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default()
        + TimeDelta::days((number * 37 % 366) as i64);
    if day.year() == year {
        day
    } else {
        day - TimeDelta::days(1)
    }
}

/// Dates are kept as 11:59 UTC of their day (MS-OXOCNTC 2.2.1.5.1).
fn almost_noon(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::from_hms_opt(11, 59, 0).unwrap_or_default())
        .and_utc()
}

fn web(bag: &mut Bag, person: &Person, number: usize) {
    let page = format!(
        "https://www.example.org/~{}?n={number}&lang=de",
        person.ascii.0
    );
    text(bag, keys::BUSINESS_PAGE, page.clone());
    text(bag, keys::HTML_PAGE, page);
    text(
        bag,
        keys::IM_1,
        format!("{}@chat.example.org", person.ascii.0),
    );
    if number.is_multiple_of(15) {
        text(bag, Key::Tag(0x3a50), "https://home.example.com/");
        text(
            bag,
            keys::IM_2,
            format!("sip:{}@example.com", person.ascii.0),
        );
        text(bag, keys::IM_3, "irc: #example");
        bag.set(Key::Tag(0x3a4d), Value::Int(1 + (number % 2) as i32));
        text(bag, Key::Id(Guid::ADDRESS, 0x804f), "User field 1");
    }
}

fn picture(number: usize, modified: DateTime<Utc>) -> Attachment {
    Attachment {
        number: 0,
        name: "ContactPicture.jpg".to_owned(),
        content_type: "image/jpeg".to_owned(),
        content_id: None,
        content_location: None,
        inline: false,
        contact_photo: true,
        modified,
        content: Content::File(photo::photo(number as u64)),
    }
}
