//! What changes of accounts and sessions say.

use super::names::{Names, Piece, Sentence, say};
use crate::{
    domain::change::{Actor, Change},
    present::words,
};

/// A change of an account.
pub(super) fn account(names: &mut Names<'_>, who: Piece, change: &Change) -> Sentence {
    let who = ("who", who);
    match change {
        Change::UserInvited {
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
        Change::EnrolmentBegun { user, .. } => {
            let values = [("user", names.user(*user))];
            say(
                names,
                "{user} đã chọn mật khẩu, chưa xác nhận mã xác thực.",
                "{user} chose a password; the second factor is still to be shown.",
                &values,
            )
        }
        Change::Enrolled { user, .. } => {
            let values = [("user", names.user(*user))];
            say(
                names,
                "{user} đã kích hoạt xong tài khoản.",
                "{user} finished activating the account.",
                &values,
            )
        }
        Change::UserChanged {
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
        _ => Vec::new(),
    }
}

/// What happened to sessions.
pub(super) fn session(names: &mut Names<'_>, by: Actor, change: &Change) -> Sentence {
    let who = names.actor(by);
    let (vi, en, user) = match change {
        Change::SessionStarted { user, .. } => ("{user} đã đăng nhập.", "{user} signed in.", *user),
        Change::SignInFailed { user } => (
            "Có người thử đăng nhập vào tài khoản {user} nhưng không được.",
            "Somebody tried to sign in as {user} and failed.",
            *user,
        ),
        Change::SessionsEnded { user } if by == Actor::User(*user) => (
            "{user} đã đăng xuất khỏi mọi máy.",
            "{user} signed out everywhere.",
            *user,
        ),
        Change::SessionsEnded { user } => {
            let values = [("who", who), ("user", names.user(*user))];
            return say(
                names,
                "{who} đã kết thúc mọi phiên của {user}.",
                "{who} ended every session of {user}.",
                &values,
            );
        }
        other => {
            let (vi, en) = match other {
                Change::SessionRefreshed { .. } => (
                    "Một phiên đăng nhập của chương trình được gia hạn.",
                    "A program's session was prolonged.",
                ),
                Change::SteppedUp { .. } => (
                    "{who} đã nhập lại mã xác thực.",
                    "{who} showed the second factor again.",
                ),
                _ if matches!(by, Actor::User(_)) => ("{who} đã đăng xuất.", "{who} signed out."),
                _ => (
                    "Một phiên bị kết thúc vì có mã gia hạn cũ được dùng lại.",
                    "A session was ended because an old refresh token was used again.",
                ),
            };
            return say(names, vi, en, &[("who", who)]);
        }
    };
    let values = [("user", names.user(user))];
    say(names, vi, en, &values)
}
