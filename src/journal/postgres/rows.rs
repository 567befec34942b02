//! Statements, and rows as records.

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row, Statement};
use uuid::Uuid;

use super::fault::Fault;
use crate::journal::ReadError;
use crate::journal::flaw::Flaw;
use crate::journal::record::Head;
use crate::journal::scan::ErasedPart;
use crate::journal::sealed::{Content, Sealed, SealedPart};

/// The channel on which whoever appended says so.
pub(super) const LISTEN: &str = "LISTEN canhgiac_record";

/// What a session is made to be. A wait for copies is never broken off; one for another's append is.
pub(super) const SESSION: &str = "SET synchronous_commit = on; SET statement_timeout = 0; SET lock_timeout = '10s'; \
     SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning";

/// Writes a word into the log of the database and waits until it is copied, and so everything before it.
pub(super) const BARRIER: &str = "SELECT pg_logical_emit_message(true, 'canhgiac', '')";

/// Whether a commit waits for a copy.
pub(super) const IS_COPIED: &str = "SELECT current_setting('synchronous_standby_names') <> ''";

/// An append: one statement, one transaction. It writes nothing where the server waits for no copy, unless that is allowed.
pub(super) const INSERT: &str = "WITH records AS (
       INSERT INTO record (seq, id, prev, chain, parts, weight, public)
       SELECT seq, id, prev, chain, parts, weight, public
       FROM unnest($1::bigint[], $2::uuid[], $3::bytea[], $4::bytea[], $14::int[], $5::int[], $6::bytea[])
         AS r (seq, id, prev, chain, parts, weight, public)
       WHERE $13::bool OR current_setting('synchronous_standby_names') <> ''
       RETURNING seq),
     parts AS (
       INSERT INTO private_part (seq, part, parts, length, commitment, salt, bytes)
       SELECT seq, part, parts, length, commitment, salt, bytes
       FROM unnest($7::bigint[], $8::int[], $15::int[], $9::int[], $10::bytea[], $11::bytea[], $12::bytea[])
         AS p (seq, part, parts, length, commitment, salt, bytes)
       WHERE $13::bool OR current_setting('synchronous_standby_names') <> '')
     SELECT (SELECT count(*) FROM records), pg_notify('canhgiac_record', '')";

const SETTINGS: &str =
    "SELECT current_setting('server_version_num')::int, current_setting('fsync') = 'on',
     current_setting('full_page_writes') = 'on'";

const HEAD: &str = "SELECT seq, chain FROM record ORDER BY seq DESC LIMIT 1";

const NEWS: &str = "SELECT seq, chain, current_setting('synchronous_standby_names') <> '' FROM record ORDER BY seq DESC LIMIT 1";

/// The last record of a page: as many as weigh no more than $3, and one at least.
const PAGE: &str = "SELECT max(seq) FROM (
       SELECT seq, sum(weight) OVER (ORDER BY seq) AS total FROM record
       WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT 8192) AS page
     WHERE total <= $3 OR seq = $1 + 1";

const RECORDS: &str =
    "SELECT seq, id, prev, chain, public FROM record WHERE seq > $1 AND seq <= $2 ORDER BY seq";

const PARTS: &str = "SELECT seq, part, length, commitment, salt, bytes FROM private_part
     WHERE seq > $1 AND seq <= $2 ORDER BY seq, part";

const ERASE: &str = "WITH erased AS (
       UPDATE private_part SET salt = NULL, bytes = NULL WHERE seq = $1 AND part = $2 RETURNING 1)
     SELECT (SELECT count(*) FROM erased), (SELECT count(*) FROM record WHERE seq = $1 AND seq > 0)";

/// What is to be known of a server before it is believed.
pub(super) struct Settings {
    pub version: i32,
    pub fsync: bool,
    pub full_page_writes: bool,
}

pub(super) async fn settings(client: &Client) -> Result<Settings, Fault> {
    let row = client.query_one(SETTINGS, &[]).await?;
    Ok(Settings {
        version: row.try_get(0)?,
        fsync: row.try_get(1)?,
        full_page_writes: row.try_get(2)?,
    })
}

/// The last record.
pub(super) async fn head(client: &Client) -> Result<Head, Fault> {
    place(&client.query_one(HEAD, &[]).await?)
}

/// The last record, and whether a commit waits for a copy.
pub(super) async fn news(client: &Client) -> Result<(Head, bool), Fault> {
    let row = client.query_one(NEWS, &[]).await?;
    Ok((place(&row)?, row.try_get(2)?))
}

fn place(row: &Row) -> Result<Head, Fault> {
    Ok(Head {
        seq: position(row.try_get(0)?)?,
        chain: array(row.try_get(1)?)?,
    })
}

/// The chain value of a record, if it is there.
pub(super) async fn chain_of(client: &Client, seq: u64) -> Result<Option<[u8; 32]>, Fault> {
    let Ok(seq) = i64::try_from(seq) else {
        return Ok(None);
    };
    let select = "SELECT chain FROM record WHERE seq = $1";
    let row = client.query_opt(select, &[&seq]).await?;
    row.map(|row| array(row.try_get(0)?)).transpose()
}

/// Appends records; false when the server waits for no copy.
pub(super) async fn insert(
    client: &Client,
    insert: &Statement,
    records: &[Sealed<'_>],
    allow_asynchronous: bool,
) -> Result<bool, tokio_postgres::Error> {
    let of = |record: &Sealed<'_>| record.seq as i64;
    let parts = || {
        records.iter().flat_map(|record| {
            record
                .parts
                .iter()
                .zip(0_i32..)
                .map(move |part| (of(record), part))
        })
    };
    let seqs: Vec<i64> = records.iter().map(of).collect();
    let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
    let previous: Vec<&[u8]> = records.iter().map(|record| &record.previous[..]).collect();
    let chains: Vec<&[u8]> = records.iter().map(|record| &record.chain[..]).collect();
    let weights: Vec<i32> = records
        .iter()
        .map(|record| record.weight() as i32)
        .collect();
    let publics: Vec<&[u8]> = records.iter().map(|record| &*record.public).collect();
    let counts: Vec<i32> = records
        .iter()
        .map(|record| record.parts.len() as i32)
        .collect();
    let counted = records.iter().zip(&counts);
    let part_counts: Vec<i32> = counted
        .flat_map(|(record, count)| record.parts.iter().map(|_| *count))
        .collect();
    let part_seqs: Vec<i64> = parts().map(|(seq, _)| seq).collect();
    let numbers: Vec<i32> = parts().map(|(_, (_, number))| number).collect();
    let lengths: Vec<i32> = parts().map(|(_, (part, _))| part.length as i32).collect();
    let commitments: Vec<&[u8]> = parts().map(|(_, (part, _))| &part.commitment[..]).collect();
    let contents = || parts().map(|(_, (part, _))| part.content.as_ref());
    let salts: Vec<Option<&[u8]>> = contents().map(|own| own.map(|own| &own.salt[..])).collect();
    let bytes: Vec<Option<&[u8]>> = contents().map(|own| own.map(|own| &*own.bytes)).collect();
    let row = client
        .query_one(
            insert,
            &[
                &seqs,
                &ids,
                &previous,
                &chains,
                &weights,
                &publics,
                &part_seqs,
                &numbers,
                &lengths,
                &commitments,
                &salts,
                &bytes,
                &allow_asynchronous,
                &counts,
                &part_counts,
            ],
        )
        .await?;
    let written: i64 = row.try_get(0)?;
    Ok(written == records.len() as i64)
}

/// A page as the database has it.
pub(super) struct Page {
    records: Vec<Row>,
    parts: Vec<Row>,
}

/// The records after `after` and up to `until`, as many as weigh no more than `most`, and one at least.
pub(super) async fn page(
    client: &Client,
    after: u64,
    until: u64,
    most: usize,
) -> Result<Page, Fault> {
    let (after, until) = (signed(after)?, signed(until)?);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let typed = [
        (&after as _, Type::INT8),
        (&until as _, Type::INT8),
        (&most as _, Type::INT8),
    ];
    let last = client.query_typed_one(PAGE, &typed).await?;
    let Some(last) = last.try_get::<_, Option<i64>>(0)? else {
        return Err(Fault::Misfit("records that were there are gone"));
    };
    let typed = [(&after as _, Type::INT8), (&last as _, Type::INT8)];
    let (records, parts) = tokio::try_join!(
        client.query_typed(RECORDS, &typed),
        client.query_typed(PARTS, &typed)
    )?;
    Ok(Page { records, parts })
}

/// The records of a page, each held against what it was sealed with and the one before.
pub(super) fn verified(page: Page) -> Result<Vec<Sealed<'static>>, ReadError> {
    let misfit = |fault: Fault| ReadError::Unavailable(fault.into());
    let mut parts = Vec::with_capacity(page.parts.len());
    for row in &page.parts {
        parts.push(part(row).map_err(misfit)?);
    }
    let mut parts = parts.into_iter().peekable();
    let mut records: Vec<Sealed<'static>> = Vec::with_capacity(page.records.len());
    let mut before: Option<Head> = None;
    for row in &page.records {
        let (mut sealed, own) = (record(row).map_err(misfit)?, &mut parts);
        while let Some((_, number, part)) = own.next_if(|(seq, _, _)| *seq == sealed.seq) {
            if number as usize != sealed.parts.len() {
                let flaw = Flaw::Lengths;
                return Err(ReadError::Altered {
                    seq: sealed.seq,
                    flaw,
                });
            }
            sealed.parts.push(part);
        }
        let at = before.unwrap_or(Head {
            seq: sealed.seq.wrapping_sub(1),
            chain: sealed.previous,
        });
        let seq = sealed.seq;
        sealed
            .check(at)
            .map_err(|flaw| ReadError::Altered { seq, flaw })?;
        before = Some(sealed.head());
        records.push(sealed);
    }
    Ok(records)
}

fn record(row: &Row) -> Result<Sealed<'static>, Fault> {
    let public: Vec<u8> = row.try_get(4)?;
    Ok(Sealed {
        seq: position(row.try_get(0)?)?,
        id: row.try_get(1)?,
        previous: array(row.try_get(2)?)?,
        chain: array(row.try_get(3)?)?,
        public: public.into(),
        parts: Vec::new(),
    })
}

fn part(row: &Row) -> Result<(u64, i32, SealedPart<'static>), Fault> {
    let (salt, bytes): (Option<&[u8]>, Option<Vec<u8>>) = (row.try_get(4)?, row.try_get(5)?);
    let content = match (salt, bytes) {
        (Some(salt), Some(bytes)) => Some(Content {
            salt: array(salt)?,
            bytes: bytes.into(),
        }),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(Fault::Misfit("half a private part")),
    };
    let length: i32 = row.try_get(2)?;
    let part = SealedPart {
        length: u32::try_from(length).map_err(|_| Fault::Misfit("a negative length"))?,
        commitment: array(row.try_get(3)?)?,
        content,
    };
    Ok((position(row.try_get(0)?)?, row.try_get(1)?, part))
}

/// What an erasure found.
pub(super) enum Place {
    Part,
    /// The record, without such a part.
    Record,
    Nowhere,
}

/// Destroys a private part.
pub(super) async fn erase(client: &Client, seq: u64, part: u16) -> Result<Place, Fault> {
    let Ok(seq) = signed(seq) else {
        return Ok(Place::Nowhere);
    };
    let part = i32::from(part);
    let typed = [(&seq as _, Type::INT8), (&part as _, Type::INT4)];
    let row = client.query_typed_one(ERASE, &typed).await?;
    let (erased, records): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    Ok(match (erased, records) {
        (0, 0) => Place::Nowhere,
        (0, _) => Place::Record,
        _ => Place::Part,
    })
}

/// Every private part that was erased.
pub(super) async fn erased(client: &Client) -> Result<Vec<ErasedPart>, Fault> {
    let select = "SELECT seq, part FROM private_part WHERE salt IS NULL ORDER BY seq, part";
    let mut found = Vec::new();
    for row in client.query(select, &[]).await? {
        let part: i32 = row.try_get(1)?;
        found.push(ErasedPart {
            seq: position(row.try_get(0)?)?,
            part: u16::try_from(part).map_err(|_| Fault::Misfit("a part's number"))?,
            place: None,
        });
    }
    Ok(found)
}

fn signed(seq: u64) -> Result<i64, Fault> {
    i64::try_from(seq).map_err(|_| Fault::Misfit("a position beyond all records"))
}

fn position(seq: i64) -> Result<u64, Fault> {
    u64::try_from(seq).map_err(|_| Fault::Misfit("a negative position"))
}

fn array(bytes: &[u8]) -> Result<[u8; 32], Fault> {
    bytes.try_into().map_err(|_| Fault::Misfit("not 32 bytes"))
}
