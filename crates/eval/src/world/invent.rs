//! Invented entities: names, numbers and facts that no model can have remembered, so that it must read.

use super::Library;
use super::deck::Deck;
use super::entity::Entity;
use super::kind::{Kind, Phrasebook, Property, Value};
use super::spelling::{Spelling, library_word, shuffled_words};
use super::words::{ADJECTIVES, ENDS, FIRST_NAMES, NOUNS, STARTS, SUFFIXES, SYLLABLES, VOWELS};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;

/// Invents entities. The closed sets (continents, diets, …) come from the library's facts; names do only if it deals.
pub struct Inventor<'a> {
    /// The phrase book.
    pub book: &'a Phrasebook,
    /// What the library has of names and values.
    pub(super) deck: Deck<'a>,
    /// Whether names and values of the library are dealt out among the invented ones.
    pub(super) deals: bool,
}

impl<'a> Inventor<'a> {
    /// Takes the closed sets from `library`, and no name.
    pub fn new(book: &'a Phrasebook, library: &'a Library) -> Self {
        Self { book, deck: Deck::new(book, library), deals: false }
    }

    /// Half of the names and values are the library's own, dealt anew: the Eiffel Tower of a world may stand in Oslo.
    /// A model meets the names that it will be asked about, and no fact that it could remember.
    #[must_use]
    pub fn dealing(self) -> Self {
        Self { deals: true, ..self }
    }

    /// An entity of this kind. `known` fixes some of its values, by property.
    pub fn entity(&self, kind: usize, known: &HashMap<usize, String>, rng: &mut ChaCha8Rng) -> Entity {
        let name = self.entity_name(kind, rng);
        self.entity_named(kind, name, known, rng)
    }

    /// An entity of this kind and name.
    pub fn entity_named(
        &self,
        kind: usize,
        name: String,
        known: &HashMap<usize, String>,
        rng: &mut ChaCha8Rng,
    ) -> Entity {
        let about = &self.book.kinds[kind];
        let value = |(index, property): (usize, &Property), rng: &mut ChaCha8Rng| {
            known.get(&index).cloned().or_else(|| rng.random_bool(0.9).then(|| self.value(kind, index, property, rng)))
        };
        let values = about.property.iter().enumerate().map(|property| value(property, rng)).collect();
        if self.deals
            && let Some(real) = self.deck.find(kind, &name)
        {
            let note = real.note.clone().filter(|_| rng.random_bool(0.6));
            let mut entity = Entity { values, note, ..real.clone() };
            self.share_a_word(&mut entity, known, rng);
            return entity;
        }
        let pronoun = match about.pronoun.as_str() {
            "person" => ["he", "she"].choose(rng).copied().unwrap_or("he"),
            other => other,
        };
        let the = if about.the { rng.random_bool(0.8) } else { rng.random_bool(0.03) };
        let note = rng.random_bool(0.7).then(|| self.note(&name, the, rng));
        let common = about.common && rng.random_bool(0.7);
        let mut entity = Entity { kind, name, the, common, pronoun: pronoun.to_string(), values, note };
        if self.deals {
            self.share_a_word(&mut entity, known, rng);
        }
        entity
    }

    /// A value of this property.
    pub fn value(&self, kind: usize, index: usize, property: &Property, rng: &mut ChaCha8Rng) -> String {
        if self.deals
            && rng.random_bool(0.45)
            && let Some(value) = self.deck.value(kind, index, rng)
        {
            return value.to_string();
        }
        if matches!(property.value, Value::Choice | Value::Title | Value::Name) && rng.random_bool(0.15) {
            return shuffled_words(rng);
        }
        match &property.value {
            Value::Entity(other) => {
                let other = self.book.find(other).unwrap_or(kind);
                let name = self.entity_name(other, rng);
                let joint = self.book.kinds[other].pronoun == "person" && rng.random_bool(0.08);
                if joint { format!("{name} and {}", person(rng)) } else { name }
            }
            Value::Year(low, high) => year(*low, *high, rng),
            Value::Quantity(low, high, unit) => quantity(*low, *high, unit, rng),
            Value::Choice => self.deck.value(kind, index, rng).map_or_else(|| name(rng), str::to_string),
            Value::Symbol => symbol(rng),
            Value::Title => title(rng),
            Value::Name => {
                if rng.random_bool(0.4) {
                    person(rng)
                } else {
                    two_words(rng)
                }
            }
        }
    }

    /// A name as entities of this kind have.
    pub fn entity_name(&self, kind: usize, rng: &mut ChaCha8Rng) -> String {
        if self.deals && rng.random_bool(0.5) {
            return self.deck.name(kind, rng).to_string();
        }
        let pattern = self.book.kinds[kind].names.choose(rng).map_or("{name}", String::as_str);
        let filled = match rng.random_bool(0.3) {
            true => super::article::capitalise(&shuffled_words(rng)),
            false => fill_slots(pattern, rng),
        };
        if rng.random_bool(0.03) { format!("{filled} ({})", self.book.kinds[kind].noun[0]) } else { filled }
    }

    /// A name that resembles `name`: one word of it stays.
    pub fn similar_name(&self, kind: usize, name: &str, rng: &mut ChaCha8Rng) -> String {
        let words: Vec<&str> = name.split(' ').collect();
        if words.len() < 2 {
            return if rng.random_bool(0.5) { format!("{name} {}", word(rng)) } else { fill_similar(self, kind, rng) };
        }
        let kept = rng.random_range(0..words.len());
        let changed: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(index, old)| {
                let small = old.starts_with(char::is_lowercase) || old.starts_with('(');
                if index == kept || small { (*old).to_string() } else { word(rng) }
            })
            .collect();
        let changed = changed.join(" ");
        if changed == name { fill_similar(self, kind, rng) } else { changed }
    }

    /// Puts a word of the entity's name into one of its values, sometimes: the Eiffel Tower was not designed by a
    /// Gustave Eiffel Tower.
    fn share_a_word(&self, entity: &mut Entity, known: &HashMap<usize, String>, rng: &mut ChaCha8Rng) {
        let about = &self.book.kinds[entity.kind];
        let words: Vec<&str> = entity.name.split(' ').filter(|word| word.chars().count() > 3).collect();
        let proper = |index: &usize| {
            let value = &about.property[*index].value;
            matches!(value, Value::Entity(_) | Value::Name | Value::Title) && !known.contains_key(index)
        };
        let places: Vec<usize> = (0..about.property.len()).filter(proper).collect();
        if let (true, Some(word), Some(&place)) = (rng.random_bool(0.15), words.choose(rng), places.choose(rng)) {
            let value = match rng.random_range(0..4) {
                0 => format!("{word} {}", self::word(rng)),
                1 => format!("{} and the {word} company", person(rng)),
                _ => format!("{} {word}", FIRST_NAMES.choose(rng).unwrap_or(&"Anna")),
            };
            entity.values[place] = Some(value);
        }
    }

    fn note(&self, name: &str, the: bool, rng: &mut ChaCha8Rng) -> String {
        let subject = if the { format!("The {name}") } else { name.to_string() };
        let other = word(rng);
        let thing = NOUNS.choose(rng).map_or("", |noun| noun).to_lowercase();
        let adjective = ADJECTIVES.choose(rng).map_or("", |adjective| adjective).to_lowercase();
        let adjective = super::article::substitute("a {}", "{}", &adjective);
        match rng.random_range(0..8) {
            0 => format!("{subject} appears in a tale from {other} about {adjective} {thing}."),
            1 => format!("{subject} was once compared with {adjective} {thing}."),
            2 => format!("The {thing} called {other} is named after {subject}.").replace("after The", "after the"),
            3 => format!("It is said that {adjective} {thing} was seen here in {}.", rng.random_range(1200..2020)),
            4 => format!("{subject} has been shown on {} stamps.", rng.random_range(2..90)),
            5 => format!("In {} a film about {subject} was shown in {other}.", rng.random_range(1920..2020))
                .replace("about The", "about the"),
            6 => format!("{subject} is also a favourite subject of the writer {}.", person(rng)),
            _ => format!("Some {} pages have been written on this subject.", rng.random_range(100..9000)),
        }
    }
}

fn fill_similar(inventor: &Inventor, kind: usize, rng: &mut ChaCha8Rng) -> String {
    let pattern = inventor.book.kinds[kind].names.choose(rng).map_or("{name}", String::as_str);
    fill_slots(pattern, rng)
}

fn fill_slots(pattern: &str, rng: &mut ChaCha8Rng) -> String {
    let mut text = pattern.to_string();
    while text.contains("{person}") {
        text = text.replacen("{person}", &person(rng), 1);
    }
    while text.contains("{title}") {
        text = text.replacen("{title}", &title(rng), 1);
    }
    while text.contains("{name}") {
        text = text.replacen("{name}", &name(rng), 1);
    }
    text
}

/// One invented word with a capital: spelled like the library's names, of syllables, a word of the library out of its
/// place, or letters at random.
fn word(rng: &mut ChaCha8Rng) -> String {
    let spelling = Spelling::of_the_library();
    let text = match rng.random_range(0..100) {
        0..4 => spelling.jumble(rng),
        4..20 => library_word(rng).to_string(),
        20..55 => spelling.word(rng).unwrap_or_else(|| syllables(rng)),
        _ => syllables(rng),
    };
    let word = super::article::capitalise(&text);
    match rng.random_range(0..60) {
        0 => format!("{word}'s"),
        1 => format!("{word}-{}", super::article::capitalise(SUFFIXES.choose(rng).copied().unwrap_or("on"))),
        2 => format!("O'{word}"),
        3 => format!("Mc{word}"),
        4 => format!("St. {word}"),
        _ => word,
    }
}

/// The name with another word in the place of one of its own, sometimes with none; of a single word, with another end.
pub(super) fn name_but_for_a_word(name: &str, rng: &mut ChaCha8Rng) -> String {
    let mut words: Vec<String> = name.split(' ').map(str::to_string).collect();
    let telling: Vec<usize> = (0..words.len()).filter(|&at| words[at].starts_with(char::is_uppercase)).collect();
    let at = telling.choose(rng).copied().unwrap_or(0);
    if telling.len() > 1 && rng.random_bool(0.2) {
        words.remove(at);
        return words.join(" ");
    }
    words[at] = match words.len() {
        1 => {
            let kept = words[0].chars().count().div_ceil(2);
            words[0].chars().take(kept).chain(syllables(rng).chars()).collect()
        }
        _ if rng.random_bool(0.3) => super::article::capitalise(library_word(rng)),
        _ => word(rng),
    };
    let other = words.join(" ");
    if other == name { format!("{other} {}", word(rng)) } else { other }
}

/// A word of few tokens.
fn syllables(rng: &mut ChaCha8Rng) -> String {
    let mut text = String::new();
    if rng.random_bool(0.1) {
        for _ in 0..rng.random_range(1..3) {
            for part in [STARTS, VOWELS, ENDS] {
                text.push_str(part.choose(rng).copied().unwrap_or_default());
            }
        }
    } else {
        for _ in 0..[1, 2, 2, 2, 3][rng.random_range(0..5)] {
            text.push_str(SYLLABLES.choose(rng).copied().unwrap_or_default());
        }
    }
    if rng.random_bool(0.35) || text.len() < 3 {
        text.push_str(SUFFIXES.choose(rng).copied().unwrap_or_default());
    }
    text
}

fn two_words(rng: &mut ChaCha8Rng) -> String {
    if rng.random_bool(0.5) { word(rng) } else { format!("{} {}", word(rng), word(rng)) }
}

/// An invented proper name: mostly one word, sometimes two, sometimes with a real-looking part.
pub(super) fn name(rng: &mut ChaCha8Rng) -> String {
    match rng.random_range(0..20) {
        0..13 => word(rng),
        13..16 => format!("{} {}", word(rng), word(rng)),
        16 => format!(
            "{} {}",
            ["New", "Saint", "North", "South", "Upper", "San", "El", "La", "Port"].choose(rng).unwrap_or(&"New"),
            word(rng)
        ),
        17 => format!("{} of {}", word(rng), word(rng)),
        18 => format!("{} {}", ADJECTIVES.choose(rng).unwrap_or(&"Old"), NOUNS.choose(rng).unwrap_or(&"Hill")),
        _ => format!("{}{}", word(rng), rng.random_range(1..30)),
    }
}

/// An invented full name.
pub(super) fn person(rng: &mut ChaCha8Rng) -> String {
    let first =
        if rng.random_bool(0.6) { (*FIRST_NAMES.choose(rng).unwrap_or(&"Anna")).to_string() } else { word(rng) };
    match rng.random_range(0..20) {
        0..13 => format!("{first} {}", word(rng)),
        13..15 => format!("{first} {} {}", FIRST_NAMES.choose(rng).unwrap_or(&"Jan"), word(rng)),
        15 => format!("{first} {}. {}", char::from(rng.random_range(b'A'..=b'Z')), word(rng)),
        16 => format!("{first} {} {}", ["van", "von", "de", "da", "al", "bin"].choose(rng).unwrap_or(&"de"), word(rng)),
        17 => format!("{first} {} {}", word(rng), word(rng)),
        18 => first,
        _ => format!("{first} {}", ["I", "II", "III", "IV", "the Great", "the Younger"].choose(rng).unwrap_or(&"II")),
    }
}

/// The title of an invented work.
pub(super) fn title(rng: &mut ChaCha8Rng) -> String {
    let adjective = ADJECTIVES.choose(rng).unwrap_or(&"Old");
    let noun = NOUNS.choose(rng).unwrap_or(&"Road");
    let other = NOUNS.choose(rng).unwrap_or(&"Sea");
    match rng.random_range(0..11) {
        0..2 => format!("The {adjective} {noun}"),
        2 => format!("The {noun} of {}", word(rng)),
        3 => format!("{noun} and {other}"),
        4 => format!("The {noun} of the {adjective} {other}"),
        5 => word(rng),
        6 => format!("{} {}", word(rng), noun),
        7 => person(rng),
        8 => format!("The {noun}"),
        9 => format!("{} {}", word(rng), word(rng)),
        _ => format!("{noun} in {}", word(rng)),
    }
}

fn symbol(rng: &mut ChaCha8Rng) -> String {
    let mut symbol = String::from(char::from(rng.random_range(b'A'..=b'Z')));
    if rng.random_bool(0.85) {
        symbol.push(char::from(rng.random_range(b'a'..=b'z')));
    }
    symbol
}

fn year(low: i64, high: i64, rng: &mut ChaCha8Rng) -> String {
    match rng.random_range(0..60) {
        0 => format!("{} BC", rng.random_range(30..2600)),
        1 => format!("about {} BC", rng.random_range(3..260) * 10),
        2 => format!("about {}", rng.random_range(low..=high) / 10 * 10),
        3 => format!("AD {}", rng.random_range(5..900)),
        _ => rng.random_range(low..=high).to_string(),
    }
}

/// A number of the range, spread evenly over its orders of magnitude, with thousands commas and its unit.
fn quantity(low: i64, high: i64, unit: &str, rng: &mut ChaCha8Rng) -> String {
    let (from, to) = ((low.max(1) as f64).ln(), (high.max(2) as f64).ln());
    let number = rng.random_range(from..=to).exp();
    let rounded = number.round() as i64;
    let text = if !unit.is_empty() && number < 60.0 && rng.random_bool(0.3) {
        format!("{number:.1}")
    } else if rounded > 5000 && rng.random_bool(0.5) {
        thousands(rounded / 100 * 100)
    } else {
        thousands(rounded.clamp(low, high))
    };
    if unit.is_empty() { text } else { format!("{text} {unit}") }
}

fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The kinds that refer to other kinds, for choosing chains: every property of `kind` whose value is an entity.
pub(super) fn links(book: &Phrasebook, kind: &Kind) -> Vec<(usize, usize)> {
    let link = |(index, property): (usize, &Property)| match &property.value {
        Value::Entity(other) if !property.hop.is_empty() => Some((index, book.find(other)?)),
        _ => None,
    };
    kind.property.iter().enumerate().filter_map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn numbers_have_commas() {
        assert_eq!(thousands(8849), "8,849");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(12), "12");
    }

    #[test]
    fn the_same_seed_invents_the_same_entity() {
        let book = Phrasebook::bundled().unwrap();
        let library = Library::bundled(&book).unwrap();
        let inventor = Inventor::new(&book, &library);
        let make = |seed| inventor.entity(3, &HashMap::new(), &mut ChaCha8Rng::seed_from_u64(seed));
        assert_eq!(make(5), make(5));
        assert_ne!(make(5).name, make(6).name);
    }

    #[test]
    fn dealt_names_are_real_and_dealt_facts_are_not() {
        let book = Phrasebook::bundled().unwrap();
        let library = Library::bundled(&book).unwrap();
        let (inventor, plain) = (Inventor::new(&book, &library).dealing(), Inventor::new(&book, &library));
        let kind = book.find("landmark").unwrap();
        let asked = ["architect", "completed"].map(|id| book.kinds[kind].find(id).unwrap());
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (mut real, mut true_facts, mut facts) = (0, 0, 0);
        for _ in 0..1000 {
            let entity = inventor.entity(kind, &HashMap::new(), &mut rng);
            let Some(known) = inventor.deck.find(kind, &entity.name) else { continue };
            real += 1;
            assert_eq!((entity.the, &entity.pronoun), (known.the, &known.pronoun));
            for property in asked {
                facts += usize::from(entity.values[property].is_some());
                true_facts +=
                    usize::from(entity.values[property].is_some() && entity.values[property] == known.values[property]);
            }
        }
        assert!((400..600).contains(&real), "{real}");
        assert!(facts > 600 && true_facts * 50 < facts, "{true_facts} of {facts} are true");
        let dealt = |_: &i32| inventor.deck.find(kind, &plain.entity(kind, &HashMap::new(), &mut rng).name).is_some();
        assert!((0..500).filter(dealt).count() < 10, "names of the library where none is dealt");
    }

    #[test]
    fn a_similar_name_is_another_name() {
        let book = Phrasebook::bundled().unwrap();
        let library = Library::bundled(&book).unwrap();
        let inventor = Inventor::new(&book, &library);
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..200 {
            let name = inventor.entity_name(10, &mut rng);
            assert_ne!(inventor.similar_name(10, &name, &mut rng), name);
        }
    }
}
