//! Tests of the JSON of chat templates.

use super::*;

#[test]
fn floats_are_written_as_python_writes_them() {
    let cases = [
        (1.0, "1.0"),
        (0.1, "0.1"),
        (-2.5e-5, "-2.5e-05"),
        (0.0001, "0.0001"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e+16"),
        (1.5e300, "1.5e+300"),
        (0.0, "0.0"),
        (123_456_789.125, "123456789.125"),
    ];
    for (value, text) in cases {
        assert_eq!(float(value), text);
    }
}

#[test]
fn characters_outside_ascii_become_pairs_of_units() {
    assert_eq!(escape_non_ascii("aé🤔"), r"a\u00e9\ud83e\udd14");
}
