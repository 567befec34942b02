//! Parts of a workbook as XML, read with a measure: what a part says of itself must have room in it.

use quick_xml::{
    Reader,
    escape::unescape,
    events::{BytesStart, Event},
};

use super::{error::ListError, limits::MAX_UNPACKED_BYTES};

/// Longest tag that attributes are read of. Formulas and lists of ranges stand elsewhere.
const MAX_TAG: usize = 8 * 1024;

/// Shortest thing that can be counted, `<c/>`.
const MIN_ITEM: u64 = 4;

/// A part, read from its beginning; an empty element comes as its beginning and its end.
pub(super) struct Xml<'p> {
    reader: Reader<&'p [u8]>,
    buffer: Vec<u8>,
    size: u64,
}

impl<'p> Xml<'p> {
    /// Reads as the library of workbooks does, so that both see the same elements.
    pub(super) fn new(part: &'p [u8]) -> Self {
        let mut reader = Reader::from_reader(part);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.check_comments = false;
        config.expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            size: part.len() as u64,
        }
    }

    /// The next piece; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Event<'_>>, ListError> {
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Start(tag)) => {
                counts_fit(&tag, self.size)?;
                Ok(Some(Event::Start(tag)))
            }
            Ok(Event::Eof) => Ok(None),
            // No workbook has a document type; the entities of one could unfold to anything.
            Ok(Event::DocType(_)) | Err(_) => Err(ListError::Damaged),
            Ok(event) => Ok(Some(event)),
        }
    }
}

/// Whether a part of `size` bytes has room for as many items as it says that it has.
fn counts_fit(tag: &BytesStart<'_>, size: u64) -> Result<(), ListError> {
    if !tag.attributes_raw().contains("ount") {
        return Ok(());
    }
    // How often all sheets use a text: the texts stand once, the cells elsewhere.
    let uses = tag.local_name().as_ref() == "sst";
    let places = if uses { MAX_UNPACKED_BYTES } else { size };
    for (name, room) in [("count", places), ("uniqueCount", size)] {
        if let Some(told) = attribute(tag, name)?
            && !told
                .parse::<u64>()
                .is_ok_and(|told| told <= room / MIN_ITEM)
        {
            return Err(ListError::Damaged);
        }
    }
    Ok(())
}

/// An attribute by its name. That of a link has a prefix, which a file may choose.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, ListError> {
    if tag.attributes_raw().len() > MAX_TAG {
        return Err(ListError::Damaged);
    }
    let mut found = None;
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| ListError::Damaged)?;
        let key = attribute.key;
        if key.as_ref() == name || name == "id" && key.local_name().as_ref() == name {
            let value = unescape(&attribute.value).map_err(|_| ListError::Damaged)?;
            // Opening twice, each reader could take another one.
            if found.replace(value.into_owned()).is_some() {
                return Err(ListError::Damaged);
            }
        }
    }
    Ok(found)
}

/// Whether an attribute says yes.
pub(super) fn says_yes(tag: &BytesStart<'_>, name: &str) -> Result<bool, ListError> {
    Ok(attribute(tag, name)?.is_some_and(|value| is_yes(&value)))
}

/// A switch as XML writes it; what is neither yes nor no is taken for yes, the careful side.
pub(super) fn is_yes(value: &str) -> bool {
    !matches!(value.trim(), "0" | "false" | "off")
}

/// Whether an attribute gives a length that nobody can see.
pub(super) fn is_no_length(tag: &BytesStart<'_>, name: &str) -> Result<bool, ListError> {
    const VISIBLE: f64 = 0.5;
    let length = attribute(tag, name)?.and_then(|value| value.trim().parse::<f64>().ok());
    Ok(length.is_some_and(|length| length < VISIBLE))
}
