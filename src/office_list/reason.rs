//! Why a row was not simply accepted, in words for the office.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::identifier::Reason;

/// Why a row is doubtful, refused or skipped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RowReason {
    /// The machine word.
    pub code: &'static str,
    /// What to do about it, Vietnamese.
    pub detail_vi: &'static str,
    /// What to do about it, English.
    pub detail_en: &'static str,
}

macro_rules! reasons {
    ($($name:ident $code:literal $vi:literal $en:literal)*) => {
        impl RowReason {
            $(#[doc = $en] pub const $name: Self = Self { code: $code, detail_vi: $vi, detail_en: $en };)*
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

reasons! {
    BLANK "blank-row"
        "Dòng trống." "The row is blank."
    HEADING "repeated-heading"
        "Dòng tiêu đề." "A heading, not an entry."
    NUMBERING "column-numbers"
        "Dòng đánh số cột." "The numbers of the columns, not an entry."
    SUBTOTAL "subtotal"
        "Dòng cộng." "A subtotal, not an entry."
    SIGNATURE "signature"
        "Dòng ký tên hoặc lời văn, không có số nào." "A signature or other text, without a number."
    OTHER_SHEET "other-sheet"
        "Tệp còn trang tính khác cũng có danh sách. Chỉ trang đầu được đọc; hãy tách các trang sau ra tệp riêng."
        "The file has another sheet with a list. Only the first was read; put the others in files of their own."
    HIDDEN_ROW "hidden-row"
        "Dòng bị ẩn hoặc bị lọc nên không được đọc. Muốn gồm cả dòng này: bỏ ẩn, bỏ lọc trong Excel rồi gửi lại."
        "The row is hidden or filtered out and was not read. To include it, unhide it in Excel and send the file again."
    HIDDEN_COLUMNS "hidden-columns"
        "Tệp có cột bị ẩn; các cột đó không được đọc. Muốn gồm cả chúng: bỏ ẩn trong Excel rồi gửi lại."
        "The file has hidden columns, which were not read. To include them, unhide them in Excel and send the file again."
    HIDDEN_SHEET "hidden-sheet"
        "Tệp có trang tính bị ẩn cũng chứa danh sách; trang đó không được đọc. Muốn gồm cả trang đó: bỏ ẩn, tách ra tệp riêng rồi gửi."
        "The file has a hidden sheet with a list, which was not read. To include it, unhide it and send it as a file of its own."
    PARTS_LEFT_OUT "parts-left-out"
        "Tệp còn trang tính khác có danh sách, hoặc có trang tính hay cột bị ẩn; các phần đó không được đọc. Hãy bỏ ẩn, tách mỗi trang ra một tệp rồi gửi."
        "The file has other sheets with lists, or hidden sheets or columns; these parts were not read. Unhide them, and send each sheet as a file of its own."
    STRUCK "struck-through"
        "Dòng có chữ bị gạch ngang. Có thể đã được rút lại: hãy hỏi người lập danh sách."
        "Something in the row is struck through. It may have been taken back: ask whoever made the list."
    TAKEN_BACK "taken-back"
        "Lời ghi chú cho thấy số này có thể không phải của đối tượng, hoặc đã được rút lại. Hãy hỏi người lập danh sách."
        "A remark says that the number may not be the suspect's, or was taken back. Ask whoever made the list."
    WHOSE "whose-number"
        "Số này của ai? Tên cột, tên nhóm hoặc tên danh sách không nói rõ là của đối tượng. Chỉ xác nhận khi chắc chắn."
        "Whose number is this? The heading, the group or the title does not say that it is the suspect's. Confirm it only when you are sure."
    MOMENT "date-and-time"
        "Đây là ngày giờ, không phải số điện thoại hay tài khoản." "A date or a time, not a number of a phone or an account."
    THOUSANDS "thousands-separators"
        "Số điện thoại bị ghi như số tiền, có dấu chia hàng nghìn. Hãy xem số đọc được có đúng không."
        "The phone number is written like an amount, in thousands. Look whether it was read rightly."
    BANK_ABOVE "bank-above"
        "Ô ngân hàng trống; ngân hàng lấy theo dòng nhóm phía trên. Hãy xem có đúng không."
        "The bank's cell is empty; the bank is that of the group above. Look whether it is right."
    OLD_FONT_READ "old-font-read"
        "Danh sách gõ bằng phông cũ (TCVN3 hoặc VNI), đã được đổi sang Unicode để đọc. Hãy xem tên cột và ghi chú có đúng không."
        "The list was typed in an old font (TCVN3 or VNI) and was converted to Unicode. Look whether headings and remarks read rightly."
    TOO_MANY "too-many-numbers"
        "Dòng có quá nhiều số (hơn 50). Hãy tách thành nhiều dòng."
        "The row has too many numbers (more than 50). Split it into several rows."
    NO_IDENTIFIER "no-identifier"
        "Dòng không có số điện thoại, tài khoản hay ví nào." "The row has no phone number, account or wallet."
    OLD_FONT "old-font"
        "Chữ theo phông cũ (TCVN3, VNI) nên không đọc được. Hãy chuyển sang Unicode."
        "The text is in an old font encoding (TCVN3, VNI). Convert it to Unicode."
    FORMULA "formula"
        "Ô chứa công thức. Hãy gõ lại thành chữ." "The cell holds a formula. Type it again as text."
    CELL_ERROR "cell-error"
        "Ô báo lỗi của bảng tính. Hãy gõ lại số." "The cell shows a spreadsheet error. Type the number again."
    OPEN_QUOTE "open-quote"
        "Dấu nháy kép mở mà không đóng, nhiều dòng bị dính làm một." "A quote is opened and not closed: several lines ran together."
    MASKED "masked-number"
        "Số bị che một phần nên không dùng được." "Part of the number is hidden."
    IDENTITY_CARD "identity-card"
        "Giống số căn cước. Không lưu số giấy tờ." "Looks like the number of an identity card, which is not kept."
    CARD_NUMBER "card-number"
        "Đây là số thẻ, không phải số tài khoản. Không lưu số thẻ." "A card's number, not an account's. Card numbers are not kept."
    ACCOUNT_WITHOUT_BANK "account-without-bank"
        "Có số tài khoản nhưng thiếu ngân hàng." "An account number without a bank."
    UNKNOWN_BANK "unknown-bank"
        "Không rõ là ngân hàng hay ví nào. Hãy ghi tên thường dùng." "The bank or wallet is not known. Give its usual name."
    AMBIGUOUS_BANK "ambiguous-bank"
        "Tên này có thể là nhiều ngân hàng. Hãy ghi đủ tên." "The name may mean more than one bank. Give it in full."
    COLUMNS_SWAPPED "columns-swapped"
        "Có vẻ cột số tài khoản và cột ngân hàng bị đổi chỗ." "The account number and the bank seem to have changed places."
    TOO_SHORT "too-short"
        "Số quá ngắn." "The number is too short."
    TOO_LONG "too-long"
        "Số quá dài." "The number is too long."
    NOT_A_NUMBER "not-a-number"
        "Không phải số điện thoại, đầu số hay tên người gửi." "Neither a phone number nor a sender's name."
    NOT_ASSIGNED "not-assigned"
        "Không đúng dạng số điện thoại nào." "No numbering plan has such a phone number."
    BAD_ACCOUNT "bad-account"
        "Không đúng dạng số tài khoản." "Not in the form of an account number."
    NUMBER_DESTROYED "scientific-notation"
        "Bảng tính đã làm mất chữ số. Hãy định dạng cột là Văn bản và nhập lại."
        "A spreadsheet has lost digits. Format the column as Text and type the number again."
    LINK "link"
        "Đây là đường dẫn, không phải số." "A link, not a number."
    BAD_QR "bad-qr"
        "Mã QR không đọc được." "The QR text can't be read."
    OFFICIAL "official-identifier"
        "Số của cơ quan nhà nước hoặc tổng đài chính thức, được bảo vệ." "A protected number of an authority or an official line."
    SEVERAL_NUMBERS "several-numbers"
        "Một ô có nhiều số. Hãy xem kỹ hoặc tách mỗi số một dòng." "More than one number in a cell. Look closely, or give each its own row."
    LETTERS "letters-in-number"
        "Có chữ lẫn trong số, ví dụ chữ O thay số 0, hoặc số đọc được nhiều cách. Hãy xem lại số." "A letter stands among the digits, such as O for 0, or there is more than one reading. Look at the number."
    ZEROS_LOST "leading-zeros-lost"
        "Tài khoản nằm trong ô kiểu số nên có thể mất số 0 ở đầu. Hãy đối chiếu bản gốc."
        "The account is in a number cell, which loses leading zeros. Compare it with the original."
    UNLIKELY_LENGTH "unlikely-length"
        "Độ dài số tài khoản lạ với ngân hàng này. Hãy đối chiếu bản gốc." "The account's length is unusual for this bank. Compare it with the original."
    IMPOSSIBLE_DATE "impossible-date"
        "Ngày không có trong lịch. Số thì đọc được." "The date is not in the calendar. The number is readable."
    UNSURE_NAME "unsure-name"
        "Có thể là tên người gửi tin nhắn, cũng có thể chỉ là lời ghi. Hãy xem lại." "May be a sender's name, or only a remark. Look at it."
    TWO_BANKS "two-banks"
        "Ô số tài khoản ghi một ngân hàng, cột ngân hàng ghi ngân hàng khác." "The account's cell names one bank and the bank's column another."
    WORDS_BESIDE "words-beside-number"
        "Trong ô số tài khoản còn có chữ khác. Hãy xem số đọc được có đúng không." "There are words beside the account number. Look whether the number was read rightly."
    SAME_AS_ABOVE "same-as-above"
        "Số này đã có ở một dòng phía trên của cùng tệp; chỉ đề nghị một lần." "The same number stands in a row above; it is proposed once."
    UNLIKELY_PHONE "unlikely-phone"
        "Số nước ngoài có dạng lạ. Hãy xem lại." "A foreign number of an unusual form. Look at it."
}

impl RowReason {
    /// Reasons that are about parts of the file, not about a row.
    pub const LEFT_OUT: [Self; 5] = [
        Self::OLD_FONT_READ,
        Self::OTHER_SHEET,
        Self::HIDDEN_SHEET,
        Self::HIDDEN_COLUMNS,
        Self::PARTS_LEFT_OUT,
    ];

    /// The text for people: English for `en`, else Vietnamese.
    pub fn detail(&self, lang: &str) -> &'static str {
        if lang == "en" {
            self.detail_en
        } else {
            self.detail_vi
        }
    }

    /// What a text that is no identifier means for its row.
    pub(super) const fn of(reason: Reason) -> Self {
        match reason {
            Reason::Empty => Self::NO_IDENTIFIER,
            Reason::TooLong => Self::TOO_LONG,
            Reason::Ambiguous => Self::LETTERS,
            Reason::Masked => Self::MASKED,
            Reason::IdentityCard => Self::IDENTITY_CARD,
            Reason::CardNumber => Self::CARD_NUMBER,
            Reason::AccountWithoutBank => Self::ACCOUNT_WITHOUT_BANK,
            Reason::UnknownBank | Reason::UnknownWallet => Self::UNKNOWN_BANK,
            Reason::TooShort => Self::TOO_SHORT,
            Reason::NotANumber | Reason::NotASender | Reason::NotCanonical | Reason::Malformed => {
                Self::NOT_A_NUMBER
            }
            Reason::SeveralNumbers => Self::SEVERAL_NUMBERS,
            Reason::NotAssigned => Self::NOT_ASSIGNED,
            Reason::BadAccount => Self::BAD_ACCOUNT,
            Reason::BadQr | Reason::MerchantQr | Reason::ForeignQr => Self::BAD_QR,
            Reason::Formula => Self::FORMULA,
            Reason::ScientificNotation | Reason::SpreadsheetNumber => Self::NUMBER_DESTROYED,
            Reason::Link => Self::LINK,
        }
    }
}

/// Its machine word.
impl Serialize for RowReason {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.code.serialize(out)
    }
}

impl<'de> Deserialize<'de> for RowReason {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = <&str>::deserialize(from)?;
        let known = Self::ALL.iter().find(|reason| reason.code == code);
        known
            .copied()
            .ok_or_else(|| de::Error::custom("no such reason"))
    }
}
