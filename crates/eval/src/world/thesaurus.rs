//! Words that may stand for each other in questions. A wording of training is asked in many words, so that what is
//! learned is what they have in common.

use super::article::capitalise;
use super::kind::{Kind, Property};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::collections::{HashMap, HashSet};

/// One set a line: words and phrases of the same meaning and form, between commas.
const SETS: &str = include_str!("../../../../assets/library/thesaurus.txt");
/// Words of the longest phrase that is looked for.
const LONGEST: usize = 4;
/// How often a word that may be replaced is.
const REPLACED: f64 = 0.25;
/// A phrase may stand in the questions of a property if these have it at least this often for each time that those of
/// another property of the kind do.
const FAIR_SHARE: f64 = 0.1;

/// The sets, and where questions have their phrases.
#[derive(Debug, Clone)]
pub(super) struct Thesaurus {
    sets: Vec<Vec<&'static str>>,
    /// The sets of each phrase.
    found: HashMap<&'static str, Vec<usize>>,
    /// For each kind, how often the questions of each property have a phrase.
    used: Vec<HashMap<&'static str, Vec<f64>>>,
}

impl Thesaurus {
    /// The bundled sets, for questions about these kinds.
    pub(super) fn bundled(kinds: &[Kind]) -> Self {
        let set = |line: &'static str| line.split(',').map(str::trim).filter(|phrase| !phrase.is_empty()).collect();
        let lines = SETS.lines().filter(|line| !line.starts_with('#'));
        let sets: Vec<Vec<_>> = lines.map(set).filter(|set: &Vec<_>| set.len() > 1).collect();
        let mut found: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, set) in sets.iter().enumerate() {
            for phrase in set {
                found.entry(*phrase).or_default().push(index);
            }
        }
        let used = kinds.iter().map(|kind| used(kind, &found)).collect();
        Self { sets, found, used }
    }

    /// `words` with some of them replaced by others of the same meaning: none that rather ask for another property of
    /// the kind, none at all of its properties if they ask for `None` of them.
    pub(super) fn vary(&self, words: &str, kind: usize, property: Option<usize>, rng: &mut ChaCha8Rng) -> String {
        let words: Vec<&str> = words.split(' ').collect();
        let mut varied: Vec<String> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let Some((other, count)) = self.other(&words[at..], kind, property, rng) else {
                varied.push(words[at].to_string());
                at += 1;
                continue;
            };
            if let Some(article) = varied.last_mut().filter(|word| ["a", "an"].contains(&word.as_str())) {
                *article = if other.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }.into();
            }
            varied.push(other);
            at += count;
        }
        varied.join(" ")
    }

    /// What may stand for the longest phrase that `words` begin with, and how many words that has; sometimes.
    fn other(
        &self,
        words: &[&str],
        kind: usize,
        property: Option<usize>,
        rng: &mut ChaCha8Rng,
    ) -> Option<(String, usize)> {
        let longest = LONGEST.min(words.len());
        let phrase = |count: usize| {
            let text = words[..count].join(" ");
            let plain = text.trim_end_matches(['?', '.', ',']);
            let mark = text[plain.len()..].to_string();
            Some((count, self.found.get(plain.to_lowercase().as_str())?, plain.to_string(), mark))
        };
        let (count, sets, plain, mark) = (1..=longest).rev().find_map(phrase)?;
        if !rng.random_bool(REPLACED) {
            return None;
        }
        let set = &self.sets[*sets.choose(rng)?];
        let lower = plain.to_lowercase();
        let fitting: Vec<_> =
            set.iter().filter(|other| **other != lower && self.may_ask(other, kind, property)).collect();
        let other = fitting.choose(rng)?;
        let other = if plain.starts_with(char::is_uppercase) { capitalise(other) } else { (**other).to_string() };
        Some((other + &mark, count))
    }

    fn may_ask(&self, phrase: &str, kind: usize, property: Option<usize>) -> bool {
        let Some(counts) = self.used[kind].get(phrase) else { return true };
        let most = counts.iter().copied().fold(0.0, f64::max);
        property.is_some_and(|property| counts[property] > 0.0 && counts[property] >= most * FAIR_SHARE)
    }
}

/// How often the questions of each property of the kind have one of the phrases, as shares of its questions.
fn used(kind: &Kind, phrases: &HashMap<&'static str, Vec<usize>>) -> HashMap<&'static str, Vec<f64>> {
    let mut used: HashMap<&'static str, Vec<f64>> = HashMap::new();
    for (index, property) in kind.property.iter().enumerate() {
        let Property { asks, tails, nouns, .. } = property;
        for text in asks.iter().chain(tails).chain(nouns) {
            let text = text.to_lowercase();
            let words: Vec<&str> = text.split(' ').map(|word| word.trim_end_matches(['?', '.', ','])).collect();
            let spans = (0..words.len())
                .flat_map(|from| (from + 1..=words.len().min(from + LONGEST)).map(move |to| (from, to)));
            let there: HashSet<_> = spans
                .filter_map(|(from, to)| phrases.get_key_value(words[from..to].join(" ").as_str()))
                .map(|(phrase, _)| *phrase)
                .collect();
            for phrase in there {
                let counts = used.entry(phrase).or_insert_with(|| vec![0.0; kind.property.len()]);
                counts[index] += 1.0 / asks.len() as f64;
            }
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::Phrasebook;
    use rand::SeedableRng;

    fn many(words: &str, kind: &str, property: &str) -> HashSet<String> {
        let book = Phrasebook::bundled().unwrap();
        let thesaurus = Thesaurus::bundled(&book.kinds);
        let kind = book.find(kind).unwrap();
        let property = book.kinds[kind].find(property);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        (0..3000).map(|_| thesaurus.vary(words, kind, property, &mut rng)).collect()
    }

    #[test]
    fn the_same_is_asked_in_other_words() {
        let all = many("When was {e} built?", "landmark", "completed");
        assert!(all.contains("When was {e} built?") && all.contains("When was {e} erected?"), "{all:?}");
        assert!(all.iter().all(|words| words.contains(" {e} ") && words.ends_with('?')), "{all:?}");
    }

    #[test]
    fn no_word_is_put_in_that_asks_for_something_else() {
        let book = Phrasebook::bundled().unwrap();
        let thesaurus = Thesaurus::bundled(&book.kinds);
        let kind = book.find("person").unwrap();
        let (born, died) = (book.kinds[kind].find("born").unwrap(), book.kinds[kind].find("died").unwrap());
        assert!(thesaurus.may_ask("born", kind, Some(born)) && !thesaurus.may_ask("born", kind, Some(died)));
        assert!(!thesaurus.may_ask("born", kind, None));
    }

    #[test]
    fn every_set_is_of_plain_words() {
        for (number, line) in SETS.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let plain = |letter: char| letter.is_alphanumeric() || " ,'-".contains(letter);
            assert!(line.chars().all(plain) && line.contains(','), "line {}: {line:?}", number + 1);
        }
    }
}
