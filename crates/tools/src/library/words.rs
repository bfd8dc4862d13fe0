//! Words as they are compared: folded, without stop words, as an FTS expression that no text can break out of.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The most words of a query that count.
const MAX_WORDS: usize = 24;

/// Words that say how a question is asked, not what it asks about.
const STOP_WORDS: [&str; 95] = [
    "a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "come",
    "could", "did", "do", "does", "exactly", "find", "for", "from", "get", "give", "had", "has", "have", "he", "her",
    "here", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "know", "let", "like", "look",
    "many", "may", "me", "much", "my", "need", "of", "on", "or", "our", "out", "please", "say", "search", "she",
    "should", "show", "so", "some", "tell", "than", "that", "the", "their", "them", "then", "there", "they", "this",
    "to", "up", "us", "want", "was", "we", "were", "what", "when", "where", "which", "who", "whom", "whose", "why",
    "will", "with", "would", "you",
];

const ORDINALS: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

const ROMAN: [&str; 20] = [
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
    "xviii", "xix", "xx",
];

/// Text in lower case without accents and possessive endings, so that it compares equal however it was typed.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            '’' | 'ʼ' | '`' => folded.push('\''),
            c if is_combining_mark(c) => (),
            c => folded.push(c),
        }
    }
    if folded.contains('\'') { without_possessives(&folded) } else { folded }
}

fn without_possessives(text: &str) -> String {
    let mut parts = text.split("'s");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let inside = part.starts_with(char::is_alphanumeric) || !out.ends_with(char::is_alphanumeric);
        if inside {
            out.push_str("'s");
        }
        out.push_str(part);
    }
    out
}

/// All words of a folded text.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The words that say what a text is about, each once, in order; all of them if there are only stop words. `i` after
/// such a word is a number, as in `World War I`.
pub(crate) fn telling_words(folded: &str) -> Vec<&str> {
    let mut telling: Vec<&str> = Vec::new();
    let mut after_telling = false;
    for word in words(folded) {
        after_telling = !STOP_WORDS.contains(&word) || word == "i" && after_telling;
        if after_telling && !telling.contains(&word) {
            telling.push(word);
        }
    }
    if telling.is_empty() {
        telling = words(folded).collect();
        telling.dedup();
    }
    telling.truncate(MAX_WORDS);
    telling
}

/// A folded word as titles are compared: without the ending of the English plural, a number in digits.
pub(crate) fn canonical(word: &str) -> String {
    if let Some(number) = number(word) {
        return number.to_string();
    }
    let keeps = word.len() < 4 || ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    match (word.strip_suffix("ies"), word.strip_suffix('s')) {
        (Some(stem), _) if stem.len() > 1 => format!("{stem}y"),
        (_, Some(stem)) if !keeps => stem.to_string(),
        _ => word.to_string(),
    }
}

/// Numbers as titles have them: `i` to `xx` but for single letters that are names too, `first` to `tenth`.
fn number(word: &str) -> Option<usize> {
    let ordinal = ORDINALS.iter().position(|other| *other == word);
    let roman = ROMAN.iter().position(|other| *other == word && !matches!(word, "v" | "x"));
    ordinal.or(roman).map(|place| place + 1)
}

/// A title without a suffix in brackets, as `Mercury (planet)` has.
pub(crate) fn without_brackets(title: &str) -> &str {
    match title.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((base, _)) if !base.trim().is_empty() => base.trim_end(),
        _ => title,
    }
}

/// The FTS5 expression for one word, or for all words that begin with it. A number is sought in both ways of writing
/// it. `word` must come from [`words`], which leaves letters and digits only: nothing that it holds is syntax within
/// the quotation marks.
pub(crate) fn expression(word: &str, prefix: bool) -> String {
    let other = match word.parse::<usize>() {
        Ok(number) => ROMAN.get(number.wrapping_sub(1)).map(ToString::to_string),
        Err(_) => ROMAN.iter().position(|other| *other == word).map(|place| (place + 1).to_string()),
    };
    match other {
        Some(other) if !prefix => format!("(\"{word}\" OR \"{other}\")"),
        _ => format!("\"{word}\"{}", if prefix { "*" } else { "" }),
    }
}

/// Whether `typed` looks like a slip of the pen for `word`: one letter missing, added, changed or swapped with its
/// neighbour in words of five letters or more, two in words of eight or more or if the letters are the same.
pub(crate) fn is_slip(typed: &str, word: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
    let shorter = a.len().min(b.len());
    if shorter < 5 || a.len().abs_diff(b.len()) > 2 || a.first() != b.first() || a == b {
        return false;
    }
    let letters = |word: &[char]| {
        let mut sorted = word.to_vec();
        sorted.sort_unstable();
        sorted
    };
    let allowed = if shorter >= 8 || letters(&a) == letters(&b) { 2 } else { 1 };
    distance(&a, &b) <= allowed
}

/// Insertions, deletions, changes and swaps of neighbours that lead from one word to the other
/// (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut table: Vec<usize> = (0..width).collect();
    table.resize((a.len() + 1) * width, 0);
    for i in 1..=a.len() {
        table[i * width] = i;
        for j in 1..width {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut least = (table[(i - 1) * width + j] + 1)
                .min(table[i * width + j - 1] + 1)
                .min(table[(i - 1) * width + j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(table[(i - 2) * width + j - 2] + 1);
            }
            table[i * width + j] = least;
        }
    }
    table[a.len() * width + b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgets_case_accents_and_possession() {
        assert_eq!(fold("Ångström’s Łódź ŒUVRE Straße"), "angstrom lodz oeuvre strasse");
        assert_eq!(fold("Halley's comet, O'Brien, 's"), "halley comet, o'brien, 's");
        assert_eq!(fold("ＰＡＲＩＳ ①"), "paris 1");
    }

    #[test]
    fn questions_are_reduced_to_what_they_ask_about() {
        assert_eq!(telling_words("tell me what is the height of the eiffel tower"), ["height", "eiffel", "tower"]);
        assert_eq!(telling_words("the who"), ["the", "who"]);
        assert!(telling_words(" ?! ").is_empty());
    }

    #[test]
    fn plurals_and_brackets() {
        let of = ["moons", "cities", "mars", "paris", "glass", "venus", "gas"].map(canonical);
        assert_eq!(of, ["moon", "city", "mar", "paris", "glass", "venus", "gas"]);
        assert_eq!(without_brackets("Mercury (planet)"), "Mercury");
        assert_eq!(without_brackets("(planet)"), "(planet)");
    }

    #[test]
    fn numbers_are_compared_in_digits() {
        assert_eq!(["ii", "second", "2", "xiv", "v", "mix"].map(canonical), ["2", "2", "2", "14", "v", "mix"]);
        assert_eq!(telling_words("can i see when world war i ended"), ["see", "world", "war", "i", "ended"]);
        assert_eq!(expression("2", false), "(\"2\" OR \"ii\")");
        assert_eq!(expression("0", false), "\"0\"");
    }

    #[test]
    fn slips_are_seen_and_other_names_are_not() {
        for (typed, word) in [("effiel", "eiffel"), ("einstien", "einstein"), ("shakespere", "shakespeare")] {
            assert!(is_slip(typed, word), "{typed}");
        }
        for (typed, word) in [("kalvor", "kalmar"), ("rome", "roma"), ("paris", "paris"), ("berlin", "merlin")] {
            assert!(!is_slip(typed, word), "{typed}");
        }
    }
}
