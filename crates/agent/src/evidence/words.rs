//! Words of a text with their places, and how alike they are.

use std::ops::Range;

/// Words that say little by themselves, in lower case.
const STOP: &[&str] = &[
    "a", "about", "after", "all", "also", "an", "and", "are", "as", "at", "be", "been", "before", "but", "by", "can",
    "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "his", "i", "in", "into", "is", "it", "its",
    "more", "most", "my", "no", "not", "of", "on", "one", "or", "other", "our", "over", "result", "she", "so", "some",
    "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "under",
    "up", "was", "we", "were", "what", "when", "where", "which", "while", "who", "with", "you", "der", "die", "das",
    "den", "dem", "des", "ein", "eine", "einer", "er", "es", "ist", "sie", "und", "von", "war", "wurde", "zu", "im",
];

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// It, as it stands there.
    pub text: &'a str,
}

impl Word<'_> {
    /// Whether it begins with a capital letter.
    pub fn is_capital(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }

    /// Whether it is made of digits, with a point or comma between them.
    pub fn is_number(&self) -> bool {
        self.text.starts_with(|letter: char| letter.is_ascii_digit())
            && self.text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
    }

    /// Whether it says something by itself.
    pub fn is_telling(&self) -> bool {
        !STOP.contains(&self.text.to_lowercase().as_str())
    }

    /// What it has in common with its other forms: the first five letters of a longer word, without a possessive.
    pub fn stem(&self) -> String {
        stem(self.text)
    }
}

/// See [`Word::stem`].
pub(super) fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(&word);
    let letters = word.chars().count();
    let plural = if letters == 5 { word.strip_suffix('s').unwrap_or(word) } else { word };
    match word.chars().all(char::is_alphabetic) {
        true => plural.chars().take(5).collect(),
        false => word.to_owned(),
    }
}

/// The words of a text: letters and digits, with an apostrophe, point or comma between two of them.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        if letter.is_alphanumeric() {
            start.get_or_insert(at);
        }
        let inside = |joins: bool| joins && start.is_some();
        let joined = match letter {
            '\'' | '’' => inside(next.is_some_and(char::is_alphabetic)),
            '.' | ',' => inside(
                text[..at].ends_with(|before: char| before.is_ascii_digit())
                    && next.is_some_and(|next| next.is_ascii_digit()),
            ),
            _ => letter.is_alphanumeric(),
        };
        if !joined && let Some(start) = start.take() {
            words.push(Word { range: start..at, text: &text[start..at] });
        }
    }
    if let Some(start) = start {
        words.push(Word { range: start..text.len(), text: &text[start..] });
    }
    words
}

/// The longest run of words that stand in both lists one after the other, whatever their case: where it begins in
/// each, and its length.
pub(super) fn longest_run(a: &[Word<'_>], b: &[Word<'_>]) -> (usize, usize, usize) {
    let lower = |words: &[Word<'_>]| words.iter().map(|word| word.text.to_lowercase()).collect::<Vec<_>>();
    let (first, second) = (lower(a), lower(b));
    let mut best = (0, 0, 0);
    let mut above = vec![0; second.len() + 1];
    for (i, word) in first.iter().enumerate() {
        let mut row = vec![0; second.len() + 1];
        for (j, other) in second.iter().enumerate() {
            if word == other {
                row[j + 1] = above[j] + 1;
                if row[j + 1] > best.2 {
                    best = (i + 1 - row[j + 1], j + 1 - row[j + 1], row[j + 1]);
                }
            }
        }
        above = row;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_keep_what_joins_them() {
        assert_eq!(texts("Baker's 1,812.5 m, done."), ["Baker's", "1,812.5", "m", "done"]);
        assert_eq!(texts("'Äpfel' x."), ["Äpfel", "x"]);
        assert_eq!(texts("It's 3. Then"), ["It's", "3", "Then"]);
    }

    #[test]
    fn forms_of_a_word_are_alike() {
        assert_eq!(stem("designed"), stem("designer"));
        assert_eq!(stem("bridge"), stem("Bridges"));
        assert_eq!(stem("tower"), stem("Tower's"));
        assert_ne!(stem("1890"), stem("18901"));
    }

    #[test]
    fn the_longest_run_is_found() {
        let (a, b) = (words("it was opened on 4 March"), words("The bridge, Opened on 4 March 1890, was"));
        assert_eq!(longest_run(&a, &b), (2, 2, 4));
    }
}
