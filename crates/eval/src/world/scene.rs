//! Scenes: a question in an invented world, the articles that answer it or do not, and articles beside them.

use super::article::{Article, write_article};
use super::entity::{Entity, slug, without_bracket};
use super::invent::{Inventor, links, name_but_for_a_word};
use super::kind::Value;
use super::question::{Phrasing, Question, Want, ask};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;

/// A question, what it is about, and the answer.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The question.
    pub question: Question,
    /// What it wants.
    pub want: Want,
    /// What it names (or asks for, if inverse).
    pub target: Subject,
    /// What the target leads to, for a question of two hops.
    pub other: Option<Subject>,
    /// What the world lacks.
    pub lacks: Lack,
}

/// An entity and its article.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The entity.
    pub entity: Entity,
    /// Its article.
    pub article: Article,
}

/// Why a question has no whole answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// It has one.
    Nothing,
    /// No article about the target.
    Target,
    /// The target's article does not state the (first) property.
    Property,
    /// No article about the other entity.
    Other,
    /// The other entity's article does not state the second property.
    OtherProperty,
}

/// The shape of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One property.
    Fact,
    /// Two properties.
    Facts,
    /// Two hops.
    Hop,
    /// The entity that has a value.
    Inverse,
}

/// A question and what it is about, before any article is written.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// What it wants.
    pub want: Want,
    /// What it names (or asks for, if inverse).
    pub target: Entity,
    /// What the target leads to, for a question of two hops.
    pub other: Option<Entity>,
}

impl Inventor<'_> {
    /// Invents a question of this shape.
    pub fn asked(&self, shape: Shape, phrasing: Phrasing, rng: &mut ChaCha8Rng) -> Asked {
        let (kind, want) = self.want(shape, rng);
        let first = want.first();
        let mut known = HashMap::new();
        let property = &self.book.kinds[kind].property;
        let mut other = None;
        if let Want::Hop { kind: other_kind, second, .. } = want {
            let wanted = &self.book.kinds[other_kind].property[second];
            let fixed = HashMap::from([(second, self.value(other_kind, second, wanted, rng))]);
            let entity = self.entity(other_kind, &fixed, rng);
            known.insert(first, entity.name.clone());
            other = Some(entity);
        }
        for index in [Some(first), if let Want::Facts(_, second) = want { Some(second) } else { None }] {
            let Some(index) = index else { continue };
            known.entry(index).or_insert_with(|| self.value(kind, index, &property[index], rng));
        }
        let mut target = self.entity(kind, &known, rng);
        // What a hop leads to has another page than what the question names.
        while other.as_ref().is_some_and(|other| other.slug() == target.slug()) {
            target = self.entity(kind, &known, rng);
        }
        let question = ask(self.book, &target, want, phrasing, rng);
        Asked { question, want, target, other }
    }

    /// Invents a question of this shape and writes its articles. `lacks` is narrowed to what the shape has.
    pub fn scene(&self, shape: Shape, lacks: Lack, phrasing: Phrasing, rng: &mut ChaCha8Rng) -> Scene {
        let Asked { question, want, mut target, mut other } = self.asked(shape, phrasing, rng);
        if let (Lack::OtherProperty, Want::Hop { second, .. }, Some(other)) = (lacks, want, &mut other) {
            other.values[second] = None;
        }
        if lacks == Lack::Property {
            target.values[want.first()] = None;
        }
        let other = other.map(|other| self.subject(other, None, rng));
        let target = self.subject(target, other.as_ref().map(|other| &other.entity), rng);
        Scene { question, want, target, other, lacks }
    }

    /// A kind that allows this shape, and what is asked.
    pub fn want(&self, shape: Shape, rng: &mut ChaCha8Rng) -> (usize, Want) {
        loop {
            let kind = rng.random_range(0..self.book.kinds.len());
            let about = &self.book.kinds[kind];
            let count = about.property.len();
            let property = rng.random_range(0..count);
            let want = match shape {
                Shape::Fact => Some(Want::Fact(property)),
                Shape::Facts => Some(Want::Facts(property, (property + rng.random_range(1..count)) % count)),
                Shape::Hop => links(self.book, about).choose(rng).map(|&(first, kind)| {
                    let second = rng.random_range(0..self.book.kinds[kind].property.len());
                    Want::Hop { first, kind, second }
                }),
                Shape::Inverse => (about.property[property].inverse.len() >= 4).then_some(Want::Inverse(property)),
            };
            if let Some(want) = want {
                return (kind, want);
            }
        }
    }

    /// The label of what a question wants first of what it names, or of what that leads to.
    pub fn wanted_label(&self, scene: &Scene, of_target: bool) -> &str {
        let (kind, property) = match scene.want {
            Want::Hop { kind, second, .. } if !of_target => (kind, second),
            want => (scene.target.entity.kind, want.first()),
        };
        &self.book.kinds[kind].property[property].label
    }

    /// Writes the article of `entity`; `known` is another entity whose name may stand in it.
    pub fn subject(&self, entity: Entity, known: Option<&Entity>, rng: &mut ChaCha8Rng) -> Subject {
        let plain = |name: &str| Some(slug(name)).filter(|slug| !slug.is_empty());
        let slug = plain(&entity.name).unwrap_or_else(|| "page".into());
        let place = plain(&super::invent::name(rng)).unwrap_or_else(|| "place".into());
        let address = match rng.random_range(0..10) {
            0..7 => format!("library:{slug}"),
            7 => format!("file:///home/{place}/{slug}.md"),
            _ => format!("https://www.{place}.org/{slug}"),
        };
        let names = |name: &str| match known {
            Some(known) if known.name == name => known.in_sentence(),
            _ if self.deals => self.deck.library.in_sentence(name),
            _ => without_bracket(name).to_string(),
        };
        let article = write_article(self.book, &entity, address, &names, rng);
        Subject { entity, article }
    }

    /// An article that a search for `about` might also find, but that is not what the question means by `mention`: its
    /// title neither is nor contains that, unless the mention is the whole name of `about` and the title is longer, or
    /// things of its kind have no property `label`, which is asked for.
    pub fn distractor(&self, about: &Entity, mention: &str, label: &str, rng: &mut ChaCha8Rng) -> Subject {
        let mention = mention.to_lowercase();
        let whole = self.deals && mention == about.plain_name().to_lowercase();
        let unlike = |kind: usize| {
            self.deals && kind != about.kind && self.book.kinds[kind].property.iter().all(|of| of.label != label)
        };
        loop {
            if self.deals && rng.random_bool(0.45) {
                let Some((real, known)) = self.deck.near(about, rng) else { continue };
                let title = without_bracket(&real.name).to_lowercase();
                let other = title != mention && (whole || !title.contains(&mention));
                if real.name != about.name && (other || unlike(real.kind)) {
                    let entity = self.entity_named(real.kind, real.name.clone(), &known, rng);
                    return self.subject(entity, Some(about), rng);
                }
                continue;
            }
            let any = rng.random_range(0..self.book.kinds.len());
            let entity = match rng.random_range(0..20) {
                0..7 => {
                    let name = self.similar_name(about.kind, &about.name, rng);
                    self.entity_named(about.kind, name, &HashMap::new(), rng)
                }
                7..10 => {
                    let name = self.similar_name(any, &about.name, rng);
                    self.entity_named(any, name, &HashMap::new(), rng)
                }
                10..14 => self.entity(about.kind, &HashMap::new(), rng),
                14..17 => self.entity(any, &HashMap::new(), rng),
                _ => match self.referring(about, rng) {
                    Some(entity) => entity,
                    None => continue,
                },
            };
            let title = entity.name.to_lowercase();
            let other = !title.contains(&mention) && !mention.contains(&title);
            if title != about.name.to_lowercase() && (other || unlike(entity.kind)) {
                return self.subject(entity, Some(about), rng);
            }
        }
    }

    /// An article whose title is that of `about` but for one word; none if the question may mean it by `mention`.
    pub fn alike(&self, about: &Entity, mention: &str, rng: &mut ChaCha8Rng) -> Option<Subject> {
        let name = name_but_for_a_word(&about.name, rng);
        let meant = slug(&name).contains(&slug(mention));
        (!meant).then(|| self.subject(self.entity_named(about.kind, name, &HashMap::new(), rng), Some(about), rng))
    }

    /// An entity one of whose values is `about`.
    fn referring(&self, about: &Entity, rng: &mut ChaCha8Rng) -> Option<Entity> {
        let wanted = Value::Entity(self.book.kinds[about.kind].kind.clone());
        let mut places = Vec::new();
        for (kind, description) in self.book.kinds.iter().enumerate() {
            for (index, property) in description.property.iter().enumerate() {
                if property.value == wanted {
                    places.push((kind, index));
                }
            }
        }
        let &(kind, index) = places.choose(rng)?;
        Some(self.entity(kind, &HashMap::from([(index, about.name.clone())]), rng))
    }
}

impl Scene {
    /// Whether the world answers the whole question.
    pub fn answerable(&self) -> bool {
        self.lacks == Lack::Nothing
    }

    /// What a right answer says, and the address of the article that says it.
    pub fn gold(&self) -> Vec<(String, String)> {
        let fact = |subject: &Subject, property: usize| {
            let value = subject.entity.values[property].as_deref().map(without_bracket)?;
            Some((value.to_string(), subject.article.address.clone()))
        };
        let facts = match (self.want, &self.other) {
            (Want::Fact(property), _) => vec![fact(&self.target, property)],
            (Want::Facts(first, second), _) => vec![fact(&self.target, first), fact(&self.target, second)],
            (Want::Hop { first, second, .. }, Some(other)) => {
                vec![fact(&self.target, first), fact(other, second)]
            }
            (Want::Hop { .. }, None) => Vec::new(),
            (Want::Inverse(_), _) => {
                vec![Some((without_bracket(&self.target.entity.name).to_string(), self.target.article.address.clone()))]
            }
        };
        facts.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Library, Phrasebook};
    use rand::SeedableRng;

    fn scenes(shape: Shape, lacks: Lack, check: impl Fn(Scene)) {
        let book = Phrasebook::bundled().unwrap();
        let library = Library::bundled(&book).unwrap();
        let inventor = Inventor::new(&book, &library);
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        for _ in 0..200 {
            check(inventor.scene(shape, lacks, Phrasing::Trained, &mut rng));
        }
    }

    #[test]
    fn the_article_states_what_is_asked() {
        scenes(Shape::Fact, Lack::Nothing, |scene| {
            let Want::Fact(property) = scene.want else { panic!() };
            let value = without_bracket(scene.target.entity.values[property].as_deref().unwrap());
            let text = scene.target.article.text().to_lowercase();
            assert!(text.contains(&value.to_lowercase()), "{value}: {text}");
            assert_eq!(scene.gold().len(), 1);
        });
    }

    #[test]
    fn two_hops_join() {
        scenes(Shape::Hop, Lack::Nothing, |scene| {
            let other = scene.other.as_ref().unwrap();
            assert_eq!(scene.gold()[0].0, without_bracket(&other.entity.name));
            assert_eq!(scene.gold().len(), 2);
        });
    }

    #[test]
    fn a_title_may_contain_the_mention_where_the_property_tells_them_apart() {
        let book = Phrasebook::bundled().unwrap();
        let library = Library::bundled(&book).unwrap();
        let inventor = Inventor::new(&book, &library).dealing();
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let about = library.find("Ludwig van Beethoven").unwrap();
        let mut titles = |label: &str| -> Vec<String> {
            (0..300).map(|_| inventor.distractor(about, "beethoven", label, &mut rng).entity.name).collect()
        };
        let symphony = "Ninth Symphony of Beethoven".to_string();
        assert!(titles("year of death").contains(&symphony));
        assert!(!titles("key").contains(&symphony), "symphonies have a key");
    }

    #[test]
    fn an_alike_title_differs_in_one_word_and_is_not_what_is_meant() {
        let book = Phrasebook::bundled().unwrap();
        let library = Library::bundled(&book).unwrap();
        let inventor = Inventor::new(&book, &library).dealing();
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let about = library.find("Golden Gate Bridge").unwrap();
        let mut titles = |mention: &str| -> Vec<String> {
            (0..100).filter_map(|_| inventor.alike(about, mention, &mut rng)).map(|of| of.entity.name).collect()
        };
        let whole = titles("golden gate bridge");
        assert_eq!(whole.len(), 100);
        let kept = |title: &String| title.split(' ').filter(|word| about.name.contains(word)).count();
        assert!(whole.iter().filter(|title| kept(title) == 2).count() > 90, "{whole:?}");
        assert!(whole.iter().any(|title| title == "Gate Bridge"), "{whole:?}");
        assert!(titles("Golden Gate").iter().all(|title| !title.contains("Golden Gate")));
        let single = library.find("Thailand").unwrap();
        let other = inventor.alike(single, "Thailand", &mut rng).unwrap().entity.name;
        assert!(other.starts_with("Thai") && other != "Thailand", "{other}");
    }

    #[test]
    fn what_is_lacking_is_lacking() {
        scenes(Shape::Fact, Lack::Property, |scene| {
            assert!(scene.gold().is_empty() && !scene.answerable());
        });
    }
}
