//! The exports that are text. Their readers open them, read them to the end and close them, so a new one takes the place of the
//! old one whole: nobody meets a half of it.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::Path,
};

use super::in_force::{Written, each_in_force};
use crate::{
    domain::{phone::Phone, time::Time},
    formats::csv,
    sync::{
        database::Database,
        error::{self, SyncError},
    },
};

/// A file that is being written.
pub struct Out<'a> {
    file: BufWriter<File>,
    path: &'a Path,
}

impl Out<'_> {
    fn put(
        &mut self,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), SyncError> {
        write(&mut self.file).map_err(error::io(format!("cannot write {}", self.path.display())))
    }
}

/// The listings in force as a table; when the next of them ends, in Unix seconds.
///
/// # Errors
/// As [`write`].
pub fn table(database: &Database, out: &mut Out<'_>, now: Time) -> Result<Option<i64>, SyncError> {
    out.put(|file| file.write_all(csv::HEAD.as_bytes()))?;
    each_in_force(database, now, |row| out.put(|file| csv::write(file, &row)))
}

/// Writes a number in a form.
type WriteNumber = fn(&mut BufWriter<File>, &Phone) -> io::Result<()>;

/// The telephone numbers in force, the smallest first; when the next listing ends, in Unix seconds.
///
/// Readers that search a list by halves, or load it as it stands (call directories take ascending numbers only), want it by
/// the number: as text `+8418001091` stands between `+84180010900` and `+841800109100`.
///
/// # Errors
/// As [`write`].
pub fn numbers(
    database: &Database,
    out: &mut Out<'_>,
    now: Time,
    head: &str,
    write: WriteNumber,
) -> Result<Option<i64>, SyncError> {
    // Eight bytes each: for five million numbers 40 MB, less than the copy in memory beside it.
    let mut numbers: Vec<u64> = Vec::new();
    let next_end = each_in_force(database, now, |row| {
        let phone = row.phone();
        numbers.extend(phone.and_then(|phone| phone.digits().parse::<u64>().ok()));
        Ok(())
    })?;
    numbers.sort_unstable();
    out.put(|file| file.write_all(head.as_bytes()))?;
    for number in numbers {
        if let Some(phone) = Phone::stored(&format!("+{number}")) {
            out.put(|file| write(file, &phone))?;
        }
    }
    Ok(next_end)
}

/// Writes a file beside the one that is there, and gives it the name once it is whole and says something else.
///
/// # Errors
/// The disk's, and the copy's; the file stays as it was then.
pub fn write(
    path: &Path,
    write: impl FnOnce(&mut Out<'_>) -> Result<Option<i64>, SyncError>,
) -> Result<Written, SyncError> {
    let failed = || error::io(format!("cannot write {}", path.display()));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.new"));
    let _ = fs::remove_file(&draft);
    // What is not what was verified does not lie around.
    let written = filled(&draft, path, write);
    let next_end = written.inspect_err(|_| drop(fs::remove_file(&draft)))?;
    if is_same(&draft, path).map_err(failed())? {
        fs::remove_file(&draft).map_err(failed())?;
        return Ok(Written {
            has_changed: false,
            next_end,
        });
    }
    // Made for its owner alone; whom an operator lets read the file may go on reading it.
    if let Ok(before) = fs::metadata(path) {
        fs::set_permissions(&draft, before.permissions()).map_err(failed())?;
    }
    File::open(&draft)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(&draft, path))
        .map_err(failed())?;
    Ok(Written {
        has_changed: true,
        next_end,
    })
}

fn filled(
    draft: &Path,
    path: &Path,
    write: impl FnOnce(&mut Out<'_>) -> Result<Option<i64>, SyncError>,
) -> Result<Option<i64>, SyncError> {
    let failed = || error::io(format!("cannot write {}", path.display()));
    let file = BufWriter::new(File::create(draft).map_err(failed())?);
    let mut out = Out { file, path };
    let next_end = write(&mut out)?;
    out.put(BufWriter::flush)?;
    Ok(next_end)
}

/// Whether two files hold the same bytes; one that is not there is another.
fn is_same(one: &Path, other: &Path) -> io::Result<bool> {
    let length = |path: &Path| fs::metadata(path).map(|about| about.len());
    if length(other).ok() != Some(length(one)?) {
        return Ok(false);
    }
    let (mut one, mut other) = (
        BufReader::new(File::open(one)?),
        BufReader::new(File::open(other)?),
    );
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let count = left.len().min(right.len());
        if left[..count] != right[..count] {
            return Ok(false);
        }
        if count == 0 {
            return Ok(left.is_empty() && right.is_empty());
        }
        one.consume(count);
        other.consume(count);
    }
}
