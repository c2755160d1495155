//! Fictional people: given names of all kinds with surnames that mean "example" or name a thing.

/// A person: names as written at home, and an ASCII form for addresses.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub given: &'static str,
    pub surname: &'static str,
    pub ascii: (&'static str, &'static str),
    /// Yomi: how to say given name and surname, for Japanese names.
    pub phonetic: Option<(&'static str, &'static str)>,
}

const GIVEN: [&str; 32] = [
    "Anna",
    "Björn",
    "Chloé",
    "Dmitri",
    "Elif",
    "François",
    "Giulia",
    "Håkon",
    "Iñaki",
    "Jörg",
    "Katarína",
    "Łukasz",
    "Márta",
    "Noël",
    "Óscar",
    "Paweł",
    "Quentin",
    "Renée",
    "Şule",
    "Tomáš",
    "Ursula",
    "Václav",
    "Wiebke",
    "Ximena",
    "Yvonne",
    "Zoë",
    "Aino",
    "Bríd",
    "Cosimo",
    "Dorothée",
    "Eoghan",
    "Frieda",
];
const GIVEN_ASCII: [&str; 32] = [
    "anna", "bjoern", "chloe", "dmitri", "elif", "francois", "giulia", "haakon", "inaki", "joerg",
    "katarina", "lukasz", "marta", "noel", "oscar", "pawel", "quentin", "renee", "sule", "tomas",
    "ursula", "vaclav", "wiebke", "ximena", "yvonne", "zoe", "aino", "brid", "cosimo", "dorothee",
    "eoghan", "frieda",
];
const SURNAME: [(&str, &str); 20] = [
    ("Beispiel", "beispiel"),
    ("Muster", "muster"),
    ("Sample", "sample"),
    ("Placeholder", "placeholder"),
    ("Ejemplo", "ejemplo"),
    ("D’Exemple", "dexemple"),
    ("Esempio-Prova", "esempio-prova"),
    ("van Voorbeeld", "voorbeeld"),
    ("Exempel", "exempel"),
    ("Esimerkki", "esimerkki"),
    ("Przykład", "przyklad"),
    ("Příklad", "priklad"),
    ("Példa", "pelda"),
    ("Örnek", "ornek"),
    ("Exemplu", "exemplu"),
    ("Näide", "naide"),
    ("Paraugs", "paraugs"),
    ("O'Sample", "osample"),
    ("Primjer", "primjer"),
    ("von der Probe", "probe"),
];

/// People whose names are not written in Latin letters.
const OTHER_SCRIPTS: [Person; 10] = [
    person("太郎", "見本", "taro", "mihon", Some(("タロウ", "ミホン"))),
    person("花子", "例", "hanako", "rei", Some(("ハナコ", "レイ"))),
    person("小明", "范例", "xiaoming", "fanli", None),
    person("Иван", "Примеров", "ivan", "primerov", None),
    person("Олена", "Зразок", "olena", "zrazok", None),
    person("Ελένη", "Παράδειγμα", "eleni", "paradeigma", None),
    person("محمد", "مثال", "mohammed", "mithal", None),
    person("נועה", "דוגמה", "noa", "dugma", None),
    person("अनिल", "उदाहरण", "anil", "udaharan", None),
    person("지민", "예시", "jimin", "yesi", None),
];

const fn person(
    given: &'static str,
    surname: &'static str,
    ascii_given: &'static str,
    ascii_surname: &'static str,
    phonetic: Option<(&'static str, &'static str)>,
) -> Person {
    Person {
        given,
        surname,
        ascii: (ascii_given, ascii_surname),
        phonetic,
    }
}

/// The person of a number: one in eight in another script, the others all different for a long while.
pub fn person_of(number: usize) -> Person {
    if number % 8 == 5 {
        return OTHER_SCRIPTS[number / 8 % OTHER_SCRIPTS.len()];
    }
    let given = number % GIVEN.len();
    let (surname, ascii) = SURNAME[(number / GIVEN.len() + given) % SURNAME.len()];
    Person {
        given: GIVEN[given],
        surname,
        ascii: (GIVEN_ASCII[given], ascii),
        phonetic: None,
    }
}

impl Person {
    pub fn full_name(&self) -> String {
        match self.phonetic {
            Some(_) => format!("{} {}", self.surname, self.given),
            None => format!("{} {}", self.given, self.surname),
        }
    }

    /// An address at `domain`; the number keeps those of namesakes apart.
    pub fn email(&self, number: usize, domain: &str) -> String {
        format!("{}.{}{number}@{domain}", self.ascii.0, self.ascii.1)
    }
}
