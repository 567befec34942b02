//! The check digit of numbers that people copy by hand (H. M. Damm, *Total anti-symmetrische Quasigruppen*, 2004): every
//! single wrong digit is found, and every exchange of two neighbours.

/// The totally anti-symmetric quasigroup of order 10 that Damm gives; its diagonal is zero.
const QUASIGROUP: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The digit to write behind these ASCII digits; none when one of them is no digit.
pub fn check_digit(digits: &[u8]) -> Option<u8> {
    let check = digits.iter().try_fold(0, |row, digit| {
        let column = digit.checked_sub(b'0')?;
        let row = QUASIGROUP.get(usize::from(row))?;
        row.get(usize::from(column)).copied()
    })?;
    Some(b'0' + check)
}

/// Whether the last of these ASCII digits is the check digit of those before it. No digits are not.
pub fn is_valid(digits: &[u8]) -> bool {
    // The diagonal is zero, so the check digit leads to zero.
    !digits.is_empty() && check_digit(digits) == Some(b'0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_published_example_has_its_digit() {
        assert_eq!(check_digit(b"572"), Some(b'4'));
        assert!(is_valid(b"5724"));
        for wrong in [&b""[..], b"5727", b"57x4", b"5724 ", b"572\x04"] {
            assert!(!is_valid(wrong), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn a_wrong_digit_is_found(number in "[0-9]{1,30}", at: prop::sample::Index, other in b'0'..=b'9') {
            let mut digits = number.into_bytes();
            digits.extend(check_digit(&digits));
            prop_assert!(is_valid(&digits));
            let at = at.index(digits.len());
            prop_assume!(digits[at] != other);
            digits[at] = other;
            prop_assert!(!is_valid(&digits));
        }

        #[test]
        fn an_exchange_of_neighbours_is_found(number in "[0-9]{1,30}", at: prop::sample::Index) {
            let mut digits = number.into_bytes();
            digits.extend(check_digit(&digits));
            let at = at.index(digits.len() - 1);
            prop_assume!(digits[at] != digits[at + 1]);
            digits.swap(at, at + 1);
            prop_assert!(!is_valid(&digits));
        }
    }
}
