//! What was found in the sources for each sentence of an answer. Comparing words, not judging truth: the same run
//! always gives the same result.

mod facts;
mod words;

use facts::{Fact, Found, Value, facts};
use lucy_protocol::{
    CheckedCitation, Citation, Evidence, Reason, Sentence, Source, Span, Transcript, Verdict, sentences,
};
use std::collections::HashSet;
use std::ops::Range;
use words::{Word, longest_run, stem, words};

/// The share of a sentence's telling words that a passage has if it matches, with facts and without.
const MATCHES: [f64; 2] = [0.5, 0.7];
/// The share from which on a passage is about the same.
const PARTLY: f64 = 0.34;
/// How much more two sentences must have than one.
const PAIR_COST: usize = 2;
/// The fewest words in a row that are a quotation.
const QUOTED: usize = 4;
/// The longest text that is looked through, in bytes.
const LONGEST_TEXT: usize = 400_000;

/// Compares each sentence of the answer with what it cites.
pub fn evidence(transcript: &Transcript) -> Evidence {
    let Some((answer, citations)) = transcript.answer() else { return Evidence::default() };
    let plain = without_marks(answer, citations);
    let mut evidence = Evidence::default();
    for (range, cited) in cited_sentences(&plain, citations) {
        let claim = Claim::of(&plain[range.clone()]);
        let mut checked: Vec<CheckedCitation> = Vec::new();
        for citation in &cited {
            if !checked.iter().any(|other| other.number == citation.number) {
                checked.push(check(&claim, citation, &transcript.sources));
            }
        }
        if !checked.is_empty() || claim.can_be_checked() {
            evidence.claims.total += 1;
            let found = |citation: &CheckedCitation| matches!(citation.verdict, Verdict::Quoted | Verdict::Matches);
            evidence.claims.found += u32::from(checked.iter().any(found));
        }
        let end = cited.iter().map(|citation| citation.end as usize).fold(range.end, usize::max);
        let Span { start, end } = span(answer, range.start..end);
        evidence.sentences.push(Sentence { start, end, steps: steps(transcript, &checked), citations: checked });
    }
    evidence
}

/// The answer with every `[n]` made blank, so that no byte changes its place.
fn without_marks(answer: &str, citations: &[Citation]) -> String {
    let mut plain = answer.to_owned();
    for citation in citations {
        let range = citation.start as usize..citation.end as usize;
        if answer.get(range.clone()).is_some_and(str::is_ascii) {
            plain.replace_range(range.clone(), &" ".repeat(range.len()));
        }
    }
    plain
}

/// The sentences of an answer, line by line, each with the citations that stand in it or right after it.
fn cited_sentences<'a>(plain: &str, citations: &'a [Citation]) -> Vec<(Range<usize>, Vec<&'a Citation>)> {
    let mut found: Vec<(Range<usize>, Vec<&Citation>)> = Vec::new();
    for line in plain.lines() {
        for sentence in sentences(line) {
            let start = sentence.as_ptr() as usize - plain.as_ptr() as usize;
            if !words(sentence).is_empty() {
                found.push((start..start + sentence.len(), Vec::new()));
            }
        }
    }
    for citation in citations {
        if let Some((_, cited)) = found.iter_mut().rev().find(|(range, _)| range.start <= citation.start as usize) {
            cited.push(citation);
        }
    }
    found
}

/// A sentence, taken apart.
struct Claim<'a> {
    text: &'a str,
    words: Vec<Word<'a>>,
    facts: Vec<Fact>,
    /// The stems of its telling words.
    telling: HashSet<String>,
}

impl<'a> Claim<'a> {
    fn of(text: &'a str) -> Self {
        let words = words(text);
        let telling = words.iter().filter(|word| word.is_telling()).map(Word::stem).collect();
        Self { text, words, facts: facts(text), telling }
    }

    /// Whether it says something about the world that can be compared. What begins with `I` is about the search.
    fn can_be_checked(&self) -> bool {
        !self.facts.is_empty() && self.words.first().is_some_and(|word| word.text != "I")
    }
}

/// A passage of a source: a sentence, or two that follow each other.
struct Passage<'a> {
    range: Range<usize>,
    words: Vec<Word<'a>>,
}

fn check(claim: &Claim<'_>, citation: &Citation, sources: &[Source]) -> CheckedCitation {
    let number = citation.number;
    let source = citation.url.as_ref().and_then(|url| sources.iter().find(|source| source.url == *url));
    let Some(source) = source else {
        let (url, verdict) = (None, Verdict::Unknown);
        return CheckedCitation { number, url, verdict, passage: None, marks: Vec::new(), reasons: Vec::new() };
    };
    let whole = source.text.as_deref().unwrap_or(&source.preview);
    let text = &whole[..whole.floor_char_boundary(LONGEST_TEXT)];
    let url = Some(source.url.clone());
    let Some(best) = best(claim, text) else {
        let verdict = Verdict::NotFound;
        return CheckedCitation {
            number,
            url,
            verdict,
            passage: None,
            marks: Vec::new(),
            reasons: reasons(claim, &[]),
        };
    };
    let places = places(claim, text, &source.title, &best);
    let share = share(claim, &best, &source.title);
    let quoted = quoted(claim, &best);
    let found = places.iter().filter(|places| places.is_some()).count();
    let all = found == claim.facts.len();
    let verdict = if all && quoted.is_some() {
        Verdict::Quoted
    } else if all && share >= MATCHES[usize::from(claim.facts.is_empty())] {
        Verdict::Matches
    } else if found > 0 || share >= PARTLY {
        Verdict::Partly
    } else {
        Verdict::NotFound
    };
    let passage = (verdict != Verdict::NotFound).then(|| span(text, best.range.clone()));
    let marks = quoted.into_iter().chain(places.iter().flatten().flatten().cloned());
    let marks = if passage.is_some() { joined(marks.collect()) } else { Vec::new() };
    let marks = marks.into_iter().map(|range| span(text, range)).map(|span| (span.start, span.end)).collect();
    CheckedCitation { number, url, verdict, passage, marks, reasons: reasons(claim, &places) }
}

/// The passage with the most of the claim: facts count three times, and two sentences must have more than one.
fn best<'a>(claim: &Claim<'_>, text: &'a str) -> Option<Passage<'a>> {
    let base = text.as_ptr() as usize;
    let ranges: Vec<Range<usize>> = sentences(text)
        .map(|sentence| sentence.as_ptr() as usize - base)
        .zip(sentences(text).map(str::len))
        .map(|(start, len)| start..start + len)
        .collect();
    let pairs = ranges.windows(2).map(|pair| pair[0].start..pair[1].end);
    let mut best: Option<(usize, Passage<'a>)> = None;
    let single = ranges.iter().cloned().map(|range| (range, 0));
    for (range, cost) in single.chain(pairs.map(|range| (range, PAIR_COST))) {
        let passage = Passage { words: moved(words(&text[range.clone()]), range.start), range };
        let found = Found::new(text, &passage.words);
        let facts = claim.facts.iter().filter(|fact| !found.places(&fact.value).is_empty()).count();
        let score = (3 * facts + shared(claim, &passage.words)).saturating_sub(cost);
        if score > best.as_ref().map_or(0, |(score, _)| *score) {
            best = Some((score, passage));
        }
    }
    best.map(|(_, passage)| passage)
}

/// The words with their places in the text that the sentence was taken from.
fn moved(words: Vec<Word<'_>>, by: usize) -> Vec<Word<'_>> {
    let place = |word: Word<'_>| word.range.start + by..word.range.end + by;
    words.into_iter().map(|word| (word.text, place(word))).map(|(text, range)| Word { range, text }).collect()
}

/// How many telling words of the claim stand among these.
fn shared(claim: &Claim<'_>, words: &[Word<'_>]) -> usize {
    let stems: HashSet<String> = words.iter().map(Word::stem).collect();
    claim.telling.intersection(&stems).count()
}

/// The share of the claim's telling words that stand in the passage or in the page's title.
fn share(claim: &Claim<'_>, passage: &Passage<'_>, title: &str) -> f64 {
    let title = words(title).into_iter().map(|word| stem(word.text));
    let stems: HashSet<String> = passage.words.iter().map(Word::stem).chain(title).collect();
    claim.telling.intersection(&stems).count() as f64 / claim.telling.len().max(1) as f64
}

/// For each fact of the claim where the text says it, or none if it does not. A name may stand anywhere in the text,
/// or in the title; anything else must stand in the passage, or in a sentence that shares a word with the claim.
fn places(claim: &Claim<'_>, text: &str, title: &str, best: &Passage<'_>) -> Vec<Option<Vec<Range<usize>>>> {
    let inside = Found::new(text, &best.words);
    let (all, titled) = (words(text), words(title));
    let (anywhere, in_title) = (Found::new(text, &all), Found::new(title, &titled));
    let place = |fact: &Fact| {
        let here = inside.places(&fact.value);
        if !here.is_empty() {
            return Some(here);
        }
        let there = anywhere.places(&fact.value);
        match fact.value {
            Value::Name(_) if !there.is_empty() => Some(there.into_iter().take(1).collect()),
            Value::Name(_) if !in_title.places(&fact.value).is_empty() => Some(Vec::new()),
            Value::Name(_) => None,
            _ => there.into_iter().find(|range| is_about(claim, fact, text, range)).map(|range| vec![range]),
        }
    };
    claim.facts.iter().map(place).collect()
}

/// Whether the sentence of the text around `range` shares a telling word with the claim besides the fact itself.
fn is_about(claim: &Claim<'_>, fact: &Fact, text: &str, range: &Range<usize>) -> bool {
    let base = text.as_ptr() as usize;
    let around = sentences(text).find(|sentence| {
        let start = sentence.as_ptr() as usize - base;
        start <= range.start && range.end <= start + sentence.len()
    });
    let own: HashSet<String> = words(&claim.text[fact.range.clone()]).iter().map(Word::stem).collect();
    let stems: HashSet<String> = words(around.unwrap_or_default()).iter().map(Word::stem).collect();
    claim.telling.iter().any(|word| stems.contains(word) && !own.contains(word))
}

/// Where the passage has the words of the claim one after the other, if nothing that tells is left out.
fn quoted(claim: &Claim<'_>, passage: &Passage<'_>) -> Option<Range<usize>> {
    let (here, there, length) = longest_run(&claim.words, &passage.words);
    let outside = claim.words[..here].iter().chain(&claim.words[here + length..]);
    let whole = length >= QUOTED && !outside.clone().any(Word::is_telling);
    whole.then(|| passage.words[there].range.start..passage.words[there + length - 1].range.end)
}

fn reasons(claim: &Claim<'_>, places: &[Option<Vec<Range<usize>>>]) -> Vec<Reason> {
    let reason = |(at, fact): (usize, &Fact)| Reason {
        what: fact.value.kind(),
        value: claim.text[fact.range.clone()].into(),
        found: places.get(at).is_some_and(Option::is_some),
    };
    claim.facts.iter().enumerate().map(reason).collect()
}

/// Ranges in order, those that meet made one.
fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

/// The steps whose results gave the cited texts, and the steps that came next.
fn steps(transcript: &Transcript, checked: &[CheckedCitation]) -> Vec<u32> {
    let mut steps = Vec::new();
    for url in checked.iter().filter_map(|citation| citation.url.as_ref()) {
        let gave = |read: bool| {
            transcript.steps.iter().position(|step| {
                let sources = step.results.iter().flat_map(|result| &result.sources);
                sources.into_iter().any(|source| source.url == *url && (!read || source.text.is_some()))
            })
        };
        if let Some(at) = gave(true).or_else(|| gave(false)) {
            steps.extend([at + 1, at + 2].into_iter().filter(|step| *step <= transcript.steps.len()));
        }
    }
    steps.sort_unstable();
    steps.dedup();
    steps.into_iter().filter_map(|step| u32::try_from(step).ok()).collect()
}

/// A range of bytes in UTF-16 units.
fn span(text: &str, range: Range<usize>) -> Span {
    let units = |at: usize| text[..at].encode_utf16().count();
    let (start, end) = (units(range.start), units(range.end));
    Span { start: start.try_into().unwrap_or(u32::MAX), end: end.try_into().unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests;
