//! How people call what they ask about: by its name, by a part of it, without its accents, with a word for its kind.

use super::entity::{Entity, plain_letter, uncapitalise};
use super::kind::Kind;
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

/// What a question calls the entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// The name, as who answers may repeat it.
    pub(super) name: String,
    /// The words of the question, of which the name is a part: "giraffes", "the painter Vermeer".
    pub(super) words: String,
}

impl Mention {
    pub(super) fn of(name: &str) -> Self {
        Self { name: name.into(), words: name.into() }
    }
}

/// How a person refers to the entity: mostly by its name, sometimes by a part that is enough.
pub(super) fn mention(kind: &Kind, entity: &Entity, rng: &mut ChaCha8Rng) -> String {
    let plain = match entity.name.split_once(" (") {
        Some((plain, _)) if rng.random_bool(0.8) => plain,
        _ => entity.name.as_str(),
    };
    let words: Vec<&str> = plain.split(' ').collect();
    if entity.common && rng.random_bool(0.7) {
        return uncapitalise(plain);
    }
    if words.len() < 2 || !rng.random_bool(0.12) || plain.contains('(') {
        return plain.to_string();
    }
    let last = words[words.len() - 1];
    if kind.pronoun == "person" {
        let surname = words.len() <= 3 && last.chars().count() > 3 && last.starts_with(char::is_uppercase);
        return if surname { last.to_string() } else { plain.to_string() };
    }
    let generic = |word: &str| {
        ["Mount", "Lake", "River", "Island", "University", "Isle", "Sea", "Peak"].contains(&word)
            && kind.names.iter().any(|pattern| pattern.contains(word))
    };
    if words.len() == 2 && generic(words[0]) {
        last.to_string()
    } else if words.len() == 2 && generic(last) {
        words[0].to_string()
    } else {
        plain.to_string()
    }
}

/// As people type who do not look it up: now and then without "The", accents, hyphens or capitals, as a plural, with a
/// word for the kind beside it, or with the apostrophe of "{e}'s" left out of `template`.
pub(super) fn mentioned_loosely(kind: &Kind, entity: &Entity, template: &mut String, rng: &mut ChaCha8Rng) -> Mention {
    let mut name = match shorter(kind, entity, rng) {
        Some(part) => part,
        None => mention(kind, entity, rng),
    };
    if let Some(rest) = name.strip_prefix("The ")
        && rng.random_bool(0.4)
    {
        name = rest.to_string();
    }
    if rng.random_bool(0.4) {
        name = name.chars().map(plain_letter).collect();
    }
    if name.contains(['-', '\'', '’', '.']) && rng.random_bool(0.3) {
        name = name.replace('-', " ").replace(['\'', '’', '.'], "");
    }
    if rng.random_bool(0.3) {
        name = name.to_lowercase();
    }
    let owns = template.contains("{e}'s");
    if owns && rng.random_bool(0.3) {
        *template = template.replacen("{e}'s", "{e}s", 1);
    }
    let plural = entity.common && !owns && !name.ends_with('s') && rng.random_bool(0.2);
    let words = if plural { format!("{name}s") } else { with_noun(kind, &name, rng).unwrap_or_else(|| name.clone()) };
    Mention { name, words }
}

/// A part of a longer name that most people know it by: a surname, or the name without the word for its kind.
fn shorter(kind: &Kind, entity: &Entity, rng: &mut ChaCha8Rng) -> Option<String> {
    let plain = entity.plain_name();
    let words: Vec<&str> = plain.split(' ').collect();
    if words.len() < 2 || !rng.random_bool(0.2) {
        return None;
    }
    let known = |word: &str| word.chars().count() > 3 && word.starts_with(char::is_uppercase);
    let (first, last) = (words[0], words[words.len() - 1]);
    if kind.pronoun == "person" {
        let numbered = last.chars().all(|letter| "IVX".contains(letter)) || words[words.len() - 2] == "the";
        let both = words.len() > 2 && rng.random_bool(0.3);
        return (known(last) && !numbered).then(|| if both { format!("{first} {last}") } else { last.to_string() });
    }
    let generic = |word: &str| kind.names.iter().any(|name| name.split(' ').any(|part| part == word));
    match words[..] {
        [word, name] | [name, word] if generic(word) && known(name) && !generic(name) => Some(name.to_string()),
        [.., word] if generic(word) && words.len() == 3 => Some(words[..2].join(" ")),
        _ => None,
    }
}

/// The name with a word for its kind before or after it, sometimes.
fn with_noun(kind: &Kind, name: &str, rng: &mut ChaCha8Rng) -> Option<String> {
    if !rng.random_bool(0.12) {
        return None;
    }
    let nouns = if kind.called.is_empty() { &kind.noun } else { &kind.called };
    let noun = nouns.choose(rng)?;
    if name.to_lowercase().contains(noun.as_str()) {
        return None;
    }
    Some(if rng.random_bool(0.5) { format!("the {noun} {name}") } else { format!("{name} {noun}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Library, Phrasebook};
    use rand::SeedableRng;
    use std::collections::HashSet;

    /// All that an entity of the library, or an artwork of this name, is called in many questions.
    fn called(name: &str, template: &str) -> HashSet<String> {
        let book = Phrasebook::bundled().unwrap();
        let library = Library::bundled(&book).unwrap();
        let artwork = || Entity { name: name.into(), ..library.find("Mona Lisa").unwrap().clone() };
        let entity = &library.find(name).cloned().unwrap_or_else(artwork);
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut all = HashSet::new();
        for _ in 0..2000 {
            let mut template = template.to_string();
            let mention = mentioned_loosely(&book.kinds[entity.kind], entity, &mut template, &mut rng);
            assert!(mention.words.contains(&mention.name), "{mention:?}");
            all.insert(template.replace("{e}", &mention.words));
        }
        all
    }

    #[test]
    fn a_part_of_the_name_is_enough() {
        let mozart = called("Wolfgang Amadeus Mozart", "{e}");
        for name in ["Mozart", "mozart", "Wolfgang Mozart", "the composer Mozart", "Wolfgang Amadeus Mozart"] {
            assert!(mozart.contains(name), "{name}: {mozart:?}");
        }
        assert!(called("Eiffel Tower", "{e}").contains("Eiffel"));
        assert!(called("Golden Gate Bridge", "{e}").contains("Golden Gate"));
        assert!(!called("Elizabeth I", "{e}").contains("I"));
    }

    #[test]
    fn accents_apostrophes_and_numbers_are_left_out() {
        assert!(called("São Paulo", "{e}").contains("Sao Paulo"));
        assert!(called("Mongolia", "{e}'s capital").contains("mongolias capital"));
        assert!(called("Giraffe", "{e}").contains("giraffes"));
        assert!(called("The Silent Sea", "{e}").contains("Silent Sea"));
    }
}
