//! The errors that an operator meets, in Vietnamese. What is told by deeper parts only (a damaged record, a copy that does
//! not verify) stays as those parts tell it.

use std::io;

use super::chain::chain;
use crate::{
    cli::ending::CliError,
    config::{ConfigError, Origin},
    domain::message::Lang,
    http::authority::MAX_LOGO_BYTES,
    office_list::ListError,
    present::{page_problems::Place, problem::Problem},
    registry::{RegistryError, StartError, verify::Wrong},
    server::ServerError,
    state::refused::Refused,
    store::StoreError,
    sync::error::SyncError,
};

/// Why a command could not do it.
pub(super) fn told(error: CliError) -> String {
    match error {
        CliError::Config(error) => config(&error),
        CliError::Start(error) => start(error),
        CliError::Registry(error) => registry(error),
        CliError::Server(error) => server(&error),
        CliError::Sync(SyncError::Folder(error)) => start(error),
        CliError::Sync(error) => chain(&error),
        CliError::List(error) => list(error),
        CliError::NoData => "hãy cho biết thư mục dữ liệu: --data THƯ_MỤC".into(),
        CliError::Told(code) => format!("mã {code}"),
        // It was written in the reader's language.
        CliError::Usage(text) => text,
        CliError::Starved { what, source } => format!(
            "hệ thống cho chương trình này quá ít {what}: hãy nâng giới hạn ({})",
            system(&source)
        ),
        CliError::Io { what, source } => format!("{what}: {}", system(&source)),
    }
}

/// What the operating system said; its rarer words as it says them.
fn system(error: &io::Error) -> String {
    const KNOWN: [(io::ErrorKind, &str); 9] = [
        (io::ErrorKind::NotFound, "không có tệp hoặc thư mục này"),
        (io::ErrorKind::PermissionDenied, "không có quyền"),
        (io::ErrorKind::AlreadyExists, "đã có sẵn"),
        (io::ErrorKind::StorageFull, "ổ đĩa đã đầy"),
        (io::ErrorKind::ReadOnlyFilesystem, "ổ đĩa chỉ cho đọc"),
        (
            io::ErrorKind::IsADirectory,
            "đây là thư mục, không phải tệp",
        ),
        (io::ErrorKind::NotADirectory, "đây không phải thư mục"),
        (
            io::ErrorKind::AddrInUse,
            "chương trình khác đang dùng địa chỉ này",
        ),
        (
            io::ErrorKind::AddrNotAvailable,
            "máy này không có địa chỉ đó",
        ),
    ];
    let known = KNOWN.iter().find(|(kind, _)| *kind == error.kind());
    known.map_or_else(|| chain(error), |(_, words)| (*words).to_owned())
}

fn config(error: &ConfigError) -> String {
    match error {
        ConfigError::Unreadable { path, source } => {
            let path = path.display();
            format!("không đọc được tệp cấu hình {path}: {}", system(source))
        }
        ConfigError::TooLarge { path, limit } => {
            format!("tệp cấu hình {} lớn quá {limit} byte", path.display())
        }
        ConfigError::Syntax { path, source } => {
            format!("{} viết sai dạng TOML: {}", path.display(), chain(source))
        }
        ConfigError::UnknownKey {
            key,
            suggestion,
            origin,
        } => {
            let near = suggestion.as_deref();
            let near =
                near.map_or_else(String::new, |near| format!("; có phải là `{near}` không?"));
            format!("không có mục cấu hình `{key}` ({}){near}", place(origin))
        }
        ConfigError::BadValue {
            key,
            value,
            allowed,
            origin,
        } => {
            let place = place(origin);
            format!("`{key}` đang là `{value}` ({place}); được phép: {allowed}")
        }
        ConfigError::Shape(_) => chain(error),
    }
}

/// Where a setting was written.
fn place(origin: &Origin) -> String {
    match origin {
        Origin::Default => "mặc định".into(),
        Origin::File(path) => format!("tệp {}", path.display()),
        Origin::Environment(name) => format!("biến môi trường {name}"),
        Origin::Flag(path) => format!("tùy chọn {path}"),
    }
}

fn start(error: StartError) -> String {
    match error {
        StartError::NotAFolder(path) => {
            let path = path.display();
            format!(
                "{path} không phải thư mục dữ liệu: hãy lập bằng `canhgiac init --data {path}`"
            )
        }
        StartError::NoDatabase(path) => format!(
            "nhật ký gốc của {} nằm trong cơ sở dữ liệu: hãy ghi địa chỉ bằng --journal, hoặc `url` ở mục [journal] của cấu hình",
            path.display()
        ),
        StartError::OwnJournal(path) => format!(
            "{} có nhật ký gốc riêng: hãy bỏ --journal và `url` ở mục [journal]; hoặc đưa nhật ký vào cơ sở dữ liệu bằng `canhgiac journal copy`, rồi lập nút bằng `canhgiac node join`",
            path.display()
        ),
        StartError::Moved { folder, to } => format!(
            "nhật ký gốc của {} đã được chuyển đến {to} và tiếp tục ở đó: ghi ở đây nữa thì sổ có hai lịch sử. Nếu chắc chắn nơi kia không còn dùng, hãy xóa tệp `moved` trong thư mục này",
            folder.display()
        ),
        StartError::KeyNotWrapped(kid) => format!(
            "khóa {kid} chưa nằm trong nhật ký gốc, nên máy khác không có nó: hãy đổi khóa (`canhgiac key rotate`, thêm --ledger cho sổ công khai), thu hồi khóa cũ, rồi chép lại"
        ),
        StartError::Unreachable(path) => format!(
            "chưa dùng được cơ sở dữ liệu của nhật ký gốc, và {} chưa có kho dữ liệu để trả lời tạm",
            path.display()
        ),
        StartError::NotEmpty(path) => format!(
            "{} đã có dữ liệu; hãy chọn một thư mục mới hoặc còn trống",
            path.display()
        ),
        StartError::Unfinished(path) => format!(
            "{} không có dấu kết thúc, hoặc thiếu so với dấu ấy: bản sao lưu chưa xong, hay được chép bằng tay. Hãy lấy bản khác; nếu biết chắc bản này đủ, hãy ghi --without-end-mark",
            path.display()
        ),
        StartError::Locked { folder, pid, .. } => format!(
            "một canhgiac khác (tiến trình {pid}) đang dùng {}; hãy dừng nó trước",
            folder.display()
        ),
        StartError::Exposed { folder, mode } => format!(
            "{} có quyền {mode:04o}: người khác trên máy này dùng được, và không đổi được quyền; hãy chạy chmod 700 với tư cách chủ thư mục",
            folder.display()
        ),
        StartError::Journal(error) => format!("không mở được nhật ký gốc: {}", chain(&error)),
        StartError::WouldLose => "kho dữ liệu có những thay đổi mà nhật ký gốc không có: chúng đã được ghi nhận, và dựng lại kho từ nhật ký này là bỏ chúng. Hãy đặt lại bản nhật ký mới hơn; nếu không có, hãy chạy `canhgiac rebuild --accept-loss`".into(),
        StartError::Store(error) => format!("không dùng được kho dữ liệu: {}", store(&error)),
        StartError::Secret(error) => format!(
            "không đọc được các khóa: {}. Khóa đã mất thì chỉ lấy lại được từ bản sao lưu",
            chain(&error)
        ),
        StartError::OtherMaster(path) => format!(
            "{} không phải khóa chính của sổ đăng ký này: dùng nó thì không ai đăng nhập được. Hãy lấy lại đúng tệp từ bản sao lưu",
            path.display()
        ),
        StartError::NoSigningKey(path) => format!(
            "không thấy khóa nào ký mã truy cập trong {}: hãy lấy lại từ bản sao lưu",
            path.display()
        ),
        StartError::NotACheckpoint => "một tệp đã đưa không phải điểm kiểm chứng của sổ này: hãy đưa đúng như /v1/ledger/checkpoint đã trả lời".into(),
        StartError::NoLedgerKey(path) => format!(
            "không thấy khóa nào ký sổ công khai trong {}: hãy lấy lại từ bản sao lưu",
            path.display()
        ),
        // What was being done is known in English only.
        StartError::Io { what, source } => format!("{what}: {}", system(&source)),
        StartError::Registry(error) => registry(error),
    }
}

fn store(error: &StoreError) -> String {
    match error {
        StoreError::Engine(why) => format!("kho dữ liệu gặp lỗi: {why}"),
        StoreError::Disk(why) => format!("ổ đĩa không ghi được: {why}"),
        StoreError::Damaged(why) => format!("kho dữ liệu bị hỏng: {why}"),
        StoreError::Newer { found, known } => format!(
            "kho dữ liệu do phiên bản mới hơn của chương trình ghi (bản {found}, chương trình này biết đến bản {known}): hãy dùng phiên bản mới hơn"
        ),
        StoreError::Misfit(_) => chain(error),
    }
}

fn registry(error: RegistryError) -> String {
    match error {
        RegistryError::Refused(Refused::NotFound) => "không có mục nào như vậy".into(),
        // What happened inside is not what a page would tell.
        RegistryError::Internal(_) => chain(&error),
        error @ (RegistryError::Refused(_)
        | RegistryError::Denied(_)
        | RegistryError::Unreadable(_)
        | RegistryError::WeakPassword(_)
        | RegistryError::SlowDown { .. }
        | RegistryError::BadCursor
        | RegistryError::CursorAhead
        | RegistryError::CursorTooOld
        | RegistryError::Unavailable
        | RegistryError::Pending
        | RegistryError::CatchingUp) => Problem::from(error).told(Place::Desk, Lang::Vi),
    }
}

fn server(error: &ServerError) -> String {
    match error {
        ServerError::Bind {
            address,
            flag,
            source,
        } => format!(
            "không nghe được ở {address}: {}; hãy chọn địa chỉ khác bằng {flag}",
            system(source)
        ),
        ServerError::Io(source) => format!("máy chủ đã dừng: {}", system(source)),
        ServerError::Deaf { address, source } => format!(
            "máy chủ nghe ở {address} mà không tự trả lời được ({}): có thể hệ thống cho quá ít tệp hoặc luồng; hãy xem ulimit -n, ulimit -u và giới hạn của container",
            system(source)
        ),
        ServerError::Ended => {
            "máy chủ thôi nghe một cổng: có thể hệ thống đã lấy bớt tệp hoặc luồng".into()
        }
        ServerError::Logo(why) => format!(
            "biểu trưng trong authority.logo không dùng được, cần một tệp PNG hoặc SVG tối đa {} KB: {}",
            MAX_LOGO_BYTES / 1024,
            why.path()
        ),
        ServerError::Metrics(why) => format!("không lập được các số liệu: {why}"),
    }
}

fn list(error: ListError) -> String {
    match error {
        ListError::NotAList => "tệp không phải CSV, cũng không phải XLSX".into(),
        ListError::TooLarge | ListError::Bomb => {
            "tệp quá lớn: hãy chia danh sách ra nhiều tệp".into()
        }
        ListError::TooManyRows
        | ListError::TooWide
        | ListError::NoHeader
        | ListError::Hidden
        | ListError::SaveAsXlsx
        | ListError::Locked
        | ListError::Damaged => Problem::from(error).told(Place::Desk, Lang::Vi),
    }
}

/// The first thing that `verify` found wrong.
pub(super) fn wrong(wrong: Wrong) -> String {
    const MENDS: &str = "`canhgiac rebuild` sửa được";
    match wrong {
        Wrong::CannotTell(error) | Wrong::Secrets(error) => start(error),
        Wrong::Journal(error) => format!("nhật ký gốc: {}", chain(&error)),
        Wrong::Ledger(why) => format!("sổ công khai: {why}"),
        Wrong::File { report, what } => format!(
            "tệp của báo cáo {report} không còn như khi nhận ({what}); hãy lấy lại từ bản sao lưu"
        ),
        Wrong::Store(error) => {
            format!("không mở được kho dữ liệu ({}); {MENDS}", store(&error))
        }
        Wrong::Loss(what) => format!(
            "nhật ký gốc thiếu những thay đổi đã ghi nhận, kho dữ liệu có {what}; hãy đặt lại bản nhật ký mới hơn, hoặc bỏ chúng bằng `canhgiac rebuild --accept-loss`"
        ),
        Wrong::Position {
            store: in_store,
            journal,
        } => format!("kho dữ liệu ở vị trí {in_store}, nhật ký gốc ở {journal}; {MENDS}"),
        Wrong::Row {
            table,
            row,
            position,
            unreadable,
        } => {
            let changed = position.map(|at| format!(" (đổi lần cuối ở vị trí {at})"));
            let why = unreadable.map(|error| format!(", không đọc được: {}", store(&error)));
            format!(
                "bảng `{table}` của kho dữ liệu khác với nhật ký gốc, trước hết ở dòng {row}{}{}; {MENDS}",
                changed.unwrap_or_default(),
                why.unwrap_or_default()
            )
        }
    }
}
