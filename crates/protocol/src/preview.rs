//! The first sentences of a text: what a result list shows of a page.

/// The most characters of a preview.
const LIMIT: usize = 200;

/// Words after which a full stop does not end a sentence, in lower case.
const ABBREVIATIONS: [&str; 39] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "mt", "ft",
    "nos", "vol", "op", "fig", "vs", "cf", "ca", "c", "e.g", "i.e", "approx", "dept", "univ", "bros", "feat", "pp",
    "ed", "eds", "trans", "jan", "feb", "dec",
];

/// Words that open a sentence much more often than they follow an initial, as a surname does.
const OPENERS: [&str; 20] = [
    "It", "Its", "He", "She", "His", "Her", "They", "Their", "The", "This", "That", "These", "A", "An", "In", "On",
    "At", "As", "When", "There",
];

/// Words after which a single letter is a symbol, not an initial.
const BEFORE_SYMBOLS: [&str; 6] = ["is", "symbol", "letter", "letters", "as", "vitamin"];

/// The whole first sentences of `text` that have at most 200 characters together, on one line. A first sentence that
/// is longer is cut after a word and ends in `…`.
pub(crate) fn preview(text: &str) -> String {
    let mut preview = String::new();
    let mut length = 0;
    for sentence in sentences(text) {
        let sentence = one_line(sentence);
        let chars = sentence.chars().count();
        if length == 0 && chars > LIMIT {
            return cut(&sentence);
        }
        if length + 1 + chars > LIMIT && length > 0 {
            break;
        }
        if length > 0 {
            preview.push(' ');
            length += 1;
        }
        preview.push_str(&sentence);
        length += chars;
    }
    preview
}

/// White space made single, line ends included.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A sentence of more than 200 characters, cut after its last whole word that leaves room for `…`.
fn cut(sentence: &str) -> String {
    let end = sentence.char_indices().nth(LIMIT - 1).map_or(sentence.len(), |(at, _)| at);
    let whole = sentence[..end].rfind(' ').filter(|_| !sentence[end..].starts_with(' ')).unwrap_or(end);
    let kept = sentence[..whole].trim_end_matches([' ', ',', ';', ':', '(', '-', '–', '—']);
    format!("{}…", if kept.is_empty() { &sentence[..end] } else { kept })
}

/// The sentences of a text, trimmed, in order. A blank line ends a sentence too.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_start();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (sentence, after) = rest.split_at(end_of_sentence(rest));
        rest = after.trim_start();
        Some(sentence.trim_end())
    })
}

/// Where the first sentence of `text` ends.
fn end_of_sentence(text: &str) -> usize {
    let mut line_end = None;
    for (at, c) in text.char_indices() {
        match c {
            '\n' if line_end.is_some_and(|end: usize| text[end..at].trim().is_empty()) => return at,
            '\n' => line_end = Some(at),
            '.' | '!' | '?' => {
                let after = &text[at + 1..];
                let end = after.trim_start_matches(['"', '\'', '”', '’', ')', ']']);
                let next = end.trim_start();
                if next.len() < end.len() && opens(next) && !(c == '.' && abbreviates(&text[..at], next)) {
                    return text.len() - end.len();
                }
            }
            _ => (),
        }
    }
    text.len()
}

/// Whether a sentence may begin so.
fn opens(next: &str) -> bool {
    let first = next.trim_start_matches(['"', '\'', '“', '‘', '(', '[']).chars().next();
    first.is_some_and(|c| c.is_uppercase() || c.is_numeric())
}

/// Whether a full stop after `before` belongs to its last word: an abbreviation, or the initial of a name.
fn abbreviates(before: &str, next: &str) -> bool {
    let mut words = before.rsplit(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty());
    let word = words.next().unwrap_or_default();
    let initial = |word: &str| word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    if word.eq_ignore_ascii_case("no") {
        return next.starts_with(|c: char| c.is_ascii_digit());
    }
    if !word.rsplit('.').next().is_some_and(initial) {
        return ABBREVIATIONS.contains(&word.to_lowercase().as_str());
    }
    let following = next.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let earlier = words.next().unwrap_or_default();
    !OPENERS.contains(&following) && (initial(following) || !BEFORE_SYMBOLS.contains(&earlier))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).collect()
    }

    #[test]
    fn whole_sentences_up_to_two_hundred_characters() {
        let (a, b, c) = ("A".repeat(98) + ".", "B".repeat(99) + ".", "C".repeat(4) + ".");
        assert_eq!(preview(&format!("{a} {b} {c}")), format!("{a} {b}"));
        assert_eq!(preview(&format!("{a} B{b} {c}")), a);
        assert_eq!(preview("Short. Text."), "Short. Text.");
        assert_eq!(preview("  "), "");
    }

    #[test]
    fn a_long_first_sentence_is_cut_after_a_word() {
        let long = "word ".repeat(60);
        let preview_of_long = preview(&long);
        assert_eq!(preview_of_long, format!("{}word…", "word ".repeat(39)));
        assert_eq!(preview(&"ä".repeat(300)), format!("{}…", "ä".repeat(199)));
        assert_eq!(preview(&format!("{} and more.", "x".repeat(199))).chars().count(), 200);
    }

    #[test]
    fn decimals_and_abbreviations_do_not_end_a_sentence() {
        assert_eq!(split("It is 3.5 metres long. Dr. Ames saw it."), ["It is 3.5 metres long.", "Dr. Ames saw it."]);
        assert_eq!(split("It grew, e.g. In Peru. 5 did."), ["It grew, e.g. In Peru.", "5 did."]);
        assert_eq!(
            split("Symphony No. 5 is old. Is it? No. It is not."),
            ["Symphony No. 5 is old.", "Is it?", "No.", "It is not."]
        );
    }

    #[test]
    fn initials_belong_to_the_name_and_symbols_to_the_sentence() {
        assert_eq!(split("It is by J. R. R. Tolkien. He wrote."), ["It is by J. R. R. Tolkien.", "He wrote."]);
        assert_eq!(split("J.R.R. Tolkien wrote it. Yes."), ["J.R.R. Tolkien wrote it.", "Yes."]);
        assert_eq!(split("Its symbol is H. Hydrogen is light."), ["Its symbol is H.", "Hydrogen is light."]);
        assert_eq!(split("It is written in C. It is small."), ["It is written in C.", "It is small."]);
    }

    #[test]
    fn quotes_lines_and_lower_case() {
        assert_eq!(
            split("He said \"Go.\" She went! \"Where?\" Home."),
            ["He said \"Go.\"", "She went!", "\"Where?\"", "Home."]
        );
        assert_eq!(preview("A title\n\nOne line\nof text."), "A title One line of text.");
        assert_eq!(split("A title\n \nNext"), ["A title", "Next"]);
        assert_eq!(split("Visit example. org now."), ["Visit example. org now."]);
    }
}
