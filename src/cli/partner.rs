//! partner: programs of telecom operators, banks and wallets, by whoever may read the data folder.

use serde_json::json;
use zeroize::Zeroizing;

use super::{
    administer::table,
    args::PartnerCommand,
    context::Context,
    ending::{CliError, Outcome},
    locale::{language, worded},
};
use crate::{
    access::{capability::Console, key_text},
    domain::{
        client_key::ClientKeys,
        identifier::{Kind, Kinds},
        partner::{Partner, PartnerKind, Scope},
    },
    present::{field_words::field_words, words::one_language},
    registry::partners::{NewPartner, PartnerEdit},
    server::now,
};

pub(super) fn partner(
    context: &Context,
    what: PartnerCommand,
    reason: &str,
) -> Result<Outcome, CliError> {
    let registry = context.open()?;
    let admin = Console::admin();
    let told = |(partner, secret): (Partner, Zeroizing<String>)| {
        table(
            context,
            std::iter::once(json!([partner.id, partner.name, secret.as_str()])),
        );
    };
    let suspend = |id, suspended| -> Result<(), CliError> {
        let edit = PartnerEdit {
            suspended: Some(suspended),
            ..PartnerEdit::default()
        };
        registry.edit_partner(&admin, id, edit, None, reason, now())?;
        Ok(())
    };
    match what {
        PartnerCommand::Add {
            name,
            kind,
            scopes,
            kinds,
            public_key,
        } => {
            let kind = match kind.as_str() {
                "telecom" => PartnerKind::Telecom,
                "bank" => PartnerKind::Bank,
                "wallet" => PartnerKind::Wallet,
                _ => {
                    return Err(CliError::Usage(language().pick(
                        "loại đối tác là telecom (nhà mạng), bank (ngân hàng) hoặc wallet (ví điện tử)",
                        "a kind is telecom, bank or wallet",
                    ).to_owned()));
                }
            };
            let scopes = scopes
                .iter()
                .map(|word| Scope::parse(word).ok_or_else(|| no_such("quyền", "scope", word)))
                .collect::<Result<_, _>>()?;
            let new = NewPartner {
                name,
                kind,
                scopes,
                kinds: feed_kinds(&kinds)?,
                keys: read_keys(&public_key)?,
            };
            told(registry.add_partner(&admin, new, reason, None, now())?);
        }
        PartnerCommand::List => {
            let (partners, _) = registry.partners(&Console::auditor(), None, usize::MAX)?;
            table(
                context,
                partners
                    .iter()
                    .map(|p| json!([p.id, p.name, p.kind, p.status])),
            );
        }
        PartnerCommand::Secret { id, old_hours } => {
            told(registry.new_secret(&admin, id, old_hours, reason, now())?);
        }
        PartnerCommand::Key { id, key } => {
            let edit = PartnerEdit {
                keys: Some(read_keys(&key)?),
                ..PartnerEdit::default()
            };
            registry.edit_partner(&admin, id, edit, None, reason, now())?;
        }
        PartnerCommand::Suspend { id } => suspend(id, true)?,
        PartnerCommand::Restore { id } => suspend(id, false)?,
    }
    Ok(Outcome::Done)
}

fn no_such(vi: &str, en: &str, word: &str) -> CliError {
    CliError::Usage(worded(
        format_args!("không có {vi} {word}"),
        format_args!("there is no {en} {word}"),
    ))
}

/// Kinds by their words; all of them when none is named.
fn feed_kinds(words: &[String]) -> Result<Kinds, CliError> {
    if words.is_empty() {
        return Ok(Kinds::ALL);
    }
    let kind = |word: &String| Kind::parse(word).ok_or_else(|| no_such("loại số", "kind", word));
    words.iter().map(kind).collect()
}

/// The public keys in a text; none when it is empty. A text and no file: the service, which does this, sees other files than
/// whoever asks.
fn read_keys(text: &str) -> Result<ClientKeys, CliError> {
    if text.is_empty() {
        return Ok(ClientKeys::None);
    }
    key_text::read(text).map_err(|fault| {
        let both = field_words(fault.as_str());
        CliError::Usage(one_language(both, language()).to_owned())
    })
}
