//! Reading JSON that is slightly broken, as models write it: brackets and quotes that are not closed, single quotes,
//! quotes and line breaks inside strings, commas too many or too few, keys without quotes, Python's `True` and `None`.

use serde_json::{Map, Number, Value};

/// Nesting beyond which a value is refused.
const DEPTH: usize = 64;

/// The value at the beginning of `text` and the bytes that it takes; none if it is no object or list even so.
pub(crate) fn read(text: &str) -> Option<(Value, usize)> {
    let mut reader = Reader { text, at: 0 };
    let value = match reader.peek()? {
        '{' => reader.object(0)?,
        '[' => reader.list(0)?,
        _ => return None,
    };
    Some((value, reader.at))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, skipped: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(skipped).len();
    }

    fn take(&mut self, char: char) -> bool {
        let found = self.peek() == Some(char);
        if found {
            self.at += char.len_utf8();
        }
        found
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        self.take('{');
        let mut fields = Map::new();
        loop {
            self.skip(|char| char.is_whitespace() || char == ',');
            if self.peek().is_none() || self.take('}') {
                return Some(Value::Object(fields));
            }
            let key = match self.peek()? {
                quote @ ('"' | '\'') => self.string(quote, &[':']),
                _ => self.word(&[':', '}', ']', '{', '[', ',']),
            };
            self.skip(char::is_whitespace);
            if key.is_empty() || !self.take(':') {
                return None;
            }
            let value = self.value(depth + 1, &['}', ','])?;
            fields.insert(key, value);
            self.skip(char::is_whitespace);
            // What closes an outer list closes this object too.
            if self.peek() == Some(']') {
                return Some(Value::Object(fields));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.take('[');
        let mut items = Vec::new();
        loop {
            self.skip(|char| char.is_whitespace() || char == ',');
            match self.peek() {
                None => return Some(Value::Array(items)),
                Some(']') => {
                    self.take(']');
                    return Some(Value::Array(items));
                }
                Some('}') => return Some(Value::Array(items)),
                Some(_) => items.push(self.value(depth + 1, &[']', ','])?),
            }
        }
    }

    fn value(&mut self, depth: usize, ends: &[char]) -> Option<Value> {
        self.skip(char::is_whitespace);
        if depth > DEPTH {
            return None;
        }
        match self.peek() {
            None => Some(Value::Null),
            Some('{') => self.object(depth),
            Some('[') => self.list(depth),
            Some(quote @ ('"' | '\'')) => Some(Value::String(self.string(quote, ends))),
            Some(_) => Some(literal(self.word(&[',', '}', ']', '\n']))),
        }
    }

    /// Text up to one of `ends`, without the white space around it.
    fn word(&mut self, ends: &[char]) -> String {
        let rest = self.rest();
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let (length, word) = (word.len(), word.trim().to_owned());
        self.at += length;
        word
    }

    /// A string in `quote`s, which ends at a quote that one of `ends` follows, or with the text.
    fn string(&mut self, quote: char, ends: &[char]) -> String {
        self.take(quote);
        let mut string = String::new();
        while let Some(char) = self.peek() {
            self.at += char.len_utf8();
            match char {
                '\\' => self.escape(&mut string),
                _ if char == quote && self.closes(ends) => return string,
                _ => string.push(char),
            }
        }
        // The string was never closed: the brackets at its end close what is around it.
        let closed = string.trim_end().trim_end_matches(['}', ']']).trim_end().len();
        string.truncate(closed);
        string
    }

    /// Whether the quote before this place ends its string: one of `ends` follows, and after a comma the next field or
    /// item.
    fn closes(&self, ends: &[char]) -> bool {
        let rest = self.rest().trim_start();
        let Some(next) = rest.chars().next() else { return true };
        let in_list = ends.contains(&',');
        if next != ',' {
            let comma_forgotten = in_list && matches!(next, '"' | '\'') && begins_with_key(rest);
            return ends.contains(&next) || matches!(next, '}' | ']') || comma_forgotten;
        }
        let after = rest[1..].trim_start();
        let item = after.is_empty() || after.starts_with(['"', '\'', '{', '[', '}', ']']);
        in_list && (item || begins_with_key(after))
    }

    fn escape(&mut self, string: &mut String) {
        let Some(char) = self.peek() else { return };
        self.at += char.len_utf8();
        match char {
            'n' => string.push('\n'),
            't' => string.push('\t'),
            'r' => string.push('\r'),
            'b' => string.push('\u{8}'),
            'f' => string.push('\u{c}'),
            'u' => self.unicode(string),
            '"' | '\'' | '\\' | '/' => string.push(char),
            other => string.extend(['\\', other]),
        }
    }

    /// The four digits of `\uXXXX`, and of a second one if they are half of a pair.
    fn unicode(&mut self, string: &mut String) {
        let digits = |text: &str| text.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let Some(first) = digits(self.rest()) else { return string.push_str("\\u") };
        self.at += 4;
        let second = self.rest().strip_prefix("\\u").and_then(digits);
        let pair =
            second.and_then(|second| char::decode_utf16([first, second]).next()?.ok().map(|char| (char, second)));
        match pair {
            Some((char, second)) if char.len_utf16() == 2 && (0xDC00..0xE000).contains(&second) => {
                self.at += 6;
                string.push(char);
            }
            _ => string.push(char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }
}

/// Whether `text` begins with a word, quoted or not, and a colon.
fn begins_with_key(text: &str) -> bool {
    let text = text.strip_prefix(['"', '\'']).unwrap_or(text);
    let after = text.trim_start_matches(|char: char| char.is_alphanumeric() || char == '_');
    let colon = after.strip_prefix(['"', '\'']).unwrap_or(after).trim_start();
    after.len() < text.len() && colon.starts_with(':')
}

fn literal(word: String) -> Value {
    match word.as_str() {
        "true" | "True" => Value::Bool(true),
        "false" | "False" => Value::Bool(false),
        "null" | "None" | "" => Value::Null,
        number => match number.parse::<Number>() {
            Ok(number) => Value::Number(number),
            Err(_) => Value::String(word),
        },
    }
}

#[cfg(test)]
mod tests;
