//! Title and text of a file: Markdown, plain text or HTML.

mod html;

use crate::clean::{clean_line, clean_text};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Markdown: the title is the first heading.
    Markdown,
    /// Plain text: there is no title.
    Text,
    /// HTML: the title is that of the document, else its first heading.
    Html,
}

impl Format {
    /// The format that a file name's extension stands for, if it is one of the three.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "md" | "markdown" | "mdown" | "mkd" => Some(Self::Markdown),
            "txt" | "text" => Some(Self::Text),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            _ => None,
        }
    }
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// Its title on one line; empty if it has none.
    pub title: String,
    /// Its text, cleaned.
    pub text: String,
}

/// Why a file says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// The bytes are not text.
    #[error("it is not text")]
    Binary,
    /// The elements of an HTML file stand in each other to a depth that no page has.
    #[error("its elements are nested too deeply")]
    Depth,
    /// There is no text in it.
    #[error("it has no text")]
    Empty,
}

impl Extracted {
    /// Takes a file apart. Nothing that it says makes this fail but the reasons of [`ExtractError`].
    pub fn of(bytes: &[u8], format: Format) -> Result<Self, ExtractError> {
        let text = decode(bytes)?;
        let (title, text) = match format {
            Format::Markdown => markdown(&text),
            Format::Text => (String::new(), text),
            Format::Html => html::extract(&text)?,
        };
        let (title, text) = (clean_line(&title), clean_text(&text));
        if text.is_empty() {
            return Err(ExtractError::Empty);
        }
        Ok(Self { title, text })
    }
}

/// UTF-8, or UTF-16 if the bytes begin with its mark, or Latin-1 if nothing else fits and no byte is zero.
fn decode(bytes: &[u8]) -> Result<String, ExtractError> {
    let wide = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| ExtractError::Binary)
    };
    match bytes {
        [0xff, 0xfe, ..] => return wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => return wide(u16::from_be_bytes),
        _ => (),
    }
    if bytes.contains(&0) {
        return Err(ExtractError::Binary);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_string()),
        Err(_) if bytes.iter().filter(|byte| is_control(**byte)).count() * 20 > bytes.len() => {
            Err(ExtractError::Binary)
        }
        Err(_) => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// Bytes that no Latin-1 text has many of.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=31 | 127..=159)
}

/// The first heading, and the text without front matter.
fn markdown(text: &str) -> (String, String) {
    let text = text.trim_start_matches('\u{feff}');
    let body = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(text, |(_, body)| body);
    let mut fenced = false;
    let mut before = "";
    for line in body.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
        }
        let underlined = !before.is_empty() && trimmed.len() > 2 && trimmed.bytes().all(|byte| byte == b'=');
        if !fenced && underlined {
            return (before.to_string(), body.to_string());
        }
        let heading = trimmed.trim_start_matches('#');
        if !fenced && heading.len() < trimmed.len() && heading.starts_with([' ', '\t']) {
            return (heading.trim().trim_end_matches('#').trim().to_string(), body.to_string());
        }
        before = trimmed;
    }
    (String::new(), body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, format: Format) -> (String, String) {
        let Extracted { title, text } = Extracted::of(text.as_bytes(), format).unwrap();
        (title, text)
    }

    #[test]
    fn the_title_of_markdown_is_its_first_heading() {
        assert_eq!(of("Intro\n\n## A *note* ##\nText", Format::Markdown).0, "A *note*");
        assert_eq!(of("---\ntitle: x\n---\n```\n# no\n```\n# Yes\n", Format::Markdown).0, "Yes");
        assert_eq!(of("A title\n=======\nText", Format::Markdown).0, "A title");
        assert_eq!(of("#hashtag and text", Format::Markdown).0, "");
    }

    #[test]
    fn bytes_are_decoded_or_refused() {
        assert_eq!(Extracted::of(b"a\0b", Format::Text), Err(ExtractError::Binary));
        assert_eq!(Extracted::of(&[0x80, 0x81, 0x9f, 0xc3], Format::Text), Err(ExtractError::Binary));
        assert_eq!(Extracted::of(b"\xef\xbb\xbf \n", Format::Text), Err(ExtractError::Empty));
        assert_eq!(Extracted::of(b"caf\xe9 au lait", Format::Text).unwrap().text, "café au lait");
        assert_eq!(Extracted::of(b"\xff\xfeh\0i\0", Format::Text).unwrap().text, "hi");
        assert_eq!(Extracted::of(b"\xfe\xff\0h\0i", Format::Text).unwrap().text, "hi");
    }

    #[test]
    fn extensions_stand_for_formats() {
        assert_eq!(Format::of_extension("MD"), Some(Format::Markdown));
        assert_eq!(Format::of_extension("htm"), Some(Format::Html));
        assert_eq!(Format::of_extension("pdf"), None);
    }
}
