//! Tests of the reading of broken JSON.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn value(text: &str) -> Value {
    read(text).unwrap_or_else(|| panic!("{text}")).0
}

#[test]
fn brackets_and_quotes_need_not_be_closed() {
    let wanted = json!({"name": "a", "arguments": {"q": "x"}});
    for text in [
        r#"{"name": "a", "arguments": {"q": "x"}"#,
        r#"{"name": "a", "arguments": {"q": "x""#,
        r#"{"name": "a", "arguments": {"q": "x"#,
        r#"{"name": "a", "arguments": {"q": "x}}"#,
        r#"{"name": "a", "arguments": {"q": "x"}]"#,
        r#"{'name': 'a', 'arguments': {'q': 'x',},}"#,
        r#"{name: "a", arguments: {q: "x"}}"#,
        r#"{"name": "a" "arguments": {"q": "x"}}"#,
    ] {
        assert_eq!(value(text), wanted, "{text}");
    }
}

#[test]
fn strings_may_hold_quotes_and_line_breaks() {
    assert_eq!(value(r#"{"q": "who wrote "Dune" then"}"#), json!({"q": "who wrote \"Dune\" then"}));
    assert_eq!(value(r#"{"q": "say "a", or b"}"#), json!({"q": "say \"a\", or b"}));
    assert_eq!(value("{\"q\": \"a\nb\", 'r': 'it's'}"), json!({"q": "a\nb", "r": "it's"}));
    assert_eq!(
        value(r#"{"q": "a\n\tb\"\u00e9\ud83e\udd14\ud83e\q\u12"}"#),
        json!({"q": "a\n\tb\"é🤔\u{FFFD}\\q\\u12"})
    );
}

#[test]
fn words_of_python_and_bare_words_are_values() {
    assert_eq!(
        value("{'a': True, 'b': None, 'c': -1.5, 'd': Paris, 'e': [1, 'x', ], 'f': }"),
        json!({"a": true, "b": null, "c": -1.5, "d": "Paris", "e": [1, "x"], "f": null})
    );
}

#[test]
fn what_follows_the_value_is_left() {
    assert_eq!(read(r#"{'a': 1} {'b': 2}"#), Some((json!({"a": 1}), 8)));
}

#[test]
fn what_is_no_object_is_refused() {
    for text in ["", "x", "{{", "{\"a\"}", "{:1}", "{\"a\": 1, :", "{a}"] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(read(&"{\"a\":".repeat(100)), None);
}

#[test]
fn a_run_of_quotes_takes_time_in_proportion() {
    // A reader that looked to the end of the run at every quote would take minutes here.
    let text = format!("{{\"q\": {}", "\"".repeat(1_000_000));
    assert_eq!(read(&text).map(|(_, end)| end), Some(text.len()));
}

proptest! {
    #[test]
    fn exact_json_is_read_exactly(strings in prop::collection::vec("[a-z \\\\\"é\n{}]{0,8}", 1..5), number: i32) {
        // Quotes inside strings are where guessing begins; escaped ones are no guess.
        let exact = json!({"a": strings, "b": {"c": number, "d": [true, null, {}]}});
        let text = serde_json::to_string(&exact).unwrap();
        prop_assert_eq!(read(&text), Some((exact, text.len())));
    }

    #[test]
    fn every_cut_of_an_object_ends(cut in 0usize..70) {
        let text = r#"{"name": "a", "arguments": {"q": "x", "r": [1, {"s": "é"}], "t": tru}}"#;
        if let Some(start) = text.get(..cut) && let Some((value, end)) = read(start) {
            prop_assert!(value.is_object() && end <= cut);
        }
    }
}
