//! Keys that lead through the pages of the desk; none decides anything.

/// A key: what is pressed, and what it does in Vietnamese and English.
pub(super) struct Key(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
);

/// Through a list.
pub(super) const OF_A_LIST: [Key; 4] = [
    Key("j", "dòng sau", "next row"),
    Key("k", "dòng trước", "previous row"),
    Key("o", "mở dòng này (hoặc Enter)", "open this row (or Enter)"),
    HELP,
];

/// From a report on.
pub(super) const OF_A_REPORT: [Key; 3] = [
    Key("j", "báo cáo tiếp theo", "next report"),
    Key("k", "về danh sách báo cáo", "back to the reports"),
    HELP,
];

const HELP: Key = Key("?", "hiện, ẩn bảng này", "show or hide this");
