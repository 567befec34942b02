//! Texts in which somebody says that money is gone already: what helps then is a telephone call, not a check.

use super::bank::spaced;

/// Characters that are looked at.
const LOOKED_AT: usize = 400;

/// Phrases that say so, toneless.
const PHRASES: [&str; 23] = [
    "da chuyen tien",
    "da chuyen khoan",
    "da ck",
    "chuyen tien roi",
    "chuyen khoan roi",
    "ck roi",
    "lo chuyen",
    "trot chuyen",
    "bi lua roi",
    "bi lua mat",
    "bi mat tien",
    "mat tien roi",
    "mat het tien",
    "bi tru tien",
    "da doc ma otp",
    "lo doc ma",
    "da dua ma otp",
    "i paid",
    "have paid",
    "sent money",
    "sent the money",
    "already transferred",
    "lost my money",
];

/// Words that deny the one behind them.
const DENIALS: [&str; 5] = ["chua", "khong", "dung", "not", "never"];

/// Whether a text says that its writer has paid or was robbed.
pub fn says_paid(text: &str) -> bool {
    let start: String = text.chars().take(LOOKED_AT).collect();
    let plain = spaced(&start);
    let words: Vec<&str> = plain.split(' ').collect();
    let says = |phrase: &str| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let mut places = words.windows(phrase.len()).enumerate();
        places.any(|(at, window)| {
            let before = at.checked_sub(1).map(|at| words[at]);
            window == phrase && !before.is_some_and(|word| DENIALS.contains(&word))
        })
    };
    // `Có bị lừa mất tiền không`: a question.
    let asks = words.last() == Some(&"khong");
    !asks && PHRASES.iter().any(|phrase| says(phrase))
}

#[cfg(test)]
mod tests {
    use super::says_paid;

    #[test]
    fn whoever_has_paid_is_understood() {
        for text in [
            "tôi đã chuyển tiền rồi",
            "Tôi lỡ chuyển 5 triệu cho nó rồi",
            "em ck rồi thì sao ạ",
            "bị lừa mất 20 triệu",
            "LO CHUYEN TIEN",
            "tôi trót chuyển tiền",
            "I have paid already",
            "đã đọc mã OTP",
        ] {
            assert!(says_paid(text), "{text}");
        }
        for text in [
            "tôi chưa chuyển tiền",
            "có nên chuyển tiền không",
            "không đã chuyển tiền",
            "họ bảo chuyển tiền",
            "có bị lừa mất tiền không",
            "nghe câu chuyện rồi",
            "tôi trò chuyện tiền nong",
            "có người chuyển nhầm tiền vào tài khoản tôi",
            "",
        ] {
            assert!(!says_paid(text), "{text}");
        }
    }
}
