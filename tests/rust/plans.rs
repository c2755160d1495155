//! What a cycle does with one item, for every cell of (what the journal says, what is here, what is there, who wins), under
//! every chapter of what a link's owner may want: all of it is written to `tests/data/plans.txt`, reviewed line by line against
//! docs/architecture.md. `UPDATE_PLANS=1 cargo test -p exchange-core --test plans` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "plans/cell.rs"]
mod cell;
mod support;
#[path = "plans/terms.rs"]
mod terms;

use cell::{HERE, Look, ROWS, Row, THERE, WINNERS, outcome};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use terms::{CHAPTERS, DEFAULT, Terms};

/// The outcomes of a cell, each with those who win then.
fn outcomes(row: Row, here: Look, there: Look, terms: &Terms) -> Vec<(String, String)> {
    let mut outcomes: Vec<(String, Vec<String>)> = Vec::new();
    for winner in WINNERS {
        let outcome = outcome(row, here, there, winner, terms);
        let name = format!("{winner:?}");
        match outcomes.iter_mut().find(|(known, _)| *known == outcome) {
            Some((_, winners)) => winners.push(name),
            None => outcomes.push((outcome, vec![name])),
        }
    }
    let outcomes = outcomes.into_iter().map(|(outcome, winners)| {
        let any = winners.len() == WINNERS.len();
        (
            outcome,
            if any {
                "any".to_owned()
            } else {
                winners.join(" ")
            },
        )
    });
    outcomes.collect()
}

/// What comes of each cell of a chapter.
type Cells = BTreeMap<(Row, Look, Look), Vec<(String, String)>>;

fn cells(terms: &Terms) -> Cells {
    let rows = ROWS.into_iter().filter(|row| terms.have(*row));
    let cells = rows.flat_map(|row| {
        let sides = HERE
            .into_iter()
            .flat_map(|here| THERE.map(|there| (here, there)));
        sides.map(move |(here, there)| ((row, here, there), outcomes(row, here, there, terms)))
    });
    cells.collect()
}

/// The cells of a chapter that are not as in the first one.
fn chapter(terms: &Terms, cells: &Cells, first: &Cells) -> String {
    let mut chapter = format!("\n\n# {}\n", terms.told);
    let other = cells
        .iter()
        .filter(|(cell, found)| first.get(cell) != Some(found));
    let (mut told, mut section) = (0, None);
    for (&(row, here, there), found) in other {
        told += 1;
        if section.replace(row) != Some(row) {
            write!(chapter, "\n== {}\n\n", row.told()).unwrap();
        }
        let (here, there) = (here.told(row.knows_here()), there.told(row.knows_there()));
        for (outcome, winners) in found {
            writeln!(chapter, "{here:<12}| {there:<12}| {winners:<30}| {outcome}").unwrap();
        }
    }
    write!(chapter, "\n{told} of {} cells", cells.len()).unwrap();
    chapter
}

#[test]
fn every_cell_of_the_plan_table() {
    const HEAD: &str = "Written by tests/rust/plans.rs: what one cycle does with one item.\n\
        The item has a place and a url, both “old” where journal and sides agreed last. Chapters after the first have the cells that are not as in it.\n\n\
        here        | there       | who wins                      | operations -> the journal afterwards";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/plans.txt");
    let first = cells(&DEFAULT);
    let mut table = HEAD.to_owned() + &chapter(&DEFAULT, &first, &Cells::new());
    table.extend(
        CHAPTERS
            .iter()
            .map(|terms| chapter(terms, &cells(terms), &first)),
    );
    table.push('\n');
    if std::env::var_os("UPDATE_PLANS").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let known = std::fs::read_to_string(path).unwrap();
    for (number, (now, known)) in table.lines().zip(known.lines()).enumerate() {
        assert_eq!(now, known, "line {}", number + 1);
    }
    assert_eq!(table.len(), known.len());
}
