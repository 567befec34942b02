//! The signs of the verdicts, drawn in a square of 24: shape says what colour says.

/// The outline of a verdict's sign; of `unreadable` when the name is not known.
pub fn outline(name: impl AsRef<str>) -> &'static str {
    match name.as_ref() {
        // An octagon with an exclamation mark.
        "listed" => {
            "M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9zM10.6 5.5l.4 8.500h2l.4-8.500zM12 15.600a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z"
        }
        // A shield with an i.
        "official" => {
            "M12 1 22 4.500V12c0 6-4 9.500-10 11.500C6 21.500 2 18 2 12V4.500zM10.800 10v8h2.400v-8zM12 5.700a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z"
        }
        // A circle with a question mark.
        "no-record" => {
            "M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22zm-4 8.500a4 4 0 1 1 5.300 3.800v1.700h-2.500v-3.500a1.600 1.600 0 1 0-.4-2zM12 16.300a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3z"
        }
        // Scales.
        "disputed" => {
            "M11 1h2v2.200L20 5l-.5 1.900-.8-.2L22.500 14a4 4 0 0 1-7.500 0l2.800-7.600L13 5.200V20h4v2H7v-2h4V5.200L6.200 6.400 9 14a4 4 0 0 1-7.500 0l3.800-7.300-.8.2L4 5l7-1.800zM3.800 14h3L5.300 9.700zm13.400 0h3l-1.500-4.300z"
        }
        // An eye that is crossed out.
        _ => {
            "M4.200 2.800 21.200 19.800l-1.400 1.400-3.500-3.500A12 12 0 0 1 12 18.500C7 18.500 3 15.500 1 12a14 14 0 0 1 4.700-4.900L2.800 4.200zM12 5.500c5 0 9 3 11 6.500a14 14 0 0 1-3.600 4.200l-4-4A3.500 3.500 0 0 0 11.500 8.300L9 5.900a12 12 0 0 1 3-.4zM8.700 10.100a3.500 3.500 0 0 0 5 5z"
        }
    }
}
