//! A text about this installation that can be pasted into a report. It holds nothing that was asked or read, and no
//! path but that of the data folder.

use super::App;
use crate::bench::peak_memory;
use lucy_store::Filter;
use std::fmt::{Display, Write};
use std::fs;

impl App {
    pub(super) async fn diagnostics(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &dyn Display| _ = writeln!(text, "{name}: {value}");
        line("Lucy", &env!("CARGO_PKG_VERSION"));
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        line("System", &format!("{} {}, {cores} cores", std::env::consts::OS, std::env::consts::ARCH));
        match self.model().await.map(|model| model.info.clone()) {
            Ok(info) => {
                let origin = if info.path.is_none() { "bundled" } else { "added" };
                let (name, quantisation, size) = (&info.name, &info.quantisation, megabytes(info.file_size));
                line(
                    "Model",
                    &format!("{name} ({origin}), {quantisation}, {size}, {} tokens of context", info.context),
                );
                line(
                    "Device",
                    &format!(
                        "{}{}",
                        info.device,
                        info.device_reason.map(|why| format!(" ({why})")).unwrap_or_default()
                    ),
                );
            }
            Err(error) => line("Model", &format!("not loaded ({:?})", error.code)),
        }
        line(
            "Memory",
            &peak_memory().map_or("not told by this system".into(), |bytes| format!("{} at most", megabytes(bytes))),
        );
        match self.store.find_runs(&Filter::default(), 0, 0).await {
            Ok((_, total)) => line("Runs", &total),
            Err(_) => line("Runs", &"the history cannot be read"),
        }
        match self.library().await {
            Ok(library) => line(
                "Documents",
                &library.documents().await.map_or("cannot be counted".into(), |count| count.to_string()),
            ),
            Err(error) => line("Documents", &format!("the library cannot be opened ({:?})", error.code)),
        }
        line("Data folder", &self.data.path().display());
        for (name, bytes) in files(self.data.path()) {
            line(&format!("  {name}"), &megabytes(bytes));
        }
        text
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// The files of the folder with their sizes, in order.
fn files(folder: &std::path::Path) -> Vec<(String, u64)> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.path().is_file());
    let size = |entry: &fs::DirEntry| entry.metadata().map_or(0, |metadata| metadata.len());
    let mut files: Vec<_> =
        files.map(|entry| (entry.file_name().to_string_lossy().into_owned(), size(&entry))).collect();
    files.sort();
    files
}
