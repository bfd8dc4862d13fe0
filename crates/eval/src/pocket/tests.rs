//! Tests of the generated questions.

use super::*;
use crate::normal::{normal, says};
use crate::world::without_bracket;
use std::collections::{HashMap, HashSet};

fn generated(source: Source, phrasing: Phrasing) -> PocketTask {
    task(7, 20, source, phrasing).unwrap()
}

fn by_address(task: &PocketTask) -> HashMap<&str, &Article> {
    task.articles.iter().map(|article| (article.address.as_str(), article)).collect()
}

fn check(task: &PocketTask) {
    let articles = by_address(task);
    assert_eq!(articles.len(), task.articles.len());
    for example in &task.task.examples {
        assert!(!example.question.trim().is_empty() && !example.question.contains(['{', '}']), "{example:?}");
        assert!(!example.answerable || !example.gold.is_empty(), "{example:?}");
        for gold in &example.gold {
            let article = articles[gold.address.as_deref().unwrap()];
            assert!(says(&article.text(), &gold.value), "{example:?}: {}", article.text());
            assert!(!says(&example.question, &gold.value), "{example:?}");
        }
    }
}

fn groups(task: &PocketTask) -> Vec<(String, usize)> {
    let mut groups: Vec<(String, usize)> = Vec::new();
    for example in &task.task.examples {
        match groups.last_mut() {
            Some((group, count)) if *group == example.group => *count += 1,
            _ => groups.push((example.group.clone(), 1)),
        }
    }
    groups
}

#[test]
fn worlds_give_every_group_its_questions() {
    let task = generated(Source::Worlds, Phrasing::HeldOut);
    check(&task);
    let expected = GROUPS.iter().map(|group| (group.name.to_string(), 20)).collect::<Vec<_>>();
    assert_eq!(groups(&task), expected);
    assert!(task.articles.len() > 300, "{}", task.articles.len());
}

#[test]
fn the_library_gives_every_group_its_questions() {
    for phrasing in [Phrasing::HeldOut, Phrasing::Trained] {
        let task = generated(Source::Library, phrasing);
        check(&task);
        let expected = GROUPS.iter().map(|group| (group.name.to_string(), 20)).collect::<Vec<_>>();
        assert_eq!(groups(&task), expected, "{:?}", task.skipped);
    }
}

#[test]
fn the_same_seed_gives_the_same_task() {
    let make = |seed| task(seed, 6, Source::Worlds, Phrasing::HeldOut).unwrap();
    assert_eq!(make(1).task, make(1).task);
    assert_eq!(make(1).articles, make(1).articles);
    assert_ne!(make(1).task, make(2).task);
}

#[test]
fn two_hops_need_two_articles() {
    for source in [Source::Worlds, Source::Library] {
        let task = generated(source, Phrasing::HeldOut);
        for example in task.task.examples.iter().filter(|example| example.group == "two hops") {
            let addresses: HashSet<_> = example.gold.iter().map(|gold| &gold.address).collect();
            assert_eq!(addresses.len(), 2, "{example:?}");
        }
    }
}

#[test]
fn names_in_worlds_mean_one_article() {
    let task = generated(Source::Worlds, Phrasing::HeldOut);
    let mut titles = HashSet::new();
    for article in &task.articles {
        assert!(titles.insert(normal(without_bracket(&article.title))), "{}", article.title);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ":/.-".contains(c);
        assert!(article.address.chars().all(plain), "{}", article.address);
    }
}

#[test]
fn names_that_several_articles_share_are_not_asked_about() {
    let task = task(3, 150, Source::Library, Phrasing::HeldOut).unwrap();
    let mercury = |example: &&Example| says(&example.question, "mercury");
    for example in task.task.examples.iter().filter(mercury) {
        let bracket = ["planet", "element", "redstone", "atlas"].iter().any(|word| says(&example.question, word));
        let elsewhere = !example.gold.iter().any(|gold| gold.value.contains("ercury"));
        assert!(bracket || elsewhere, "{example:?}");
    }
    assert!(task.skipped[doubts::SHARED_NAME] > 0 && task.skipped[doubts::SHARED_VALUE] > 0, "{:?}", task.skipped);
}

#[test]
fn inverse_questions_have_one_answer() {
    let book = Phrasebook::bundled().unwrap();
    let library = Library::bundled(&book).unwrap();
    let task = task(5, 60, Source::Library, Phrasing::Trained).unwrap();
    let inverse = task.task.examples.iter().filter(|example| example.group == "inverse");
    let holds = |text: &str, value: &str| normal(text).contains(&normal(value));
    for example in inverse {
        let name = &example.gold[0].value;
        let entity = library.entities.iter().find(|entity| without_bracket(&entity.name) == name).unwrap();
        let asked = entity.values.iter().flatten().filter(|value| holds(&example.question, without_bracket(value)));
        let alone = |value: &&String| {
            let has = |other: &&crate::world::Entity| {
                other.kind == entity.kind && other.values.contains(&Some((*value).clone()))
            };
            library.entities.iter().filter(has).count() == 1
        };
        assert!(asked.into_iter().any(|value| alone(&value)), "{example:?}");
    }
}

#[test]
fn what_the_library_lacks_is_in_no_article() {
    let task = task(11, 60, Source::Library, Phrasing::HeldOut).unwrap();
    let unanswerable: Vec<_> = task.task.examples.iter().filter(|example| !example.answerable).collect();
    assert_eq!(unanswerable.len(), 60);
    assert!(unanswerable.iter().any(|example| example.gold.len() == 1));
    assert!(unanswerable.iter().filter(|example| example.gold.is_empty()).count() > 30);
}

#[test]
fn the_corpus_is_a_line_an_article() {
    let task = task(1, 2, Source::Worlds, Phrasing::HeldOut).unwrap();
    let corpus = String::from_utf8(task.corpus().unwrap()).unwrap();
    assert_eq!(corpus.lines().count(), task.articles.len());
    let line: serde_json::Value = serde_json::from_str(corpus.lines().next().unwrap()).unwrap();
    assert!(line["address"].is_string() && line["title"].is_string() && line["sentences"][0]["text"].is_string());
}

#[test]
fn typed_questions_stand_on_the_library() {
    let task = typed().unwrap();
    check(&task);
    assert!(task.task.examples.len() >= 120);
    let questions: HashSet<String> = task.task.examples.iter().map(|example| normal(&example.question)).collect();
    assert_eq!(questions.len(), task.task.examples.len());
    assert!(task.task.examples.iter().all(|example| example.group.starts_with("typed, ")));
    let none = task.task.examples.iter().filter(|example| !example.answerable).count();
    assert!(none >= 15, "{none}");
}

/// Whoever wrote the typed questions had not seen the phrase books, and the other way round. Those that all the same
/// are in words of training have a group of their own.
#[test]
fn typed_questions_in_words_of_training_are_set_apart() {
    let book = Phrasebook::bundled().unwrap();
    let library = Library::bundled(&book).unwrap();
    let task = typed().unwrap();
    let by_address = by_address(&task);
    let template = |example: &&Example| {
        let Some(gold) = example.gold.first() else { return false };
        let entity = library.find(&by_address[gold.address.as_deref().unwrap()].title).unwrap();
        let filled = |template: &String| normal(&template.replace("{e}", &entity.plain_name()));
        let properties = &book.kinds[entity.kind].property;
        let mut templates = properties.iter().flat_map(|property| property.asks.iter().chain(&property.held_out));
        templates.any(|template| filled(template) == normal(&example.question))
    };
    for example in task.task.examples.iter().filter(|example| example.gold.len() < 2) {
        assert_eq!(template(&example), example.group == "typed, one hop as trained", "{example:?}");
    }
}
