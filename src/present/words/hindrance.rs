//! Why nothing can be changed at present, for people at the desk.

use crate::{domain::message::Lang, registry::Hindrance};

/// What it is called, and what to do.
pub const fn hindrance(why: Hindrance, lang: Lang) -> &'static str {
    let (vi, en) = match why {
        Hindrance::Store => (
            "Hệ thống đang dựng lại kho dữ liệu. Trong vài phút chưa ghi được gì. Việc tra cứu vẫn chạy.",
            "The store is being built again. Nothing can be recorded for some minutes. Checks go on.",
        ),
        Hindrance::DiskFull => (
            "Ổ đĩa máy chủ đã đầy, chưa ghi được gì. Việc tra cứu vẫn chạy. Báo người quản trị máy chủ.",
            "The server's disk is full, nothing can be recorded. Checks go on. Tell whoever runs the server.",
        ),
        Hindrance::Disk => (
            "Ổ đĩa máy chủ không nhận dữ liệu mới, chưa ghi được gì. Việc tra cứu vẫn chạy. Báo người quản trị máy chủ.",
            "The server's disk takes no writes, nothing can be recorded. Checks go on. Tell whoever runs the server.",
        ),
        Hindrance::Checkpoint => (
            "Máy chủ mất điểm kiểm chứng của sổ công khai: chưa lập hay đổi được cảnh báo. Đăng nhập và tra cứu vẫn chạy. Báo người quản trị máy chủ.",
            "The server lost the last checkpoint of the public ledger: no listing can be made or changed. Signing in and checks go on. Tell whoever runs the server.",
        ),
        Hindrance::Loss => (
            "Nhật ký gốc thiếu một số thay đổi đã ghi nhận. Hệ thống chỉ cho đọc, đến khi người quản trị máy chủ quyết định.",
            "Changes that were recorded are missing from the journal. The system is read-only until whoever runs the server decides.",
        ),
        Hindrance::Forked => (
            "Sổ công khai ở đây khác với sổ đã công bố. Hệ thống chỉ cho đọc. Báo ngay người quản trị máy chủ.",
            "The public ledger here is not the one that was published. The system is read-only. Tell whoever runs the server at once.",
        ),
    };
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}
