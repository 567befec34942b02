//! Tables in memory, for tests of what decides and applies.

use std::collections::BTreeMap;

use super::{
    error::StoreError,
    rows::{RawRow, Rows},
    schema::Position,
    table::Writes,
};

/// Tables that live as long as the test.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Memory {
    rows: BTreeMap<(usize, Vec<u8>), Vec<u8>>,
    position: Position,
}

impl Memory {
    /// Writes as [`super::Store::commit`] does.
    pub fn commit(&mut self, writes: Writes, position: Position) {
        for (place, value) in writes {
            match value {
                Some(bytes) => self.rows.insert(place, bytes),
                None => self.rows.remove(&place),
            };
        }
        self.position = position;
    }
}

impl Rows for Memory {
    fn row(&self, table: usize, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.rows.get(&(table, key.to_vec())).cloned())
    }

    fn rows_from(&self, table: usize, prefix: &[u8]) -> Result<Vec<RawRow>, StoreError> {
        let rows = self.rows.range((table, prefix.to_vec())..);
        let rows = rows.take_while(|((own, key), _)| *own == table && key.starts_with(prefix));
        Ok(rows
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect())
    }

    fn position(&self) -> Position {
        self.position.clone()
    }
}
