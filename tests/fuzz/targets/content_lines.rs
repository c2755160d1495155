//! What is parsed prints as it was, and a patch touches the lines it names and no others.
#![no_main]

use exchange_core::dav::{Component, Document, Line};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, &str)| {
    let (edit, place, text) = input;
    let Ok(document) = Document::parse(text) else {
        return;
    };
    assert_eq!(document.to_string(), text);
    let mut patched = document.clone();
    let count = count(&patched.root);
    let component = nth(&mut patched.root, &mut (usize::from(place) % count)).unwrap();
    let before: Vec<String> = others(component);
    match edit % 3 {
        0 => component.set(Line::new("X-FUZZ", &[("X", "a;b")], text)),
        1 => {
            component.insert(Line::new("X-FUZZ", &[], "1"));
        }
        _ => component.remove("X-FUZZ"),
    }
    assert_eq!(
        others(component),
        before,
        "a patch changed a line it does not name"
    );
    let printed = patched.to_string();
    let again = Document::parse(&printed).unwrap();
    assert_eq!(again.to_string(), printed);
    let mut again = again;
    let component = nth(&mut again.root, &mut (usize::from(place) % count)).unwrap();
    assert_eq!(others(component), before, "a patch made a line unreadable");
    let found = component.all("X-FUZZ").count();
    match edit % 3 {
        0 => assert_eq!(found, 1),
        1 => assert!(found >= 1),
        _ => assert_eq!(found, 0),
    }
});

fn others(component: &Component) -> Vec<String> {
    component
        .lines()
        .filter(|line| !line.is("X-FUZZ"))
        .map(|line| line.raw().into_owned())
        .collect()
}

fn count(component: &Component) -> usize {
    1 + component.components().map(count).sum::<usize>()
}

fn nth<'s, 'a>(component: &'s mut Component<'a>, at: &mut usize) -> Option<&'s mut Component<'a>> {
    if *at == 0 {
        return Some(component);
    }
    *at -= 1;
    component.components_mut().find_map(|part| nth(part, at))
}
