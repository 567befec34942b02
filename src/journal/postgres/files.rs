//! Sealed files beside the records: whole, by their ids.

use std::io;

use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::fault::Fault;
use super::{Postgres, READ_PATIENCE, lock};

/// A file that is there.
pub struct FileRow {
    pub id: Uuid,
    /// When it was put there, by the database's clock, in milliseconds since 1970.
    pub modified: i64,
    pub bytes: u64,
}

impl Postgres {
    /// Keeps a file; false when there is one of this id.
    ///
    /// # Errors
    /// That of the database; the file may be there or not.
    pub fn put_file(&self, id: Uuid, bytes: &[u8]) -> io::Result<bool> {
        let mut held = lock(&self.inner.filing);
        let put = self.wait_for(async {
            let session = self.inner.session(&mut held).await?;
            let insert = "INSERT INTO sealed_file (id, bytes) VALUES ($1, $2)";
            let values: [&(dyn ToSql + Sync); 2] = [&id, &bytes];
            let put = session.client.execute(insert, &values);
            match tokio::time::timeout(READ_PATIENCE, put).await {
                Ok(Ok(_)) if !session.take_warning() => Ok(true),
                Ok(Ok(_)) => Err(Fault::Uncopied),
                Ok(Err(error)) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(false),
                Ok(Err(error)) => Err(error.into()),
                Err(_) => Err(Fault::Slow),
            }
        });
        put.map_err(|fault| {
            *held = None;
            fault.into()
        })
    }

    /// A file, if there is one of this id.
    ///
    /// # Errors
    /// That of the database.
    pub fn file(&self, id: Uuid) -> io::Result<Option<Vec<u8>>> {
        let select = "SELECT bytes FROM sealed_file WHERE id = $1";
        let rows = self.filed(select, &[&id])?;
        let first = rows.first().map(|row| row.try_get(0));
        first.transpose().map_err(|error| Fault::from(error).into())
    }

    /// Removes a file; that there is none is fine.
    ///
    /// # Errors
    /// That of the database.
    pub fn remove_file(&self, id: Uuid) -> io::Result<()> {
        self.filed("DELETE FROM sealed_file WHERE id = $1", &[&id])
            .map(drop)
    }

    /// What is there, in order of ids.
    ///
    /// # Errors
    /// That of the database.
    pub fn files(&self) -> io::Result<Vec<FileRow>> {
        let select = "SELECT id, (extract(epoch FROM at) * 1000)::bigint, octet_length(bytes)::bigint FROM sealed_file ORDER BY id";
        let rows = self.filed(select, &[])?;
        let read = |row: &tokio_postgres::Row| -> Result<FileRow, tokio_postgres::Error> {
            let bytes: i64 = row.try_get(2)?;
            Ok(FileRow {
                id: row.try_get(0)?,
                modified: row.try_get(1)?,
                bytes: bytes.unsigned_abs(),
            })
        };
        let files = rows.iter().map(read).collect::<Result<_, _>>();
        files.map_err(|error| Fault::from(error).into())
    }

    fn filed(
        &self,
        statement: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> io::Result<Vec<tokio_postgres::Row>> {
        let mut held = lock(&self.inner.filing);
        let rows = self.wait_for(async {
            let session = self.inner.session(&mut held).await?;
            session
                .within(READ_PATIENCE, session.client.query(statement, values))
                .await
        });
        rows.map_err(|fault| {
            *held = None;
            fault.into()
        })
    }
}
