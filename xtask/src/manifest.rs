//! `cargo xtask manifest`: the file in which an updater looks for a new version, made of the signatures of a release.

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// How the name of a file ends, and the systems that it is for, as Tauri's updater names them.
const SYSTEMS: &[(&str, &[&str])] = &[
    (".AppImage", &["linux-x86_64"]),
    ("-setup.exe", &["windows-x86_64"]),
    (".app.tar.gz", &["darwin-aarch64", "darwin-x86_64"]),
];

/// Writes `latest.json` into the folder of the installers; the arguments are the folder, the version and the address
/// under which the files will be.
///
/// # Errors
/// If there are other arguments, or the folder cannot be read or written.
pub fn run(args: &[OsString]) -> anyhow::Result<ExitCode> {
    let [folder, version, address] = args else { bail!("wanted: a folder, a version and an address") };
    let folder = Path::new(folder);
    let files = signed(folder)?;
    if files.is_empty() {
        println!("Nothing is signed: there is no manifest.");
        return Ok(ExitCode::SUCCESS);
    }
    let text = |word: &OsString| word.to_str().map(String::from).context("an argument is not Unicode");
    let manifest = manifest(&text(version)?, &text(address)?, &files);
    fs::write(folder.join("latest.json"), serde_json::to_string_pretty(&manifest)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Names and signatures of the files that have one.
fn signed(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(name) = name.strip_suffix(".sig") {
            files.push((name.to_owned(), fs::read_to_string(&path)?.trim().to_owned()));
        }
    }
    files.sort();
    Ok(files)
}

fn manifest(version: &str, address: &str, files: &[(String, String)]) -> Value {
    let mut platforms = Map::new();
    for (name, signature) in files {
        let systems = SYSTEMS.iter().find(|(end, _)| name.ends_with(end)).map_or(&[][..], |(_, systems)| systems);
        let build = if name.contains("-cuda") { "-cuda" } else { "" };
        for system in systems {
            let entry = json!({ "signature": signature, "url": format!("{address}/{name}") });
            platforms.insert(format!("{system}{build}"), entry);
        }
    }
    json!({ "version": version, "notes": format!("{address}/"), "platforms": platforms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_finds_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let names = ["Lucy_1.0_amd64.AppImage", "Lucy-cuda_1.0_x64-setup.exe", "Lucy_universal.app.tar.gz"];
        for name in names {
            fs::write(dir.path().join(name), "").unwrap();
            fs::write(dir.path().join(format!("{name}.sig")), format!("signature of {name}\n")).unwrap();
        }
        fs::write(dir.path().join("Lucy_1.0_amd64.deb"), "").unwrap();
        let args = [dir.path().into(), "1.0".into(), "https://example.org/v1.0".into()];
        run(&args).unwrap();
        let latest: Value = serde_json::from_slice(&fs::read(dir.path().join("latest.json")).unwrap()).unwrap();
        assert_eq!(latest["version"], "1.0");
        let systems: Vec<_> = latest["platforms"].as_object().unwrap().keys().collect();
        assert_eq!(systems, ["windows-x86_64-cuda", "linux-x86_64", "darwin-aarch64", "darwin-x86_64"]);
        let linux = &latest["platforms"]["linux-x86_64"];
        assert_eq!(linux["signature"], "signature of Lucy_1.0_amd64.AppImage");
        assert_eq!(linux["url"], "https://example.org/v1.0/Lucy_1.0_amd64.AppImage");
    }

    #[test]
    fn without_signatures_there_is_no_manifest() {
        let dir = tempfile::tempdir().unwrap();
        run(&[dir.path().into(), "1.0".into(), "https://example.org".into()]).unwrap();
        assert!(!dir.path().join("latest.json").exists());
        assert!(run(&[]).is_err());
    }
}
