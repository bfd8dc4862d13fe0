//! The words of the menus and the notices, which are in `words/`, a file for each language.

use crate::api::Language;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The words of one language by their names.
pub struct Words(HashMap<String, String>);

static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("../words/en.json")));
static GERMAN: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("../words/de.json")));

impl Words {
    /// The words of a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
        }
    }

    /// What is called so; a name without words stands for itself.
    pub fn say<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    fn read(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_all_words() {
        let names = |words: &Words| {
            let mut names: Vec<_> = words.0.keys().cloned().collect();
            names.sort();
            names
        };
        assert_eq!(names(&ENGLISH), names(&GERMAN));
        assert!(names(&ENGLISH).len() > 20);
        assert_eq!(Words::of(Language::De).say("new_question"), "Neue Frage");
        assert_eq!(Words::of(Language::En).say("nothing"), "nothing");
    }
}
