//! Kinds of entity and the phrase book: what can be said about each kind, how, and how people ask for it.

use super::thesaurus::Thesaurus;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::sync::OnceLock;

/// All kinds, in the order of [`SOURCES`].
#[derive(Debug, Clone)]
pub struct Phrasebook {
    /// The kinds.
    pub kinds: Vec<Kind>,
    /// What [`Phrasebook::thesaurus`] read.
    thesaurus: OnceLock<Thesaurus>,
}

/// One kind of entity, as `assets/library/kinds/<kind>.toml` describes it.
#[derive(Debug, Clone, Deserialize)]
pub struct Kind {
    /// Its name.
    pub kind: String,
    /// Its name for several.
    pub plural: String,
    /// Nouns that may stand for an entity: "the bridge".
    pub noun: Vec<String>,
    /// Nouns that people put beside a name: "the composer Mozart", "mona lisa painting". If none, those of `noun`.
    #[serde(default)]
    pub called: Vec<String>,
    /// `it`, or `person` for he and she.
    pub pronoun: String,
    /// How invented entities are named; slots `{name}`, `{person}`, `{title}`.
    pub names: Vec<String>,
    /// Whether most names take "the".
    #[serde(default)]
    pub the: bool,
    /// Whether names are common nouns: "Gold" is printed "gold" within a sentence.
    #[serde(default)]
    pub common: bool,
    /// First words of names that keep their capital all the same.
    #[serde(default)]
    pub proper: Vec<String>,
    /// First sentences; slots `{e}` and any property's id.
    pub opening: Vec<String>,
    /// Sentences that carry no fact; slots `{e}` or `{s}`.
    pub filler: Vec<String>,
    /// What is known about an entity.
    pub property: Vec<Property>,
    /// What people ask about an entity and no article states.
    #[serde(default)]
    pub absent: Vec<Absent>,
}

/// Something that people ask about entities of a kind and that no article states.
#[derive(Debug, Clone, Deserialize)]
pub struct Absent {
    /// A noun phrase: "population" in "the population of X".
    pub label: String,
    /// Questions, for training only; slot `{e}`.
    pub asks: Vec<String>,
}

/// One property of a kind.
#[derive(Debug, Clone, Deserialize)]
pub struct Property {
    /// Its name, unique in the kind; the column of the facts.
    pub id: String,
    /// A noun phrase: "architect" in "the architect of X".
    pub label: String,
    /// What its values are.
    #[serde(deserialize_with = "value_type")]
    pub value: Value,
    /// Sentences of an article; slots `{v}` and one of `{s}`, `{e}`.
    pub says: Vec<String>,
    /// The answer, without its full stop; slots `{e}` and `{v}`.
    pub answer: String,
    /// Questions; slot `{e}`.
    pub asks: Vec<String>,
    /// Questions that training never sees; slot `{e}`.
    pub held_out: Vec<String>,
    /// Noun phrases that people name it by, without article: "money" for a currency.
    #[serde(default)]
    pub nouns: Vec<String>,
    /// How people ask for it as the second thing, after "and": "in what year", "the money".
    #[serde(default)]
    pub tails: Vec<String>,
    /// Noun phrases for the value in a question of two hops; slot `{e}`. The last one is kept from training.
    #[serde(default)]
    pub hop: Vec<String>,
    /// Questions for the entity; slot `{v}`. The last two are kept from training.
    #[serde(default)]
    pub inverse: Vec<String>,
    /// The indices of its kind and of itself.
    #[serde(skip)]
    pub(super) place: (usize, usize),
    /// What [`Property::leading`] found.
    #[serde(skip)]
    leading: OnceLock<Vec<String>>,
}

/// The fewest sentences that a property is told in.
const FEWEST: usize = 3;

impl Property {
    /// The sentences that articles use: those that name the property before its value and end soon after it, so that
    /// who reads from left to right knows at the value what it is. If they are fewer than three, all that name the
    /// property before its value; if those are, all.
    pub fn leading(&self) -> &[String] {
        self.leading.get_or_init(|| {
            let named: Vec<&String> = self.says.iter().filter(|say| names_first(say)).collect();
            let short: Vec<&String> = named.iter().copied().filter(|say| ends_soon(say)).collect();
            let chosen = [short, named].into_iter().find(|says| says.len() >= FEWEST);
            chosen.map_or_else(|| self.says.clone(), |says| says.into_iter().cloned().collect())
        })
    }
}

/// Whether a word of four or more letters, other than the entity's name, stands before the value.
fn names_first(say: &str) -> bool {
    let before = say.split("{v}").next().unwrap_or_default().replace("{s}", " ").replace("{e}", " ");
    before.split(|letter: char| !letter.is_alphabetic()).any(|word| word.chars().count() >= 4)
}

/// Whether at most two words follow the value.
fn ends_soon(say: &str) -> bool {
    let after = say.split("{v}").nth(1).unwrap_or_default();
    after.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count() <= 2
}

/// What the values of a property are, and so how they are invented.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The name of an entity of this kind.
    Entity(String),
    /// A year of this range.
    Year(i64, i64),
    /// A number of this range with a unit, which may be empty.
    Quantity(i64, i64, String),
    /// One of the values that the facts have.
    Choice,
    /// A symbol of one or two letters.
    Symbol,
    /// The title of a work.
    Title,
    /// Another proper name.
    Name,
}

fn value_type<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    let text = String::deserialize(deserializer)?;
    let range = |range: &str| -> Option<(i64, i64)> {
        let (low, high) = range.split_once('-')?;
        Some((low.parse().ok()?, high.parse().ok()?))
    };
    let mut parts = text.splitn(3, ':');
    let head = parts.next().unwrap_or_default();
    let value = match (head, parts.next(), parts.next()) {
        ("year", Some(years), None) => range(years).map(|(low, high)| Value::Year(low, high)),
        ("quantity", Some(numbers), unit) => {
            range(numbers).map(|(low, high)| Value::Quantity(low, high, unit.unwrap_or_default().to_string()))
        }
        ("choice", None, None) => Some(Value::Choice),
        ("symbol", None, None) => Some(Value::Symbol),
        ("title", None, None) => Some(Value::Title),
        ("name", None, None) => Some(Value::Name),
        (kind, None, None) => Some(Value::Entity(kind.to_string())),
        _ => None,
    };
    value.ok_or_else(|| serde::de::Error::custom(format!("unknown value type {text:?}")))
}

/// The embedded phrase book and facts of each kind.
macro_rules! sources {
    ($($kind:literal),* $(,)?) => {
        &[$((
            $kind,
            include_str!(concat!("../../../../assets/library/kinds/", $kind, ".toml")),
            include_str!(concat!("../../../../assets/library/facts/", $kind, ".tsv")),
        )),*]
    };
}

/// Name, phrase book (TOML) and facts (tab-separated) of each kind.
pub(super) const SOURCES: &[(&str, &str, &str)] = sources![
    "country",
    "city",
    "language",
    "person",
    "element",
    "planet",
    "animal",
    "invention",
    "programming_language",
    "spacecraft",
    "landmark",
    "artwork",
    "book",
    "musical_work",
    "film",
    "river",
    "mountain",
    "lake",
    "island",
    "organisation",
    "event",
    "sport",
    "dish",
    "university",
];

impl Phrasebook {
    /// Reads the bundled phrase book.
    ///
    /// # Errors
    /// Says which kind is written wrongly, and how.
    pub fn bundled() -> Result<Self> {
        let kinds = SOURCES.iter().map(|(name, text, _)| Kind::read(text).with_context(|| format!("kind {name}")));
        let mut book = Self { kinds: kinds.collect::<Result<_>>()?, thesaurus: OnceLock::new() };
        for (number, kind) in book.kinds.iter_mut().enumerate() {
            for (index, property) in kind.property.iter_mut().enumerate() {
                property.place = (number, index);
            }
        }
        for kind in &book.kinds {
            for property in &kind.property {
                if let Value::Entity(other) = &property.value
                    && book.find(other).is_none()
                {
                    bail!("{}.{}: no kind {other:?}", kind.kind, property.id);
                }
            }
        }
        Ok(book)
    }

    /// The words that may stand for each other in its questions.
    pub(super) fn thesaurus(&self) -> &Thesaurus {
        self.thesaurus.get_or_init(|| Thesaurus::bundled(&self.kinds))
    }

    /// The index of the kind of this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.kind == name)
    }
}

impl Kind {
    fn read(text: &str) -> Result<Self> {
        let kind: Self = toml::from_str(text)?;
        for property in &kind.property {
            let id = &property.id;
            for say in &property.says {
                let subjects = say.matches("{s}").count() + say.matches("{e}").count();
                if say.matches("{v}").count() != 1 || subjects != 1 || (say.contains("{s}") && !say.starts_with("{s}"))
                {
                    bail!("{id}: bad sentence {say:?}");
                }
            }
            for ask in property.asks.iter().chain(&property.held_out).chain(&property.hop) {
                if ask.matches("{e}").count() != 1 {
                    bail!("{id}: bad question {ask:?}");
                }
            }
            if let Some(part) = property.nouns.iter().chain(&property.tails).find(|part| part.contains('{')) {
                bail!("{id}: {part:?} must have no slot");
            }
            if let Some(seen) = property.held_out.iter().find(|held| property.asks.contains(held)) {
                bail!("{id}: {seen:?} is both trained on and held out");
            }
            if !property.answer.contains("{e}") || !property.answer.contains("{v}") {
                bail!("{id}: bad answer {:?}", property.answer);
            }
        }
        for Absent { label, asks } in &kind.absent {
            if kind.property.iter().any(|property| property.label == *label) {
                bail!("{label:?} is stated by articles");
            }
            if let Some(ask) = asks.iter().find(|ask| ask.matches("{e}").count() != 1) {
                bail!("{label}: bad question {ask:?}");
            }
        }
        Ok(kind)
    }

    /// The index of the property of this id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.property.iter().position(|property| property.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_phrase_book_reads() {
        let book = Phrasebook::bundled().unwrap();
        assert_eq!(book.kinds.len(), SOURCES.len());
        for (kind, (name, _, _)) in book.kinds.iter().zip(SOURCES) {
            assert_eq!(&kind.kind, name);
            assert!(kind.opening.len() >= 8 && kind.filler.len() >= 8, "{name}");
            for property in &kind.property {
                assert!(property.says.len() >= 6, "{name}.{}", property.id);
                assert!(property.asks.len() >= 14 && property.held_out.len() >= 5, "{name}.{}", property.id);
            }
            assert!(kind.absent.len() >= 15 && kind.absent.iter().all(|absent| absent.asks.len() >= 5), "{name}");
        }
    }

    #[test]
    fn articles_name_a_property_before_its_value() {
        let landmark = Kind::read(include_str!("../../../../assets/library/kinds/landmark.toml")).unwrap();
        let architect = &landmark.property[landmark.find("architect").unwrap()];
        let says = |text: &str| architect.leading().iter().any(|say| say == text);
        assert!(says("{s} was designed by {v}."));
        assert!(!says("{v} drew up the plans for {e}.") && architect.says.iter().any(|say| say.starts_with("{v}")));
        let mut few = architect.clone();
        few.leading = OnceLock::new();
        few.says = ["{s} owes its shape to {v}, who also drew it.", "{v} planned {e}.", "To {v} we owe {e}."]
            .map(String::from)
            .to_vec();
        assert_eq!(few.leading(), few.says, "one is too few");
        few.leading = OnceLock::new();
        few.says.push("{s} had {v} for an architect and builder.".into());
        few.says.push("It was the architect {v} who also drew {e}.".into());
        few.says.push("The plans came from {v}, it is said of {e}.".into());
        assert_eq!(few.leading(), [&few.says[0], &few.says[4], &few.says[5]].map(Clone::clone));
        for property in Phrasebook::bundled().unwrap().kinds.iter().flat_map(|kind| &kind.property) {
            let leading = property.leading();
            assert!(leading.len() >= FEWEST && leading.iter().all(|say| names_first(say)), "{}", property.id);
        }
    }

    #[test]
    fn a_sentence_without_its_value_is_refused() {
        let good = include_str!("../../../../assets/library/kinds/landmark.toml");
        let bad = good.replacen("{s} was designed by {v}.", "{s} was designed.", 1);
        assert!(Kind::read(good).is_ok());
        assert!(Kind::read(&bad).unwrap_err().to_string().contains("bad sentence"));
    }
}
