//! A check of a whole message: everything it names is looked up, and the worst is answered first.

use super::{
    Registry,
    check::{
        Checked, Known, Listings, Verdict, check_unread, known, look_ups_of, unreadable_look_ups,
        verdict,
    },
};
use crate::domain::{
    findings::Findings,
    identifier::{Identifier, Reason},
    reading::Payment,
    time::Time,
};

/// The answer to one question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// What is answered first: the worst of what was found.
    pub first: Checked,
    /// All that was found, the worst first, then in the order of the text, when it is more than one.
    pub found: Vec<Placed>,
    /// What could have been meant beside that, each with what is known of it.
    pub suggested: Vec<(Identifier, Verdict)>,
    /// The text names more than was looked up, or is longer than what was read.
    pub is_cut: bool,
    /// What a payment code asks for beside its payee.
    pub payment: Option<Payment>,
    /// Answers that know something, or are about nothing.
    known: u32,
    /// Look-ups that found nothing.
    unknown: u32,
}

/// What is known of one thing that a message names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placed {
    /// What is answered about, and how.
    pub known: Known,
    /// Its first character and the one behind its last.
    pub at: (usize, usize),
}

/// How many look-ups a question is, told by its text alone. Never none: what can't be read counts as one.
pub fn look_ups(asked: &Findings) -> u32 {
    let found = asked.found.iter().map(|one| look_ups_of(one.also.as_ref()));
    let guesses = u32::try_from(asked.guesses().len()).unwrap_or(u32::MAX);
    let refused = asked.unsure.as_ref().filter(|_| asked.found.is_empty());
    let unsure = refused.map_or(0, unreadable_look_ups).max(guesses);
    found.sum::<u32>().saturating_add(unsure).max(1)
}

/// Answers about a text that was read.
pub fn tell(at: &impl Listings, asked: Findings, now: Time) -> Told {
    let guesses = asked.guesses();
    let Findings {
        found,
        unsure,
        spelt: _,
        is_cut,
        payment,
    } = asked;
    let told = |guess: &Identifier| (guess.clone(), verdict(at, guess, now));
    let suggested: Vec<(Identifier, Verdict)> = guesses.iter().map(told).collect();
    let (mut known, mut unknown) = (0, 0);
    for (_, verdict) in &suggested {
        match verdict {
            Verdict::NoRecord => unknown += 1,
            Verdict::Listed(_) | Verdict::Official(_) => known += 1,
        }
    }
    let mut placed = Vec::with_capacity(found.len());
    for one in found {
        let looks = look_ups_of(one.also.as_ref());
        let told = one_of(at, one.identifier, one.also.as_ref(), now);
        match told.verdict {
            Verdict::NoRecord => unknown += looks,
            Verdict::Listed(_) | Verdict::Official(_) => known += 1,
        }
        placed.push(Placed {
            known: told,
            at: one.at,
        });
    }
    placed.sort_by_key(|placed| rank(&placed.known));
    let first = match (placed.as_slice(), unsure) {
        // Hardly any text names more, and then there is nothing to copy.
        ([_], _) => placed.pop().map(|only| Checked::One(only.known)),
        ([worst, ..], _) => Some(Checked::One(worst.known.clone())),
        ([], Some(unsure)) => {
            let looks = unreadable_look_ups(&unsure);
            let checked = check_unread(at, unsure, now);
            match checked.found_nothing() {
                true => unknown = unknown.max(looks.saturating_sub(known)),
                false => known += 1,
            }
            Some(checked)
        }
        // Findings say why nothing was found.
        ([], None) => None,
    };
    Told {
        first: first.unwrap_or_else(|| Checked::Unreadable(Reason::Empty.into())),
        found: placed,
        suggested,
        is_cut,
        payment,
        known,
        unknown,
    }
}

/// What is known of one identifier, or of the other thing that the same digits may be when only that one is listed.
fn one_of(at: &impl Listings, one: Identifier, also: Option<&Identifier>, now: Time) -> Known {
    let known = known(at, one, now);
    let Some(also) = also.filter(|_| rank(&known) > LISTED_AND_DISPUTED) else {
        return known;
    };
    match verdict(at, also, now) {
        listed @ Verdict::Listed(_) => Known {
            identifier: also.clone(),
            verdict: listed,
            unknown: None,
        },
        Verdict::Official(_) | Verdict::NoRecord => known,
    }
}

/// [`rank`] of a listing against which an appeal is open.
const LISTED_AND_DISPUTED: u8 = 1;

/// The lower the worse.
fn rank(known: &Known) -> u8 {
    match &known.verdict {
        Verdict::Listed(live) if live.disputed => LISTED_AND_DISPUTED,
        Verdict::Listed(_) => 0,
        Verdict::Official(_) => 2,
        Verdict::NoRecord => 3,
    }
}

impl Told {
    /// What it costs, in tokens: `hit` for each answer that knows something, `nothing` for each look-up of the others.
    pub fn cost(&self, hit: u32, nothing: u32) -> u32 {
        let known = self.known.saturating_mul(hit);
        self.unknown.saturating_mul(nothing).saturating_add(known)
    }
}

impl Registry {
    /// Answers about a text that was read.
    pub fn tell(&self, asked: Findings, now: Time) -> Told {
        tell(self.index(), asked, self.showing(now))
    }
}
