//! A check, whoever asks and by whichever channel: admitted by the text alone, looked up, paid by what was found, counted.
//!
//! Admission comes before any look-up and takes what the dearest answer would cost; what was not needed is given back with
//! the answer. So a refusal never tells whether something is listed: its status, headers and time are known before
//! anything is looked up.

use actix_web::web;

use super::{
    limits::{Exceeded, Taken},
    payer::Payer,
    state::State,
};
use crate::{
    domain::{findings::Findings, time::Time},
    present::{answer::VerdictWord, problem::Problem, problem_code::ProblemCode},
    registry::told::{self, Told},
};

/// What was read from a question.
pub type Read = Findings;

/// Questions that may be looked up, since they are paid for.
pub struct Admission {
    state: web::Data<State>,
    payer: Payer,
    taken: Taken,
    /// Tokens taken from an address.
    tokens: u32,
    /// Of these, what is kept whatever is found.
    kept: u32,
}

/// Answers, in the order of the questions.
pub struct Answered {
    pub told: Vec<Told>,
    /// Public changes that are in the answers.
    pub ledger_size: u64,
    pub at: Time,
    /// What the payer has left.
    pub taken: Taken,
}

impl Admission {
    /// Admits so many questions before they are read.
    ///
    /// # Errors
    /// 429; 422 `too-much-at-once`. The refusal costs too.
    pub fn to_ask(state: &web::Data<State>, payer: Payer, items: usize) -> Result<Self, Problem> {
        Self::take(state, payer, items, 0)
    }

    /// Admits one question that stands in a picture: looking at it costs as much as an answer without a finding, even when
    /// nothing comes of it.
    ///
    /// # Errors
    /// 429. The refusal costs too.
    pub fn to_show(state: &web::Data<State>, payer: Payer) -> Result<Self, Problem> {
        Self::take(state, payer, 1, 1)
    }

    fn take(
        state: &web::Data<State>,
        payer: Payer,
        items: usize,
        pictures: u32,
    ) -> Result<Self, Problem> {
        let items = u32::try_from(items).unwrap_or(u32::MAX);
        let unit = state.limits.cost_no_record;
        let tokens = items.saturating_add(pictures).saturating_mul(unit);
        if most_at_once(state, payer).is_some_and(|most| tokens > most) {
            return Err(Problem::new(ProblemCode::TooMuchAtOnce));
        }
        let taken = match payer {
            Payer::Partner(id) => state.limits.partner_items(id, items),
            Payer::Address(_) => take_tokens(state, payer, tokens),
            Payer::Sender { gateway, .. } => {
                let passed_on = state.limits.gateway_message(gateway);
                passed_on.and_then(|()| take_tokens(state, payer, tokens))
            }
        };
        Ok(Self {
            taken: taken.map_err(|exceeded| refused(state, payer, exceeded))?,
            state: state.clone(),
            payer,
            tokens,
            kept: pictures * unit,
        })
    }

    /// Takes what the questions cost beyond one look-up each, now that they are read.
    fn take_more(&mut self, looks: &[u32]) -> Result<(), Problem> {
        let Some(most) = most_at_once(&self.state, self.payer) else {
            return Ok(());
        };
        let limits = &self.state.limits;
        let further: u32 = looks.iter().map(|looks| looks.saturating_sub(1)).sum();
        let more = further.saturating_mul(limits.cost_no_record);
        if more == 0 {
            return Ok(());
        }
        if self.tokens.saturating_add(more) > most {
            self.give_back_but(self.reading(looks));
            return Err(Problem::new(ProblemCode::TooMuchAtOnce));
        }
        match take_tokens(&self.state, self.payer, more) {
            Ok(taken) => self.taken = taken,
            Err(exceeded) => {
                // Next time all of it is wanted, and what stays taken now besides.
                let reading = self.reading(looks);
                self.give_back_but(reading);
                let wait = exceeded.with(reading);
                return Err(refused(&self.state, self.payer, wait));
            }
        }
        self.tokens += more;
        Ok(())
    }

    /// What reading costs, whatever comes of it.
    fn reading(&self, looks: &[u32]) -> u32 {
        let items = u32::try_from(looks.len()).unwrap_or(u32::MAX);
        items
            .saturating_mul(self.state.limits.cost_hit)
            .saturating_add(self.kept)
    }

    /// Gives an address back what was taken, but for so many tokens. Returns how many those were.
    fn give_back_but(&self, needed: u32) -> u32 {
        let back = self.tokens.saturating_sub(needed);
        match self.payer {
            Payer::Partner(_) => {}
            Payer::Address(address) => self.state.limits.give_back(address, back),
            Payer::Sender { sender, .. } => self.state.limits.give_back_sender(&sender, back),
        }
        back
    }

    /// Looks up what was read, gives back what was not needed, and counts.
    ///
    /// # Errors
    /// 429 or 422 `too-much-at-once`, decided before anything is looked up.
    pub fn look_up(mut self, read: Vec<Read>) -> Result<Answered, Problem> {
        let looks: Vec<u32> = read.iter().map(told::look_ups).collect();
        self.take_more(&looks)?;
        let state = &self.state;
        let (at, ledger_size) = (state.now(), state.registry.index().ledger_size());
        let answer = |read| state.registry.tell(read, at);
        let told: Vec<Told> = read.into_iter().map(answer).collect();
        if pays_by_finding(self.payer) {
            let (hit, nothing) = (state.limits.cost_hit, state.limits.cost_no_record);
            let costs = told.iter().map(|told| told.cost(hit, nothing));
            let needed = costs.sum::<u32>() + self.kept;
            self.taken = self.taken.after_return(self.give_back_but(needed));
        }
        for answer in &told {
            let verdict = VerdictWord::of(&answer.first);
            state.metrics.checks(verdict, 1);
        }
        Ok(Answered {
            told,
            ledger_size,
            at,
            taken: self.taken,
        })
    }
}

/// Reads and looks up so many questions. Many of them are work for a thread of its own: `read` is called there.
///
/// # Errors
/// As [`Admission::to_ask`], [`Admission::look_up`] and `read`.
pub async fn ask(
    state: &web::Data<State>,
    payer: Payer,
    items: usize,
    read: impl FnOnce() -> Result<Vec<Read>, Problem> + Send + 'static,
) -> Result<Answered, Problem> {
    let admission = Admission::to_ask(state, payer, items)?;
    work(items, move || admission.look_up(read()?)).await
}

/// Does the work for so many questions: one is read and answered where requests are, more would keep the others waiting
/// and get a thread of their own.
///
/// # Errors
/// The work's own, or 503 while shutting down.
pub async fn work<T: Send + 'static>(
    questions: usize,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    match questions {
        0 | 1 => work(),
        _ => State::blocking(work).await,
    }
}

/// Whether what is found decides what it costs.
const fn pays_by_finding(payer: Payer) -> bool {
    match payer {
        Payer::Partner(_) => false,
        Payer::Address(_) | Payer::Sender { .. } => true,
    }
}

/// Tokens that whoever pays by what is found can spend on one request.
fn most_at_once(state: &State, payer: Payer) -> Option<u32> {
    match payer {
        Payer::Partner(_) => None,
        Payer::Address(_) => Some(state.limits.most_at_once()),
        Payer::Sender { .. } => Some(state.limits.most_of_a_sender()),
    }
}

/// Takes tokens of whoever pays by what is found.
fn take_tokens(state: &State, payer: Payer, tokens: u32) -> Result<Taken, Exceeded> {
    match payer {
        Payer::Partner(id) => state.limits.partner_items(id, tokens),
        Payer::Address(address) => state.limits.anonymous(address, tokens),
        Payer::Sender { sender, .. } => state.limits.sender(&sender, tokens),
    }
}

/// A refusal, counted.
fn refused(state: &State, payer: Payer, exceeded: Exceeded) -> Problem {
    state.metrics.rate_limited(match payer {
        Payer::Partner(_) => "partner",
        Payer::Address(_) => "anonymous",
        Payer::Sender { .. } => "sms-sender",
    });
    exceeded.into()
}
