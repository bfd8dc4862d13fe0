//! Words as they are compared: without case, accents, punctuation, articles, thousands commas and possessive endings.

use std::ops::Range;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The word as it is compared.
    pub text: String,
    /// Where it stands, in bytes.
    pub at: Range<usize>,
}

/// The words of `text`, articles included.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let end = at + c.len_utf8();
        let (before, after) = (text[..at].chars().next_back(), text[end..].chars().next());
        let digits = before.is_some_and(|c| c.is_ascii_digit()) && after.is_some_and(|c| c.is_ascii_digit());
        let letters = match c {
            c if c.is_alphanumeric() || is_combining_mark(c) => Some(folded(c)),
            '.' if digits => Some(c.to_string()),
            ',' if digits && thousands(&text[..at], &text[end..]) => Some(String::new()),
            '+' | '#' if open => Some(c.to_string()),
            '\'' | '’' | 'ʼ' if open && possessive(&text[end..]) => {
                at = end + 1;
                open = false;
                continue;
            }
            '\'' | '’' | 'ʼ' if open && after.is_some_and(char::is_alphanumeric) => Some(String::new()),
            _ => None,
        };
        match (letters, words.last_mut()) {
            (Some(letters), Some(word)) if open => {
                word.text.push_str(&letters);
                word.at.end = end;
            }
            (Some(letters), _) if !letters.is_empty() => {
                words.push(Word { text: letters, at: at..end });
                open = true;
            }
            _ => open = false,
        }
        at = end;
    }
    words
}

/// The words of `text` joined by spaces, articles left out, with a space at both ends, so that one text holds the
/// words of another if and only if it contains it as a string. Empty if there is no word.
pub(crate) fn normal(text: &str) -> String {
    let words = telling(words(text));
    if words.is_empty() {
        return String::new();
    }
    words.iter().fold(String::from(" "), |text, word| text + &word.text + " ")
}

/// Where `text`, whose words are `within`, says `value`: byte ranges from the first word to the last. A value of one
/// or two letters, such as a chemical symbol, must have the same case.
pub(crate) fn occurrences(value: &str, text: &str, within: &[Word]) -> Vec<Range<usize>> {
    if (1..=2).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return within.iter().filter(|word| &text[word.at.clone()] == value).map(|word| word.at.clone()).collect();
    }
    let wanted = telling(words(value));
    let within: Vec<&Word> = within.iter().filter(|word| !is_article(word)).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let same = |window: &&[&Word]| window.iter().zip(&wanted).all(|(a, b)| a.text == b.text);
    let range = |window: &[&Word]| window[0].at.start..window[window.len() - 1].at.end;
    within.windows(wanted.len()).filter(same).map(range).collect()
}

/// Whether `text` says `value`.
pub(crate) fn says(text: &str, value: &str) -> bool {
    !occurrences(value, text, &words(text)).is_empty()
}

/// The words without articles; all of them if there are only articles.
fn telling(words: Vec<Word>) -> Vec<Word> {
    if words.iter().all(is_article) { words } else { words.into_iter().filter(|word| !is_article(word)).collect() }
}

fn is_article(word: &Word) -> bool {
    ["a", "an", "the"].contains(&word.text.as_str())
}

/// A letter in lower case without its accent.
fn folded(c: char) -> String {
    let mut folded = String::new();
    for c in c.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            c if is_combining_mark(c) => (),
            c => folded.push(c),
        }
    }
    folded
}

/// Whether a comma between these two divides the thousands of one number.
fn thousands(before: &str, after: &str) -> bool {
    let group = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    group <= 3 && after.bytes().take_while(u8::is_ascii_digit).count() == 3
}

/// Whether what follows an apostrophe is the `s` of a possessive.
fn possessive(after: &str) -> bool {
    after.strip_prefix('s').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(normal(text).trim(), expected);
    }

    #[test]
    fn case_accents_and_punctuation_do_not_count() {
        check("São Tomé and Príncipe!", "sao tome and principe");
        check("Jørn  Utzon—Møllehøj", "jorn utzon mollehoj");
        check("I. M. Pei", "i m pei");
        check("Cafe\u{301} Zürich", "cafe zurich");
    }

    #[test]
    fn articles_and_possessives_do_not_count() {
        check("the Black Forest", "black forest");
        check("Gulliver's Travels of O'Brien’s", "gulliver travels of obrien");
        check("the", "the");
        check("", "");
    }

    #[test]
    fn numbers_are_words() {
        check("8,849 metres and 1,234,567", "8849 metres and 1234567");
        check("21.6 metres in 1889.", "21.6 metres in 1889");
        check("in 1889, 330 of them, 12,34", "in 1889 330 of them 12 34");
    }

    #[test]
    fn names_of_languages_keep_their_signs() {
        check("C++ and C# end in .rs", "c++ and c# end in rs");
    }

    #[test]
    fn a_value_is_found_as_whole_words() {
        assert!(says("It is 8,849 metres high.", "8849 metres"));
        assert!(says("He came from the United States.", "United States"));
        assert!(!says("It was in 18890.", "1889"));
        assert!(!says("because of gold", "Au"));
        assert!(says("The symbol is Au.", "Au"));
        assert!(!says("What it is in", "In"));
        assert!(!says("anything", ""));
    }

    #[test]
    fn a_place_is_a_range_of_the_text() {
        let text = "É: São Tomé, then.";
        let found = occurrences("sao tome", text, &words(text));
        assert_eq!(found.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>(), ["São Tomé"]);
    }
}
