//! Questions over invented worlds: the articles of many scenes together make one corpus.

use super::doubts::{Corpus, DERIVABLE, GIVEN_AWAY, NOT_STATED, SHARED_NAME, SHARED_VALUE, TAKEN, gives_away, stated};
use super::{DRAWS, Doubt, GROUPS, gold};
use crate::normal::normal;
use crate::task::{Example, Gold};
use crate::world::{
    Article, Entity, Inventor, Lack, Library, Phrasebook, Phrasing, Property, Scene, Subject, Value, Want,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// The questions, their corpus and how many were not taken, by reason.
pub(super) type Questions = (Vec<Example>, Vec<Article>, BTreeMap<Doubt, u32>);

/// Generates so many questions a group.
pub(super) fn questions(
    book: &Phrasebook,
    library: &Library,
    (seed, size): (u64, usize),
    phrasing: Phrasing,
) -> Questions {
    let inventor = Inventor::new(book, library);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut corpus, mut examples, mut skipped) = (Corpus::default(), Vec::new(), BTreeMap::new());
    for group in GROUPS {
        let mut taken = 0;
        for _ in 0..size * DRAWS {
            if taken == size {
                break;
            }
            let (shape, lacks) = group.turns[taken % group.turns.len()];
            let scene = inventor.scene(shape, lacks, phrasing, &mut rng);
            match place(&inventor, scene, &mut corpus, &mut rng) {
                Ok(example) => {
                    examples.push(Example { group: group.name.into(), ..example });
                    taken += 1;
                }
                Err(doubt) => *skipped.entry(doubt).or_default() += 1,
            }
        }
    }
    (examples, corpus.articles, skipped)
}

/// Puts a scene and articles beside it into the corpus, unless that makes a question doubtful.
fn place(
    inventor: &Inventor<'_>,
    mut scene: Scene,
    corpus: &mut Corpus,
    rng: &mut ChaCha8Rng,
) -> Result<Example, Doubt> {
    plain_address(&mut scene.target);
    if let Some(other) = &mut scene.other {
        plain_address(other);
    }
    let gold = gold_of(&scene);
    let mut articles = Vec::new();
    let present = |subject: &Subject, lack| (scene.lacks != lack).then(|| subject.article.clone());
    articles.extend(present(&scene.target, Lack::Target));
    articles.extend(scene.other.as_ref().and_then(|other| present(other, Lack::Other)));
    if !stated(&gold, &articles) {
        return Err(NOT_STATED);
    }
    let mut named = vec![scene.target.entity.plain_name()];
    named.extend(scene.other.as_ref().map(|other| other.entity.plain_name()));
    let inverse = matches!(scene.want, Want::Inverse(_));
    let shown: Vec<&str> = if inverse { Vec::new() } else { vec![named[0].as_str()] };
    if gives_away(&gold, &scene.question.text, &shown) {
        return Err(GIVEN_AWAY);
    }
    articles.extend(beside(inventor, &scene, &named, rng)?);
    if corpus.taken(&articles) {
        return Err(TAKEN);
    }
    let mut names: Vec<(String, String)> = named.iter().map(|name| (normal(name), normal(name))).collect();
    let own = if inverse { String::new() } else { normal(&named[0]) };
    names.push((normal(&scene.question.mention), own));
    if corpus.shares_names(&articles, &names) {
        return Err(SHARED_NAME);
    }
    let asked = asked(inventor, &scene);
    if corpus.shares_values(&articles, asked.as_ref()) {
        return Err(SHARED_VALUE);
    }
    corpus.add(articles, names, asked);
    Ok(Example { question: scene.question.text.clone(), gold, answerable: scene.answerable(), group: String::new() })
}

/// What may rightly be said: all that is asked, or the part that the world has.
fn gold_of(scene: &Scene) -> Vec<Gold> {
    let known = match (scene.lacks, scene.want) {
        (Lack::Nothing, _) | (Lack::Property, Want::Facts(..)) => usize::MAX,
        (Lack::Other | Lack::OtherProperty, _) => 1,
        _ => 0,
    };
    scene.gold().into_iter().take(known).map(gold).collect()
}

/// Three or four articles that a search for the target also finds, and two for the other entity.
fn beside(
    inventor: &Inventor<'_>,
    scene: &Scene,
    named: &[String],
    rng: &mut ChaCha8Rng,
) -> Result<Vec<Article>, Doubt> {
    let mut articles = Vec::new();
    let around = [(Some(&scene.target), rng.random_range(3..=4)), (scene.other.as_ref(), 2)];
    for (index, (subject, count)) in around.into_iter().enumerate() {
        let Some(subject) = subject else { continue };
        let mention = if index == 0 { &scene.question.mention } else { &named[1] };
        let label = inventor.wanted_label(scene, index == 0);
        for _ in 0..count {
            let mut found = inventor.distractor(&subject.entity, mention, label, rng);
            plain_address(&mut found);
            if derives(inventor, scene, subject, &found) {
                return Err(DERIVABLE);
            }
            articles.push(found.article);
        }
    }
    Ok(articles)
}

/// Whether an article about another entity may tell what the scene lacks: it refers to the subject, and states the
/// property that is asked or is itself about an entity of the kind that is asked for.
fn derives(inventor: &Inventor<'_>, scene: &Scene, subject: &Subject, found: &Subject) -> bool {
    let property = |entity: &Entity, index: usize| -> Option<Property> {
        inventor.book.kinds[entity.kind].property.get(index).cloned()
    };
    let lacking = match (scene.lacks, scene.want) {
        (Lack::Nothing, _) => None,
        (Lack::Other | Lack::OtherProperty, Want::Hop { second, .. }) => {
            scene.other.as_ref().and_then(|other| property(&other.entity, second))
        }
        (_, Want::Fact(first) | Want::Facts(first, _) | Want::Hop { first, .. }) => {
            property(&scene.target.entity, first)
        }
        _ => None,
    };
    let Some(lacking) = lacking else { return false };
    let name = normal(&subject.entity.plain_name());
    let refers = found.article.facts.iter().any(|(_, value)| normal(value).contains(&name));
    let same = found.article.facts.iter().any(|(id, _)| *id == lacking.id);
    refers && (same || lacking.value == Value::Entity(found.article.kind.clone()))
}

/// Kind, property and normal value that a question asks the entity of.
fn asked(inventor: &Inventor<'_>, scene: &Scene) -> Option<(String, String, String)> {
    let Want::Inverse(property) = scene.want else { return None };
    let entity = &scene.target.entity;
    let kind = &inventor.book.kinds[entity.kind];
    let value = normal(entity.values[property].as_deref()?);
    Some((kind.kind.clone(), kind.property[property].id.clone(), value))
}

/// Gives an article whose address an index would write in another way one of the library's.
fn plain_address(subject: &mut Subject) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ":/.-".contains(c);
    if !subject.article.address.chars().all(plain) {
        let slug = subject.entity.slug();
        let slug = if slug.is_empty() { "page".to_string() } else { slug };
        subject.article.address = format!("library:{slug}");
    }
}
