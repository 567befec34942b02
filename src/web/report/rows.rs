//! What is going to be sent, in plain words.

use super::{draft::Draft, typed::Typed};
use crate::{
    domain::{
        identifier::Identifier,
        intake::masking::MaskedKind,
        message::Lang,
        report::{
            reading::NOT_REMEMBERED,
            told::{ReachBy, Told},
            words::IdentifierRole,
        },
    },
    present::words,
};

/// A question and the answer to it.
pub struct Row {
    pub question: &'static str,
    pub answer: String,
}

/// Every answer, in the order of the form.
pub fn rows(typed: &Typed, draft: &Draft, lang: Lang) -> Vec<Row> {
    let told = &typed.report.told;
    let mut rows = vec![Row {
        question: lang.pick("Đã mất tiền chưa?", "Is money lost?"),
        answer: match draft.is_loss() {
            true => lang.pick("Rồi", "Yes"),
            false => lang.pick("Chưa", "No"),
        }
        .to_owned(),
    }];
    let mut add = |question: &'static str, answer: String| {
        if !answer.is_empty() {
            rows.push(Row { question, answer });
        }
    };
    for role in IdentifierRole::ALL {
        add(asked(*role, lang), numbers(told, *role, lang));
    }
    let amount = told.amount_vnd.map(|sum| money(sum, lang));
    add(lang.pick("Số tiền", "Sum"), amount.unwrap_or_default());
    add(lang.pick("Chuyển lúc", "Paid at"), when(told, draft, lang));
    let sent = told.transfers.first();
    let bank_ref = sent.and_then(|sent| sent.bank_ref.clone());
    add(
        lang.pick("Mã giao dịch", "Bank's reference"),
        bank_ref.unwrap_or_default(),
    );
    add(
        lang.pick("Chuyện xảy ra", "What happened"),
        told.story.clone(),
    );
    let place = told.place.map(|place| words::unit_in_full(place, lang));
    add(
        lang.pick("Nơi bác ở", "Where you live"),
        place.unwrap_or_default(),
    );
    add(
        lang.pick("Liên lạc với bác", "Contact"),
        contact(typed, lang),
    );
    rows
}

/// What a number had to do with it, as the reporter says it.
const fn asked(role: IdentifierRole, lang: Lang) -> &'static str {
    match role {
        IdentifierRole::ContactedMe => {
            lang.pick("Số đã gọi, nhắn cho bác", "Called or wrote to you")
        }
        IdentifierRole::ReceivedMoney => lang.pick("Nơi nhận tiền của bác", "Received your money"),
        IdentifierRole::Mentioned => lang.pick("Số chúng đưa cho bác", "Was named to you"),
        IdentifierRole::Impersonated => lang.pick("Số bị mạo danh", "Was imitated"),
        IdentifierRole::Mine => lang.pick("Số của bác", "Your own"),
    }
}

fn numbers(told: &Told, role: IdentifierRole, lang: Lang) -> String {
    let told = told.identifiers.iter().filter(|told| told.role == role);
    let numbers = told.map(|told| {
        let kind = words::kind(told.identifier.kind(), lang);
        match told.identifier.display() {
            display if display.contains('·') => display,
            display => format!("{display} ({kind})"),
        }
    });
    numbers.collect::<Vec<_>>().join("\n")
}

/// A sum as people write it.
fn money(sum: u64, lang: Lang) -> String {
    format!("{} {}", words::grouped(sum, lang), lang.pick("đồng", "VND"))
}

fn when(told: &Told, draft: &Draft, lang: Lang) -> String {
    if told.happened_at.as_deref() == Some(NOT_REMEMBERED) {
        return lang.pick("Không nhớ", "Not remembered").to_owned();
    }
    let sent = told.transfers.first();
    sent.map_or_else(String::new, |sent| match draft.get("time").is_empty() {
        true => words::day(sent.at, lang),
        false => words::moment(sent.at, lang),
    })
}

fn contact(typed: &Typed, lang: Lang) -> String {
    let contact = &typed.report.contact;
    if contact.is_empty() {
        return lang
            .pick(
                "Không để lại tên và số điện thoại",
                "No name or telephone number",
            )
            .to_owned();
    }
    let how = match contact.how {
        ReachBy::Call => lang.pick("gọi điện", "by call"),
        ReachBy::Sms => lang.pick("nhắn tin", "by SMS"),
        ReachBy::Zalo => lang.pick("Zalo", "by Zalo"),
        ReachBy::None => lang.pick("đừng liên lạc", "do not contact me"),
    };
    let parts = [&contact.name, &contact.phone, how, &contact.best_time];
    let said = parts.into_iter().filter(|part| !part.is_empty());
    said.map(|part: &str| part.to_owned())
        .collect::<Vec<_>>()
        .join(", ")
}

/// What became of the texts that the reporter should know, in sentences.
pub fn notices(typed: &Typed, lang: Lang) -> Vec<String> {
    let mut told = Vec::new();
    let masked = typed.masked.iter().map(|kind| match kind {
        MaskedKind::CardNumber => lang.pick("số thẻ", "card numbers"),
        MaskedKind::IdentityNumber => lang.pick("số căn cước", "identity numbers"),
        MaskedKind::ReceiptCode => lang.pick("mã biên nhận", "receipt codes"),
    });
    let masked: Vec<&str> = masked.collect();
    if !masked.is_empty() {
        let all = masked.join(", ");
        told.push(match lang {
            Lang::Vi => format!(
                "Chúng tôi đã che {all} trong lời kể, để không ai lấy được. Số tài khoản của kẻ gian thì bác ghi ở ô số, ở đó không bị che."
            ),
            Lang::En => format!(
                "We have masked {all} in your text, so that nobody can take them. Write the scammer's account into the box for numbers, where nothing is masked."
            ),
        });
    }
    for number in phones_that_were_paid(&typed.report.told) {
        told.push(match lang {
            Lang::Vi => format!(
                "{number} giống số điện thoại. Nếu đó là ví hoặc tài khoản, bác bấm “Sửa lại” và ghi thêm tên ví, tên ngân hàng. Không sửa cũng gửi được."
            ),
            Lang::En => format!(
                "{number} looks like a telephone number. If it is a wallet or an account, go back and add the name of the wallet or bank. You can also send it as it is."
            ),
        });
    }
    for line in &typed.unread {
        told.push(match lang {
            Lang::Vi => format!(
                "Chưa đọc được “{line}”. Nếu là số tài khoản, bác bấm “Sửa lại” và ghi thêm tên ngân hàng: công an báo ngân hàng nhanh hơn. Không sửa cũng gửi được."
            ),
            Lang::En => format!(
                "“{line}” could not be read. If it is an account, go back and add the name of its bank. You can also send it as it is."
            ),
        });
    }
    told
}

/// Telephone numbers where an account or a wallet was asked for.
fn phones_that_were_paid(told: &Told) -> Vec<String> {
    let paid = told
        .identifiers
        .iter()
        .filter(|told| told.role == IdentifierRole::ReceivedMoney);
    let phones = paid.filter(|told| match told.identifier {
        Identifier::Phone(_) | Identifier::ShortCode(_) | Identifier::Sender(_) => true,
        Identifier::Account(_) | Identifier::Wallet(_) => false,
    });
    phones.map(|told| told.identifier.display()).collect()
}
