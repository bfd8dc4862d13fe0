//! Questions over the bundled library, made from its facts.

use super::doubts::{ASKED, DERIVABLE, GIVEN_AWAY, NOT_STATED, SHARED_NAME, SHARED_VALUE, gives_away, stated};
use super::worlds::Questions;
use super::{DRAWS, Doubt, GROUPS, gold};
use crate::normal::{normal, says};
use crate::task::Example;
use crate::world::{
    Article, Entity, Inventor, Lack, Library, Phrasebook, Phrasing, Question, Shape, Value, Want, ask, without_bracket,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Generates so many questions a group. With the same seed, both phrasings ask for the same facts, but for those whose
/// wording makes them doubtful.
pub(super) fn questions(
    book: &Phrasebook,
    library: &Library,
    (seed, size): (u64, usize),
    phrasing: Phrasing,
) -> Questions {
    let shelf = Shelf::new(book, library, phrasing);
    let (mut examples, mut skipped) = (Vec::new(), BTreeMap::new());
    for (number, group) in (0..).zip(GROUPS) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed.wrapping_add(number));
        let (mut taken, mut seen) = (0, HashSet::new());
        for _ in 0..size * DRAWS {
            if taken == size {
                break;
            }
            let (shape, lacks) = group.turns[taken % group.turns.len()];
            let mut wording = ChaCha8Rng::seed_from_u64(rng.random());
            match shelf.draw(shape, lacks, &mut seen, (&mut rng, &mut wording)) {
                Some(Ok(example)) => {
                    examples.push(Example { group: group.name.into(), ..example });
                    taken += 1;
                }
                Some(Err(doubt)) => *skipped.entry(doubt).or_default() += 1,
                None => (),
            }
        }
    }
    (examples, shelf.articles, skipped)
}

/// The library, looked at from all sides.
struct Shelf<'a> {
    book: &'a Phrasebook,
    library: &'a Library,
    inventor: Inventor<'a>,
    phrasing: Phrasing,
    /// In the order of the entities.
    articles: Vec<Article>,
    /// The normal text of each article with its title.
    texts: Vec<String>,
    /// Normal plain names.
    names: Vec<String>,
    by_name: HashMap<&'a str, usize>,
    by_kind: Vec<Vec<usize>>,
}

/// What is asked, by entity.
type Wanted = (usize, Want);

impl<'a> Shelf<'a> {
    fn new(book: &'a Phrasebook, library: &'a Library, phrasing: Phrasing) -> Self {
        let articles = library.articles(book);
        let entities = || library.entities.iter().enumerate();
        let of_kind = |kind| entities().filter(|(_, entity)| entity.kind == kind).map(|(index, _)| index).collect();
        Self {
            book,
            library,
            inventor: Inventor::new(book, library),
            phrasing,
            texts: articles.iter().map(|article| normal(&format!("{}. {}", article.title, article.text()))).collect(),
            articles,
            names: library.entities.iter().map(|entity| normal(&entity.plain_name())).collect(),
            by_name: entities().map(|(index, entity)| (entity.name.as_str(), index)).collect(),
            by_kind: (0..book.kinds.len()).map(of_kind).collect(),
        }
    }

    /// A question of this shape; none if the entity drawn does not allow it.
    fn draw(
        &self,
        shape: Shape,
        lacks: Lack,
        seen: &mut HashSet<(String, String)>,
        (rng, wording): (&mut ChaCha8Rng, &mut ChaCha8Rng),
    ) -> Option<Result<Example, Doubt>> {
        let of_kind = &self.by_kind[rng.random_range(0..self.by_kind.len())];
        let index = of_kind[rng.random_range(0..of_kind.len())];
        let kind = self.library.entities[index].kind;
        let count = self.book.kinds[kind].property.len();
        let first = rng.random_range(0..count);
        let second = (first + rng.random_range(1..count)) % count;
        let hop = rng.random_range(0..1_000);
        let want = match shape {
            Shape::Fact => Want::Fact(first),
            Shape::Facts => Want::Facts(first, second),
            Shape::Inverse => Want::Inverse(first),
            Shape::Hop => {
                let property = &self.book.kinds[kind].property[first];
                let Value::Entity(other) = &property.value else { return None };
                let kind = self.book.find(other)?;
                let second = hop % self.book.kinds[kind].property.len();
                (!property.hop.is_empty()).then_some(Want::Hop { first, kind, second })?
            }
        };
        let example = if lacks == Lack::Target {
            Some(self.invented(kind, want, wording))
        } else {
            self.question((index, want), lacks, wording)
        };
        example.map(|example| {
            let example = example?;
            let values: Vec<&str> = example.gold.iter().map(|gold| gold.value.as_str()).collect();
            let key = (format!("{index} {want:?}"), values.join("; "));
            if lacks != Lack::Target && !seen.insert(key) { Err(ASKED) } else { Ok(example) }
        })
    }

    /// A question about an entity of the library; none if what it lacks is not what is wanted.
    fn question(&self, wanted: Wanted, lacks: Lack, wording: &mut ChaCha8Rng) -> Option<Result<Example, Doubt>> {
        let (index, want) = wanted;
        let entity = &self.library.entities[index];
        let known = |entity: &Entity, property: usize| entity.values[property].is_some();
        let other = match want {
            Want::Hop { first, kind, .. } => self.bridge(entity, first, kind),
            _ => None,
        };
        let whole = |other: &Entity| known(other, hop_property(want));
        let fits = match (lacks, want) {
            (Lack::Property, Want::Fact(first)) => !known(entity, first),
            (Lack::Property, Want::Facts(first, second)) => !known(entity, first) && known(entity, second),
            (Lack::Other, Want::Hop { first, .. }) => other.is_none() && known(entity, first),
            (Lack::OtherProperty, Want::Hop { .. }) => other.is_some_and(|other| !whole(&self.library.entities[other])),
            (Lack::Nothing, Want::Fact(first) | Want::Inverse(first)) => known(entity, first),
            (Lack::Nothing, Want::Facts(first, second)) => known(entity, first) && known(entity, second),
            (Lack::Nothing, Want::Hop { .. }) => other.is_some_and(|other| whole(&self.library.entities[other])),
            _ => false,
        };
        let Want::Inverse(property) = want else {
            return fits.then(|| self.asked(wanted, other, lacks, wording));
        };
        let asks = self.book.kinds[entity.kind].property[property].inverse.len() >= 4;
        (fits && asks).then(|| self.asked(wanted, other, lacks, wording))
    }

    /// The one entity that a property names.
    fn bridge(&self, entity: &Entity, property: usize, kind: usize) -> Option<usize> {
        let index = *self.by_name.get(entity.values[property].as_deref()?)?;
        (self.library.entities[index].kind == kind).then_some(index)
    }

    fn asked(
        &self,
        (index, want): Wanted,
        other: Option<usize>,
        lacks: Lack,
        wording: &mut ChaCha8Rng,
    ) -> Result<Example, Doubt> {
        let entity = &self.library.entities[index];
        let question = ask(self.book, entity, want, self.phrasing, wording);
        let mut gold: Vec<_> = self.values((index, want), other, lacks).into_iter().map(gold).collect();
        let inverse = matches!(want, Want::Inverse(_));
        let plain = entity.plain_name();
        let names = [plain.as_str()];
        if !stated(&gold, &self.articles) {
            return Err(NOT_STATED);
        }
        if gives_away(&gold, &question.text, if inverse { &[] } else { &names }) {
            return Err(GIVEN_AWAY);
        }
        let shared = |name: &str, own: usize| self.fits(name, own) > 0;
        if !inverse && shared(&question.mention, index)
            || other.is_some_and(|other| shared(&self.library.entities[other].plain_name(), other))
        {
            return Err(SHARED_NAME);
        }
        if let Want::Inverse(property) = want {
            if self.shares_value(index, property) {
                return Err(SHARED_VALUE);
            }
            gold[0].also = self.pages_of(entity.values[property].as_deref().unwrap_or_default(), &gold[0].value)?;
        }
        let derivable = match lacks {
            Lack::Property => self.derivable(index, hop_property(want)),
            Lack::OtherProperty => other.is_some_and(|other| self.derivable(other, hop_property(want))),
            Lack::Other => gold.iter().any(|gold| self.mentions(&gold.value) > 1),
            Lack::Nothing | Lack::Target => false,
        };
        if derivable {
            return Err(DERIVABLE);
        }
        Ok(Example { question: question.text, gold, answerable: lacks == Lack::Nothing, group: String::new() })
    }

    /// What may rightly be said.
    fn values(&self, (index, want): Wanted, other: Option<usize>, lacks: Lack) -> Vec<(String, String)> {
        let fact = |index: usize, property: usize| {
            let value = without_bracket(self.library.entities[index].values[property].as_deref()?);
            Some((value.to_string(), self.articles[index].address.clone()))
        };
        let values = match want {
            Want::Fact(property) => vec![fact(index, property)],
            Want::Facts(first, second) => vec![fact(index, first), fact(index, second)],
            Want::Hop { first, second, .. } => {
                let far = other.filter(|_| lacks == Lack::Nothing).map(|other| fact(other, second));
                vec![fact(index, first), far.flatten()]
            }
            Want::Inverse(_) => {
                let name = without_bracket(&self.library.entities[index].name).to_string();
                vec![Some((name, self.articles[index].address.clone()))]
            }
        };
        values.into_iter().flatten().collect()
    }

    /// How many entities other than `own` a name may mean: those of this plain name, and if it is not the whole name
    /// of `own`, those whose names hold it.
    fn fits(&self, name: &str, own: usize) -> usize {
        let name = normal(name);
        let title = normal(&self.library.entities[own].name);
        if name == title && name != self.names[own] {
            return 0;
        }
        let whole = name == self.names[own];
        let fits =
            |(index, other): (usize, &String)| index != own && (*other == name || !whole && other.contains(&name));
        self.names.iter().enumerate().filter(|named| fits(*named)).count()
    }

    /// Whether another entity of the kind has the value too, or a joint one that holds it or is held by it.
    fn shares_value(&self, index: usize, property: usize) -> bool {
        let entity = &self.library.entities[index];
        let value = |entity: &Entity| normal(entity.values[property].as_deref().unwrap_or_default());
        let own = value(entity);
        let others = self.by_kind[entity.kind].iter().filter(|other| **other != index);
        others
            .map(|other| value(&self.library.entities[*other]))
            .any(|other| !other.is_empty() && (other.contains(own.trim_end()) || own.contains(other.trim_end())))
    }

    /// The page about a value that has one, which must state `answer` too: who looks the value up reads that page.
    fn pages_of(&self, value: &str, answer: &str) -> Result<Vec<String>, Doubt> {
        let Some(index) = self.by_name.get(value) else { return Ok(Vec::new()) };
        let article = &self.articles[*index];
        if says(&article.text(), answer) { Ok(vec![article.address.clone()]) } else { Err(SHARED_VALUE) }
    }

    /// Whether something else in the library may tell a property that an entity lacks: its own note, an entity that
    /// refers to it, or one that it refers to.
    fn derivable(&self, index: usize, property: usize) -> bool {
        let entity = &self.library.entities[index];
        let asked = &self.book.kinds[entity.kind].property[property];
        let note = entity.note.as_deref().unwrap_or_default();
        let told = match &asked.value {
            Value::Year(..) | Value::Quantity(..) => note.contains(char::is_numeric),
            Value::Choice => true,
            _ => note.split(' ').skip(1).any(|word| word.starts_with(char::is_uppercase) && !says(&entity.name, word)),
        };
        let same = |kind: usize| self.book.kinds[kind].find(&asked.id).is_some();
        let refers = self.library.entities.iter().any(|other| {
            let wanted = asked.value == Value::Entity(self.book.kinds[other.kind].kind.clone()) || same(other.kind);
            wanted && other.values.iter().flatten().any(|value| *value == entity.name)
        });
        let named = entity.values.iter().flatten().filter_map(|value| self.by_name.get(value.as_str()));
        told || refers || named.into_iter().any(|other| same(self.library.entities[*other].kind))
    }

    /// How many articles hold a name.
    fn mentions(&self, name: &str) -> usize {
        let name = normal(name);
        self.texts.iter().filter(|text| text.contains(&name)).count()
    }

    /// A question about an invented entity that the library does not name anywhere.
    fn invented(&self, kind: usize, want: Want, rng: &mut ChaCha8Rng) -> Result<Example, Doubt> {
        let entity = self.inventor.entity(kind, &HashMap::new(), rng);
        let Question { text, mention } = ask(self.book, &entity, want, self.phrasing, rng);
        if normal(&mention).is_empty() || self.mentions(&mention) > 0 {
            return Err(SHARED_NAME);
        }
        Ok(Example { question: text, gold: Vec::new(), answerable: false, group: String::new() })
    }
}

/// The property that is asked last of one hop or two, or first of two facts.
fn hop_property(want: Want) -> usize {
    match want {
        Want::Fact(property) | Want::Facts(property, _) | Want::Inverse(property) => property,
        Want::Hop { second, .. } => second,
    }
}
