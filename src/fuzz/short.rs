//! The short form of the trials: every kept input, and chance changes of it that are the same in each run.
//!
//! `FUZZ_SEED=2 FUZZ_SECONDS=60` makes other changes, and more of them: for machines without a C++ compiler.

use std::{env, fs, path::Path, time::Duration};

use super::{TRIALS, Trial};

/// Time of the processor for the changes of one trial's inputs.
const TIME: Duration = Duration::from_millis(500);
/// Most changes in that time, where an input takes none.
const CHANGES: u64 = 20_000;
/// What one input may take of the processor, in a program that is not optimised.
const SLOWEST: Duration = Duration::from_secs(4);
/// Most bytes of all kept inputs.
const KEPT: u64 = 200 << 10;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fuzz/corpus");

/// What this thread took of the processor: others on the machine don't count.
fn processor() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(now).unwrap_or_default()
}

/// Numbers that look like chance (xorshift).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize
    }

    fn below(&mut self, end: usize) -> usize {
        self.next() % end.max(1)
    }

    /// An input changed in a few places: a byte, a bit, a piece of itself or of another input.
    fn change(&mut self, input: &[u8], other: &[u8], longest: usize) -> Vec<u8> {
        const BYTES: &[u8] = b"\0\x01\n\r\t \"'+,-./0159:;=@AZ[]_az{|}~\x7f\x80\xc3\xff";
        let mut input = input.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(input.len() + 1);
            let end = at + self.below(input.len() - at + 1).min(20);
            match self.below(6) {
                0 => input.insert(at, BYTES[self.below(BYTES.len())]),
                1 if at < input.len() => input[at] = BYTES[self.below(BYTES.len())],
                2 if at < input.len() => input[at] ^= 1 << self.below(8),
                3 => drop(input.drain(at..end)),
                4 => {
                    let piece = input[at..end].to_vec();
                    let place = self.below(input.len() + 1);
                    input.splice(place..place, piece);
                }
                _ => {
                    let from = self.below(other.len() + 1);
                    let to = from + self.below(other.len() - from + 1).min(40);
                    input.splice(at..end, other[from..to].iter().copied());
                }
            }
        }
        input.truncate(longest);
        input
    }
}

/// The kept inputs of a trial: one a line, in the escapes of a byte string. What stands behind `#` is for people.
fn kept(trial: &Trial) -> Vec<Vec<u8>> {
    let path = Path::new(FOLDER).join(trial.name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(unescaped).collect()
}

fn unescaped(line: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = line.bytes();
    let hex = |byte: Option<u8>| char::from(byte.unwrap()).to_digit(16).unwrap() as u8;
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next().unwrap() {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'x' => hex(rest.next()) << 4 | hex(rest.next()),
                other => other,
            },
            byte => byte,
        });
    }
    bytes
}

/// Whether an input of a trial did what it must, in time.
fn tried(trial: &Trial, input: &[u8]) -> Result<(), String> {
    let begun = processor();
    let done = std::panic::catch_unwind(|| (trial.run)(input));
    let slow = processor() - begun > SLOWEST;
    if done.is_ok() && !slow {
        return Ok(());
    }
    let word = if slow { "is slow" } else { "failed" };
    Err(format!("{} {word}: {}", trial.name, input.escape_ascii()))
}

/// All kept inputs of a trial, and changes of them; how many changes.
fn shortly(trial: &Trial) -> Result<u64, String> {
    let inputs = kept(trial);
    inputs.iter().try_for_each(|input| tried(trial, input))?;
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15 ^ told("FUZZ_SEED").unwrap_or(0));
    let (most, time) = match told("FUZZ_SECONDS") {
        Some(seconds) => (u64::MAX, Duration::from_secs(seconds)),
        None => (CHANGES, TIME),
    };
    let begun = processor();
    let mut changes = 0;
    while changes < most && processor() - begun < time {
        changes += 1;
        let input = &inputs[chance.below(inputs.len())];
        let other = &inputs[chance.below(inputs.len())];
        tried(trial, &chance.change(input, other, trial.longest))?;
    }
    Ok(changes)
}

/// A number of the environment.
fn told(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

#[test]
fn what_comes_from_outside_is_read_as_it_must_be() {
    let mut failed = Vec::new();
    for trial in TRIALS {
        match shortly(trial) {
            Ok(changes) => println!("{}: {changes} changes", trial.name),
            Err(input) => failed.push(input),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn kept_inputs_are_few_and_each_file_of_them_belongs_to_a_trial() {
    let files: Vec<_> = fs::read_dir(FOLDER).unwrap().flatten().collect();
    assert_eq!(files.len(), TRIALS.len());
    let bytes: u64 = files
        .iter()
        .map(|file| file.metadata().unwrap().len())
        .sum();
    assert!(bytes <= KEPT, "{bytes} bytes of inputs");
    for trial in TRIALS {
        let longest = kept(trial).iter().map(Vec::len).max();
        let fits = longest.is_some_and(|longest| longest <= trial.longest);
        assert!(fits, "{}", trial.name);
    }
}
