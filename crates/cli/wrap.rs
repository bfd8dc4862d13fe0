//! Text that comes in pieces, broken into lines of a width, each with a prefix.

use console::measure_text_width;

/// Breaks text into lines at spaces.
#[derive(Debug)]
pub struct Wrap {
    /// Written at the beginning of each line.
    prefix: String,
    /// Written at its end.
    suffix: &'static str,
    /// The most columns of a line without its prefix; none never breaks.
    width: Option<usize>,
    /// Columns of the line so far.
    column: usize,
    /// Whether the line has begun.
    begun: bool,
    /// Spaces that are not written yet, and the word that may still grow.
    spaces: usize,
    word: String,
}

impl Wrap {
    /// Lines that begin with `prefix` (which has `indent` columns) and end with `suffix`, at most `width` columns wide.
    pub fn new(prefix: impl Into<String>, indent: usize, suffix: &'static str, width: Option<usize>) -> Self {
        let width = width.map(|width| width.saturating_sub(indent).max(16));
        Self { prefix: prefix.into(), suffix, width, column: 0, begun: false, spaces: 0, word: String::new() }
    }

    /// Takes more text and gives what can be written; the last word waits until it is whole.
    pub fn push(&mut self, text: &str) -> String {
        let mut out = String::new();
        for letter in text.chars() {
            match letter {
                '\n' => self.end_line(&mut out),
                ' ' | '\t' => {
                    self.end_word(&mut out);
                    self.spaces += 1;
                }
                letter if hidden(letter) => (),
                letter => self.word.push(letter),
            }
        }
        out
    }

    /// What is left, with the end of the last line.
    pub fn finish(mut self) -> String {
        let mut out = String::new();
        self.end_word(&mut out);
        if self.begun {
            self.end_line(&mut out);
        }
        out
    }

    fn end_word(&mut self, out: &mut String) {
        if self.word.is_empty() {
            return;
        }
        let columns = measure_text_width(&self.word);
        let full = self.width.is_some_and(|width| self.column + self.spaces + columns > width);
        if full && self.column > 0 {
            self.break_line(out);
            self.spaces = 0;
        }
        self.begin(out);
        // One space before a line's first word is how Pocket writes, not an indentation.
        if self.column == 0 && self.spaces == 1 {
            self.spaces = 0;
        }
        out.extend(std::iter::repeat_n(' ', self.spaces));
        out.push_str(&self.word);
        self.column += self.spaces + columns;
        self.spaces = 0;
        self.word.clear();
    }

    fn end_line(&mut self, out: &mut String) {
        self.end_word(out);
        self.begin(out);
        self.break_line(out);
        self.spaces = 0;
    }

    fn begin(&mut self, out: &mut String) {
        if !self.begun {
            out.push_str(&self.prefix);
            self.begun = true;
        }
    }

    fn break_line(&mut self, out: &mut String) {
        out.push_str(self.suffix);
        out.push('\n');
        (self.column, self.begun) = (0, false);
    }
}

/// Characters that a terminal would obey rather than show: control characters, and those that turn the direction of
/// writing.
pub fn hidden(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(pieces: &[&str], width: Option<usize>) -> String {
        let mut wrap = Wrap::new("| ", 2, "", width);
        let mut out: String = pieces.iter().map(|piece| wrap.push(piece)).collect();
        out.push_str(&wrap.finish());
        out
    }

    #[test]
    fn lines_break_between_words_however_the_text_comes() {
        let text = "one two three four five six";
        let whole = wrap(&[text], Some(18));
        assert_eq!(whole, "| one two three\n| four five six\n");
        let letters: Vec<String> = text.chars().map(String::from).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        assert_eq!(wrap(&letters, Some(18)), whole);
    }

    #[test]
    fn without_a_width_only_line_ends_break() {
        assert_eq!(wrap(&["a  b\n\nc "], None), "| a  b\n| \n| c\n");
        assert_eq!(wrap(&[""], None), "");
    }

    #[test]
    fn wide_letters_count_twice_and_long_words_stand_alone() {
        assert_eq!(wrap(&["ああああ ああああ x"], Some(18)), "| ああああ\n| ああああ x\n");
        let long = "x".repeat(30);
        assert_eq!(wrap(&["a ", &long], Some(18)), format!("| a\n| {long}\n"));
    }

    #[test]
    fn escape_codes_are_not_passed_on() {
        assert_eq!(wrap(&["a\u{1b}[31mb\u{7}\u{202e}c"], None), "| a[31mbc\n");
    }
}
