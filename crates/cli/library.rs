//! `lucy library`.

use crate::args::LibraryCommand;
use crate::exit::{End, Failure};
use crate::screen::{Look, Screen};
use anyhow::Context;
use lucy_app::{App, Indexed, Request, Response};
use lucy_eval::world::{Library, Phrasebook};
use std::path::Path;

/// Skipped files that are named.
const NAMED: usize = 10;

/// Carries a command about folders out.
///
/// # Errors
/// If the folder cannot be read or the library cannot be opened.
pub async fn run(app: &App, command: LibraryCommand) -> Result<End, Failure> {
    let mut screen = Screen::stdout();
    match command {
        LibraryCommand::Add { dir } => {
            screen.status("indexing")?;
            if let Response::Indexed(indexed) = app.request(Request::LibraryAdd { dir }).await? {
                report(&mut screen, &indexed)?;
            }
        }
        LibraryCommand::List => {
            if let Response::Library { documents, folders } = app.request(Request::LibraryList).await? {
                let own: u64 = folders.iter().map(|folder| folder.documents).sum();
                screen.line(&format!("{:>7}  the bundled encyclopedia", documents.saturating_sub(own)))?;
                for folder in folders {
                    screen.line(&format!("{:>7}  {}", folder.documents, folder.path.display()))?;
                }
            }
        }
        LibraryCommand::Remove { dir } => {
            app.request(Request::LibraryRemove { dir: dir.clone() }).await?;
            screen.line(&format!("{} is searched no more. Its files are untouched.", dir.display()))?;
        }
        LibraryCommand::Build { out } => return build(&out),
    }
    Ok(End::Done)
}

fn report(screen: &mut Screen, indexed: &Indexed) -> std::io::Result<()> {
    let Indexed { indexed: new, unchanged, removed, skipped, .. } = indexed;
    screen.line(&format!("{new} new or changed, {unchanged} unchanged, {removed} gone, {} left out", skipped.len()))?;
    for (path, why) in skipped.iter().take(NAMED) {
        let line = screen.styled(Look::Dim, &format!("  left out: {}: {why}", path.display()));
        screen.line(&line)?;
    }
    if let Some(more) = skipped.len().checked_sub(NAMED).filter(|more| *more > 0) {
        let line = screen.styled(Look::Dim, &format!("  and {more} more"));
        screen.line(&line)?;
    }
    Ok(())
}

/// Writes the articles of the bundled encyclopedia, one JSON object a line.
///
/// # Errors
/// If the facts are wrong or the file cannot be written.
pub fn build(out: &Path) -> Result<End, Failure> {
    let book = Phrasebook::bundled()?;
    let articles = Library::bundled(&book)?.articles(&book);
    let mut lines = String::new();
    for article in &articles {
        lines.push_str(&serde_json::to_string(article).context("an article is no JSON")?);
        lines.push('\n');
    }
    std::fs::write(out, lines).with_context(|| format!("cannot write {}", out.display()))?;
    Screen::stdout().line(&format!("{} articles in {}", articles.len(), out.display()))?;
    Ok(End::Done)
}
