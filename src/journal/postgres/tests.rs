//! The engine against a database that is there: `CANHGIAC_TEST_POSTGRES` names one whose role may make databases.

use std::cell::Cell;

use super::*;
use crate::journal::contract::{self, all, draft};
use crate::journal::{Draft, Record, Segments};

/// A database of its own for each journal; none where no server is named.
struct Databases {
    server: String,
    made: Cell<u32>,
}

impl Databases {
    fn there() -> Option<Self> {
        let server = std::env::var("CANHGIAC_TEST_POSTGRES").ok()?;
        Some(Self {
            server,
            made: Cell::new(0),
        })
    }

    fn address(&self, database: &str) -> Address {
        Address::parse(&format!("{}/{database}", self.server), None).unwrap()
    }

    fn run(&self, database: &str, sql: &str) -> Result<(), Fault> {
        let runtime = runtime().unwrap();
        let ran = runtime.block_on(connect::create(&self.address(database), sql));
        runtime.shutdown_background();
        ran
    }

    /// An address of an empty journal.
    fn empty(&self) -> (String, Address) {
        let number = self.made.replace(self.made.get() + 1);
        let name = format!("journal_{}_{number}", Uuid::now_v7().simple());
        let runtime = runtime().unwrap();
        runtime.block_on(async {
            let near = self.address("postgres");
            let (client, connection) = near.servers[0]
                .connect(tokio_postgres::NoTls)
                .await
                .unwrap();
            tokio::spawn(connection);
            client
                .batch_execute(&format!("CREATE DATABASE {name}"))
                .await
                .unwrap();
        });
        runtime.shutdown_background();
        let mut address = self.address(&name);
        address.allow_asynchronous = true;
        Postgres::create(&address).unwrap();
        (name, address)
    }

    fn journal(&self) -> Postgres {
        opened(self.empty().1, Head::EMPTY).unwrap()
    }
}

use uuid::Uuid;

#[test]
fn it_does_what_every_engine_does() {
    let Some(databases) = Databases::there() else {
        return;
    };
    contract::run(&mut || Box::new(databases.journal()));
}

#[test]
fn two_nodes_append_in_turn_and_each_sees_what_the_other_wrote() {
    let Some(databases) = Databases::there() else {
        return;
    };
    let (_, address) = databases.empty();
    let one = opened(address.clone(), Head::EMPTY).unwrap();
    let other = opened(address, Head::EMPTY).unwrap();
    let first = one
        .append(Head::EMPTY, &[draft(b"first", &[b"private"])])
        .unwrap();
    let late = other.append(Head::EMPTY, &[draft(b"late", &[])]);
    assert!(matches!(late, Err(AppendError::Conflict { head }) if head == first));
    let second = other.append(first, &[draft(b"second", &[])]).unwrap();
    assert_eq!(one.wait(1, READ_PATIENCE), 2);
    assert_eq!(one.head(), second);
    assert!(all(&one) == all(&other));
}

#[test]
fn a_journal_goes_from_files_to_the_database_and_back_with_the_same_head() {
    let Some(databases) = Databases::there() else {
        return;
    };
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let open = |folder: &std::path::Path| {
        let options = crate::journal::Options::default();
        Segments::open(folder, options, &mut |_| {})
            .unwrap()
            .journal
    };
    let files = open(from.path());
    for number in 0..20_u8 {
        let batch: Vec<Draft> = (0..number % 4 + 1)
            .map(|part| {
                draft(
                    &[number; 40],
                    &[&[part; 9][..], b""][..usize::from(part % 3)],
                )
            })
            .collect();
        files.append(files.head(), &batch).unwrap();
    }
    files.erase(8, 0).unwrap();
    let middle = databases.journal();
    carry(&files, &middle);
    let back = open(to.path());
    carry(&middle, &back);
    assert_eq!(back.head(), files.head());
    assert!(all(&back) == all(&files));
    assert!(all(&back)[7].private[0].is_none());
    assert_eq!(middle.erased().unwrap().len(), 1);
}

/// A journal that is followed, as a node does.
fn opened(address: Address, after: Head) -> io::Result<Postgres> {
    let journal = Postgres::open_at(address, after)?;
    journal.follow_from(after);
    Ok(journal)
}

fn carry(from: &dyn Journal, to: &dyn Journal) {
    while to.head().seq < from.head().seq {
        let page = from.read_sealed(to.head().seq, 300).unwrap();
        to.take_over(to.head(), &page).unwrap();
    }
}

#[test]
fn a_journal_that_has_not_what_was_known_of_it_is_not_used() {
    let Some(databases) = Databases::there() else {
        return;
    };
    let (_, address) = databases.empty();
    let journal = opened(address.clone(), Head::EMPTY).unwrap();
    let head = journal.append(Head::EMPTY, &[draft(b"a", &[])]).unwrap();
    drop(journal);
    for known in [
        Head { seq: 2, ..head },
        Head {
            chain: [7; 32],
            ..head
        },
    ] {
        let journal = opened(address.clone(), known).unwrap();
        assert_eq!(journal.standing(), Standing::Contradicts);
        let appended = journal.append(known, &[draft(b"b", &[])]);
        assert!(matches!(appended, Err(AppendError::Unavailable(_))));
        assert_eq!(journal.head(), known);
    }
    let journal = opened(address, head).unwrap();
    assert_eq!(journal.standing(), Standing::Asynchronous);
    assert_eq!(all(&journal).len(), 1);
}

#[test]
fn a_server_that_waits_for_no_copy_is_used_only_where_that_is_allowed() {
    let Some(databases) = Databases::there() else {
        return;
    };
    let (_, mut address) = databases.empty();
    address.allow_asynchronous = false;
    let journal = opened(address, Head::EMPTY).unwrap();
    assert_eq!(journal.standing(), Standing::Unreachable);
    let appended = journal.append(Head::EMPTY, &[draft(b"a", &[])]);
    assert!(matches!(appended, Err(AppendError::Unavailable(_))));
}

#[test]
fn the_database_refuses_what_would_fork_or_change_the_journal() {
    let Some(databases) = Databases::there() else {
        return;
    };
    let (name, address) = databases.empty();
    let journal = opened(address, Head::EMPTY).unwrap();
    let drafts = [draft(b"a", &[b"x"]), draft(b"b", &[b"y", b"z"])];
    journal.append(Head::EMPTY, &drafts).unwrap();
    let records = all(&journal);
    let row = |seq: i32, prev: &str, chain: &str| {
        format!(
            "INSERT INTO record (seq, id, prev, chain, parts, weight, public) VALUES ({seq}, gen_random_uuid(), {prev}, {chain}, 0, 1, '');"
        )
    };
    let part = |seq: i32, part: i32, parts: i32| {
        format!(
            "INSERT INTO private_part (seq, part, parts, length, commitment) VALUES ({seq}, {part}, {parts}, 0, decode(repeat('01', 32), 'hex'));"
        )
    };
    let any = "decode(repeat('01', 32), 'hex')";
    let last = "(SELECT chain FROM record WHERE seq = 2)";
    for forged in [
        row(2, "(SELECT chain FROM record WHERE seq = 1)", any),
        row(3, any, any),
        row(3, "NULL", any),
        row(4, last, any),
        row(-1, "NULL", any),
        row(3, last, "'short'::bytea"),
        "UPDATE record SET public = 'other' WHERE seq = 1;".into(),
        "UPDATE record SET chain = chain WHERE seq = 2;".into(),
        "DELETE FROM record WHERE seq = 2;".into(),
        "TRUNCATE record, private_part;".into(),
        "DELETE FROM private_part;".into(),
        "TRUNCATE private_part;".into(),
        "UPDATE private_part SET bytes = 'w' WHERE seq = 1;".into(),
        "UPDATE private_part SET salt = NULL WHERE seq = 1;".into(),
        "UPDATE private_part SET salt = NULL, bytes = NULL, length = 3 WHERE seq = 1;".into(),
        "UPDATE private_part SET salt = NULL, bytes = NULL, commitment = salt WHERE seq = 1;"
            .into(),
        part(9, 0, 1),
        part(0, 0, 0),
        part(0, 0, 1),
        part(2, 2, 2),
        part(2, 2, 3),
        part(2, -1, 2),
    ] {
        assert!(
            matches!(databases.run(&name, &forged), Err(Fault::Refused(_))),
            "{forged}"
        );
    }
    assert!(all(&journal) == records);
}

#[test]
fn a_row_that_was_forged_past_the_database_is_not_believed() {
    let Some(databases) = Databases::there() else {
        return;
    };
    let forgeries = [
        "UPDATE record SET public = 'other' WHERE seq = 2;",
        "UPDATE record SET id = gen_random_uuid() WHERE seq = 2;",
        "UPDATE private_part SET bytes = 'w' WHERE seq = 2;",
        "UPDATE private_part SET part = 5, parts = 6 WHERE seq = 2;",
        "DELETE FROM private_part WHERE seq = 2;",
        "UPDATE private_part SET commitment = salt WHERE seq = 2;",
    ];
    for forged in forgeries {
        let (name, address) = databases.empty();
        let journal = opened(address, Head::EMPTY).unwrap();
        let drafts = [draft(b"a", &[]), draft(b"b", &[b"y"]), draft(b"c", &[])];
        journal.append(Head::EMPTY, &drafts).unwrap();
        let sql = format!(
            "SET LOCAL session_replication_role = replica; ALTER TABLE record DISABLE TRIGGER ALL; ALTER TABLE private_part DISABLE TRIGGER ALL; {forged}"
        );
        databases.run(&name, &sql).unwrap();
        let read: Result<Vec<Record>, ReadError> = journal.read(0, usize::MAX);
        assert!(
            matches!(read, Err(ReadError::Altered { seq: 2, .. })),
            "{forged}"
        );
        assert_eq!(journal.read(0, 0).unwrap().len(), 1);
    }
}
