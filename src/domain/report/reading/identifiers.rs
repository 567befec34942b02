//! Identifiers of a report, and the roles that were given to them.

use super::{
    field::{BadField, bad},
    own::Own,
    raw::GivenIdentifier,
};
use crate::domain::{
    identifier::Identifier,
    report::{
        told::{MAX_IDENTIFIERS, ToldIdentifier},
        words::IdentifierRole,
    },
    text::fold,
};

/// What became of the given identifiers.
pub struct Given {
    pub told: Vec<ToldIdentifier>,
    /// Of the reporter, read or not: known while the report is read, and kept nowhere.
    pub own: Vec<Own>,
    /// How many were the reporter's, read or not.
    pub own_given: u8,
    /// Texts that are no identifier, on one line each.
    pub unreadable: Vec<String>,
    /// What each given one became, in their order.
    places: Vec<Became>,
}

#[derive(Clone, Copy)]
enum Became {
    /// This one of those that were told.
    Told(u8),
    Own,
    /// Empty, or a text in the story.
    Nothing,
}

impl Given {
    /// The place among those that were told, of one that was given.
    ///
    /// # Errors
    /// `invalid` for none of them; `own-number` for one of the reporter.
    pub fn place(&self, given: Option<usize>, pointer: &str) -> Result<Option<u8>, BadField> {
        let Some(given) = given else {
            return Ok(None);
        };
        match self.places.get(given) {
            Some(Became::Told(place)) => Ok(Some(*place)),
            Some(Became::Nothing) => Ok(None),
            Some(Became::Own) => Err(bad(pointer, "own-number")),
            None => Err(bad(pointer, "invalid")),
        }
    }
}

/// Reads the roles, and sorts by them.
///
/// # Errors
/// `too-many`; `required` and `invalid` for a role.
pub fn identifiers(raw: &[GivenIdentifier]) -> Result<Given, BadField> {
    if raw.len() > MAX_IDENTIFIERS {
        return Err(bad("/identifiers", "too-many"));
    }
    let mut roles = Vec::with_capacity(raw.len());
    for (nth, given) in raw.iter().enumerate() {
        roles.push(match given.is_empty() {
            true => None,
            false => Some(role(&given.role, nth)?),
        });
    }
    let is_own = |role: &Option<IdentifierRole>| *role == Some(IdentifierRole::Mine);
    let with_roles = || raw.iter().zip(&roles);
    let own = with_roles().filter(|(_, role)| is_own(role));
    let mut given = Given {
        told: Vec::new(),
        own: own.flat_map(|(given, _)| Own::of(given)).collect(),
        own_given: u8::try_from(roles.iter().filter(|role| is_own(role)).count())
            .unwrap_or(u8::MAX),
        unreadable: Vec::new(),
        places: Vec::new(),
    };
    for (one, role) in with_roles() {
        let became = given.take(one, *role);
        given.places.push(became);
    }
    Ok(given)
}

impl Given {
    /// Whether an identifier is the reporter's, by its digits: its bank may have been left out.
    fn is_own(&self, identifier: &Identifier) -> bool {
        Own::of_identifier(identifier).is_some_and(|number| self.own.contains(&number))
    }

    fn take(&mut self, one: &GivenIdentifier, role: Option<IdentifierRole>) -> Became {
        let Some(role) = role else {
            return Became::Nothing;
        };
        let is_own = role == IdentifierRole::Mine;
        let Some(identifier) = &one.read else {
            if is_own {
                return Became::Own;
            }
            self.unreadable.push(fold(&one.text).replace('\n', " "));
            return Became::Nothing;
        };
        // Said twice, once as somebody else's: whose it is counts.
        if is_own || self.is_own(identifier) {
            return Became::Own;
        }
        let told = ToldIdentifier {
            identifier: identifier.clone(),
            role,
        };
        let known = self.told.iter().position(|known| *known == told);
        let place = known.unwrap_or_else(|| {
            self.told.push(told);
            self.told.len() - 1
        });
        u8::try_from(place).map_or(Became::Nothing, Became::Told)
    }
}

fn role(text: &str, nth: usize) -> Result<IdentifierRole, BadField> {
    let pointer = format!("/identifiers/{nth}/role");
    match text.trim() {
        "" => Err(bad(pointer, "required")),
        text => IdentifierRole::parse(text).ok_or_else(|| bad(pointer, "invalid")),
    }
}
