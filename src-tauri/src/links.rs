//! Links: which ones open in the browser, and what a `lucy://` link says.

use serde::Serialize;
use url::Url;

/// A longer link is not looked at.
const LONGEST_LINK: usize = 4_096;

/// What a `lucy://` link wants. Whoever wrote the link is a stranger: the page shows it and the person decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What it is about: `ask` in `lucy://ask?question=…`.
    pub action: String,
    /// What it says, in its order.
    pub parameters: Vec<(String, String)>,
}

impl Link {
    /// Reads a link. None if it is not one of Lucy's.
    pub fn parse(link: &str) -> Option<Self> {
        let url = Url::parse(link).ok().filter(|url| url.scheme() == "lucy" && link.len() <= LONGEST_LINK)?;
        let path = url.path().trim_matches('/');
        let action = [url.host_str().unwrap_or_default(), path].join("/").trim_matches('/').to_owned();
        (!action.is_empty()).then(|| Self { action, parameters: url.query_pairs().into_owned().collect() })
    }
}

/// The address, if it may be opened in the browser: `http` and `https` with a host, and no name or password, which
/// make an address look like another.
pub fn web(link: &str) -> Option<Url> {
    let url = Url::parse(link).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && url.has_host() && plain).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_pages_open_in_the_browser() {
        assert_eq!(web("https://en.wikipedia.org/wiki/Forth_Bridge").unwrap().scheme(), "https");
        assert!(web("HTTP://example.org").is_some());
        let refused =
            ["file:///etc/passwd", "javascript:alert(1)", "lucy://ask", "data:text/html,x", "https://", "a b"];
        refused.iter().for_each(|link| assert_eq!(web(link), None, "{link}"));
        assert_eq!(web("https://bank.example@evil.example/"), None);
        assert_eq!(web("smb://host/share"), None);
    }

    #[test]
    fn a_link_of_lucy_is_taken_apart() {
        let link = Link::parse("lucy://mcp/add?name=a%20b&command=npx&name=c").unwrap();
        assert_eq!(link.action, "mcp/add");
        let expected = [("name", "a b"), ("command", "npx"), ("name", "c")];
        assert_eq!(link.parameters, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        assert_eq!(Link::parse("lucy:///ask/").unwrap().action, "ask");
    }

    #[test]
    fn other_links_are_not_lucys() {
        let long = format!("lucy://ask?question={}", "a".repeat(LONGEST_LINK));
        ["https://ask", "lucy://", "lucy:", "", &long].iter().for_each(|link| assert_eq!(Link::parse(link), None));
    }
}
