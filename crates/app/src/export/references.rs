//! The cited sources for reference managers: BibTeX, RIS and CSL-JSON.

use lucy_protocol::Source;
use serde_json::{Value, json};

/// BibTeX entries; `date` is when the pages were read.
pub(super) fn bibtex(cited: &[&Source], date: &str) -> String {
    let entry = |source: &&Source| {
        let (key, title, url) = (key(source), tex(&source.title), address(&source.url));
        format!("@misc{{{key},\n  title = {{{title}}},\n  url = {{{url}}},\n  urldate = {{{}}}\n}}\n", tex(date))
    };
    cited.iter().map(entry).collect::<Vec<_>>().join("\n")
}

/// RIS records.
pub(super) fn ris(cited: &[&Source], date: &str) -> String {
    let record = |source: &&Source| {
        let (title, url, read) = (one_line(&source.title), one_line(&source.url), date.replace('-', "/"));
        format!("TY  - ELEC\r\nTI  - {title}\r\nUR  - {url}\r\nY2  - {read}\r\nER  - \r\n")
    };
    cited.iter().map(record).collect()
}

/// CSL-JSON items.
pub(super) fn csl(cited: &[&Source], date: &str) -> String {
    let parts: Vec<u32> = date.split('-').filter_map(|part| part.parse().ok()).collect();
    let item = |source: &&Source| {
        json!({
            "id": key(source),
            "type": "webpage",
            "title": one_line(&source.title),
            "URL": one_line(&source.url),
            "accessed": { "date-parts": [parts] },
        })
    };
    let items: Vec<Value> = cited.iter().map(item).collect();
    serde_json::to_string_pretty(&items).unwrap_or_default() + "\n"
}

/// An address as BibTeX takes it: as it is, but with nothing that could end the field.
fn address(url: &str) -> String {
    one_line(url).replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C")
}

/// The words of the title and the number: unique in a run.
fn key(source: &Source) -> String {
    let letters = source.title.chars().filter(char::is_ascii_alphanumeric).take(24);
    format!("{}{}", letters.collect::<String>().to_lowercase(), source.number)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text in which TeX obeys nothing.
fn tex(text: &str) -> String {
    let mut escaped = String::new();
    for letter in one_line(text).chars() {
        match letter {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '{' | '}' | '%' | '#' | '$' | '&' | '_' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}
