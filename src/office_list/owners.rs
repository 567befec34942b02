//! Persons that columns name: the numbers beside a name are that person's, whatever their own headings leave unsaid.

use super::{
    column::Role,
    phrases::{has, words},
    roles::asks_number,
    whose::{self, Whose},
};

/// Words that a heading begins with when it only mentions a person: a sum, a day, a report, a count.
const ABOUT: &str = "so tien;tien;tong;thiet hai;tai san;gia tri;noi dung;tom tat;dien bien;mo ta;ghi chu;ly do;ket qua;tinh trang;trang thai;ngay;gio;thoi gian;thoi diem;thang;dia ban;noi trinh bao;noi to giac;noi phan anh;noi xay ra;dia diem;khu vuc;hinh thuc;thu doan;phuong thuc;cach thuc;hanh vi;loai;dang;kenh;nguon;don vi;co quan;cong an;so luong;so lan;so luot;so vu;so don;so nguoi;luot;ma;don;phieu;bien ban;don trinh bao;to giac;trinh bao;tin bao;quan he;muc do;date;time;amount;loss;number of;type of;details;summary;description;status;place of;source";

/// Words that an English heading ends with when it only mentions a person.
const ABOUT_LAST: &str =
    "loss;amount;statement;date;time;count;area;ward;province;district;description;status;report";

/// Whose the numbers beside a column are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Owner {
    /// The suspect's.
    Suspect,
    /// A victim's, a reporter's, a customer's: the list is of such persons.
    Person,
    /// An officer's: only of what stands after him.
    Officer,
}

/// The person that a column's heading, read with that of its group, names.
pub(super) fn of(group: &str, heading: &str, said: Whose) -> Option<Owner> {
    if said == Whose::Unsaid || mentions_only(&words(heading)) {
        return None;
    }
    match said {
        Whose::Suspect => Some(Owner::Suspect),
        Whose::Both => Some(Owner::Person),
        Whose::Other => {
            let plain = words(&format!("{group} {heading}"));
            let officer = whose::titled(&plain) == Whose::Unsaid;
            Some(if officer {
                Owner::Officer
            } else {
                Owner::Person
            })
        }
        Whose::Unsaid => None,
    }
}

fn mentions_only(plain: &str) -> bool {
    let plain = plain.trim();
    let begins = |word: &str| {
        let rest = plain.strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let ends = |word: &str| {
        let rest = plain.strip_suffix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
    };
    // "Ngân hàng bị giả danh": whose name is used is no owner of numbers.
    let posed = plain.contains("bi gia mao") || plain.contains("bi gia danh");
    posed || ABOUT.split(';').any(begins) || ABOUT_LAST.split(';').any(ends)
}

/// Whether "SĐT nạn nhân" stands beside another column for telephones: then it is told apart from that one, and says
/// nothing of it.
pub(super) fn is_told_apart(heading: &str, roles: &[Role]) -> bool {
    let Some(kind) = asks_number(heading) else {
        return false;
    };
    roles
        .iter()
        .any(|role| role.identifies() && (*role == kind || *role == Role::Any || kind == Role::Any))
}

/// Whether what a column that names nobody holds may be another person's.
pub(super) fn may_be_others(owners: &[Option<Owner>], column: usize) -> bool {
    let nearest = owners.iter().take(column).rev().find_map(|owner| *owner);
    match nearest {
        Some(Owner::Suspect) => false,
        Some(Owner::Person | Owner::Officer) => true,
        None => owners.contains(&Some(Owner::Person)),
    }
}

/// What a victim lost.
const LOST: &str = "bi mat;da mat;mat;thiet hai;bi thiet hai;da chuyen;chuyen khoan;bi lua;bi chiem doat;lost;loss;losses;damage;transferred";

/// What describes a person.
const PERSON: &str = "ten;ho;ho ten;nam sinh;ngay sinh;tuoi;dia chi;noi o;cu tru;que quan;nghe nghiep;gioi tinh;cccd;cmnd;can cuoc;ba con;truong hop;vu viec;thong tin;nhan than;name;age;born;address;occupation;gender";

/// Who keeps the account or telephone that stands in the list.
const KEEPER: &str = "chu tai khoan;chu tk;chu the;chu thue bao;chu so huu;ten tai khoan;ten tk;ten ngan hang;ten vi;account name;account holder;holder;owner;bank name";

/// Whether a heading asks for what somebody lost.
pub(super) fn tells_of_loss(heading: &str) -> bool {
    has(&words(heading), LOST)
}

/// Whether a column describes a person who is not said to keep the numbers of the list; whatever is asked for in unknown words
/// may be one.
pub(super) fn describes_person(heading: &str, role: Role) -> bool {
    let plain = words(heading);
    let is_asked = !plain.trim().is_empty() && !has(&plain, KEEPER) && !has(&plain, LOST);
    let is_known = matches!(
        role,
        Role::Serial
            | Role::Bank
            | Role::Method
            | Role::Amount
            | Role::Date
            | Role::Source
            | Role::Note
    );
    let may_be = !is_known && !role.identifies();
    is_asked && may_be && (role == Role::Other || has(&plain, PERSON))
}
