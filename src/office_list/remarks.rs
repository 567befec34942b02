//! Words beside the numbers of a row that speak against it: "không phải lừa đảo", "số của bị hại", "đã xóa".

use std::sync::LazyLock;

use super::{
    column::Role,
    headings::Columns,
    phrases::{PhraseBook, words},
    repeats::is_mark,
    sheet::Row,
    whose::{self, Whose},
};
use crate::domain::text;

/// Words that clear a number, wherever they stand. Toneless.
const CLEARS: &str = "khong phai lua dao;khong phai la lua dao;khong lua dao;khong lua;khong phai lua;khong phai so lua dao;khong phai so lua;khong phai doi tuong;khong phai la doi tuong;khong phai cua doi tuong;khong phai so cua doi tuong;khong dung doi tuong;khong vi pham;khong lien quan;khong phai scam;khong co dau hieu;khong co can cu;khong co van de;da xac minh khong phai;minh oan;vo can;vo toi;so sach;so chinh chu cua;chinh chu cua co quan;chinh chu bi mao danh;so cua co quan;so co quan;so cua cong an;so cua ubnd;so cua ngan hang that;tong dai chinh thuc;hotline chinh thuc;bao nham;to nham;to cao nham;to giac sai;vu khong;hieu nham;rut to giac;rut don to giac;giao dich dan su;tranh chap dan su;da doi chu;chu moi;cap lai cho;cap cho nguoi khac;bi chiem quyen;not a scam;not scam;not a scammer;not the suspect;not fraud;not involved;innocent;false positive;false alarm;false report;cleared;mistaken";

/// Words that take an entry out of a list, where somebody remarks on it.
const TAKES_BACK: &str = "da xoa khoi;da xoa so;da xoa dong;da xoa ten;xoa khoi;xoa dong;xoa so;de nghi xoa so;xoa ten;da go khoi;go bo;go khoi;de nghi go;de nghi bo;da loai;loai bo;loai khoi;loai tru;bo dong;bo so nay;so nham;ghi nham;nhap nham;viet nham;dua nham;nham lan;nham dong;nham nguoi;so sai;ghi sai so;da rut khoi;rut don;rut yeu cau;rut de nghi;thu hoi de nghi;huy de nghi;dinh chinh;so khong dung;khong dung so;khong con dung;khong chinh xac;dang xac minh;cho xac minh;can xac minh;chua xac minh so;chua du can cu;khong du can cu;khong du co so;chua ket luan;khong dua vao;khong lay;removed from;remove this;removed;delete this;deleted;withdrawn;cancelled;canceled;mistake;wrong entry;do not list;do not use;unverified;not verified;not confirmed";

/// Words that take an entry back when they are all of a remark.
const ALONE: &str = "xoa;da xoa;xin xoa;can xoa;nen xoa;bo;bo di;gach bo;da bo;nham;nham so;sai;sai so;loai;huy;da huy;rut;da rut;rut lai;xin rut;go;da go;kiem tra lai;xem lai;xac minh lai;chua ro;chua xac minh;an toan;sach;binh thuong;nguoi tot;ignore;remove;delete;withdraw;wrong;error;duplicate entry;safe;clean;ok;cleared";

/// What denies in a column that asks whether it is a swindle.
const DENIES: &str = "khong;khong phai;ko;k;kg;n;no;false;0;x0;am tinh;chua;khong co";

/// Headings under which a denial is one.
const ASKS: &str = "ket luan;xac minh;danh gia;ket qua;phan loai;trang thai";

/// What a number is called before its owner.
const NUMBERS: &str =
    "so;sdt;stk;tk;so dien thoai;dien thoai;so tai khoan;tai khoan;so may;number;phone;account";

/// Verbs before a number that make it a part of the story: "hack tài khoản của bị hại".
const STORY: [&str; 12] = [
    "hack", "lay", "chiem", "dung", "xin", "biet", "bao", "gia", "khoa", "mo", "noi", "cai",
];

/// Words between a number and its owner.
const OF: [&str; 6] = ["cua", "nay", "la", "of", "do", "me"];

/// Words that a remark may have before the person whose number it is.
const LEADS: [&str; 22] = [
    "so", "sdt", "dt", "dien", "thoai", "thue", "bao", "chu", "stk", "tk", "tai", "khoan", "cua",
    "la", "day", "nay", "do", "lien", "he", "s", "belongs", "to",
];

/// Words that it may have behind the person.
const TRAILS: [&str; 8] = ["su", "dung", "nay", "that", "roi", "number", "s", "so"];

/// Bytes of a remark that are looked at, as they read written out: what takes a number back is said at once.
const MAX_REMARK: usize = 300;

/// Words that are looked at behind a number's word.
const MAX_OWNER: usize = 10;

/// Words before a number's word that are looked at for such a verb.
const STORY_WORDS: usize = 3;

static CLEARING: LazyLock<PhraseBook> = LazyLock::new(|| PhraseBook::of(CLEARS));
static TAKING_BACK: LazyLock<PhraseBook> = LazyLock::new(|| PhraseBook::of(TAKES_BACK));
static NUMBER: LazyLock<PhraseBook> = LazyLock::new(|| PhraseBook::of(NUMBERS));

/// Whether words clear a number or take it out of a list.
pub(super) fn clears(words: &[&str]) -> bool {
    CLEARING.is_in(words) || TAKING_BACK.is_in(words)
}

/// Whether the words beside the numbers of a row, or with them in a cell, speak against it.
pub(super) fn take_back(row: &Row, columns: &Columns) -> bool {
    // A line under the list has no number of its own.
    let mut serials = columns.with(Role::Serial).peekable();
    let is_unnumbered =
        serials.peek().is_some() && serials.all(|column| row.cell(column).is_none());
    row.filled().any(|(column, cell)| {
        let role = columns.role(column);
        // Who pretends to have the wrong number begins a swindle.
        let written = text::within_written_out(&cell.text, MAX_REMARK);
        let plain = words(written)
            .replace(" goi nham so ", " ")
            .replace(" tin nham so ", " ");
        let words: Vec<&str> = plain.split_whitespace().collect();
        let clears = || CLEARING.is_in(&words);
        match role {
            Role::Note | Role::Other | Role::Source => {
                is_mark(cell)
                    || clears()
                    || TAKING_BACK.is_in(&words)
                    || is_all(&words, ALONE)
                    || is_anothers(&words)
                    || is_a_person(&words)
                    || is_told_in_brackets(written)
                    || is_unnumbered && whose::of(&plain) == Whose::Other
                    || denies(&words, columns, column)
            }
            Role::Holder => clears() || is_a_person(&words) || is_told_in_brackets(written),
            Role::Method => clears() || is_all(&words, ALONE) || is_a_person(&words),
            Role::Phone | Role::Account | Role::Any | Role::Wallet => {
                clears() || whose::of(&plain) == Whose::Other || plain.contains(" lien he ")
            }
            Role::Place | Role::Date | Role::Amount => clears(),
            // Words where the row's number belongs: a line under the list.
            Role::Serial => {
                words.len() > 1 && whose::of(&plain) == Whose::Other || is_contact(&plain)
            }
            Role::Bank | Role::Private => false,
        }
    })
}

fn is_contact(plain: &str) -> bool {
    plain.starts_with(" lien he ") || plain.starts_with(" nguoi lap ")
}

fn is_all(words: &[&str], phrases: &str) -> bool {
    let all = words.join(" ");
    phrases.split(';').any(|phrase| phrase == all)
}

/// "Bị hại", "SĐT do bị hại sử dụng"; not "bị hại chuyển 5 triệu".
fn is_a_person(words: &[&str]) -> bool {
    let led = words.iter().take_while(|word| LEADS.contains(word)).count();
    // "Người liên hệ" begins with no word that leads to another one.
    [0, led].into_iter().any(|from| {
        let rest = &words[from..];
        let named = whose::others_words(rest);
        named > 0 && rest[named..].iter().all(|word| TRAILS.contains(word))
    })
}

/// "Bà Thu (nạn nhân)": what stands in brackets is another person.
fn is_told_in_brackets(text: &str) -> bool {
    let inside = text
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    inside.is_some_and(|(inside, _)| whose::of(&words(inside)) == Whose::Other)
}

fn denies(words: &[&str], columns: &Columns, column: usize) -> bool {
    let heading = self::words(columns.heading(column));
    let asks = columns.names_suspect(column)
        || ASKS
            .split(';')
            .any(|phrase| heading.contains(&format!(" {phrase} ")));
    asks && is_all(words, DENIES)
}

/// "Số của bị hại", "đã xác minh: số người trình báo"; not "tài khoản bị hại chuyển đến", nor "số tố giác: 3".
fn is_anothers(words: &[&str]) -> bool {
    (0..words.len()).any(|at| {
        let Some(length) = NUMBER.begins(&words[at..]) else {
            return false;
        };
        let before = &words[at.saturating_sub(STORY_WORDS)..at];
        if before.iter().any(|word| STORY.contains(word)) {
            return false;
        }
        let rest = &words[at + length..];
        let of = rest.iter().take_while(|word| OF.contains(word)).count();
        let owner = &rest[of..rest.len().min(of + MAX_OWNER)];
        let named = whose::others_words(owner);
        // What a person did, or how many there are, is a story.
        let does = owner.contains(&"chuyen")
            || owner.iter().any(|word| word.parse::<u64>().is_ok())
            || owner
                .get(named)
                .is_some_and(|word| ["bi", "rat", "nhieu", "de"].contains(word));
        named > 0 && !does
    })
}
