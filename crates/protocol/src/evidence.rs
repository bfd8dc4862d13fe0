//! What was found in the sources for each sentence of an answer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How an answer stands to what was read. All ranges count UTF-16 units, as a screen does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Evidence {
    /// The sentences of the answer, in order.
    pub sentences: Vec<Sentence>,
    /// How many of its claims were found.
    pub claims: Claims,
}

/// Sentences that can be checked: those that cite something, and those that cite nothing and hold a date, a number, a
/// name or a quote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Claims {
    /// All.
    pub total: u32,
    /// Those with a citation that is quoted or matches.
    pub found: u32,
}

/// A sentence of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sentence {
    /// Where it begins in the answer.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What it cites.
    pub citations: Vec<CheckedCitation>,
    /// The steps, from 1, that led to it: those whose results gave the cited text, and those that thought next.
    pub steps: Vec<u32>,
}

/// A citation that was compared with what it cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedCitation {
    /// The number as the answer has it.
    pub number: u32,
    /// The address of the source, or none if the run has no source of this number.
    pub url: Option<String>,
    /// What came of it.
    pub verdict: Verdict,
    /// The best passage of the source's text, or of its preview if it was not read.
    pub passage: Option<Span>,
    /// The ranges of that text that say what the sentence says.
    pub marks: Vec<(u32, u32)>,
    /// What was looked for.
    pub reasons: Vec<Reason>,
}

/// A range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Span {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// What came of comparing a sentence with a source. None of them means that it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The source has these very words.
    Quoted,
    /// A passage has all the numbers, dates, names and quotes of the sentence, and most of its words.
    Matches,
    /// A passage has some of them.
    Partly,
    /// No passage was found.
    NotFound,
    /// The run has no source of this number.
    Unknown,
}

/// Something of a sentence that was looked for in a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reason {
    /// Its kind.
    pub what: ReasonKind,
    /// It, as the sentence has it.
    pub value: String,
    /// Whether it was found in the source.
    pub found: bool,
}

/// The kinds of things that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// A day, a month with a year, or a year.
    Date,
    /// Another number.
    Number,
    /// A name.
    Name,
    /// Words in quotation marks.
    Quote,
}
