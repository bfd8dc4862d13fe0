//! Entities and the library's facts.

use super::article::{Article, write_article};
use super::kind::{Phrasebook, SOURCES};
use anyhow::{Context, Result, bail, ensure};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;

/// Something that an article is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Index of its kind in the phrase book.
    pub kind: usize,
    /// Its name, which is the title of its article.
    pub name: String,
    /// Whether the name takes "the" in a sentence.
    pub the: bool,
    /// Whether the name is a common noun, written small within a sentence.
    pub common: bool,
    /// `he`, `she` or `it`.
    pub pronoun: String,
    /// A value for each property of the kind, where known, as it is printed.
    pub values: Vec<Option<String>>,
    /// One more sentence about it.
    pub note: Option<String>,
}

impl Entity {
    /// The name without a bracket that tells it from others, small if it is a common noun.
    pub fn plain_name(&self) -> String {
        let plain = without_bracket(&self.name);
        if self.common { uncapitalise(plain) } else { plain.to_string() }
    }

    /// The name as it stands within a sentence.
    pub fn in_sentence(&self) -> String {
        if self.the { format!("the {}", self.plain_name()) } else { self.plain_name() }
    }

    /// The end of the article's address: lower-case ASCII letters and digits joined by hyphens.
    pub fn slug(&self) -> String {
        slug(&self.name)
    }
}

/// A name without the bracket that tells it from others: "Mercury" for "Mercury (planet)".
pub fn without_bracket(name: &str) -> &str {
    name.split_once(" (").map_or(name, |(plain, _)| plain)
}

/// The text with its first letter small.
pub(super) fn uncapitalise(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Lower-case ASCII letters and digits of `name` joined by hyphens; common accents are dropped.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        let plain = plain_letter(letter);
        match plain {
            'a'..='z' | '0'..='9' => slug.push(plain),
            '+' => slug.push('p'),
            '#' => slug.push_str("-sharp"),
            '\'' | '’' | '.' => {}
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_end_matches('-').to_string()
}

/// The letter without its accent, as far as the library's names have any.
pub(super) fn plain_letter(letter: char) -> char {
    let plain = |small: char| match small {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'š' | 'ś' | 'ş' | 'ș' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        'ł' => 'l',
        'ğ' => 'g',
        'ţ' | 'ț' => 't',
        'ð' => 'd',
        other => other,
    };
    match letter.to_lowercase().next() {
        Some(small) if letter.is_uppercase() && small != plain(small) => plain(small).to_ascii_uppercase(),
        _ => plain(letter),
    }
}

/// The facts of the bundled library.
#[derive(Debug, Clone)]
pub struct Library {
    /// Every entity.
    pub entities: Vec<Entity>,
    by_name: HashMap<String, usize>,
}

impl Library {
    /// Reads the bundled facts.
    ///
    /// # Errors
    /// Says which line of which kind is wrong.
    pub fn bundled(book: &Phrasebook) -> Result<Self> {
        let mut library = Self { entities: Vec::new(), by_name: HashMap::new() };
        for (index, (name, _, facts)) in SOURCES.iter().enumerate() {
            library.read_kind(book, index, facts).with_context(|| format!("facts of {name}"))?;
        }
        Ok(library)
    }

    fn read_kind(&mut self, book: &Phrasebook, index: usize, facts: &str) -> Result<()> {
        let kind = &book.kinds[index];
        let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').quoting(false).from_reader(facts.as_bytes());
        let header = reader.headers()?.clone();
        let column = |id: &str| header.iter().position(|name| name == id).with_context(|| format!("no column {id}"));
        let (name, the, note) = (column("name")?, column("the")?, column("note")?);
        let properties = kind.property.iter().map(|p| column(&p.id)).collect::<Result<Vec<_>>>()?;
        let pronoun = if kind.pronoun == "person" { Some(column("pronoun")?) } else { None };
        for (line, row) in reader.records().enumerate() {
            let row = row?;
            let cell = |at: usize| Some(row[at].trim()).filter(|text| !text.is_empty()).map(str::to_string);
            let name = cell(name).with_context(|| format!("row {} has no name", line + 1))?;
            let entity = Entity {
                kind: index,
                common: kind.common && !kind.proper.iter().any(|word| name.split(' ').next() == Some(word)),
                name,
                the: cell(the).is_some(),
                pronoun: pronoun.and_then(cell).unwrap_or_else(|| "it".to_string()),
                values: properties.iter().map(|&at| cell(at)).collect(),
                note: cell(note),
            };
            ensure!(entity.values.iter().flatten().count() >= 3, "{} has fewer than 3 facts", entity.name);
            if let Some(other) = self.by_name.insert(entity.name.clone(), self.entities.len()) {
                bail!("{} is there twice, also as {}", entity.name, book.kinds[self.entities[other].kind].kind);
            }
            self.entities.push(entity);
        }
        Ok(())
    }

    /// The entity of this name.
    pub fn find(&self, name: &str) -> Option<&Entity> {
        self.by_name.get(name).map(|&index| &self.entities[index])
    }

    /// The name of another entity as it stands within a sentence.
    pub fn in_sentence(&self, name: &str) -> String {
        self.find(name).map_or_else(|| without_bracket(name).to_string(), Entity::in_sentence)
    }

    /// Writes every article. The same facts and phrases give the same articles.
    pub fn articles(&self, book: &Phrasebook) -> Vec<Article> {
        let article = |entity: &Entity| {
            let seed = entity.name.bytes().fold(7u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
            let address = format!("library:{}", entity.slug());
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            write_article(book, entity, address, &|name| self.in_sentence(name), &mut rng)
        };
        self.entities.iter().map(article).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn addresses_are_unique_and_plain() {
        let book = Phrasebook::bundled().unwrap();
        let library = Library::bundled(&book).unwrap();
        let slugs: HashSet<_> = library.entities.iter().map(Entity::slug).collect();
        assert_eq!(slugs.len(), library.entities.len());
        assert!(slugs.iter().all(|slug| slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')));
    }

    #[test]
    fn the_library_has_at_least_800_articles_of_4_to_10_sentences() {
        let book = Phrasebook::bundled().unwrap();
        let articles = Library::bundled(&book).unwrap().articles(&book);
        assert!(articles.len() >= 800, "{}", articles.len());
        for article in articles {
            assert!((4..=10).contains(&article.sentences.len()), "{}: {}", article.title, article.text());
        }
    }

    #[test]
    fn slugs_drop_accents() {
        assert_eq!(slug("São Tomé and Príncipe"), "sao-tome-and-principe");
        assert_eq!(slug("C++"), "cpp");
        assert_eq!(slug("Java (programming language)"), "java-programming-language");
    }
}
