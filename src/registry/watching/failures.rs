//! How often signing in failed since the start. Never who, from where or with what.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::trail::Refusal;

/// What counts as a failure to sign in.
const COUNTED: [Refusal; 5] = [
    Refusal::SignIn,
    Refusal::SlowedDown,
    Refusal::SecondFactor,
    Refusal::Enrolment,
    Refusal::PartnerCredentials,
];

/// Failures since the start, one count for each of [`COUNTED`].
#[derive(Default)]
pub(in crate::registry) struct Failures([AtomicU64; COUNTED.len()]);

impl Failures {
    /// Counts a refusal, if it is one of signing in.
    pub(in crate::registry) fn add(&self, why: Refusal) {
        let counts = COUNTED.iter().zip(&self.0);
        for (_, count) in counts.filter(|(counted, _)| **counted == why) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often each was seen, by its machine word; also those that never were.
    pub(super) fn all(&self) -> [(&'static str, u64); COUNTED.len()] {
        let mut told = COUNTED.map(|why| (why.as_str(), 0));
        for (told, count) in told.iter_mut().zip(&self.0) {
            told.1 = count.load(Ordering::Relaxed);
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::{Failures, Refusal};

    #[test]
    fn only_what_has_to_do_with_signing_in_is_counted() {
        let failures = Failures::default();
        failures.add(Refusal::SignIn);
        failures.add(Refusal::SignIn);
        failures.add(Refusal::PartnerCredentials);
        failures.add(Refusal::NotAllowed);
        let told = failures.all();
        assert_eq!(told[0], ("sign_in", 2));
        assert_eq!(told[4], ("partner_credentials", 1));
        assert_eq!(told.iter().map(|(_, count)| count).sum::<u64>(), 3);
    }
}
