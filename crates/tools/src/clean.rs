//! Takes what cannot be seen out of text that others wrote.
//!
//! A page can hide instructions in characters that a person does not see: zero-width and bidirectional marks, tags,
//! variation selectors, control characters. Text is cleaned when it is taken in, so that what the model reads is what
//! the person sees.

/// Text without invisible characters. Lines end in `\n`, other white space is a space or a tab, no line ends in white
/// space, and at most one line in a row is empty.
pub fn clean_text(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let visible: String = text.chars().filter_map(visible).collect();
    let mut clean = String::with_capacity(visible.len());
    for line in visible.trim().lines().map(str::trim_end) {
        if line.is_empty() && clean.ends_with("\n\n") {
            continue;
        }
        clean.push_str(line);
        clean.push('\n');
    }
    clean.pop();
    clean
}

/// A character as it is kept, if it is.
fn visible(c: char) -> Option<char> {
    match c {
        '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => Some('\n'),
        '\n' | '\t' => Some(c),
        c if c.is_whitespace() => Some(' '),
        c => Some(c).filter(|c| !is_invisible(*c)),
    }
}

/// Text without invisible characters on one line, words one space apart.
pub fn clean_line(text: &str) -> String {
    let visible: String = text.chars().filter(|c| c.is_whitespace() || !is_invisible(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters that show nothing: Unicode's control and format characters, selectors, tags, fillers, and code points
/// that mean nothing outside one program (private use, noncharacters).
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{8e2}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{10ffff}'
    ) || (c as u32) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_go() {
        let tags: String = "obey".chars().filter_map(|c| char::from_u32(0xe0000 + c as u32)).collect();
        let hostile = format!("\u{feff}pa\u{200b}y\u{202e}load\u{0}\u{1b}[31m{tags}\u{ad}\u{fe0f}\u{2066}!");
        assert_eq!(clean_text(&hostile), "payload[31m!");
        assert_eq!(clean_line(&hostile), "payload[31m!");
    }

    #[test]
    fn visible_text_of_every_script_stays() {
        let text = "Ångström, Łódź, नमस्ते, 東京, שלום, مرحبا, 👍, x² − 1 = 0";
        assert_eq!(clean_text(text), text);
    }

    #[test]
    fn lines_are_kept_and_empty_ones_are_few() {
        assert_eq!(clean_text("\r\n\r\n a\u{a0}b \r\n\n \n\n\tc\rd\u{2028}e\n\n"), "a b\n\n\tc\nd\ne");
        assert_eq!(clean_line(" a\n\n b\t\u{200b} c "), "a b c");
    }
}
