//! Puts candidates in order: the page that a query names first, then pages whose text fits, and no noise.
//!
//! A word weighs `ln(1 + (N − n + ½) / (n + ½))`, the inverse document frequency of BM25 (Robertson and Zaragoza, "The
//! Probabilistic Relevance Framework: BM25 and Beyond", 2009), N passages or titles, n of which hold the word.
//! With `named` the share of a title's weight that the query has, `asked` the share of the query's weight that the
//! title has, and `told` and `phrase` the shares of the query's squared weights, as in the cosine of tf–idf vectors
//! (Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988), that title and passage have and
//! that the longest phrase of the query has that the passage has too, a page scores
//! `fair·(4·named·asked + whole) + told + phrase + 0.3·(BM25 / best BM25)`, where `whole` is 1 if the query holds the
//! whole title. Squared, what is rare decides: the book whose main character is Meursault is one with "Meursault" in it,
//! not one with "main" and "character". `fair` is 1 unless the title's words in the query together weigh less than the
//! heaviest word of the query that stands anywhere, else the square of that proportion: an island called "Highest" is
//! not what "island whose highest point is Aneto" is about.

use super::documents::title_words;
use super::words::{canonical, fold, telling_words, without_brackets, words};
use std::collections::HashMap;

/// The least share of the query's weight that a page has which the query does not name.
const COVERED: f64 = 0.3;

/// The same if the query has a word that stands nowhere: it is probably the name of something that is not here.
const COVERED_WITH_UNKNOWN: f64 = 0.6;

/// A word in at most this many titles is a name, or in one of a hundred if that is fewer.
const NAME_TITLES: i64 = 3;

/// The least that a name weighs among passages, as a share of what a word weighs that stands nowhere.
const NAME_WEIGHT: f64 = 0.5;

/// A word of the query and what the index knows of it.
#[derive(Debug)]
pub(super) struct Word {
    /// The FTS5 expression that finds it, or none if it stands nowhere.
    pub expression: Option<String>,
    /// As titles have it.
    pub title: String,
    /// Whether it is only the beginning of a word.
    pub prefix: bool,
    /// How much it tells.
    pub weight: f64,
}

/// A page that may fit.
#[derive(Debug)]
pub(super) struct Candidate {
    pub document: i64,
    pub address: String,
    pub title: String,
    /// The words of its title.
    pub title_words: Vec<String>,
    /// The passage that fits best.
    pub passage: i64,
    /// How well, by BM25; 0 if it is not among the best.
    pub bm25: f64,
    /// Which words of the query it has, by their place.
    pub matched: Vec<usize>,
}

impl Candidate {
    pub fn new(document: i64, passage: i64, bm25: f64) -> Self {
        let (address, title) = (String::new(), String::new());
        Self { document, address, title, title_words: Vec::new(), passage, bm25, matched: Vec::new() }
    }

    pub fn set_name(&mut self, address: String, title: String) {
        self.title_words = title_words(&title);
        (self.address, self.title) = (address, title);
    }
}

/// The least of `named` for a page that a query names with a part of its title.
const NAMED: f64 = 0.3;

/// The same if the query has a word that stands nowhere.
const NAMED_WITH_UNKNOWN: f64 = 0.45;

/// What there is of titles and passages, and in how many titles each word stands.
pub(super) struct Counts {
    pub in_titles: HashMap<String, i64>,
    pub titles: i64,
    pub passages: i64,
}

impl Counts {
    fn in_titles(&self, word: &str) -> i64 {
        self.in_titles.get(word).copied().unwrap_or(0)
    }

    /// Whether a word, which weighs `weight` among passages, is a name: rare in titles and in texts.
    fn is_name(&self, word: &str, weight_of_word: f64) -> bool {
        self.in_titles(word) <= (self.titles / 100).clamp(1, NAME_TITLES)
            && weight_of_word >= NAME_WEIGHT * weight(self.passages, 0)
    }

    fn weight(&self, word: &str) -> f64 {
        weight(self.titles, self.in_titles(word))
    }
}

/// The inverse document frequency of a word that stands in `found` of `total`.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) fn weight(total: i64, found: i64) -> f64 {
    let (total, found) = (total.max(found) as f64, found as f64);
    (1.0 + (total - found + 0.5) / (found + 0.5)).ln()
}

/// Gives each candidate its score, best first, and drops those that only share what is common.
pub(super) fn rank(folded: &str, words: &[Word], candidates: Vec<Candidate>, counts: &Counts) -> Vec<(f64, Candidate)> {
    let total: f64 = words.iter().map(|word| word.weight).sum();
    let squares: f64 = words.iter().map(|word| word.weight.powi(2)).sum();
    let known = words.iter().filter(|word| word.expression.is_some());
    let heaviest = known.map(|word| word.weight).fold(f64::MIN_POSITIVE, f64::max);
    let unknown = words.iter().any(|word| word.expression.is_none());
    let best = candidates.iter().map(|candidate| candidate.bm25).fold(f64::MIN_POSITIVE, f64::max);
    let mut scored = Vec::new();
    for candidate in candidates {
        let title = TitleMatch::of(folded, words, &candidate, counts);
        let covered: f64 = candidate.matched.iter().map(|number| words[*number].weight).sum::<f64>() / total;
        let least = if unknown { COVERED_WITH_UNKNOWN } else { COVERED };
        if !title.names && covered < least {
            continue;
        }
        let fair = (title.asked / heaviest).min(1.0).powi(2);
        let whole = f64::from(u8::from(title.whole)) + title.suffix;
        let told: f64 = candidate.matched.iter().map(|number| words[*number].weight.powi(2)).sum::<f64>() / squares;
        let score = fair * (4.0 * title.named * (title.asked / total) + whole) + told + 0.3 * candidate.bm25 / best;
        scored.push((score, candidate));
    }
    sort(&mut scored);
    scored
}

/// Best first; of two alike the one whose address comes first.
pub(super) fn sort(scored: &mut [(f64, Candidate)]) {
    scored.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.address.cmp(&other.address)));
}

/// The words of a query in their order, each with its squared weight, which is 0 for those that do not count.
pub(super) struct Asked<'q> {
    words: Vec<(&'q str, f64)>,
    total: f64,
}

impl<'q> Asked<'q> {
    /// Of a folded query and what the index knows of its words.
    pub fn of(folded: &'q str, query: &[Word]) -> Self {
        let weigh = |word: &str| {
            let word = canonical(word);
            query.iter().find(|other| other.title == word).map_or(0.0, |other| other.weight.powi(2))
        };
        let words = words(folded).map(|word| (word, weigh(word))).collect();
        Self { words, total: query.iter().map(|word| word.weight.powi(2)).sum() }
    }

    /// The share of the weight that two or more words have that stand in the folded `passage` one after the other, as
    /// they do in the query: its longest such phrase.
    pub fn phrase(&self, passage: &str) -> f64 {
        let mut best = 0.0f64;
        // Of the phrase that ends at each word of the query and the last word of the passage: its weight, and how many
        // of its words weigh anything.
        let mut above = vec![(0.0, 0); self.words.len() + 1];
        for word in words(passage) {
            let mut row = vec![(0.0, 0); self.words.len() + 1];
            for (at, (other, weight)) in self.words.iter().enumerate() {
                if word == *other {
                    let (sum, count) = above[at];
                    row[at + 1] = (sum + weight, count + usize::from(*weight > 0.0));
                    if row[at + 1].1 > 1 {
                        best = best.max(row[at + 1].0);
                    }
                }
            }
            above = row;
        }
        if self.total > 0.0 { (best / self.total).min(1.0) } else { 0.0 }
    }
}

/// How a title fits a query.
struct TitleMatch {
    /// The share of the title's weight that the query has.
    named: f64,
    /// The weight of the query's words that the title has.
    asked: f64,
    /// Whether the whole title stands in the query.
    whole: bool,
    /// Whether the query names the page: it has the whole title, or a word that is a name.
    names: bool,
    /// A little more for a bracketed suffix that the query has, and for a title that it has to the letter.
    suffix: f64,
}

impl TitleMatch {
    fn of(folded: &str, query: &[Word], candidate: &Candidate, counts: &Counts) -> Self {
        let (mut weight, mut matched, mut asked, mut name) = (0.0, 0.0, 0.0, false);
        for word in &candidate.title_words {
            weight += counts.weight(word);
            let fits = |other: &&Word| other.title == *word || other.prefix && word.starts_with(&other.title);
            if let Some(other) = query.iter().find(fits) {
                matched += counts.weight(word);
                asked += other.weight;
                name |= counts.is_name(word, other.weight);
            }
        }
        let unknown = query.iter().any(|word| word.expression.is_none());
        let named = if weight > 0.0 { matched / weight } else { 0.0 };
        let whole = named > 0.999;
        let names = whole || name && named >= if unknown { NAMED_WITH_UNKNOWN } else { NAMED };
        let title = fold(&candidate.title);
        let base = without_brackets(&title);
        let mut suffix = 0.0;
        if whole && stands_in(folded, base) {
            let brackets = telling_words(&title[base.len()..]);
            let said = brackets.iter().any(|word| words(folded).any(|other| other == *word));
            suffix = if said { 1.0 } else { 0.5 };
        }
        Self { named, asked, whole, names, suffix }
    }
}

/// Whether `title` stands in `text` between ends of words. A sign such as `+` or `#` belongs to the word before it.
fn stands_in(text: &str, title: &str) -> bool {
    text.match_indices(title).any(|(at, _)| {
        let after = text[at + title.len()..].chars().next();
        !text[..at].ends_with(char::is_alphanumeric)
            && !after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '+' | '#'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_word_weighs_more() {
        assert!(weight(1_000, 1) > weight(1_000, 100) && weight(1_000, 1_000) > 0.0);
        assert!(weight(0, 0).is_finite());
    }

    #[test]
    fn the_longest_phrase_counts_by_what_its_words_weigh() {
        let word = |title: &str, weight| Word { expression: None, title: title.into(), prefix: false, weight };
        let query = [word("city", 1.0), word("nickname", 1.0), word("sail", 2.0)];
        let asked = Asked::of("city whose nickname is the city of sails", &query);
        let share = |passage| asked.phrase(passage);
        assert!((share("auckland is called the city of sails") - 5.0 / 6.0).abs() < 1e-9);
        assert!((share("sails in the city whose nickname is long") - 2.0 / 6.0).abs() < 1e-9);
        assert_eq!(share("ships sail to the city, of which sails are the nickname"), 0.0);
        assert_eq!(Asked::of("", &[]).phrase("a text"), 0.0);
    }

    #[test]
    fn a_title_stands_between_ends_of_words() {
        assert!(stands_in("who made c in 1972", "c") && stands_in("c++ creator", "c++"));
        assert!(!stands_in("c++ creator", "c") && !stands_in("romeo", "rome"));
    }
}
