//! Questions about entities, in the words of the phrase book.

use super::article::{capitalise, substitute};
use super::entity::{Entity, uncapitalise, without_bracket};
use super::kind::{Kind, Phrasebook, Property};
use super::mention::{Mention, mention, mentioned_loosely};
use super::noise::{fronted, noisy, shortened, with_reason};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

/// What a question wants to know; properties by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// One property of the entity.
    Fact(usize),
    /// Two properties of the entity.
    Facts(usize, usize),
    /// A property (of the other entity's kind) of what a property of the entity names.
    Hop {
        /// The property of the entity that names the other.
        first: usize,
        /// The kind of the other entity.
        kind: usize,
        /// The property of the other entity.
        second: usize,
    },
    /// The entity that has its value of this property.
    Inverse(usize),
}

impl Want {
    /// The property that is sought first.
    pub fn first(self) -> usize {
        match self {
            Self::Fact(p) | Self::Facts(p, _) | Self::Inverse(p) | Self::Hop { first: p, .. } => p,
        }
    }
}

/// Which wordings may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phrasing {
    /// Those that training uses.
    Trained,
    /// Those kept from training.
    HeldOut,
}

/// A question as a person types it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The words.
    pub text: String,
    /// The part of them that names the entity, or the value for [`Want::Inverse`]; in small letters if all are capitals.
    pub mention: String,
}

/// Words a question of two facts, joined by what is between them; slots `{a}`, `{b}` (labels) and `{e}`.
const PAIRS: &[&str] = &[
    "What are the {a} and the {b} of {e}?",
    "What is the {a} and the {b} of {e}?",
    "Tell me the {a} and the {b} of {e}.",
    "{e} {a} and {b}",
    "{a} and {b} of {e}",
    "I need the {a} of {e} and also the {b}.",
    "Find the {a} and the {b} of {e}.",
    "What is known about the {a} and the {b} of {e}?",
    "What is the {a} of {e}, and what is the {b}?",
    "Give me both the {a} and the {b} of {e}.",
];

/// Words a question of one fact that only names it; slots `{a}` (a noun) and `{e}`.
const NAMED: &[&str] = &[
    "What is the {a} of {e}?",
    "What was the {a} of {e}?",
    "What {a} does {e} have?",
    "What is {e}'s {a}?",
    "Tell me the {a} of {e}.",
    "Give me the {a} of {e}.",
    "the {a} of {e} is what",
    "I'm looking for the {a} of {e}.",
    "{e} {a}",
    "{e} {a}",
    "{e} - {a}?",
    "{a} of {e}",
    "{a} {e}",
    "{e}, what's the {a}",
];

/// Asks for `want` about `entity`.
pub fn ask(book: &Phrasebook, entity: &Entity, want: Want, phrasing: Phrasing, rng: &mut ChaCha8Rng) -> Question {
    let kind = &book.kinds[entity.kind];
    let template = match want {
        Want::Fact(property) => wording(book, &kind.property[property], phrasing, rng),
        Want::Facts(first, second) => pair(book, entity, (first, second), phrasing, rng),
        Want::Hop { first, kind: other, second } => {
            hop(book, &kind.property[first], &book.kinds[other].property[second], phrasing, rng)
        }
        Want::Inverse(property) => {
            let inverse = &kind.property[property].inverse;
            let kept = inverse.len().saturating_sub(2);
            let words = if phrasing == Phrasing::Trained { &inverse[..kept] } else { &inverse[kept..] };
            let words = words.choose(rng).map_or("{v}", String::as_str);
            varied(book, of(&kind.property[property]), words, phrasing, rng)
        }
    };
    typed(kind, entity, (want, template), phrasing, rng)
}

/// Asks, in words of training, for something that no article about an entity of this kind states, and says what.
pub fn ask_absent<'a>(book: &'a Phrasebook, entity: &Entity, rng: &mut ChaCha8Rng) -> Option<(Question, &'a str)> {
    let kind = &book.kinds[entity.kind];
    let absent = kind.absent.choose(rng)?;
    let template = varied(book, (entity.kind, None), absent.asks.choose(rng)?, Phrasing::Trained, rng);
    Some((typed(kind, entity, (Want::Fact(0), template), Phrasing::Trained, rng), &absent.label))
}

/// The template as a person types it, about the entity or, if inverse, its value; `want` says which it is.
fn typed(
    kind: &Kind,
    entity: &Entity,
    (want, mut template): (Want, String),
    phrasing: Phrasing,
    rng: &mut ChaCha8Rng,
) -> Question {
    let (slot, mention) = match want {
        Want::Inverse(property) => {
            ("{v}", Mention::of(without_bracket(entity.values[property].as_deref().unwrap_or_default())))
        }
        _ if phrasing == Phrasing::Trained => ("{e}", mentioned_loosely(kind, entity, &mut template, rng)),
        _ => ("{e}", Mention::of(&mention(kind, entity, rng))),
    };
    let Mention { name: mention, words } = mention;
    let template = match want {
        Want::Fact(_) if rng.random_bool(0.05) => fronted(&template, &entity.pronoun),
        Want::Fact(_) if phrasing == Phrasing::Trained && rng.random_bool(0.2) => shortened(&template, rng),
        _ => template,
    };
    let template =
        if phrasing == Phrasing::Trained && rng.random_bool(0.07) { with_reason(&template, rng) } else { template };
    let the = entity.the && slot == "{e}" && rng.random_bool(0.8) && !words.starts_with("the ");
    let named = if the { format!("the {words}") } else { words };
    let text = capitalise(&substitute(&noisy(&template, rng), slot, &named));
    let first = phrasing == Phrasing::Trained && !text.contains(&mention);
    let mention = if first { capitalise(&mention) } else { mention };
    match rng.random_range(0..100) {
        0..33 => Question { text: text.to_lowercase(), mention: mention.to_lowercase() },
        // Who answers reads these in small letters.
        33..37 => Question { text: text.to_uppercase(), mention: mention.to_uppercase().to_lowercase() },
        _ => Question { text, mention },
    }
}

/// How often a wording of training is asked in other words.
const VARIED: f64 = 0.6;

/// The kind, and which of its properties.
fn of(property: &Property) -> (usize, Option<usize>) {
    let (kind, index) = property.place;
    (kind, Some(index))
}

/// The words, in training often with others of the same meaning among them: they ask for a property of a kind, or for
/// none of its.
fn varied(
    book: &Phrasebook,
    (kind, property): (usize, Option<usize>),
    words: &str,
    phrasing: Phrasing,
    rng: &mut ChaCha8Rng,
) -> String {
    if phrasing == Phrasing::HeldOut || !rng.random_bool(VARIED) {
        return words.to_string();
    }
    book.thesaurus().vary(words, kind, property, rng)
}

fn wording(book: &Phrasebook, property: &Property, phrasing: Phrasing, rng: &mut ChaCha8Rng) -> String {
    if phrasing == Phrasing::Trained
        && rng.random_bool(0.12)
        && let (Some(frame), Some(noun)) = (NAMED.choose(rng), property.nouns.choose(rng))
    {
        return frame.replacen("{a}", noun, 1);
    }
    let words = if phrasing == Phrasing::Trained { &property.asks } else { &property.held_out };
    match words.choose(rng) {
        Some(words) => varied(book, of(property), words, phrasing, rng),
        None => format!("What is the {} of {{e}}?", property.label),
    }
}

fn pair(
    book: &Phrasebook,
    entity: &Entity,
    (first, second): (usize, usize),
    phrasing: Phrasing,
    rng: &mut ChaCha8Rng,
) -> String {
    let properties = &book.kinds[entity.kind].property;
    let (first, second) = (&properties[first], &properties[second]);
    if phrasing == Phrasing::Trained && rng.random_bool(0.45) {
        let frame = PAIRS.choose(rng).unwrap_or(&PAIRS[0]);
        return frame.replacen("{a}", &named(first, rng), 1).replacen("{b}", &named(second, rng), 1);
    }
    if phrasing == Phrasing::Trained
        && rng.random_bool(0.5)
        && let Some(tail) = second.tails.choose(rng)
    {
        let joint = [" and ", " and ", ", and ", " & ", ", ", "? and ", ", also "].choose(rng).unwrap_or(&" and ");
        let tail = varied(book, of(second), tail, phrasing, rng);
        let tail = if entity.pronoun == "she" { feminine(&tail) } else { tail };
        return match first.tails.choose(rng) {
            Some(head) if rng.random_bool(0.15) => format!("{{e}}, {head}{joint}{tail}"),
            _ => format!("{}{joint}{tail}?", wording(book, first, phrasing, rng).trim_end_matches(['?', '.'])),
        };
    }
    let question = |property: &Property, rng: &mut ChaCha8Rng| {
        for _ in 0..8 {
            let words = wording(book, property, phrasing, rng);
            if words.ends_with('?') && !words.contains("{e}'s") {
                return words;
            }
        }
        format!("What is the {} of {{e}}?", property.label)
    };
    let (a, b) = (question(first, rng), question(second, rng));
    let b = b.replace("{e}", &entity.pronoun);
    let joint = [", and ", " and ", "? And ", "? "].choose(rng).copied().unwrap_or(" and ");
    let b = if joint == "? " { b } else { uncapitalise(&b) };
    format!("{}{joint}{b}", a.trim_end_matches('?'))
}

/// A noun for the property: its label, or another that people use.
fn named(property: &Property, rng: &mut ChaCha8Rng) -> String {
    let noun = property.nouns.choose(rng).filter(|_| rng.random_bool(0.6));
    noun.unwrap_or(&property.label).clone()
}

/// The words with "she" for "he".
fn feminine(words: &str) -> String {
    let word = |word| match word {
        "he" => "she",
        "his" => "her",
        "him" => "her",
        other => other,
    };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn hop(book: &Phrasebook, first: &Property, second: &Property, phrasing: Phrasing, rng: &mut ChaCha8Rng) -> String {
    let kept = first.hop.len().saturating_sub(1);
    let phrases = if phrasing == Phrasing::Trained { &first.hop[..kept] } else { &first.hop[kept..] };
    let label = format!("the {} of {{e}}", first.label);
    let mut phrase = varied(book, of(first), phrases.choose(rng).unwrap_or(&label), phrasing, rng);
    if phrasing == Phrasing::Trained && rng.random_bool(0.15) {
        phrase = format!("the {} of {{e}}", named(first, rng));
    }
    if phrasing == Phrasing::Trained && rng.random_bool(0.15) {
        return format!("What is the {} of {phrase}?", named(second, rng));
    }
    if phrasing == Phrasing::Trained
        && rng.random_bool(0.12)
        && let Some(tail) = second.tails.choose(rng)
    {
        return format!("{phrase}, {}?", varied(book, of(second), tail, phrasing, rng));
    }
    for _ in 0..8 {
        let words = wording(book, second, phrasing, rng);
        // "Who was the architect of X?" asks for a name, not for an occupation.
        if !words.starts_with("{e}") && !["Who is {e}?", "Who was {e}?", "What is {e}?"].contains(&words.as_str()) {
            return words.replace("{e}", &phrase);
        }
    }
    format!("What is the {} of {phrase}?", second.label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Inventor, Library};
    use rand::SeedableRng;
    use std::collections::HashMap;

    #[test]
    fn the_mention_is_in_the_question() {
        let book = Phrasebook::bundled().unwrap();
        let library = Library::bundled(&book).unwrap();
        let inventor = Inventor::new(&book, &library);
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        for round in 0..600 {
            let entity = inventor.entity(round % book.kinds.len(), &HashMap::new(), &mut rng);
            for want in [Want::Fact(0), Want::Facts(0, 1)] {
                for phrasing in [Phrasing::Trained, Phrasing::HeldOut] {
                    let question = ask(&book, &entity, want, phrasing, &mut rng);
                    let (text, mention) = (question.text.to_lowercase(), question.mention.to_lowercase());
                    assert!(text.contains(&mention), "{text:?} {mention:?}");
                    assert!(!text.contains(['{', '}']), "{text:?}");
                }
            }
        }
    }
}
