//! What changes of accounts and sessions say.

use super::names::{Names, Piece, Sentence, say};
use crate::{
    domain::change::{AccountChange, Actor, Entry, SessionChange},
    present::words,
};

/// A change of an account.
pub(super) fn account(
    names: &mut Names<'_>,
    who: Piece,
    entry: &Entry,
    change: &AccountChange,
) -> Sentence {
    let who = ("who", who);
    match change {
        AccountChange::Invited {
            id,
            role,
            unit,
            generation,
            ..
        } => {
            let values = [
                who,
                ("user", names.user(*id)),
                ("role", Piece::plain(words::role(*role, names.lang))),
                ("unit", names.unit(*unit)),
            ];
            let (vi, en) = match generation {
                _ if entry.founds(*id) => (
                    "{who} đã lập người sáng lập {user}, không có người thứ hai: {role}, {unit}.",
                    "{who} founded the account {user}, without a second person: {role}, {unit}.",
                ),
                1 => (
                    "{who} đã lập tài khoản {user}: {role}, {unit}.",
                    "{who} made the account {user}: {role}, {unit}.",
                ),
                _ => (
                    "{who} đã mời lại {user}: {role}, {unit}.",
                    "{who} invited {user} again: {role}, {unit}.",
                ),
            };
            say(names, vi, en, &values)
        }
        AccountChange::PasswordChosen { user, .. } | AccountChange::EnrolmentBegun { user, .. } => {
            let values = [("user", names.user(*user))];
            say(
                names,
                "{user} đã chọn mật khẩu, chưa nhập mã 6 số.",
                "{user} chose a password and has still to enter the 6-digit code.",
                &values,
            )
        }
        AccountChange::PasswordReplaced { user, .. } => {
            let values = [("user", names.user(*user))];
            say(
                names,
                "{user} đã đổi mật khẩu.",
                "{user} changed the password.",
                &values,
            )
        }
        AccountChange::FactorReplaced { user, .. } => {
            let values = [("user", names.user(*user))];
            say(
                names,
                "{user} đã chuyển mã xác thực sang điện thoại khác.",
                "{user} moved the second factor to another phone.",
                &values,
            )
        }
        AccountChange::Enrolled { user, .. } => {
            let values = [("user", names.user(*user))];
            say(
                names,
                "{user} đã kích hoạt xong tài khoản.",
                "{user} finished activating the account.",
                &values,
            )
        }
        AccountChange::Changed {
            id,
            role,
            unit,
            status,
        } => {
            let values = [
                who,
                ("user", names.user(*id)),
                ("role", Piece::plain(words::role(*role, names.lang))),
                ("unit", names.unit(*unit)),
                (
                    "status",
                    Piece::plain(words::user_status(*status, names.lang)),
                ),
            ];
            say(
                names,
                "{who} đã sửa tài khoản {user}, nay là {role}, {unit}, {status}.",
                "{who} changed the account {user}, which is now {role}, {unit}, {status}.",
                &values,
            )
        }
    }
}

/// What happened to sessions.
pub(super) fn session(names: &mut Names<'_>, by: Actor, change: &SessionChange) -> Sentence {
    let who = names.actor(by);
    let (vi, en, user) = match change {
        SessionChange::Started { user, .. } => ("{user} đã đăng nhập.", "{user} signed in.", *user),
        SessionChange::SignInFailed { user } => (
            "Có người thử đăng nhập vào tài khoản {user} nhưng không được.",
            "Somebody tried to sign in as {user} and failed.",
            *user,
        ),
        SessionChange::AllEnded { user } if by == Actor::User(*user) => (
            "{user} đã đăng xuất khỏi mọi máy.",
            "{user} signed out everywhere.",
            *user,
        ),
        SessionChange::AllEnded { user } => {
            let values = [("who", who), ("user", names.user(*user))];
            return say(
                names,
                "{who} đã kết thúc mọi phiên của {user}.",
                "{who} ended every session of {user}.",
                &values,
            );
        }
        SessionChange::Refreshed { .. } => {
            return say(
                names,
                "Một phiên đăng nhập của chương trình được gia hạn.",
                "A program's session was prolonged.",
                &[],
            );
        }
        SessionChange::SteppedUp { .. } => {
            return say(
                names,
                "{who} đã nhập lại mã xác thực.",
                "{who} showed the second factor again.",
                &[("who", who)],
            );
        }
        SessionChange::Ended { .. } if matches!(by, Actor::User(_)) => {
            return say(
                names,
                "{who} đã đăng xuất.",
                "{who} signed out.",
                &[("who", who)],
            );
        }
        SessionChange::Ended { .. } => {
            return say(
                names,
                "Một phiên bị kết thúc vì có mã làm mới cũ được dùng lại.",
                "A session was ended because an old refresh token was used again.",
                &[],
            );
        }
    };
    let values = [("user", names.user(user))];
    say(names, vi, en, &values)
}
