//! What this process costs, and how many files it may open.

use std::fs;
use std::io;

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Serialize;

/// What the process has cost so far.
#[derive(Debug, Serialize)]
pub struct Figures {
    /// Resident memory in bytes.
    pub rss: u64,
    /// Processor time in seconds, of all threads and of the kernel in their name.
    pub cpu: f64,
    pub open_files: usize,
}

/// Reads them from `/proc`.
pub fn figures() -> io::Result<Figures> {
    let statm = fs::read_to_string("/proc/self/statm")?;
    let pages = field(&statm, 1)?;
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name of the program comes in parentheses and may hold blanks; the third field is the first after it.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = field(rest, 11)? + field(rest, 12)?;
    Ok(Figures {
        rss: pages * page_size() as u64,
        cpu: ticks as f64 / clock_ticks_per_second() as f64,
        open_files: fs::read_dir("/proc/self/fd")?.count(),
    })
}

fn field(text: &str, place: usize) -> io::Result<u64> {
    let found = text.split_whitespace().nth(place);
    found
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| io::Error::other("/proc is not as it used to be"))
}

/// Lets the process open as many files as it is allowed to: every connection is one.
pub fn open_many_files() -> io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        },
    )?;
    Ok(())
}
