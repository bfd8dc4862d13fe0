//! The library's names and values as a deck of cards: what an inventor deals out anew.

use super::Library;
use super::entity::{Entity, without_bracket};
use super::kind::Phrasebook;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;

/// The fewest letters of a word that two names are found alike by.
const LETTERS: usize = 4;

/// The library by kind, by word and by value.
pub(super) struct Deck<'a> {
    pub(super) library: &'a Library,
    by_kind: Vec<Vec<&'a Entity>>,
    /// By kind and property; each as often as the library has it.
    values: Vec<Vec<Vec<&'a str>>>,
    /// Entities by a small word of their names.
    by_word: HashMap<String, Vec<&'a Entity>>,
    /// Entities, and which of their properties, by the name that is its value.
    by_value: HashMap<&'a str, Vec<(&'a Entity, usize)>>,
}

impl<'a> Deck<'a> {
    pub(super) fn new(book: &Phrasebook, library: &'a Library) -> Self {
        let mut deck = Self {
            library,
            by_kind: vec![Vec::new(); book.kinds.len()],
            values: book.kinds.iter().map(|kind| vec![Vec::new(); kind.property.len()]).collect(),
            by_word: HashMap::new(),
            by_value: HashMap::new(),
        };
        for entity in &library.entities {
            deck.by_kind[entity.kind].push(entity);
            for word in words(&entity.name) {
                deck.by_word.entry(word).or_default().push(entity);
            }
            for (property, value) in entity.values.iter().enumerate() {
                let Some(value) = value.as_deref() else { continue };
                deck.values[entity.kind][property].push(value);
                if library.find(value).is_some() {
                    deck.by_value.entry(value).or_default().push((entity, property));
                }
            }
        }
        deck
    }

    /// The name of an entity of this kind.
    pub(super) fn name(&self, kind: usize, rng: &mut ChaCha8Rng) -> &'a str {
        self.by_kind[kind].choose(rng).map_or("", |entity| &entity.name)
    }

    /// A value that this property has; none if the library has none.
    pub(super) fn value(&self, kind: usize, property: usize, rng: &mut ChaCha8Rng) -> Option<&'a str> {
        self.values[kind][property].choose(rng).copied()
    }

    /// The entity of this kind and name.
    pub(super) fn find(&self, kind: usize, name: &str) -> Option<&'a Entity> {
        self.library.find(name).filter(|entity| entity.kind == kind)
    }

    /// An entity that a search for `about` finds too, and the values for which it does: one whose name shares a word,
    /// or one of whose values is `about`.
    pub(super) fn near(&self, about: &Entity, rng: &mut ChaCha8Rng) -> Option<(&'a Entity, HashMap<usize, String>)> {
        let alike =
            words(&about.name).choose(rng).and_then(|word| self.by_word.get(word)).and_then(|of| of.choose(rng));
        let naming = self.by_value.get(about.name.as_str()).and_then(|of| of.choose(rng));
        let found = [
            alike.map(|&entity| (entity, HashMap::new())),
            naming.map(|&(entity, property)| (entity, HashMap::from([(property, about.name.clone())]))),
        ];
        found
            .into_iter()
            .flatten()
            .filter(|(entity, _)| entity.name != about.name)
            .collect::<Vec<_>>()
            .choose(rng)
            .cloned()
    }
}

/// The longer words of a name, small.
fn words(name: &str) -> Vec<String> {
    let parts = without_bracket(name).split(|letter: char| !letter.is_alphanumeric());
    parts.filter(|word| word.chars().count() >= LETTERS).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn what_is_near_shares_a_word_or_refers_to_it() {
        let book = Phrasebook::bundled().unwrap();
        let library = Library::bundled(&book).unwrap();
        let deck = Deck::new(&book, &library);
        let tower = library.find("Eiffel Tower").unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut near: Vec<&str> = Vec::new();
        for _ in 0..200 {
            let Some((entity, known)) = deck.near(tower, &mut rng) else { continue };
            let alike = words(&entity.name).iter().any(|word| words(&tower.name).contains(word));
            assert!(alike || known.values().any(|value| *value == tower.name), "{entity:?}");
            near.push(&entity.name);
        }
        for expected in ["Gustave Eiffel", "Tower Bridge", "Paris"] {
            assert!(near.contains(&expected), "{expected}: {near:?}");
        }
    }
}
