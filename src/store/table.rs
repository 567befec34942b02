//! What a table is: typed keys and values over ordered bytes.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use serde::{Serialize, de::DeserializeOwned};

use super::error::StoreError;

/// A typed table. Values are postcard bytes.
pub trait Table {
    /// Its number, an index into [`super::schema::NAMES`].
    const ID: usize;
    /// What finds a row.
    type Key: ?Sized;
    /// What a row says.
    type Value: Serialize + DeserializeOwned;
    /// The ordered bytes of a key.
    fn key_bytes(key: &Self::Key) -> Vec<u8>;
}

/// The bytes of a value. Postcard can't fail on the plain types of the schema.
pub fn encode<T: Table>(value: &T::Value) -> Result<Vec<u8>, StoreError> {
    postcard::to_stdvec(value).map_err(|_| StoreError::Misfit("a value does not encode"))
}

/// The value of a row's bytes.
///
/// # Errors
/// [`StoreError::Damaged`] when they are not one.
pub fn decode<T: Table>(bytes: &[u8]) -> Result<T::Value, StoreError> {
    postcard::from_bytes(bytes).map_err(|_| StoreError::Damaged("a row does not decode"))
}

/// Rows to write (`Some`) or to remove (`None`), by table and key. Nobody outside fills it, so its hash is a quick one.
pub type Writes = HashMap<(usize, Vec<u8>), Option<Vec<u8>>, RandomState>;
