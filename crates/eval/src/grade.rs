//! Deterministic grading: every gold value must stand in the answer, in a sentence that cites its page.

use crate::normal::{Word, normal, occurrences, words};
use crate::task::{Example, Gold, Score};
use lucy_agent::cite;
use lucy_protocol::{Citation, Transcript};
use std::ops::Range;

/// What an answer says when something could not be found.
const REFUSAL: &str = "could not find";

/// Scores the answer of a run.
pub(crate) fn grade(example: &Example, transcript: &Transcript) -> Score {
    let answer = transcript.answer().map_or(String::new(), |(answer, _)| without_thought(answer));
    let answer = Answer::read(&answer, transcript);
    let said = example.gold.iter().filter(|gold| answer.says(gold)).count();
    let cited = example.gold.iter().filter(|gold| answer.cites(gold)).count();
    let refused = says_refusal(&answer.masked);
    let correct = if example.answerable {
        !refused && cited > 0 && cited == example.gold.len()
    } else {
        refused && !(0..answer.sentences.len()).any(|sentence| answer.claims(sentence, example))
    };
    Score {
        correct,
        refused,
        answered: !answer.words.is_empty(),
        values: count(example.gold.len()),
        said: count(said),
        cited: count(cited),
    }
}

/// The text without what stands between `<think>` and `</think>`; a thought that does not end runs to the end.
pub(crate) fn without_thought(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, thought)) = rest.split_once("<think>") {
        kept.push_str(before);
        rest = thought.split_once("</think>").map_or("", |(_, after)| after);
    }
    if kept.is_empty()
        && let Some((_, after)) = rest.rsplit_once("</think>")
    {
        rest = after;
    }
    kept.push_str(rest);
    kept.trim().to_string()
}

/// An answer, taken apart.
struct Answer<'a> {
    transcript: &'a Transcript,
    /// The answer with spaces in place of its citations.
    masked: String,
    words: Vec<Word>,
    /// The sentences, end to end; each holds the citations that follow its full stop.
    sentences: Vec<Range<usize>>,
    citations: Vec<Citation>,
}

impl<'a> Answer<'a> {
    fn read(text: &str, transcript: &'a Transcript) -> Self {
        let citations = cite(text, &transcript.sources);
        let mut masked = text.to_string();
        for citation in &citations {
            let range = bytes(citation);
            masked.replace_range(range.clone(), &" ".repeat(range.len()));
        }
        let (words, sentences) = (words(&masked), sentences(&masked));
        Self { transcript, masked, words, sentences, citations }
    }

    fn says(&self, gold: &Gold) -> bool {
        !occurrences(&gold.value, &self.masked, &self.words).is_empty()
    }

    /// Whether a sentence that says the value cites its page.
    fn cites(&self, gold: &Gold) -> bool {
        occurrences(&gold.value, &self.masked, &self.words).into_iter().any(|place| self.cited(&place, gold))
    }

    fn cited(&self, place: &Range<usize>, gold: &Gold) -> bool {
        let Some(address) = &gold.address else { return true };
        let around = self.sentences.iter().filter(|sentence| sentence.start < place.end && place.start < sentence.end);
        around.flat_map(|sentence| self.citations_in(sentence)).any(|citation| {
            let url = citation.url.as_ref();
            url.is_some_and(|url| url == address || gold.also.contains(url))
        })
    }

    fn citations_in(&self, sentence: &Range<usize>) -> impl Iterator<Item = &Citation> {
        self.citations.iter().filter(move |citation| sentence.contains(&bytes(citation).start))
    }

    /// Whether the sentence claims what is not gold: it cites a source and holds no gold value of that source, or it
    /// brings in a name or a number that neither the question nor the gold has. A sentence that refuses may name
    /// anything as long as it cites nothing, and the titles of its sources if it does.
    fn claims(&self, sentence: usize, example: &Example) -> bool {
        let range = &self.sentences[sentence];
        let text = &self.masked[range.clone()];
        let cites = self.citations_in(range).next().is_some();
        let refuses = says_refusal(text);
        let right = |gold: &Gold| {
            let places = occurrences(&gold.value, &self.masked, &self.words);
            places.iter().any(|place| range.contains(&place.start) && self.cited(place, gold))
        };
        match (cites, refuses) {
            (true, false) if example.gold.iter().any(right) => false,
            (true, false) => true,
            (false, true) => false,
            (false, false) => brings_in(text, &known(example, &[])),
            (true, true) => {
                let titles: Vec<&str> = self.transcript.sources.iter().map(|source| source.title.as_str()).collect();
                brings_in(text, &known(example, &titles))
            }
        }
    }
}

/// The normal words of the question, the gold values and `titles`.
fn known(example: &Example, titles: &[&str]) -> String {
    let values = example.gold.iter().map(|gold| gold.value.as_str());
    let texts = std::iter::once(example.question.as_str()).chain(values).chain(titles.iter().copied());
    texts.map(normal).collect()
}

/// Whether a sentence has a number or a capitalised word, other than the first of several, that is not `known`.
fn brings_in(sentence: &str, known: &str) -> bool {
    let words = words(sentence);
    let counts = |(index, word): (usize, &Word)| {
        let shown = &sentence[word.at.clone()];
        let opens = index == 0 && words.len() > 2;
        let name = shown.starts_with(char::is_uppercase) && !opens && shown != "I";
        (name || shown.contains(char::is_numeric)) && !known.contains(&format!(" {} ", word.text))
    };
    words.iter().enumerate().any(counts)
}

fn says_refusal(text: &str) -> bool {
    !occurrences(REFUSAL, text, &words(text)).is_empty()
}

fn bytes(citation: &Citation) -> Range<usize> {
    citation.start as usize..citation.end as usize
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Words after which a full stop does not end a sentence.
const ABBREVIATIONS: [&str; 14] =
    ["st", "mt", "dr", "mr", "mrs", "ms", "prof", "no", "op", "jr", "sr", "vs", "ca", "vol"];

/// The sentences of a text, end to end. A line end closes a sentence too.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let after = &text[at + c.len_utf8()..];
        let next = match c {
            '\n' => Some(at + 1),
            '.' | '!' | '?' => {
                let body = after.trim_start_matches(['"', '\'', '”', '’', ')', ']', '*', '_']);
                let rest = body.trim_start_matches(|c: char| c.is_whitespace() && c != '\n');
                let opens = rest.starts_with(|c: char| !c.is_lowercase()) && rest.len() < body.len();
                (opens && !(c == '.' && abbreviates(&text[start..at]))).then(|| text.len() - rest.len())
            }
            _ => None,
        };
        if let Some(next) = next.filter(|next| *next > start && !text[start..*next].trim().is_empty()) {
            sentences.push(start..next);
            start = next;
        }
    }
    if start < text.len() {
        sentences.push(start..text.len());
    }
    sentences
}

/// Whether a full stop after `before` belongs to its last word: an initial or an abbreviation.
fn abbreviates(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let last = word.rsplit('.').next().unwrap_or_default();
    let initial = last.chars().count() == 1 && last.chars().all(char::is_uppercase);
    initial || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests;
