//! The files of the screen: those in the program, or those of a folder.

use super::Served;
use crate::exit::Failure;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Name and bytes of each file that was there when the program was built.
static BUILT: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/screen.rs"));

const NOT_BUILT: &str = "The screen is not in this program.\n\nRun `cargo xtask app`, which builds it, or build it in \
                         ui/ with `npm run build` and start `lucy serve --ui ui/dist`.\n";

/// Where the files are.
pub enum Files {
    /// In the program.
    Built,
    /// In a folder.
    Folder(PathBuf),
}

impl Files {
    /// The files of this folder, or without one those in the program.
    ///
    /// # Errors
    /// If the folder has no screen.
    pub fn new(folder: Option<PathBuf>) -> Result<Self, Failure> {
        match folder {
            None => Ok(Self::Built),
            Some(folder) if folder.join("index.html").is_file() => Ok(Self::Folder(folder)),
            Some(folder) => Err(Failure::Other(anyhow::anyhow!(
                "{} has no index.html: build the screen there first",
                folder.display()
            ))),
        }
    }

    /// Whether there is no screen.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Built) && BUILT.is_empty()
    }

    fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            Self::Built => BUILT.iter().find(|(other, _)| *other == name).map(|(_, bytes)| Cow::Borrowed(*bytes)),
            Self::Folder(folder) => {
                // Nothing but names below the folder, and no link that leads out of it.
                let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
                let path = plain.then(|| folder.join(name).canonicalize().ok()).flatten()?;
                let inside = path.starts_with(folder.canonicalize().ok()?);
                inside.then(|| fs::read(path).ok()).flatten().map(Cow::Owned)
            }
        }
    }
}

/// A file of the screen. An address without an ending is a place within the screen.
pub async fn file(State(served): State<Arc<Served>>, uri: Uri) -> Response {
    if served.files.is_empty() {
        return (StatusCode::NOT_FOUND, NOT_BUILT).into_response();
    }
    let name = match uri.path().trim_start_matches('/') {
        place if !place.contains('.') && !place.starts_with("api/") => "index.html",
        name => name,
    };
    match served.files.read(name) {
        Some(bytes) => ([(header::CONTENT_TYPE, kind(name))], bytes).into_response(),
        None => (StatusCode::NOT_FOUND, "There is no such file.\n").into_response(),
    }
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("dist");
        fs::create_dir(&folder).unwrap();
        fs::write(place.path().join("secret.txt"), "secret").unwrap();
        assert!(Files::new(Some(folder.clone())).is_err());
        fs::write(folder.join("index.html"), "<p>").unwrap();
        let files = Files::new(Some(folder.clone())).unwrap();
        assert_eq!(files.read("index.html").as_deref(), Some(&b"<p>"[..]));
        for name in ["../secret.txt", "/etc/passwd", "./../secret.txt", "", "assets/../../secret.txt"] {
            assert!(files.read(name).is_none(), "{name}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(place.path().join("secret.txt"), folder.join("link.txt")).unwrap();
            assert!(files.read("link.txt").is_none());
        }
    }
}
