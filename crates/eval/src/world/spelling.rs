//! How real names are spelled: a chain of letters learned from the library's names, which spells new ones alike.

use super::kind::SOURCES;
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

/// The three letters before a letter; a word begins after three marks.
type Before = [char; 3];

/// The mark before the first letter and after the last.
const EDGE: char = '\0';

/// Columns of the facts that hold no names.
const PROSE: [&str; 3] = ["the", "pronoun", "note"];

/// The lengths of a word, in letters.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=12;

/// Which letter follows three others, as often as in the words that it was learned from.
pub(super) struct Spelling {
    next: HashMap<Before, Vec<char>>,
    words: BTreeSet<String>,
    letters: Vec<char>,
}

static SPELLING: LazyLock<Spelling> = LazyLock::new(|| {
    Spelling::learn(library_words().into_iter().filter(|word| word.starts_with(char::is_uppercase)).collect())
});

static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| library_words().into_iter().collect());

/// One to five words that the library's names and values have, in any order: every token of theirs is copied sometimes,
/// and nothing that they tell is told.
pub(super) fn shuffled_words(rng: &mut ChaCha8Rng) -> String {
    let count = [1, 1, 1, 2, 2, 2, 3, 4, 5][rng.random_range(0..9)];
    (0..count).map(|_| library_word(rng)).collect::<Vec<_>>().join(" ")
}

/// A word that the library's names and values have.
pub(super) fn library_word(rng: &mut ChaCha8Rng) -> &'static str {
    WORDS.choose(rng).map_or("", String::as_str)
}

impl Spelling {
    /// The spelling of the library's names.
    pub(super) fn of_the_library() -> &'static Self {
        &SPELLING
    }

    fn learn(words: BTreeSet<String>) -> Self {
        let mut next: HashMap<Before, Vec<char>> = HashMap::new();
        let mut letters = BTreeSet::new();
        for word in &words {
            let mut before = [EDGE; 3];
            for letter in word.chars().chain([EDGE]) {
                next.entry(before).or_default().push(letter);
                before = [before[1], before[2], letter];
            }
            letters.extend(word.chars().flat_map(char::to_lowercase).filter(|letter| letter.is_alphabetic()));
        }
        Self { next, words, letters: letters.into_iter().collect() }
    }

    /// A new word that is none of those learned; none if that fails many times.
    pub(super) fn word(&self, rng: &mut ChaCha8Rng) -> Option<String> {
        (0..60)
            .map(|_| self.walk(rng))
            .find(|word| LENGTHS.contains(&word.chars().count()) && !self.words.contains(word))
    }

    fn walk(&self, rng: &mut ChaCha8Rng) -> String {
        let (mut word, mut before) = (String::new(), [EDGE; 3]);
        for _ in 0..=*LENGTHS.end() {
            let next = self.next.get(&before).and_then(|next| next.choose(rng)).copied().unwrap_or(EDGE);
            if next == EDGE {
                break;
            }
            word.push(next);
            before = [before[1], before[2], next];
        }
        word
    }

    /// Letters at random, accents and capitals among them, sometimes with digits: no token is too rare to be copied.
    pub(super) fn jumble(&self, rng: &mut ChaCha8Rng) -> String {
        let mut word = String::new();
        for _ in 0..rng.random_range(2..8) {
            let letter = match rng.random_range(0..4) {
                0 => self.letters.choose(rng).copied().unwrap_or('a'),
                _ => char::from(rng.random_range(b'a'..=b'z')),
            };
            match rng.random_bool(0.15) {
                true => word.extend(letter.to_uppercase()),
                false => word.push(letter),
            }
        }
        if rng.random_bool(0.25) {
            word.push_str(&rng.random_range(0..1000).to_string());
        }
        word
    }
}

/// The words of the library's names and of the values that its facts have.
fn library_words() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for (_, _, facts) in SOURCES {
        let mut lines = facts.lines();
        let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
        for line in lines {
            let cells = header.iter().zip(line.split('\t')).filter(|(column, _)| !PROSE.contains(column));
            let parts = cells.flat_map(|(_, cell)| cell.split(|letter: char| !letter.is_alphabetic()));
            words.extend(parts.filter(|word| !word.is_empty()).map(str::to_string));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn new_words_are_spelled_like_names_and_are_none_of_them() {
        let spelling = Spelling::of_the_library();
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let words: BTreeSet<String> = (0..500).filter_map(|_| spelling.word(&mut rng)).collect();
        assert!(words.len() > 450, "{}", words.len());
        for word in &words {
            assert!(LENGTHS.contains(&word.chars().count()) && word.starts_with(char::is_uppercase), "{word}");
            assert!(!spelling.words.contains(word), "{word} is a name of the library");
        }
        assert!(words.iter().any(|word| !word.is_ascii()), "no accent in 500 words");
    }

    #[test]
    fn every_three_letters_of_a_new_word_follow_each_other_in_a_name() {
        let words = BTreeSet::from(["Marseille", "Marsala", "Salamanca"].map(String::from));
        let spelling = Spelling::learn(words.clone());
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        for _ in 0..50 {
            let word: Vec<char> = spelling.walk(&mut rng).chars().collect();
            for part in word.windows(4) {
                let part: String = part.iter().collect();
                assert!(words.iter().any(|name| name.contains(&part)), "{part}");
            }
        }
    }

    #[test]
    fn a_jumble_has_capitals_accents_and_digits() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let text: String = (0..200).map(|_| Spelling::of_the_library().jumble(&mut rng)).collect();
        assert!(text.contains(char::is_uppercase) && text.contains(|c: char| c.is_ascii_digit()) && !text.is_ascii());
    }
}
