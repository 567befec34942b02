//! The texts of the codes in one picture, read as one message.

use super::{
    findings::{Findings, MAX_FOUND},
    reading::Unreadable,
    reason::Reason,
};

/// Everything certain that the codes of a picture name.
pub fn read(texts: &[String]) -> Findings {
    let Some((first, others)) = texts.split_first() else {
        return Findings::from(Err(Reason::BadQr.into()));
    };
    let others = others.iter().map(|text| Findings::of(text));
    others.fold(Findings::of(first), both)
}

/// What one or the other names. What one of them asks for is not asked for by both.
fn both(mut one: Findings, other: Findings) -> Findings {
    for found in other.found {
        let is_known = one.found.iter().any(|known| known.is(&found.identifier));
        if !is_known {
            one.found.push(found);
        }
    }
    one.unsure = match (one.unsure, other.unsure) {
        (Some(unsure), Some(more)) => {
            let guesses = more.suggestions.into_iter();
            Some(guesses.fold(unsure, Unreadable::or))
        }
        (unsure, more) => unsure.or(more),
    };
    one.spelt.extend(other.spelt);
    one.is_cut |= other.is_cut || one.found.len() > MAX_FOUND;
    one.found.truncate(MAX_FOUND);
    one.payment = None;
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_code_of_a_picture_names_is_checked() {
        let read = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            let keys = |read: &Findings| -> Vec<String> {
                read.found
                    .iter()
                    .map(|one| one.identifier.key().to_string())
                    .collect()
            };
            let read = super::read(&texts);
            (keys(&read), read.unsure.map(|unsure| unsure.reason))
        };
        let (a, b) = ("tel:0950001001", "VCB 0000000070001");
        let keys = ["phone:+84950001001", "account:VN:970436:0000000070001"].map(str::to_owned);
        assert_eq!(read(&[a, b]), (keys.to_vec(), None));
        assert_eq!(read(&[b, a, b]).0, [keys[1].clone(), keys[0].clone()]);
        assert_eq!(read(&[a, "https://x.example/"]).0, keys[..1]);
        assert_eq!(read(&[]), (Vec::new(), Some(Reason::BadQr)));
    }
}
