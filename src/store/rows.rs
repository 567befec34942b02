//! What a view reads through to.

use super::{error::StoreError, schema::Position};

/// Key and value of a row, as stored bytes.
pub type RawRow = (Vec<u8>, Vec<u8>);

/// Tables that can be read: the store's, or a test's in memory.
pub trait Rows {
    /// The bytes of one row.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    fn row(&self, table: usize, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Every row whose key begins with `prefix`, in key order.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    fn rows_from(&self, table: usize, prefix: &[u8]) -> Result<Vec<RawRow>, StoreError>;

    /// Looks at a row that did not decode, for tables that end being believed by it.
    fn doubt(&self, _error: &StoreError) {}

    /// How far the journal is applied.
    fn position(&self) -> Position;
}
