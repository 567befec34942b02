//! What a column holds, told by the words of its heading, Vietnamese or English.

use super::{
    column::Role,
    phrases::{ACCOUNT, PHONE, has, is_one_of, words},
    whose::{self, Whose},
};

/// Longest heading, in characters; a letterhead's title is longer or stands alone.
const MAX_HEADING: usize = 120;

/// Numbers of papers and what is in them.
const PAPERS: &str = "cccd;cmnd;can cuoc;ho chieu;passport;id card;identity card;so the;card number;ngay sinh;nam sinh;date of birth;dob";

/// Words that tell a role, tried from the top. Toneless; a word or a phrase matches whole words.
const WORDS: &[(Role, &str)] = &[
    (
        Role::Serial,
        "stt;tt;so tt;so thu tu;no;s t t;serial;index;row;ordinal",
    ),
    (
        Role::Method,
        "hinh thuc;thu doan;phuong thuc;hanh vi;dang lua dao;tom tat;loai lua dao;loai hinh;dau hieu;cach thuc;method;methods;modus operandi;modus;scam type;type of scam;type;category;fraud type",
    ),
    (
        Role::Amount,
        "so tien;thiet hai;gia tri;chiem doat;amount;loss;money;damage",
    ),
    (Role::Date, "thoi gian;ngay;thoi diem;date;time;when;thang"),
    (
        Role::Source,
        "nguon;source;reported by;don vi cung cap;noi cung cap",
    ),
    (
        Role::Note,
        "ghi chu;luu y;note;notes;remark;remarks;comment;comments;mo ta;noi dung;dien giai;tinh trang;ket qua;description;details;status",
    ),
];

const PLACE: &str = "dia ban;dia chi;noi xay ra;dia diem;xa phuong;phuong xa;khu vuc;don vi hanh chinh;xa;phuong;tinh;huyen;noi o;location;place;address;area;ward;commune;province;district;where;unit";
const HOLDER: &str = "chu tai khoan;chu tk;chu the;chu so huu;chu thue bao;ten tai khoan;ten tk;ten chu;ho ten;ho va ten;nguoi thu huong;nguoi nhan;ten doi tuong;holder;account name;holder name;beneficiary;owner;name;full name;ten";
const BANK: &str = "ngan hang;bank;banks;nha bank;to chuc tin dung;nha cung cap;noi mo;mo tai;chi nhanh;provider;institution;nh;nhtm;nh mo tai khoan;ten vi;loai vi;bank name";
const NUMBERED_ACCOUNT: &str = "so tai khoan;sotk;so tk;stk;tknh;account number;account no;account;bank account;acc no;tai khoan ngan hang;tk ngan hang;tai khoan";
const WALLET: &str = "vi dien tu;so vi;vi;e wallet;ewallet;wallet;wallets;momo;zalopay";
const ANY: &str = "dinh danh;identifier;identifiers;so nghi van;so lua dao;so nghi lua dao;so vi pham;so doi tuong;scam number;suspicious number;thong tin lien lac;number;numbers;phone account;so lien he;so lien lac;so;phuong tien lien lac";

/// The role that a heading gives its column; none for text that is no heading.
pub(super) fn role_of(heading: &str) -> Option<Role> {
    let digits = heading.chars().filter(char::is_ascii_digit).count();
    if digits > 2 || is_long(heading) || heading.starts_with(['=', '@']) {
        return None;
    }
    let plain = words(heading);
    if plain.trim().is_empty() {
        return heading.contains('#').then_some(Role::Serial);
    }
    if is_title(&plain) {
        return None;
    }
    let read = identifying(&plain);
    match whose::of(&plain) {
        // "SĐT người bị hại" is nobody's business here.
        Whose::Other => return Some(Role::Private),
        // "Tài khoản đối tượng nhận tiền của bị hại": somebody must say whose.
        Whose::Both => {
            return read
                .filter(|role| role.identifies())
                .or(Some(Role::Private));
        }
        Whose::Suspect | Whose::Unsaid => {}
    }
    if has(&plain, PAPERS) {
        return Some(Role::Private);
    }
    read.or_else(|| {
        let told = WORDS
            .iter()
            .find(|(_, phrases)| has(&plain, phrases))
            .map(|(role, _)| *role);
        told.or_else(|| has(&plain, HOLDER).then_some(Role::Holder))
            .or_else(|| has(&plain, PLACE).then_some(Role::Place))
            .or_else(|| is_one_of(&plain, ANY).then_some(Role::Any))
    })
}

/// Whether toneless words are the title of a list.
fn is_title(plain: &str) -> bool {
    const TITLES: [&str; 9] = [
        "danh sach",
        "tong hop",
        "thong ke",
        "bang",
        "list of",
        "phu luc",
        "bieu",
        "cong an",
        "kinh gui",
    ];
    TITLES
        .iter()
        .any(|start| plain.trim_start().starts_with(start))
}

/// Whom a heading names, with the heading of its group above.
pub(super) fn whose_of(group: &str, heading: &str) -> Whose {
    if is_long(group) || is_long(heading) {
        return Whose::Unsaid;
    }
    let group = words(group);
    let group = if is_title(&group) {
        " "
    } else {
        group.as_str()
    };
    whose::of(&format!("{group}{}", words(heading).trim_start()))
}

/// Whom the title of a list or a section names.
pub(super) fn whose_title(title: &str) -> Whose {
    whose::titled(&words(title))
}

/// Whether a text is too long for a heading or a title.
pub(super) fn is_long(text: &str) -> bool {
    text.chars().nth(MAX_HEADING).is_some()
}

/// Words that say nothing of whose a number is, beside those that ask for one.
const NEUTRAL: &str = "va;hoac;cac;cua;and;or;the;of;co dinh;ca nhan;neu co;if any;su dung;ho va ten;tai;telegram;facebook;momo;sms;vn";

/// Words for reaching somebody: of a victim as often as of a suspect.
const REACH: &str =
    "lien he;lien lac;thong tin lien lac;so lien he;so lien lac;phuong tien lien lac";

/// Whether a heading asks for a number in usual words only, so that it names nobody: "SĐT người nhà" is somebody's.
pub(super) fn is_plain(heading: &str) -> bool {
    // Half a phrase can be a person or a direction: "nhà", "chị", "đi", "gửi".
    const WHOLE: [&str; 5] = [
        " di dong ",
        " chi nhanh ",
        " nha cung cap ",
        " nha bank ",
        " ten gui ",
    ];
    let plain = WHOLE
        .iter()
        .fold(words(heading), |plain, phrase| plain.replace(phrase, " "));
    let lists = [PHONE, ACCOUNT, NUMBERED_ACCOUNT, BANK, WALLET, ANY, NEUTRAL];
    let usual = |word: &str| {
        word.chars().all(|c| c.is_ascii_digit())
            || !["di", "chi", "nha", "gui", "nhan"].contains(&word)
                && lists
                    .iter()
                    .any(|list| list.split([';', ' ']).any(|one| one == word))
    };
    !has(&plain, REACH) && plain.split_whitespace().all(usual)
}

/// The kind of number that another person's heading asks for; none when it asks for his name.
pub(super) fn asks_number(heading: &str) -> Option<Role> {
    let plain = words(heading);
    let any = plain.starts_with(" so ") || has(&plain, "number;numbers");
    identifying(&plain)
        .filter(|role| role.identifies())
        .or(any.then_some(Role::Any))
}

/// Places where people have an account that is no bank's.
const SOCIAL: &str = "telegram;facebook;fb;tiktok;instagram;mang xa hoi;mxh;nick;nickname;shopee;lazada;twitter;linkedin;youtube;messenger;wechat;skype;discord;fanpage;zalo;viber;whatsapp";

/// Those of them where the account is a telephone number.
const BY_PHONE: &str = "zalo;viber;whatsapp";

/// Words for an account that only a bank or a wallet keeps.
const BANKED: &str = "so tai khoan;so tk;stk;tknh;ngan hang;nh;bank;vi;vi dien tu;wallet";

/// What a column for social accounts holds, unless it is for bank accounts too.
fn social(plain: &str) -> Option<Role> {
    if !has(plain, SOCIAL) || has(plain, BANKED) || has(plain, HOLDER) {
        return None;
    }
    // "Tài khoản" and "số" are those of the network.
    let phone = has(plain, BY_PHONE) || has(plain, PHONE);
    Some(if phone { Role::Phone } else { Role::Other })
}

/// Roles about identifiers, banks and holders, whose words overlap.
fn identifying(plain: &str) -> Option<Role> {
    let early = [
        "so tien",
        "hinh thuc",
        "thu doan",
        "thoi gian",
        "ngay",
        "noi dung",
        "amount",
        "method",
        "thiet hai",
        "nguon",
    ];
    if early
        .iter()
        .any(|word| plain.trim_start().starts_with(word))
    {
        return None;
    }
    if let Some(role) = social(plain) {
        return Some(role);
    }
    // "SĐT vi phạm" asks for no wallet.
    let known = plain.replace(" vi pham ", " ").replace(" vi du ", " ");
    let (phone, account, bank) = (has(plain, PHONE), has(plain, ACCOUNT), has(plain, BANK));
    let (wallet, start) = (has(&known, WALLET), plain.trim_start());
    let holder = has(
        plain,
        "chu tai khoan;chu tk;chu the;chu thue bao;chu so huu;ten tai khoan;ten tk;ten chu;account name;holder;account holder;account owner;beneficiary name;owner;ten nguoi nhan",
    );
    let asks_number = has(plain, "so tai khoan;so tk;stk;so dien thoai;sdt;number");
    if holder && !asks_number {
        return Some(Role::Holder);
    }
    if phone && (account || wallet) && !start.starts_with("vi zalo") {
        return Some(Role::Any);
    }
    if account && has(plain, NUMBERED_ACCOUNT) && !bank_first(start) {
        return Some(Role::Account);
    }
    if bank || bank_first(start) {
        return Some(Role::Bank);
    }
    if wallet {
        return Some(Role::Wallet);
    }
    if phone {
        return Some(Role::Phone);
    }
    if account {
        return Some(Role::Account);
    }
    is_one_of(plain, ANY).then_some(Role::Any)
}

/// "Ngân hàng mở tài khoản" asks for the bank, "bank account" for the account.
fn bank_first(start: &str) -> bool {
    let bank = [
        "ngan hang",
        "ten ngan hang",
        "mo tai",
        "noi mo",
        "bank name",
        "name of bank",
        "bank ",
        "nha cung cap",
        "chi nhanh",
        "nh mo",
        "nhtm",
    ];
    bank.iter().any(|word| start.starts_with(word))
        && !start.starts_with("bank account")
        && !start.starts_with("bank acc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_in_the_words_of_many_offices() {
        let table = [
            (
                Role::Phone,
                "Số điện thoại|SĐT|Số ĐT lừa đảo|Điện thoại|ĐTDĐ|Phone number|Số thuê bao|Số gọi đến|Hotline|Brandname|Số Zalo|Mobile|SỐ ĐIỆN THOẠI ĐỐI TƯỢNG SỬ DỤNG",
            ),
            (
                Role::Account,
                "Số tài khoản|STK|Số TK|Tài khoản ngân hàng|Số tài khoản ngân hàng|Account number|Account No.|Bank account|Số tài khoản nhận tiền|Số TK/Ngân hàng",
            ),
            (
                Role::Bank,
                "Ngân hàng|Tên ngân hàng|Ngân hàng mở tài khoản|Bank|Bank name|Ngân hàng/Ví|NH|Mở tại ngân hàng|Ngân hàng thụ hưởng",
            ),
            (
                Role::Any,
                "Số điện thoại/Số tài khoản|Số điện thoại, tài khoản|Identifier|Số lừa đảo|Phone/Account",
            ),
            (Role::Wallet, "Ví điện tử|Số ví|E-wallet"),
            (
                Role::Holder,
                "Tên chủ tài khoản|Chủ TK|Họ và tên chủ tài khoản|Account holder|Account name|Chủ thuê bao|Tên tài khoản|Họ tên",
            ),
            (
                Role::Method,
                "Hình thức, thủ đoạn|Thủ đoạn chiếm đoạt tài sản|Phương thức thủ đoạn|Method|Scam type|Hình thức lừa đảo qua điện thoại",
            ),
            (
                Role::Amount,
                "Số tiền bị chiếm đoạt (đồng)|Thiệt hại|Amount (VND)|Số tiền chuyển vào tài khoản",
            ),
            (Role::Date, "Thời gian xảy ra|Ngày|Date|Ngày tháng năm"),
            (Role::Place, "Địa bàn|Nơi xảy ra|Xã/phường|Place|Địa chỉ"),
            (Role::Source, "Nguồn tin|Nguồn|Source"),
            (Role::Note, "Ghi chú|Note|Remarks|Nội dung vụ việc"),
            (Role::Serial, "STT|TT|No.|#|Số TT"),
            (
                Role::Private,
                "SĐT người bị hại|Họ tên nạn nhân|Victim phone|Số CCCD|Người trình báo|Số điện thoại người báo tin",
            ),
        ];
        for (role, headings) in table {
            for heading in headings.split('|') {
                assert_eq!(role_of(heading), Some(role), "{heading}");
            }
        }
        for text in [
            "CÔNG AN TỈNH THANH HÓA",
            "DANH SÁCH SỐ ĐIỆN THOẠI, TÀI KHOẢN",
            "0950001001",
            "Số: 12/DS-CAP ngày 01/03/2026",
            "",
        ] {
            assert_eq!(role_of(text), None, "{text}");
        }
    }
}
