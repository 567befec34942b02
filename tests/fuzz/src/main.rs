//! A fuzzer around the trials of `src/fuzz.rs`: `scripts/fuzz` builds it and names one of them in `FUZZ_TRIAL`. Without
//! a name it tells them all.

#![no_main]

use std::{env, panic, process, sync::OnceLock};

use canhgiac::fuzz::{TRIALS, Trial};

static TRIAL: OnceLock<&'static Trial> = OnceLock::new();

fn choose() {
    let name = env::var("FUZZ_TRIAL").unwrap_or_default();
    match TRIALS.iter().find(|trial| trial.name == name) {
        Some(trial) => TRIAL.get_or_init(|| trial),
        None => {
            for trial in TRIALS {
                println!("{} {}", trial.name, trial.longest);
            }
            process::exit(0)
        }
    };
    // The fuzzer's own hook ends the program at each panic; the reader of workbooks is allowed one, which is caught.
    let _ = panic::take_hook();
}

libfuzzer_sys::fuzz_target!(init: choose(), |bytes: &[u8]| {
    if let Some(trial) = TRIAL.get() {
        (trial.run)(bytes);
    }
});
