//! The two traits that the built-in tools sit on, and what they exchange.

use futures::future::BoxFuture;
use url::Url;

/// Something that finds pages.
pub trait SearchProvider: Send + Sync {
    /// The pages that fit `query`, best first, at most `query.limit`. No hits is not an error.
    fn search<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Hit>, SearchError>>;
}

/// Something that has pages.
pub trait PageSource: Send + Sync {
    /// The page at `url`.
    fn page<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Page, FetchError>>;
}

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The words, as the model wrote them.
    pub text: String,
    /// The most hits wanted.
    pub limit: usize,
}

/// A page that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its address, which a [`PageSource`] knows.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its first sentences, or those of the passage that fits best.
    pub preview: String,
}

/// A page that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// Why a search failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// The provider did not answer; the text says why.
    #[error("the search failed: {0}")]
    Failed(String),
}

/// Why a page could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// There is no such page.
    #[error("there is no page at {0}; use the URL of a search result")]
    NotFound(String),
    /// The source did not answer; the text says why.
    #[error("the page could not be read: {0}")]
    Failed(String),
}
