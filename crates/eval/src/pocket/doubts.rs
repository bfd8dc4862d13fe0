//! What makes a generated question doubtful: names that several entities share, values that several have, and answers
//! that the question gives away.

use super::Doubt;
use crate::normal::{normal, says};
use crate::task::Gold;
use crate::world::{Article, without_bracket};
use std::collections::{HashMap, HashSet};

pub(super) const TAKEN: Doubt = "an article of this name or address is there";
pub(super) const SHARED_NAME: Doubt = "several articles fit the name";
pub(super) const SHARED_VALUE: Doubt = "several articles fit the value";
pub(super) const GIVEN_AWAY: Doubt = "the answer stands in the question";
pub(super) const NOT_STATED: Doubt = "no article states the value";
pub(super) const ASKED: Doubt = "it is asked already";
pub(super) const DERIVABLE: Doubt = "another article may answer it";

/// A corpus while it grows: what is in it, and what was asked about it.
#[derive(Default)]
pub(super) struct Corpus {
    /// The articles.
    pub articles: Vec<Article>,
    addresses: HashSet<String>,
    /// Normal titles without brackets.
    titles: HashSet<String>,
    /// Normal names by which questions call entities, with the normal title that each means.
    names: Vec<(String, String)>,
    /// Kind, property and normal value of every fact.
    facts: HashSet<(String, String, String)>,
    /// Those that questions ask the entity of.
    asked: HashSet<(String, String, String)>,
}

impl Corpus {
    /// Whether one of `articles` has the name or address of another, in the corpus or among them.
    pub fn taken(&self, articles: &[Article]) -> bool {
        let (mut addresses, mut titles) = (HashSet::new(), HashSet::new());
        articles.iter().any(|article| {
            let title = title(article);
            self.addresses.contains(&article.address)
                || self.titles.contains(&title)
                || !addresses.insert(article.address.clone())
                || !titles.insert(title)
        })
    }

    /// Whether with `articles` added, an article's title holds a name that means another one. `names` are new names,
    /// each with the title that it means.
    pub fn shares_names(&self, articles: &[Article], names: &[(String, String)]) -> bool {
        let holds = |title: &str, (name, own): &(String, String)| title != own && title.contains(name.as_str());
        let added: Vec<String> = articles.iter().map(title).collect();
        let all = || self.titles.iter().chain(&added);
        names.iter().any(|name| name.0.is_empty() || all().any(|title| holds(title, name)))
            || self.names.iter().any(|name| added.iter().any(|title| holds(title, name)))
    }

    /// Whether with `articles` added, several entities of a kind have a value that a question asks the entity of.
    /// `inverse` is the kind, property and value of a new such question.
    pub fn shares_values(&self, articles: &[Article], inverse: Option<&(String, String, String)>) -> bool {
        let mut counts: HashMap<(String, String, String), u32> = HashMap::new();
        for fact in articles.iter().flat_map(facts) {
            *counts.entry(fact).or_default() += 1;
        }
        let new = inverse.is_some_and(|fact| self.facts.contains(fact) || counts.get(fact) != Some(&1));
        new || counts.keys().any(|fact| self.asked.contains(fact))
    }

    /// Adds the articles of a question, the names that it uses and the value that it asks the entity of.
    pub fn add(
        &mut self,
        articles: Vec<Article>,
        names: Vec<(String, String)>,
        inverse: Option<(String, String, String)>,
    ) {
        for article in &articles {
            self.addresses.insert(article.address.clone());
            self.titles.insert(title(article));
            self.facts.extend(facts(article));
        }
        self.names.extend(names);
        self.asked.extend(inverse);
        self.articles.extend(articles);
    }
}

/// The normal title of an article without its bracket.
fn title(article: &Article) -> String {
    normal(without_bracket(&article.title))
}

fn facts(article: &Article) -> impl Iterator<Item = (String, String, String)> {
    let fact = |(property, value): &(String, String)| (article.kind.clone(), property.clone(), normal(value));
    article.facts.iter().map(fact)
}

/// Whether a gold value stands in the question, in the name of an entity that the answer must name, or in another
/// gold value: saying it would prove nothing.
pub(super) fn gives_away(gold: &[Gold], question: &str, names: &[&str]) -> bool {
    gold.iter().enumerate().any(|(index, wanted)| {
        let others = gold.iter().enumerate().filter(|(other, _)| *other != index);
        says(question, &wanted.value)
            || names.iter().any(|name| says(name, &wanted.value))
            || others.into_iter().any(|(_, other)| says(&other.value, &wanted.value))
    })
}

/// Whether each value stands in the article at its address.
pub(super) fn stated(gold: &[Gold], articles: &[Article]) -> bool {
    gold.iter().all(|gold| {
        let article = articles.iter().find(|article| Some(&article.address) == gold.address.as_ref());
        article.is_some_and(|article| says(&article.text(), &gold.value))
    })
}
