//! Whose number it is, told by the words of a heading, a title or a group: a scammer's, or somebody else's.

use std::{collections::HashMap, sync::LazyLock};

use super::phrases;

/// Whom the words name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Whose {
    /// Who is suspected.
    Suspect,
    /// A victim, who reports, a customer, a relative, an officer.
    Other,
    /// One of each.
    Both,
    /// Nobody.
    Unsaid,
}

/// Words that name the suspect though one of another person is in them. Toneless, as all words here.
const ACCUSED: &str = "bi phan anh;bi to cao;bi to giac;bi bao cao;bi bao;bi trinh bao;bi khieu nai;bi canh bao;bi nguoi dan phan anh;bi nguoi dan to giac;bi nguoi dan to cao;bi nguoi dan bao;bi nguoi dan trinh bao;bi khach hang phan anh;reported number;reported account;reported phone";

/// Money that goes there: "tài khoản bị hại chuyển đến".
const SENT_TO: &str = "chuyen den;chuyen toi;chuyen vao;chuyen cho;chuyen tien den;chuyen tien toi;chuyen tien vao;chuyen tien cho;chuyen khoan den;chuyen khoan toi;chuyen khoan vao;chuyen khoan cho";

const SUSPECT: &str = "doi tuong;lua dao;nghi van;nghi ngo;nghi lua dao;nghi lua;nghi can;nghi pham;tinh nghi;bi can;bi cao;ke gian;ke xau;ke lua;ke lua dao;toi pham;vi pham;thu pham;chu muu;gia mao;gia danh;mao danh;quay roi;danh sach den;scam;scams;scammer;scammers;suspect;suspects;suspected;suspicious;fraud;fraudster;fraudsters;fraudulent;offender;offenders;perpetrator;perpetrators;blacklist;blacklisted";

/// Who gets the money; of a telephone, who gets the call.
const RECEIVES: &str = "nguoi thu huong;thu huong;nguoi nhan;ben nhan;nhan tien;tai khoan nhan;tk nhan;stk nhan;ghi co;beneficiary;recipient;receiver;receiving;payee;credit account;to account;destination account";

/// Other persons.
const PERSONS: [&str; 6] = [
    "nguoi bi lua dao;nguoi bi lua;bi lua dao;bi lua;nguoi bi hai;bi hai;nguoi bi thiet hai;bi thiet hai;nguoi bi mat;nguoi mat tien;nguoi thiet hai;nguoi bi chiem doat;bi chiem doat tai san;nguoi bi hack;nan nhan;nbh;bihai;nannhan;victim;victims;injured party",
    "nguoi to giac toi pham;to giac toi pham;nguoi to giac;to giac;nguoi to cao;to cao;nguoi bao tin;bao tin;nguoi bao;nguoi trinh bao;trinh bao;trinh dien;nguoi phan anh;phan anh;nguoi cung cap;nguoi khieu nai;nguoi gui don;gui don;chu don;nguyen don;nguoi khai;nguoi to;nguoi lam don;nguoi den bao;nguoi keu cuu;nguoi duoc ho tro;nguoi co tien bi chiem doat;nguoi lam chung;nhan chung;nguoi lien quan;reporter;reporters;complainant;complainants;informant;informants;witness;witnesses;reported by;reporting person",
    "bi gia mao;bi gia danh;bi mao danh;bi quay roi;bi ke gian goi;bi ke gian lua;bi ke xau goi;bi doi tuong lua;bi doi tuong goi;bi lam phien;khong lua dao;khong phai lua dao;khong vi pham;minh oan;loai tru;hoan tien;nhan hoan tien;refund;refunds;khach hang;khach;quy khach;kh;nguoi dan;cong dan;nguoi tieu dung;nguoi mua;ben mua;customer;customers;client;clients;citizen;citizens;consumer;buyer;cua ban;cua toi;cua minh;cua anh;cua chi;cua anh chi;cua em;cua con;cua bac;cua co;cua chu;cua ong;cua ba;cua ong ba;cua quy vi;cua nguoi dung;your;yours;my;mine;own number",
    "hoi vien;doan vien;dang vien;hoc sinh;sinh vien;giao vien;nhan vien;nhan su;cong tac vien;dai ly;ho dan;chu ho;ho kinh doanh;benh nhan;ung vien;nguoi lao dong;nguoi tham gia;employee;employees;staff;member;members;student;students;patient;patients;nguoi than;than nhan;gia dinh;ban be;ban than;hang xom;phu huynh;bo me;cha me;vo chong;nguoi giam ho;relative;relatives;family;friend;friends;parent;parents;guardian;next of kin;emergency contact",
    "nguoi chuyen tien;nguoi chuyen khoan;nguoi chuyen;ben chuyen;nguoi gui tien;nguoi gui;ben gui;nguoi nop;nguoi tra;nguoi thanh toan;tai khoan nguon;tk nguon;stk nguon;tai khoan gui;tk gui;stk gui;tai khoan chuyen di;tai khoan chuyen;tk chuyen;stk chuyen;trich no;ghi no;tai khoan no;chuyen di;chuyen tu;tu tai khoan;tu tk;ngan hang chuyen;ngan hang chuyen tien;ngan hang chuyen di;ngan hang gui;ngan hang nguon;nh chuyen;nh gui;nh nguon;payer;remitter;originator;debit;debit account;debited;debtor;from account;from acc;from bank;source account;sending account;sender account;sender s account;sender bank;sender acc;sender iban",
    "nguoi bi goi;so bi goi;bi goi;duoc goi;may bi goi;nguoi nghe;so nghe;may nhan;nhan cuoc goi;nguoi nhan cuoc goi;nhan tin nhan;nguoi nhan tin nhan;nguoi nhan tin;goi khi;nguoi goi khi;lien he khi;goi khi can;khi can;called party;called number;called;callee;dialled;dialed;b number",
];

/// Words before the person who told of the numbers, and words for his telling: "do người dân phản ánh".
const AGENT: [&str; 3] = ["do", "bi", "theo"];
const TELLS: [&str; 7] = [
    "phan anh",
    "trinh bao",
    "to giac",
    "to cao",
    "khieu nai",
    "bao tin",
    "cung cap",
];

/// Words between an agent and his telling, at most: "do người dân và khách hàng trên địa bàn phản ánh".
const MAX_AGENT_WORDS: usize = 12;

/// Whose the money is that is taken: "chiếm đoạt tài sản của người dân".
const TAKEN_FROM: &str = " chiem doat tai san cua ";

/// Officers and offices.
const OFFICERS: &str = "can bo;dieu tra vien;dtv;nguoi lap;nguoi nhap;nguoi tiep nhan;truc ban;nguoi lien he;dau moi;dau moi lien he;sdt don vi;dien thoai don vi;sdt co quan;dien thoai co quan;so may co quan;sdt cong an;dien thoai cong an;lien he cong an;officer;officers;contact person;contact officer;office contact;office phone;police phone;hotline cong an";

/// What a phrase says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Suspect,
    Receives,
    Person,
    Officer,
}

/// The words of a phrase, and what it says.
type Phrase = (Vec<&'static str>, Says);

/// The phrases by their first word, the longest first.
static PHRASES: LazyLock<HashMap<&str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut phrases: HashMap<&str, Vec<Phrase>> = HashMap::new();
    let persons = PERSONS.map(|words| (words, Says::Person));
    let others = [
        (ACCUSED, Says::Suspect),
        (SUSPECT, Says::Suspect),
        (RECEIVES, Says::Receives),
        (OFFICERS, Says::Officer),
    ];
    for (list, says) in persons.into_iter().chain(others) {
        for phrase in list.split(';') {
            let words: Vec<&str> = phrase.split(' ').collect();
            phrases.entry(words[0]).or_default().push((words, says));
        }
    }
    for same in phrases.values_mut() {
        same.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }
    phrases
});

/// Whom the words of a heading name; `plain` has toneless words with a space around each.
pub(super) fn of(plain: &str) -> Whose {
    named(plain, true)
}

/// Whom the title of a list or of a section names: the first person in it, unless he only tells of the numbers. Officers
/// who made it are not meant.
pub(super) fn titled(plain: &str) -> Whose {
    let whose = named(plain, false);
    if whose != Whose::Both {
        return whose;
    }
    let first = says(plain).into_iter().find(|says| *says != Says::Officer);
    if first == Some(Says::Person) {
        return Whose::Other;
    }
    let rest = without_agents(plain);
    let rest = rest.split(TAKEN_FROM).next().unwrap_or_default();
    let rest = format!("{} ", rest.trim_end());
    named(&rest, false)
}

/// A title without the persons who told of the numbers in it.
fn without_agents(plain: &str) -> String {
    let mut words: Vec<&str> = plain.split_whitespace().collect();
    let mut at = 0;
    while at < words.len() {
        let told = AGENT.contains(&words[at])
            && phrase(&words[at + 1..]).is_some_and(|(_, says)| *says == Says::Person);
        let end = words.len().min(at + 1 + MAX_AGENT_WORDS);
        let tells = |pair: &[&str]| TELLS.contains(&pair.join(" ").as_str());
        let last = words[at..end].windows(2).rposition(tells);
        if let Some(last) = last.filter(|_| told) {
            words.drain(at..=at + last + 1);
        } else {
            at += 1;
        }
    }
    format!(" {} ", words.join(" "))
}

/// Whether words begin with another person: "người bị hại".
pub(super) fn begins_with_other(words: &[&str]) -> bool {
    others_words(words) > 0
}

/// How many words name the other person that a text begins with.
pub(super) fn others_words(words: &[&str]) -> usize {
    let other = phrase(words).filter(|(_, says)| matches!(says, Says::Person | Says::Officer));
    other.map_or(0, |(words, _)| words.len())
}

fn named(plain: &str, officers: bool) -> Whose {
    // "STK người chuyển tiền đến" is who pays.
    let pays = plain.contains(" nguoi chuyen ");
    let sent = (plain.contains(" chuyen ") && !pays).then(|| {
        SENT_TO
            .split(';')
            .find(|phrase| plain.contains(&format!(" {phrase} ")))
    });
    let sent = sent.flatten();
    let text = sent.map_or_else(|| plain.to_owned(), |phrase| plain.replacen(phrase, "", 1));
    let found = says(&text);
    let has = |says| found.contains(&says);
    let receives =
        has(Says::Receives) && (!phrases::is_telephone(plain) || plain.contains(" tien "));
    let suspect = sent.is_some() || has(Says::Suspect) || receives;
    let other = has(Says::Person) || officers && has(Says::Officer);
    match (suspect, other) {
        (true, true) => Whose::Both,
        (true, false) => Whose::Suspect,
        (false, true) => Whose::Other,
        (false, false) => Whose::Unsaid,
    }
}

/// What the phrases of a text say, from the left; a word belongs to one phrase.
fn says(text: &str) -> Vec<Says> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (mut found, mut rest) = (Vec::new(), words.as_slice());
    while !rest.is_empty() {
        let phrase = phrase(rest);
        found.extend(phrase.map(|(_, says)| *says));
        rest = &rest[phrase.map_or(1, |(phrase, _)| phrase.len())..];
    }
    found
}

/// The longest phrase that words begin with.
fn phrase(words: &[&str]) -> Option<&'static Phrase> {
    let same = PHRASES.get::<str>(words.first()?)?;
    same.iter().find(|(phrase, _)| words.starts_with(phrase))
}
