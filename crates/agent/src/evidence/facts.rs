//! What of a sentence can be compared exactly: dates, numbers, names and quotes.

use super::words::{Word, stem, words};
use lucy_protocol::ReasonKind;
use std::collections::HashSet;
use std::ops::Range;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const NUMBERS: [&str; 13] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
/// What stands before a name and is not part of it.
const TITLES: [&str; 9] = ["mr", "mrs", "ms", "dr", "sir", "dame", "lord", "lady", "prof"];
/// Pairs of quotation marks.
const QUOTES: [(char, char); 4] = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»')];

/// Something that can be compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// It.
    pub value: Value,
}

/// What a fact is, so that two of them can be compared however they are written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Year, month and day, as far as they are given.
    Date(Option<u32>, Option<u32>, Option<u32>),
    /// A number.
    Number(f64),
    /// The words of a name.
    Name(Vec<String>),
    /// The words between quotation marks, in lower case.
    Quote(Vec<String>),
}

impl Value {
    /// Its kind, as a reason has it.
    pub fn kind(&self) -> ReasonKind {
        match self {
            Self::Date(..) => ReasonKind::Date,
            Self::Number(_) => ReasonKind::Number,
            Self::Name(_) => ReasonKind::Name,
            Self::Quote(_) => ReasonKind::Quote,
        }
    }

    /// Whether `other` says at least this.
    pub fn is_in(&self, other: &Self) -> bool {
        let part = |wanted: &Option<u32>, there: &Option<u32>| wanted.is_none() || wanted == there;
        match (self, other) {
            (Self::Date(y, m, d), Self::Date(oy, om, od)) => part(y, oy) && part(m, om) && part(d, od),
            // A bare year and a number of four digits look the same.
            (Self::Date(Some(year), None, None), Self::Number(number))
            | (Self::Number(number), Self::Date(Some(year), None, None)) => f64::from(*year) == *number,
            (Self::Number(a), Self::Number(b)) => (a - b).abs() <= f64::EPSILON * a.abs().max(1.0),
            _ => false,
        }
    }
}

/// The facts of a sentence, in order.
pub(super) fn facts(sentence: &str) -> Vec<Fact> {
    let words = words(sentence);
    let mut facts = quotes(sentence, &words);
    facts.extend(counted(sentence, &words));
    facts.extend(names(sentence, &words));
    facts.sort_by_key(|fact| fact.range.start);
    facts
}

/// The dates and numbers of a text, in order.
pub(super) fn counted(text: &str, words: &[Word<'_>]) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match iso(text, words, at).or_else(|| date(words, at)) {
            Some((value, used)) => {
                facts.push(Fact { range: words[at].range.start..words[at + used - 1].range.end, value });
                at += used;
            }
            None => {
                facts.extend(number(words, at));
                at += 1;
            }
        }
    }
    facts
}

fn month(word: &Word<'_>) -> Option<u32> {
    let name = word.text.to_lowercase();
    let found = MONTHS.iter().position(|month| *month == name || (name.len() == 3 && month.starts_with(&name)))?;
    word.is_capital().then_some(u32::try_from(found).ok()? + 1)
}

fn year(word: &Word<'_>) -> Option<u32> {
    let digits = word.text.strip_suffix('s').unwrap_or(word.text);
    let number: u32 = digits.parse().ok()?;
    (digits.len() == 4 && (1_000..2_100).contains(&number)).then_some(number)
}

fn day(word: &Word<'_>) -> Option<u32> {
    let digits = word.text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

/// A date that begins with the word at `at`, and how many words it has: `4 March 1890`, `March 4, 1890`,
/// `March 1890`, `4 March`, `1890`.
fn date(words: &[Word<'_>], at: usize) -> Option<(Value, usize)> {
    let word = |offset: usize| words.get(at + offset);
    let months = |offset| word(offset).and_then(month);
    let years = |offset| word(offset).and_then(year);
    let days = |offset| word(offset).filter(|word| word.text.len() <= 4).and_then(day);
    if let (Some(day), Some(month)) = (days(0), months(1)) {
        let year = years(2);
        return Some((Value::Date(year, Some(month), Some(day)), 2 + usize::from(year.is_some())));
    }
    if let Some(month) = months(0) {
        return match (days(1), years(1), years(2)) {
            (_, Some(year), _) => Some((Value::Date(Some(year), Some(month), None), 2)),
            (Some(day), _, year) => Some((Value::Date(year, Some(month), Some(day)), 2 + usize::from(year.is_some()))),
            _ => None,
        };
    }
    years(0).map(|year| (Value::Date(Some(year), None, None), 1))
}

/// `1890-03-04`, which is three words.
fn iso(text: &str, words: &[Word<'_>], at: usize) -> Option<(Value, usize)> {
    let [y, m, d] = words.get(at..at + 3)? else { return None };
    let dashed = |a: &Word<'_>, b: &Word<'_>| &text[a.range.end..b.range.start] == "-";
    let month = day(m).filter(|month| *month <= 12)?;
    (dashed(y, m) && dashed(m, d)).then_some((Value::Date(Some(year(y)?), Some(month), Some(day(d)?)), 3))
}

/// A number in digits, with the `million` or `billion` after it, or a small one in letters.
fn number(words: &[Word<'_>], at: usize) -> Option<Fact> {
    let word = &words[at];
    let lower = word.text.to_lowercase();
    if let Some(small) = NUMBERS.iter().position(|name| *name == lower).filter(|small| *small > 1) {
        return Some(Fact { range: word.range.clone(), value: Value::Number(small as f64) });
    }
    let digits = if word.is_number() { word.text.replace(',', "") } else { return None };
    let next = words.get(at + 1).map(|word| word.text.to_lowercase());
    let scale = match next.as_deref() {
        Some("thousand") => 1e3,
        Some("million") => 1e6,
        Some("billion") => 1e9,
        _ => 1.0,
    };
    let end = if scale > 1.0 { words[at + 1].range.end } else { word.range.end };
    Some(Fact { range: word.range.start..end, value: Value::Number(digits.parse::<f64>().ok()? * scale) })
}

fn quotes(sentence: &str, words: &[Word<'_>]) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for (open, close) in QUOTES {
        let mut at = 0;
        while let Some(start) = sentence[at..].find(open).map(|found| at + found) {
            let inside = start + open.len_utf8();
            let Some(end) = sentence[inside..].find(close).map(|found| inside + found) else { break };
            let quoted = words.iter().filter(|word| inside <= word.range.start && word.range.end <= end);
            let quoted: Vec<_> = quoted.map(|word| word.text.to_lowercase()).collect();
            if !quoted.is_empty() {
                facts.push(Fact { range: inside..end, value: Value::Quote(quoted) });
            }
            at = end + close.len_utf8();
        }
    }
    facts
}

/// Runs of words with capital letters. The first word of the sentence counts only with another one after it, because
/// every first word has a capital.
fn names(sentence: &str, words: &[Word<'_>]) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut at = 0;
    let part = |at: usize| {
        let title = |word: &Word<'_>| TITLES.contains(&word.text.to_lowercase().as_str());
        words
            .get(at)
            .is_some_and(|word| word.is_capital() && word.is_telling() && !title(word) && month(word).is_none())
    };
    let beside = |at: usize| {
        let gap = &sentence[words[at].range.end..words[at + 1].range.start];
        matches!(gap, " " | "-" | ". ")
    };
    while at < words.len() {
        let mut end = at;
        while part(end) && (end == at || beside(end - 1)) {
            end += 1;
        }
        if end > at && !(at == 0 && end == 1) {
            let name = words[at..end].iter().map(|word| stem(word.text)).collect();
            facts.push(Fact { range: words[at].range.start..words[end - 1].range.end, value: Value::Name(name) });
        }
        at = end.max(at + 1);
    }
    facts
}

/// Where the facts stand in a text, and which of the text's words say them.
pub(super) struct Found<'a> {
    words: &'a [Word<'a>],
    counted: Vec<Fact>,
    stems: HashSet<String>,
}

impl<'a> Found<'a> {
    /// Looks at a text with these words.
    pub fn new(text: &str, words: &'a [Word<'a>]) -> Self {
        Self { counted: counted(text, words), stems: words.iter().map(Word::stem).collect(), words }
    }

    /// The places that say `value`; empty if none does.
    pub fn places(&self, value: &Value) -> Vec<Range<usize>> {
        match value {
            Value::Date(..) | Value::Number(_) => {
                let says = self.counted.iter().filter(|fact| value.is_in(&fact.value));
                says.map(|fact| fact.range.clone()).collect()
            }
            Value::Name(name) if name.iter().all(|part| self.stems.contains(part)) => {
                let says = self.words.iter().filter(|word| name.contains(&word.stem()));
                says.map(|word| word.range.clone()).collect()
            }
            Value::Quote(quote) => {
                let lower: Vec<String> = self.words.iter().map(|word| word.text.to_lowercase()).collect();
                let starts = lower.windows(quote.len()).enumerate().filter(|(_, run)| run == quote);
                let place = |at: usize| self.words[at].range.start..self.words[at + quote.len() - 1].range.end;
                starts.map(|(at, _)| place(at)).collect()
            }
            Value::Name(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sentence: &str) -> Vec<(ReasonKind, &str)> {
        facts(sentence).iter().map(|fact| (fact.value.kind(), &sentence[fact.range.clone()])).collect()
    }

    fn places(text: &str, value: &Value) -> usize {
        Found::new(text, &words(text)).places(value).len()
    }

    fn first(sentence: &str) -> Value {
        facts(sentence)[0].value.clone()
    }

    #[test]
    fn a_sentence_is_taken_apart() {
        use ReasonKind::{Date, Name, Number, Quote};
        assert_eq!(
            shown("The bridge opened on 4 March 1890 and was designed by Sir John Fowler."),
            [(Date, "4 March 1890"), (Name, "John Fowler")]
        );
        assert_eq!(
            shown("It is “the fifth wonder” of 2.5 million people."),
            [(Quote, "the fifth wonder"), (Number, "2.5 million")]
        );
        assert_eq!(shown("Construction took seven years."), [(Number, "seven")]);
        assert_eq!(shown("Stephen Sauvestre designed it."), [(Name, "Stephen Sauvestre")]);
    }

    #[test]
    fn dates_are_compared_as_far_as_they_are_given() {
        let opened = "Opened on March 4, 1890.";
        assert_eq!(places(opened, &first("in 1890")), 1);
        assert_eq!(places(opened, &first("on 4 March 1890")), 1);
        assert_eq!(places("since 1890-03-04", &first("March 1890")), 1);
        assert_eq!(places(opened, &first("on 5 March 1890")), 0);
        assert_eq!(places("Opened in 1890.", &first("on 4 March 1890")), 0);
    }

    #[test]
    fn numbers_are_compared_however_they_are_written() {
        assert_eq!(places("with 1,812 words", &first("it has 1812 words")), 1);
        assert_eq!(places("about 2,500,000 people", &first("some 2.5 million people")), 1);
        assert_eq!(places("twelve arches", &first("has 12 arches")), 1);
        assert_eq!(places("13 arches", &first("has 12 arches")), 0);
    }

    #[test]
    fn names_and_quotes_must_be_there_whole() {
        assert_eq!(places("Fowler, John, an engineer", &first("by John Fowler")), 2);
        assert_eq!(places("Fowler, an engineer", &first("by John Fowler")), 0);
        assert_eq!(places("They said: Iron, in a heap!", &first("called \"iron in a heap\"")), 1);
        assert_eq!(places("a heap of iron", &first("called \"iron in a heap\"")), 0);
    }
}
