//! Why nothing can be changed at present, for people at the desk.

use crate::{domain::message::Lang, registry::Hindrance};

/// What it is called, and what to do.
pub const fn hindrance(why: Hindrance, lang: Lang) -> &'static str {
    let (vi, en) = match why {
        Hindrance::Store => (
            "Máy chủ đang dựng lại kho dữ liệu, vài phút nữa mới ghi được. Tra số vẫn chạy. Hãy đợi rồi làm lại.",
            "The store is being built again: nothing can be recorded for a few minutes. Checks still work. Wait and try again.",
        ),
        Hindrance::DiskFull => (
            "Ổ đĩa máy chủ đã đầy, chưa ghi được gì. Tra số vẫn chạy. Hãy báo người quản trị máy chủ.",
            "The server's disk is full: nothing can be recorded. Checks still work. Tell whoever runs the server.",
        ),
        Hindrance::Disk => (
            "Ổ đĩa máy chủ không nhận dữ liệu mới, chưa ghi được gì. Tra số vẫn chạy. Hãy báo người quản trị máy chủ.",
            "The server's disk takes no writes: nothing can be recorded. Checks still work. Tell whoever runs the server.",
        ),
        Hindrance::Journal => (
            "Máy chủ chưa liên lạc được với cơ sở dữ liệu chung, chưa ghi được gì. Tra số vẫn chạy. Việc vừa làm có thể đang chờ: hãy đợi vài phút rồi xem lại.",
            "The server cannot reach the shared database: nothing can be recorded. Checks still work. What you just did may be pending: wait a few minutes and look again.",
        ),
        Hindrance::Contradicts => (
            "Cơ sở dữ liệu chung thiếu những thay đổi mà máy chủ này đã ghi nhận. Máy chủ chỉ cho đọc, đến khi người quản trị máy chủ quyết định. Hãy báo người đó ngay.",
            "The shared database lacks changes that this server has recorded. Everything is read-only until whoever runs the server decides. Tell them at once.",
        ),
        Hindrance::Stuck => (
            "Máy chủ này không đọc được thay đổi của máy khác nên đã ngừng cập nhật; có thể cần bản phần mềm mới hơn. Hãy báo người quản trị máy chủ.",
            "This server cannot read what another one recorded and has stopped following; it may need a newer version of the program. Tell whoever runs the server.",
        ),
        Hindrance::Checkpoint => (
            "Máy chủ mất điểm kiểm chứng của sổ công khai: chưa đề nghị, xác nhận hay đổi được cảnh báo. Đăng nhập và tra số vẫn chạy. Hãy báo người quản trị máy chủ.",
            "The server lost the last checkpoint of the public ledger: no warning can be proposed, confirmed or changed. Signing in and checks still work. Tell whoever runs the server.",
        ),
        Hindrance::Loss => (
            "Nhật ký gốc thiếu một số thay đổi đã ghi nhận. Máy chủ chỉ cho đọc, đến khi người quản trị máy chủ quyết định. Hãy báo người đó ngay.",
            "Changes that were recorded are missing from the journal. Everything is read-only until whoever runs the server decides. Tell them at once.",
        ),
        Hindrance::Forked => (
            "Sổ công khai ở đây khác với sổ đã công bố. Máy chủ chỉ cho đọc. Hãy báo ngay người quản trị máy chủ.",
            "The public ledger here is not the one that was published. Everything is read-only. Tell whoever runs the server at once.",
        ),
    };
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}
