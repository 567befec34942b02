//! How fast a journal opens. Run it in release: `cargo test --release opening_speed -- --ignored --nocapture`.

use std::fs;
use std::path::Path;
use std::time::Instant;

use tempfile::TempDir;

use super::super::contract::draft;
use super::super::{Journal, Options, Segments};

#[test]
#[ignore = "a measurement"]
fn opening_speed() {
    for (public, private) in [(300, 40), (4_000, 500), (400_000, 100_000)] {
        let folder = TempDir::new().unwrap();
        let open = || Segments::open(folder.path(), Options::default(), &mut |_| {}).unwrap();
        let journal = open().journal;
        let one = draft(&vec![b'a'; public], &[&vec![b'b'; private]]);
        let batch = vec![one.clone(); (8_000_000 / one.weight()).min(1024)];
        while bytes_on_disk(folder.path()) < 600_000_000 {
            journal.append(journal.head(), &batch).unwrap();
        }
        let (bytes, records) = (bytes_on_disk(folder.path()), journal.head().seq);
        drop(journal);
        let start = Instant::now();
        let journal = open().journal;
        let took = start.elapsed();
        let speed = bytes as f64 / took.as_secs_f64() / 1e6;
        println!("{public}+{private}: {records} records, {bytes} bytes, {took:?}, {speed:.0} MB/s");
        let start = Instant::now();
        let mut after = 0;
        loop {
            let page = journal.read(after, 1 << 20).unwrap();
            let Some(last) = page.last() else { break };
            after = last.seq;
        }
        let speed = bytes as f64 / start.elapsed().as_secs_f64() / 1e6;
        println!("  read again in pages: {speed:.0} MB/s");
    }
}

fn bytes_on_disk(folder: &Path) -> u64 {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum()
}
