//! Puts the built screen (`ui/dist`) into the program if it is there. `cargo xtask app` builds it first and then sets
//! `LUCY_SCREEN`, so that cargo looks again; everybody else needs no Node.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=LUCY_SCREEN");
    println!("cargo::rerun-if-changed=crates/cli/build.rs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let screen = root.join("ui").join("dist");
    let mut list = String::from("&[\n");
    if screen.is_dir() {
        println!("cargo::rerun-if-changed=ui/dist");
        for path in files(&screen)? {
            let name = path.strip_prefix(&screen).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            list.push_str(&format!("    ({name:?}, include_bytes!({:?})),\n", path.to_string_lossy()));
        }
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("screen.rs"), list)
}

/// The files under a folder, in order.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    let mut found = Vec::new();
    for path in entries {
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    Ok(found)
}
