//! Where an answer cites which source.

use lucy_protocol::{Citation, Source};
use std::ops::Range;

/// Finds the citations of an answer: `[1]`, `[1][2]` and `[1, 2]`, but not in code and not in Markdown links.
///
/// The byte ranges follow each other without overlap. Those of a list divide it: `[1, ` cites 1 and `2]` cites 2. A
/// number that no source has is kept, with no address.
pub fn cite(answer: &str, sources: &[Source]) -> Vec<Citation> {
    let code = code_spans(answer);
    let mut citations = Vec::new();
    let mut links = Vec::new();
    for bracket in brackets(answer, &code) {
        match link_end(answer, bracket.end) {
            Some(end) => links.push(bracket.start..end),
            None => citations.extend(numbers(answer, bracket)),
        }
    }
    citations.retain(|(_, range)| !links.iter().any(|link| link.start <= range.start && range.end <= link.end));
    citations.sort_by_key(|(_, range)| range.start);
    let citation = |(number, range): (u32, Range<usize>)| {
        let url = sources.iter().find(|source| source.number == number).map(|source| source.url.clone());
        Some(Citation { number, start: range.start.try_into().ok()?, end: range.end.try_into().ok()?, url })
    };
    citations.into_iter().filter_map(citation).collect()
}

/// The numbers of a bracket that holds nothing else, each with its range.
fn numbers(answer: &str, bracket: Range<usize>) -> Vec<(u32, Range<usize>)> {
    let mut found: Vec<(u32, Range<usize>)> = Vec::new();
    let mut at = bracket.start + 1;
    for part in answer[at..bracket.end - 1].split(',') {
        let digits = part.trim();
        let Ok(number) = digits.parse() else { return Vec::new() };
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Vec::new();
        }
        let start = match found.last_mut() {
            Some((_, range)) => {
                range.end = at + part.len() - part.trim_start().len();
                range.end
            }
            None => bracket.start,
        };
        found.push((number, start..bracket.end));
        at += part.len() + 1;
    }
    found
}

/// The pairs of square brackets outside code, in the order in which they close. `\[` opens none.
fn brackets(text: &str, code: &[Range<usize>]) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut open, mut pairs, mut code) = (Vec::new(), Vec::new(), code.iter().peekable());
    let mut at = 0;
    while at < bytes.len() {
        if let Some(span) = code.next_if(|span| span.start <= at) {
            at = at.max(span.end);
            continue;
        }
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => open.push(at),
            b']' => pairs.extend(open.pop().map(|start| start..at + 1)),
            _ => (),
        }
        at += 1;
    }
    pairs
}

/// The longest address and title of a link that is looked at, in bytes.
const LINK: usize = 4_096;

/// Where the link ends whose text ends at `at`, if `(address)` or `(address "title")` follows.
fn link_end(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for (offset, byte) in text.as_bytes()[at..].iter().take(LINK).enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => (),
        }
        if depth == 0 {
            let inside = text.get(at + 1..at + offset)?.trim();
            let title = inside.split_once(char::is_whitespace).map_or("", |(_, title)| title.trim_start());
            let link = *byte == b')' && (title.is_empty() || title.starts_with(['"', '\'', '(']));
            return link.then_some(at + offset + 1);
        }
    }
    None
}

/// The parts of a Markdown text that are code, in order: fenced blocks, and spans between equal runs of backticks.
fn code_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut fence: Option<(&str, usize)> = None;
    let (mut at, mut paragraph) = (0, 0..0);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let mark = fence_mark(line);
        if let Some((open, start)) = fence {
            if mark.is_some_and(|mark| mark.starts_with(open) && line.trim() == mark) {
                spans.push(start..end);
                fence = None;
            }
            paragraph = end..end;
        } else if let Some(mark) = mark {
            inline_code(text, paragraph, &mut spans);
            (fence, paragraph) = (Some((mark, at)), end..end);
        } else if line.trim().is_empty() {
            inline_code(text, paragraph, &mut spans);
            paragraph = end..end;
        } else {
            paragraph.end = end;
        }
        at = end;
    }
    match fence {
        Some((_, start)) => spans.push(start..text.len()),
        None => inline_code(text, paragraph, &mut spans),
    }
    spans
}

/// The three or more backticks or tildes that open or close a block on this line. Backticks that close on the line
/// again are a span.
fn fence_mark(line: &str) -> Option<&str> {
    let line = line.trim();
    let first = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(first);
    let mark = &line[..line.len() - rest.len()];
    (mark.len() >= 3 && !(first == '`' && rest.contains('`'))).then_some(mark)
}

fn inline_code(text: &str, paragraph: Range<usize>, spans: &mut Vec<Range<usize>>) {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in text[paragraph.clone()].match_indices('`') {
        let at = paragraph.start + at;
        match runs.last_mut().filter(|run| run.end == at) {
            Some(run) => run.end = at + 1,
            None => runs.push(at..at + 1),
        }
    }
    let mut next = 0;
    while next < runs.len() {
        let open = &runs[next];
        match runs[next + 1..].iter().position(|run| run.len() == open.len()) {
            Some(distance) => {
                let close = next + 1 + distance;
                spans.push(open.start..runs[close].end);
                next = close + 1;
            }
            None => next += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(answer: &str, expected: &[(u32, &str)]) {
        let source = Source { number: 1, url: "https://a".into(), ..Source::default() };
        let found = cite(answer, &[source]);
        let shown: Vec<_> = found.iter().map(|c| (c.number, &answer[c.start as usize..c.end as usize])).collect();
        assert_eq!(shown, expected, "{answer}");
        for citation in found {
            assert_eq!(citation.url.is_some(), citation.number == 1);
        }
    }

    #[test]
    fn single_adjacent_and_listed_numbers() {
        check("In 1889 [1].", &[(1, "[1]")]);
        check("Ä [1][2], and [12]", &[(1, "[1]"), (2, "[2]"), (12, "[12]")]);
        check("[1, 2,3]", &[(1, "[1, "), (2, "2,"), (3, "3]")]);
        check("[ 1 ]", &[(1, "[ 1 ]")]);
    }

    #[test]
    fn what_is_not_a_citation() {
        for text in ["[]", "[a]", "[1a]", "[+1]", "[1,]", "[1-2]", "[99999999999]", "[1", "1]", r"\[1\]", "[1, b]"] {
            check(text, &[]);
        }
    }

    #[test]
    fn links_hide_numbers() {
        check("[1](https://a)", &[]);
        check("[[1]](https://a(b)) [1]", &[(1, "[1]")]);
        check("[1](https://a \"Title\")", &[]);
        check("[1] (https://a)", &[(1, "[1]")]);
        check("[1](as it was then)", &[(1, "[1]")]);
        check("[1](never closed", &[(1, "[1]")]);
    }

    #[test]
    fn code_hides_numbers() {
        check("`a[1]` but [1]", &[(1, "[1]")]);
        check("``a ` [1]`` [1]", &[(1, "[1]")]);
        check("a ` b [1]\n\nc ` d", &[(1, "[1]")]);
        check("```\nx[1]\n```\n[1]", &[(1, "[1]")]);
        check("~~~rust\nx[1]\n``` \n", &[]);
        check("text [1]\n```\nx[1]", &[(1, "[1]")]);
    }

    #[test]
    fn an_outer_bracket_does_not_hide_an_inner_one() {
        check("[see [1] and [2]]", &[(1, "[1]"), (2, "[2]")]);
    }

    proptest! {
        #[test]
        fn any_text_gives_ordered_ranges_of_it(answer in r"[\[\]()`~, \n\\12aé]{0,60}") {
            let mut end = 0;
            for citation in cite(&answer, &[]) {
                prop_assert!(end <= citation.start && citation.start < citation.end);
                end = citation.end;
                let shown = &answer[citation.start as usize..citation.end as usize];
                prop_assert!(shown.contains(&citation.number.to_string()), "{shown}");
            }
        }
    }
}
