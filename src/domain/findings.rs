//! Everything certain that a whole message names: each number is read with the words of its own clause, line and block.
//!
//! A message is cut at its numbers. What a number is, its own clause says first; a bank may also stand in the lines around
//! it, on the side where this message puts its banks. What the sender of a receipt paid from, a transaction's code, a
//! password for once are passed over. What stays uncertain is offered, never chosen.

mod clause;
mod cluster;
mod part;
mod role;

use super::{
    account::AccountNumber,
    identifier::Identifier,
    reading::{
        Named, Payment, Unreadable, brands, is_link, paid, payment_of, plain_phone, spelt_in_text,
    },
    reason::Reason,
    text::beginning,
};
use clause::{first_bytes, first_clause, goes_on_a_list, last_bytes, last_clause, lines_behind};
use cluster::{Cluster, clusters, is_address, is_amount, without_markers};
use part::{names_bank, read_part};
use role::{Role, role};

/// Characters of the longest message that is read, written out (NFKC); of a longer one its beginning.
pub const MAX_MESSAGE: usize = 4_000;
/// Most identifiers that are told of one message.
pub const MAX_FOUND: usize = 20;
/// Digits from which on a number may be an account though no word says so.
const LIKE_AN_ACCOUNT: usize = 10;
/// Bytes of the shortest number that has words of its own.
const SHORTEST: usize = 6;
/// Bytes of words that are looked at on either side of a number.
const REACH: usize = 240;

/// An identifier and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub identifier: Identifier,
    /// What the same digits may be as well: a wallet or account, since its provider or bank is named, or a phone number.
    pub also: Option<Identifier>,
    /// Its first character and the one behind its last, counted in Unicode code points.
    pub at: (usize, usize),
}

impl Found {
    /// Whether it is, or may be, this.
    pub(super) fn is(&self, identifier: &Identifier) -> bool {
        self.identifier == *identifier || self.also.as_ref() == Some(identifier)
    }
}

/// What was read from a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// Each once, in the order of the text, at most [`MAX_FOUND`].
    pub found: Vec<Found>,
    /// What could have been meant beside that, for a person to choose; why nothing was read when nothing was.
    pub unsure: Option<Unreadable>,
    /// Phone numbers with letters for digits, which could have been meant as well.
    pub spelt: Vec<Identifier>,
    /// The message is longer than [`MAX_MESSAGE`], or names more than [`MAX_FOUND`].
    pub is_cut: bool,
    /// What the text of a payment code asks for beside its payee.
    pub payment: Option<Payment>,
}

/// On which side of its accounts a message names banks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    Behind,
}

impl From<Result<Identifier, Unreadable>> for Findings {
    /// One thing that was read, or could not be.
    fn from(read: Result<Identifier, Unreadable>) -> Self {
        let (found, unsure) = match read {
            Ok(identifier) => {
                let also = identifier.phone_in_it();
                let at = (0, 0);
                let one = Found {
                    identifier,
                    also,
                    at,
                };
                (vec![one], None)
            }
            Err(unsure) => (Vec::new(), Some(unsure)),
        };
        Self {
            found,
            unsure,
            spelt: Vec::new(),
            is_cut: false,
            payment: None,
        }
    }
}

impl Findings {
    /// All that could have been meant beside what was found, most likely first, at most [`Unreadable::MAX_SUGGESTIONS`].
    pub fn guesses(&self) -> Vec<Identifier> {
        let unsure = self.unsure.iter().flat_map(|unsure| &unsure.suggestions);
        let mut guesses: Vec<Identifier> = Vec::new();
        for guess in unsure.chain(&self.spelt) {
            if guesses.len() < Unreadable::MAX_SUGGESTIONS && !guesses.contains(guess) {
                guesses.push(guess.clone());
            }
        }
        guesses
    }

    /// Reads a message.
    pub fn of(text: &str) -> Self {
        // The usual case, without any of the work below.
        let all = text.trim();
        if let Some(phone) = plain_phone(all) {
            let start = text.chars().take_while(|c| c.is_whitespace()).count();
            let mut findings = Self::from(Ok(Identifier::Phone(phone)));
            for found in &mut findings.found {
                found.at = (start, start + all.len());
            }
            return findings;
        }
        let message = beginning(text, MAX_MESSAGE);
        let mut is_cut = message.len() < text.len();
        let whole = Identifier::parse(message);
        let blanked = without_markers(message);
        let parts = Parts::of(&blanked);
        let (mut found, mut unsure) = match paid(message) {
            Some(_) => (Vec::new(), Vec::new()),
            None => parts.read(),
        };
        if let Ok(whole) = &whole {
            parts.join_whole(&mut found, whole);
        }
        let spelt = spelt_in_text(message).into_iter().chain(brands(message));
        let mut spelt: Vec<_> = spelt.map(Identifier::Phone).take(MAX_FOUND).collect();
        unsure.retain(|guess| !found.iter().any(|known| known.is(guess)));
        spelt.retain(|guess| !found.iter().any(|known| known.is(guess)));
        let why = match whole {
            Err(error) if found.is_empty() => Some(offered(error, unsure)),
            Ok(_) | Err(_) if unsure.is_empty() => None,
            Ok(_) | Err(_) => Some(Unreadable::suggesting(Reason::SeveralNumbers, unsure)),
        };
        if found.len() > MAX_FOUND {
            found.truncate(MAX_FOUND);
            is_cut = true;
        }
        Self {
            found,
            unsure: why,
            spelt,
            is_cut,
            payment: payment_of(message),
        }
    }
}

/// A refusal with what its parts offer, which is nearer to each number than what the whole does.
fn offered(error: Unreadable, unsure: Vec<Identifier>) -> Unreadable {
    Unreadable {
        account_number: error.account_number,
        ..Unreadable::suggesting(error.reason, unsure.into_iter().chain(error.suggestions))
    }
}

/// A message, cut at its numbers.
struct Parts<'t> {
    text: &'t str,
    clusters: Vec<Cluster>,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Self {
        Self {
            text,
            clusters: clusters(text),
        }
    }

    /// The words before a number and behind it, as far as the next numbers.
    fn around(&self, nth: usize) -> (&'t str, &'t str) {
        let own = &self.clusters[nth];
        let from = nth.checked_sub(1).map_or(0, |last| self.clusters[last].end);
        let to = self
            .clusters
            .get(nth + 1)
            .map_or(self.text.len(), |next| next.start);
        let before = &self.text[from..own.start];
        let behind = &self.text[own.end..to];
        (last_bytes(before, REACH), first_bytes(behind, REACH))
    }

    /// The words before a number, over what is too short to be one (`CTY MẪU 02, TK …`).
    fn label(&self, nth: usize) -> &'t str {
        let is_number = |of: &&Cluster| of.end - of.start >= SHORTEST;
        let last = self.clusters[..nth].iter().rev().find(is_number);
        let from = last.map_or(0, |last| last.end);
        last_bytes(&self.text[from..self.clusters[nth].start], REACH)
    }

    /// The words behind a number with the next number.
    fn on(&self, nth: usize, behind: &'t str) -> &'t str {
        let next = self.clusters.get(nth + 1);
        let end = next.filter(|next| self.clusters[nth].end + behind.len() == next.start);
        end.map_or(behind, |next| &self.text[self.clusters[nth].end..next.end])
    }

    fn number(&self, nth: usize) -> &'t str {
        let own = &self.clusters[nth];
        &self.text[own.start..own.end]
    }

    /// What is certain, and what is not.
    fn read(&self) -> (Vec<Found>, Vec<Identifier>) {
        let (mut found, mut unsure): (Vec<Found>, Vec<Identifier>) = (Vec::new(), Vec::new());
        let mut lacking = Vec::new();
        let named = Named::in_words(self.text);
        let mut side = None;
        let mut carried: Option<String> = None;
        for nth in 0..self.clusters.len() {
            // One more than is told says that there are more.
            if found.len() > MAX_FOUND {
                break;
            }
            let number = self.number(nth);
            if is_amount(number) || is_address(number) {
                continue;
            }
            let (_, behind) = self.around(nth);
            match role(self.label(nth), number, self.on(nth, behind)) {
                Role::Subject => {}
                Role::Passed => {
                    carried = None;
                    continue;
                }
            }
            let (answer, bank) = self.one(nth, &mut side, carried.as_deref());
            carried = bank;
            match answer {
                Ok(identifier) => {
                    let at = self.clusters[nth].place(self.text);
                    if !found.iter().any(|known| known.identifier == identifier) {
                        let also = also(&identifier, &named);
                        found.push(Found {
                            identifier,
                            also,
                            at,
                        });
                    }
                }
                Err(error) => {
                    unsure.extend(error.suggestions);
                    let number = error.account_number;
                    lacking
                        .extend(number.filter(|number| number.as_str().len() >= LIKE_AN_ACCOUNT));
                }
            }
        }
        // An account without its bank may be where the others are.
        for number in lacking.into_iter().take(Unreadable::MAX_SUGGESTIONS) {
            let banks = found.iter().filter_map(|known| match &known.identifier {
                Identifier::Account(account) => Some(account.bank()),
                Identifier::Wallet(_)
                | Identifier::Phone(_)
                | Identifier::ShortCode(_)
                | Identifier::Sender(_) => None,
            });
            unsure.extend(banks.map(|bank| Identifier::of_account(bank, number.clone())));
        }
        (found, unsure)
    }

    /// Reads one number; with the words of its bank when the next number may be at the same.
    fn one(
        &self,
        nth: usize,
        side: &mut Option<Side>,
        carried: Option<&str>,
    ) -> (Result<Identifier, Unreadable>, Option<String>) {
        let number = self.number(nth);
        if is_link(number) {
            return (read_part("", number, ""), None);
        }
        let (before, behind) = self.around(nth);
        let (clause, tail) = (last_clause(before), first_clause(behind));
        let near = self.with_bank(number, clause, tail, side);
        let (error, words) = match near {
            (Ok(read), words) => return (Ok(read), words),
            (Err(error), words) => (error, words),
        };
        let below = if matches!(
            error.reason,
            Reason::AccountWithoutBank | Reason::NotAssigned
        ) {
            lines_behind(behind)
        } else if error.reason == Reason::IdentityCard {
            // As long as an identity number: an account only by a bank that stands before it.
            tail
        } else {
            return (Err(error), words);
        };
        // What stands on the line of the number before belongs to that one.
        let is_number = |last: usize| self.number(last).len() >= SHORTEST;
        let own = before
            .find('\n')
            .filter(|_| nth.checked_sub(1).is_some_and(is_number));
        let above = own.map_or(before, |at| &before[at..]);
        let lines = self.with_bank(number, above, below, side);
        if lines.0.is_ok() {
            return lines;
        }
        if let Some(bank) = carried
            && goes_on_a_list(before)
            && let Ok(read) = read_part(bank, number, "")
        {
            return (Ok(read), Some(bank.to_owned()));
        }
        (Err(error), None)
    }

    /// Reads a number between words. Where both sides name a bank, the side counts that this message puts them on.
    fn with_bank(
        &self,
        number: &str,
        before: &str,
        behind: &str,
        side: &mut Option<Side>,
    ) -> (Result<Identifier, Unreadable>, Option<String>) {
        let (is_before, is_behind) = (names_bank(before), names_bank(behind));
        let counts = match (is_before, is_behind) {
            (true, true) if side.is_none() && read_part(before, number, "").is_err() => {
                Side::Behind
            }
            (true, true) => *side.get_or_insert(Side::Before),
            (true, false) => Side::Before,
            (false, true) => Side::Behind,
            (false, false) => return (read_part(before, number, behind), None),
        };
        let read = match counts {
            Side::Before if is_behind => read_part(before, number, ""),
            Side::Behind if is_before => read_part("", number, behind),
            Side::Before | Side::Behind => read_part(before, number, behind),
        };
        let is_account = matches!(read, Ok(Identifier::Account(_)));
        if is_account {
            side.get_or_insert(counts);
        }
        let words = (is_account && counts == Side::Before).then(|| before.to_owned());
        (read, words)
    }

    /// What the whole text was read as, where its parts say less, or that a phone number stands beside a bank's name.
    fn join_whole(&self, found: &mut Vec<Found>, whole: &Identifier) {
        let at = self
            .clusters
            .first()
            .map_or((0, self.text.chars().count()), |first| {
                let last = self.clusters.last().unwrap_or(first);
                (first.place(self.text).0, last.place(self.text).1)
            });
        let is_known = found.iter().any(|known| known.is(whole));
        let is_of_phones = found
            .iter()
            .all(|known| matches!(known.identifier, Identifier::Phone(_)));
        if is_known || (!found.is_empty() && !is_of_phones) {
            return;
        }
        let at = found.first().map_or(at, |first| first.at);
        found.push(Found {
            identifier: whole.clone(),
            also: whole.phone_in_it(),
            at,
        });
    }
}

/// What the digits of an identifier may be as well. A phone number is nobody's account when two banks are named.
fn also(identifier: &Identifier, named: &Named) -> Option<Identifier> {
    let Identifier::Phone(phone) = identifier else {
        return identifier.phone_in_it();
    };
    let national = phone.national()?;
    match (&named.providers[..], &named.banks[..]) {
        ([provider], []) => Identifier::wallet(provider.slug, &national).ok(),
        ([], [bank]) => AccountNumber::canonical(&national)
            .map(|number| Identifier::of_account(*bank, number))
            .ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
