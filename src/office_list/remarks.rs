//! Remarks that take a row back: "không phải lừa đảo", "số của bị hại", "đã xóa".

use std::sync::LazyLock;

use super::{
    column::Role,
    headings::Columns,
    phrases::{PhraseBook, words},
    sheet::Row,
    whose,
};

/// Words that clear a number, wherever they stand. Toneless.
const CLEARS: &str = "khong phai lua dao;khong phai la lua dao;khong lua dao;khong phai so lua dao;khong phai doi tuong;khong phai la doi tuong;khong vi pham;khong lien quan;khong phai scam;khong co dau hieu;minh oan;vo can;vo toi;so chinh chu;chinh chu cua co quan;so cua co quan;so co quan;not a scam;not scam;not a scammer;not fraud;not involved;innocent;false positive;false alarm;cleared;mistaken";

/// Words that take an entry out of a list, where somebody remarks on it.
const TAKES_BACK: &str = "da xoa;xoa khoi;xoa dong;xoa so;de nghi xoa;xoa ten;can xoa;da go;go bo;go khoi;da loai;loai bo;loai khoi;loai tru;bo dong;bo so nay;nham so;so nham;ghi nham;nhap nham;nham lan;nham dong;nham nguoi;sai so;so sai;ghi sai;nhap sai;rut lai;da rut;rut don;rut yeu cau;thu hoi de nghi;da huy;huy bo;huy de nghi;so khong dung;khong dung so;khong con dung;khong chinh xac;chua xac minh;chua du can cu;khong du can cu;khong du co so;kiem tra lai;xac minh lai;khong dua vao;removed;remove;delete;deleted;withdrawn;withdraw;cancelled;canceled;mistake;wrong number;do not list;unverified;not verified;not confirmed";

/// What a number is called before its owner.
const NUMBERS: &str =
    "so;sdt;stk;tk;so dien thoai;dien thoai;so tai khoan;tai khoan;so may;number;phone;account";

/// Words between a number and its owner.
const OF: [&str; 4] = ["cua", "nay", "la", "of"];

/// Words that are looked at behind a number's word.
const MAX_OWNER: usize = 10;

static CLEARING: LazyLock<PhraseBook> = LazyLock::new(|| PhraseBook::of(CLEARS));
static TAKING_BACK: LazyLock<PhraseBook> = LazyLock::new(|| PhraseBook::of(TAKES_BACK));
static NUMBER: LazyLock<PhraseBook> = LazyLock::new(|| PhraseBook::of(NUMBERS));

/// Whether the words beside the numbers of a row speak against it.
pub(super) fn take_back(row: &Row, columns: &Columns) -> bool {
    row.filled().any(|(column, cell)| {
        let remarks = match columns.role(column) {
            Role::Note | Role::Other | Role::Source => true,
            Role::Method | Role::Holder => false,
            Role::Phone
            | Role::Account
            | Role::Any
            | Role::Bank
            | Role::Wallet
            | Role::Amount
            | Role::Date
            | Role::Place
            | Role::Serial
            | Role::Private => return false,
        };
        // Who pretends to have the wrong number begins a swindle.
        let plain = words(&cell.text)
            .replace(" goi nham so ", " ")
            .replace(" tin nham so ", " ");
        let words: Vec<&str> = plain.split_whitespace().collect();
        CLEARING.is_in(&words) || remarks && (TAKING_BACK.is_in(&words) || is_anothers(&words))
    })
}

/// "Số của bị hại", "đã xác minh: số người trình báo"; not "tài khoản bị hại chuyển đến", nor "số tố giác: 3".
fn is_anothers(words: &[&str]) -> bool {
    (0..words.len()).any(|at| {
        let Some(length) = NUMBER.begins(&words[at..]) else {
            return false;
        };
        let rest = &words[at + length..];
        let of = rest.iter().take_while(|word| OF.contains(word)).count();
        let owner = &rest[of..rest.len().min(of + MAX_OWNER)];
        let does =
            owner.contains(&"chuyen") || owner.iter().any(|word| word.parse::<u64>().is_ok());
        whose::begins_with_other(owner) && (of > 0 || !does)
    })
}
