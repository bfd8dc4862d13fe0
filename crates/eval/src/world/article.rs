//! Articles: the sentences that state an entity's facts, in varied wording.

use super::entity::Entity;
use super::kind::{Phrasebook, Property};
use rand::{
    Rng, RngExt,
    seq::{IndexedRandom, SliceRandom},
};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// A short encyclopedia article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Its stable address.
    pub address: String,
    /// Its title.
    pub title: String,
    /// The kind of its entity.
    pub kind: String,
    /// Its sentences, in order.
    pub sentences: Vec<Sentence>,
    /// What it was made from: property and value.
    pub facts: Vec<(String, String)>,
    /// By which words it is found though it may not have them: what sort of thing it is about, and what its facts are
    /// called.
    pub keywords: Vec<String>,
}

/// One sentence and the properties that it states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// Ids of the properties.
    pub states: Vec<String>,
}

impl Article {
    /// The sentences joined by spaces.
    pub fn text(&self) -> String {
        self.sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The first sentence that states this property.
    pub fn evidence(&self, property: &str) -> Option<&str> {
        self.sentences.iter().find(|s| s.states.iter().any(|id| id == property)).map(|s| s.text.as_str())
    }
}

/// The most sentences of an article.
const LONGEST: usize = 10;

/// Writes the article of `entity`. `in_sentence` gives the name of another entity as it stands within a sentence.
pub fn write_article(
    book: &Phrasebook,
    entity: &Entity,
    address: String,
    in_sentence: &dyn Fn(&str) -> String,
    rng: &mut ChaCha8Rng,
) -> Article {
    let kind = &book.kinds[entity.kind];
    let values: Vec<Option<String>> = entity.values.iter().map(|value| value.as_deref().map(in_sentence)).collect();
    let (opening, opened) = opening(book, entity, &values, rng);
    let mut sentences = vec![Sentence {
        text: opening,
        states: opened.iter().map(|&property| kind.property[property].id.clone()).collect(),
    }];
    let mut rest: Vec<usize> = (0..values.len()).filter(|p| values[*p].is_some() && !opened.contains(p)).collect();
    rest.shuffle(rng);
    let mut body: Vec<Sentence> = Vec::new();
    for property in rest {
        let value = values[property].as_deref().unwrap_or_default();
        let lower = value.starts_with(char::is_lowercase) && !value.starts_with("the ");
        let says: Vec<&String> =
            kind.property[property].leading().iter().filter(|say| !(lower && say.starts_with("{v}"))).collect();
        let Some(say) = says.choose(rng) else { continue };
        let text = fill(say, &subject(book, entity, rng), entity, value);
        body.push(Sentence { text, states: vec![kind.property[property].id.clone()] });
    }
    let mut fillers: Vec<&String> = kind.filler.iter().collect();
    fillers.shuffle(rng);
    let least = 4usize.saturating_sub(1 + body.len() + usize::from(entity.note.is_some()));
    let room = LONGEST.saturating_sub(1 + body.len() + usize::from(entity.note.is_some()));
    for filler in fillers.into_iter().take((least + rng.random_range(0..2)).min(room)) {
        let text = fill(filler, &subject(book, entity, rng), entity, "");
        let at = rng.random_range(0..=body.len());
        body.insert(at, Sentence { text, states: Vec::new() });
    }
    sentences.append(&mut body);
    if let Some(note) = &entity.note {
        sentences.push(Sentence { text: note.clone(), states: Vec::new() });
    }
    let facts = || kind.property.iter().zip(&entity.values).filter_map(|(of, value)| Some((of, value.clone()?)));
    Article {
        address,
        title: entity.name.clone(),
        kind: kind.kind.clone(),
        sentences,
        facts: facts().map(|(of, value)| (of.id.clone(), value)).collect(),
        keywords: std::iter::once(kind.kind.replace('_', " ")).chain(facts().map(|(of, _)| of.label.clone())).collect(),
    }
}

/// The answer sentence that states a property, without its full stop.
pub fn answer(property: &Property, entity: &Entity, value: &str) -> String {
    capitalise(&substitute(&substitute(&property.answer, "{v}", value), "{e}", &entity.in_sentence()))
}

/// A first sentence all of whose properties are known, and those properties.
fn opening(
    book: &Phrasebook,
    entity: &Entity,
    values: &[Option<String>],
    rng: &mut ChaCha8Rng,
) -> (String, Vec<usize>) {
    let kind = &book.kinds[entity.kind];
    let used = |opening: &str| -> Vec<usize> {
        (0..values.len()).filter(|&p| opening.contains(&format!("{{{}}}", kind.property[p].id))).collect()
    };
    let fits = |opening: &&String| used(opening).iter().all(|&p| values[p].is_some());
    let openings: Vec<&String> = kind.opening.iter().filter(fits).collect();
    let Some(chosen) = openings.choose(rng) else {
        return (format!("{}.", capitalise(&entity.in_sentence())), Vec::new());
    };
    let mut text = (*chosen).clone();
    let used = used(&text);
    for &property in &used {
        let slot = format!("{{{}}}", kind.property[property].id);
        text = substitute(&text, &slot, values[property].as_deref().unwrap_or_default());
    }
    (capitalise(&substitute(&text, "{e}", &entity.in_sentence())), used)
}

/// What stands for the entity at the start of a sentence: its name, a pronoun or "The bridge".
fn subject(book: &Phrasebook, entity: &Entity, rng: &mut impl Rng) -> String {
    let kind = &book.kinds[entity.kind];
    match rng.random_range(0..20) {
        0..10 => entity.in_sentence(),
        10..17 => entity.pronoun.clone(),
        _ if kind.pronoun == "person" => entity.pronoun.clone(),
        _ => format!("the {}", kind.noun.choose(rng).map_or("", String::as_str)),
    }
}

fn fill(template: &str, subject: &str, entity: &Entity, value: &str) -> String {
    let text = substitute(template, "{v}", value);
    let text = substitute(&text, "{s}", subject);
    capitalise(&substitute(&text, "{e}", &entity.in_sentence()))
}

/// Puts `value` in place of `slot`; an article "a" before it becomes "an" where the value begins with a vowel.
pub(super) fn substitute(template: &str, slot: &str, value: &str) -> String {
    let Some((before, after)) = template.split_once(slot) else { return template.to_string() };
    let lower = value.to_lowercase();
    let vowel = lower.starts_with(['a', 'e', 'i', 'o', 'u'])
        && !["uni", "eu", "one", "use", "uk"].iter().any(|sound| lower.starts_with(sound));
    let lone = |article: &str| before == article || before.ends_with(&format!(" {article}"));
    let joint = if vowel && (lone("a ") || lone("A ")) {
        format!("{}n ", &before[..before.len() - 1])
    } else if !vowel && !value.is_empty() && (lone("an ") || lone("An ")) {
        format!("{} ", &before[..before.len() - 2])
    } else {
        before.to_string()
    };
    let value = if lone("the ") || lone("The ") { value.strip_prefix("the ").unwrap_or(value) } else { value };
    format!("{joint}{value}{after}")
}

/// The text with its first letter in upper case.
pub(super) fn capitalise(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_agree_with_what_follows() {
        assert_eq!(substitute("{e} is a {type}.", "{type}", "iron tower"), "{e} is an iron tower.");
        assert_eq!(substitute("It is a {v}.", "{v}", "university town"), "It is a university town.");
        assert_eq!(substitute("The {v} of old", "{v}", "the Nile"), "The Nile of old");
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(capitalise("élan"), "Élan");
        assert_eq!(capitalise(""), "");
    }
}
