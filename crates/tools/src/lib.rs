//! What the model may call: `web_search` and `visit_tool` on the traits [`SearchProvider`] and [`PageSource`], and the
//! offline [`Library`], which implements both.
//!
//! A tool never fails a run: whatever goes wrong is a result that the model reads.

mod clean;
mod extract;
mod library;
mod provider;
mod search_tool;
mod visit_tool;

pub use clean::{clean_line, clean_text};
pub use extract::{ExtractError, Extracted, Format};
pub use library::{Folder, FolderProgress, FolderReport, Library, LibraryError};
pub use provider::{FetchError, Hit, Page, PageSource, Query, SearchError, SearchProvider};
pub use search_tool::WebSearch;
pub use visit_tool::VisitTool;

pub use url::Url;
