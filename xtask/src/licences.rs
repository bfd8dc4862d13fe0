//! `cargo xtask licences`: writes what Lucy is made of, each crate and each package of the screen with its version and
//! its licence, and the texts of the licences once. The settings show it. It reads what cargo and npm have fetched for
//! the lock files and needs no network; a test compares the list with the lock files.

mod allowed;
mod text;

use crate::{cargo, root, screen};
use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use text::Text;

/// The list, from the folder of the screen.
const LIST: &str = "src/pages/settings/licences.json";

/// The programs that are given to people.
const PROGRAMS: [&str; 2] = ["lucy", "lucy-desktop"];

/// What they are built for.
const SYSTEMS: [&str; 4] =
    ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin", "x86_64-apple-darwin"];

/// Licences of what is inside a crate: its name, and the file.
const INSIDE: &[(&str, &str)] = &[("onig_sys", "oniguruma/COPYING")];

/// How the files of licences begin.
const FILES: [&str; 4] = ["LICENSE", "LICENCE", "COPYING", "UNLICENSE"];

/// Something that Lucy is made of.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    /// `crate` or `npm`.
    from: &'static str,
    /// The licence, as the package says it.
    licence: String,
    /// Who made it, for a package without a notice.
    authors: Vec<String>,
    folder: PathBuf,
}

/// Writes the list.
///
/// # Errors
/// If something was not fetched, or may not be given on with Lucy.
pub fn run() -> anyhow::Result<ExitCode> {
    let mut packages = crates()?;
    packages.extend(of_the_screen()?);
    packages.sort();
    let list = list(&packages)?;
    let path = screen::folder().join(LIST);
    fs::write(&path, list).with_context(|| format!("{} cannot be written", path.display()))?;
    println!("{}: {} packages", path.display(), packages.len());
    Ok(ExitCode::SUCCESS)
}

/// The crates that the programs hold on any system.
fn crates() -> anyhow::Result<Vec<Package>> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--offline", "--all-features"]).current_dir(root());
    SYSTEMS.iter().for_each(|system| _ = command.args(["--filter-platform", system]));
    let metadata: Value = serde_json::from_str(&said(&mut command)?)?;
    let by_id = |list: &Value| -> BTreeMap<String, Value> {
        list.as_array().into_iter().flatten().map(|entry| (text_of(entry, "id"), entry.clone())).collect()
    };
    let (packages, nodes) = (by_id(&metadata["packages"]), by_id(&metadata["resolve"]["nodes"]));
    let is_program = |package: &Value| PROGRAMS.iter().any(|name| package["name"] == *name);
    let mut open: Vec<String> = packages.iter().filter(|(_, p)| is_program(p)).map(|(id, _)| id.clone()).collect();
    let mut held = BTreeSet::new();
    while let Some(id) = open.pop() {
        let needs = nodes.get(&id).and_then(|node| node["deps"].as_array()).into_iter().flatten();
        let built_in = |need: &&Value| kinds(need).any(|kind| kind["kind"].is_null());
        let needed: Vec<String> = needs.filter(built_in).map(|need| text_of(need, "pkg")).collect();
        if held.insert(id) {
            open.extend(needed);
        }
    }
    let others = packages.iter().filter(|(id, package)| held.contains(*id) && !package["source"].is_null());
    let package = |(_, package): (&String, &Value)| Package {
        name: text_of(package, "name"),
        version: text_of(package, "version"),
        from: "crate",
        licence: text_of(package, "license"),
        authors: package["authors"].as_array().into_iter().flatten().map(author).collect(),
        folder: Path::new(&text_of(package, "manifest_path")).parent().unwrap_or(root()).to_path_buf(),
    };
    Ok(others.map(package).collect())
}

fn kinds(need: &Value) -> impl Iterator<Item = &Value> {
    need["dep_kinds"].as_array().into_iter().flatten()
}

/// The packages that the built screen may hold.
fn of_the_screen() -> anyhow::Result<Vec<Package>> {
    let mut packages = BTreeMap::new();
    for (path, name, version, licence) in npm_lock()? {
        let folder = screen::folder().join(path);
        let manifest = fs::read_to_string(folder.join("package.json"));
        let manifest = manifest.with_context(|| format!("{name} is not there; run `npm ci` in ui/"))?;
        let manifest: Value = serde_json::from_str(&manifest)?;
        let by = [&manifest["author"], &manifest["author"]["name"]];
        let authors = by.into_iter().filter(|name| name.is_string()).map(author).collect();
        let key = (name.clone(), version.clone());
        packages.insert(key, Package { name, version, from: "npm", licence, authors, folder });
    }
    Ok(packages.into_values().collect())
}

/// Folder, name, version and licence of each package of npm's lock file that is not for development alone.
fn npm_lock() -> anyhow::Result<Vec<(String, String, String, String)>> {
    let lock: Value = serde_json::from_str(&fs::read_to_string(screen::folder().join("package-lock.json"))?)?;
    let entries = lock["packages"].as_object().into_iter().flatten();
    let is_held = |entry: &Value| ["dev", "devOptional", "optional", "peer"].iter().all(|flag| entry[flag] != true);
    let held = entries.filter(|(path, entry)| !path.is_empty() && is_held(entry));
    let name = |path: &str| path.rsplit("node_modules/").next().unwrap_or(path).to_owned();
    Ok(held.map(|(path, e)| (path.clone(), name(path), text_of(e, "version"), text_of(e, "license"))).collect())
}

/// The list as JSON, one package and one text a line.
fn list(packages: &[Package]) -> anyhow::Result<String> {
    // Lucy's own licence comes first: the text that all under the same licence share.
    let mut texts = Texts::default();
    let own = text::read(&fs::read_to_string(root().join("LICENSE"))?).context("the licence of Lucy is not known")?;
    texts.put(&own);
    let mut rows = Vec::new();
    for package in packages {
        rows.push((package, texts.of(package)?));
    }
    let mut lines = Vec::new();
    for (package, Found { mut by, texts: mut found, missing }) in rows {
        for licence in missing {
            let usual = texts.usual(licence).with_context(|| format!("there is no text of {licence}"))?;
            found.push(usual);
        }
        by.dedup();
        // The Apache License asks for no notice.
        if by.is_empty() && found != [0] {
            by.clone_from(&package.authors);
        }
        let Package { name, version, from, licence, .. } = package;
        lines.push(json!({
            "name": name, "version": version, "from": from, "licence": licence, "by": by, "texts": found,
        }));
    }
    let names = texts.names();
    let texts = texts.kept.iter().zip(names).map(|(text, name)| json!({ "name": name, "text": text.body }));
    let rows = |lines: Vec<Value>| lines.iter().map(Value::to_string).collect::<Vec<_>>().join(",\n");
    Ok(format!("{{\"packages\":[\n{}\n],\"texts\":[\n{}\n]}}\n", rows(lines), rows(texts.collect())))
}

/// What is found in a package.
struct Found {
    /// Its notices of copyright.
    by: Vec<String>,
    /// Its texts, by their places in the list.
    texts: Vec<usize>,
    /// Licences of which it has no text.
    missing: Vec<&'static str>,
}

/// The texts of all packages, each once.
#[derive(Default)]
struct Texts {
    kept: Vec<Text>,
    uses: Vec<usize>,
}

impl Texts {
    fn put(&mut self, text: &Text) -> usize {
        let known = self.kept.iter().position(|other| other.key == text.key);
        let place = known.unwrap_or_else(|| {
            self.kept.push(text.clone());
            self.uses.push(0);
            self.kept.len() - 1
        });
        self.uses[place] += 1;
        place
    }

    /// What is in the files of a package about the licences that Lucy uses it under.
    fn of(&mut self, package: &Package) -> anyhow::Result<Found> {
        let named = format!("{} {}", package.name, package.version);
        let licences = allowed::choose(&package.licence).with_context(|| named.clone())?;
        let files: Vec<Text> = files(&package.folder)?.iter().filter_map(|text| text::read(text)).collect();
        let mut found = Found { by: Vec::new(), texts: Vec::new(), missing: Vec::new() };
        let mut take = |text: &Text, found: &mut Found| {
            let place = self.put(text);
            if !found.texts.contains(&place) {
                found.texts.push(place);
                found.by.extend(text.notices.iter().cloned());
            }
        };
        for licence in licences {
            let mut fitting = files.iter().filter(|text| text.licences.contains(&licence));
            match fitting.next() {
                Some(text) => take(text, &mut found),
                None => found.missing.push(licence),
            }
        }
        for (_, file) in INSIDE.iter().filter(|(name, _)| *name == package.name) {
            let inside = fs::read_to_string(package.folder.join(file)).with_context(|| named.clone())?;
            take(&text::read(&inside).with_context(|| format!("{named}: {file} is not known"))?, &mut found);
        }
        Ok(found)
    }

    /// The text that most packages of a licence have.
    fn usual(&self, licence: &str) -> Option<usize> {
        let of_it = |place: &usize| self.kept[*place].licences == [licence];
        (0..self.kept.len()).rev().filter(of_it).max_by_key(|place| self.uses[*place])
    }

    /// Names that tell the texts apart.
    fn names(&self) -> Vec<String> {
        let mut counts = BTreeMap::new();
        let mut name = |text: &Text| {
            let name = text.licences.join(", ");
            let count = counts.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
            if *count == 1 { name } else { format!("{name} ({count})") }
        };
        self.kept.iter().map(&mut name).collect()
    }
}

/// The texts of the files in a folder that are named as licences are.
fn files(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        if name.starts_with("NOTICE") {
            bail!("{} must be shown: let this program put it into the list", path.display());
        }
        if name == "LICENSES" && path.is_dir() {
            for entry in fs::read_dir(&path)?.filter_map(Result::ok) {
                texts.push(fs::read_to_string(entry.path())?);
            }
        } else if FILES.iter().any(|start| name.starts_with(start)) && path.is_file() {
            // What is no text is no licence.
            texts.extend(fs::read_to_string(&path).ok());
        }
    }
    Ok(texts)
}

/// `Ann` of `Ann <ann@example>`.
fn author(text: &Value) -> String {
    let text = text.as_str().unwrap_or_default();
    text.split(['<', '(']).next().unwrap_or_default().trim().to_owned()
}

fn text_of(entry: &Value, key: &str) -> String {
    entry[key].as_str().unwrap_or_default().to_owned()
}

fn said(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Name and version.
    type Names = HashSet<(String, String)>;

    fn committed() -> Value {
        serde_json::from_str(&fs::read_to_string(screen::folder().join(LIST)).unwrap()).unwrap()
    }

    fn listed(from: &str) -> Names {
        let list = committed();
        let packages = list["packages"].as_array().unwrap().iter().filter(|package| package["from"] == from);
        packages.map(|package| (text_of(package, "name"), text_of(package, "version"))).collect()
    }

    /// The crates of the lock file that are not Lucy's own.
    fn cargo_lock() -> Names {
        let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
        let others = lock.split("[[package]]").filter(|entry| entry.contains("\nsource = "));
        let value = |entry: &str, key: &str| {
            let line = entry.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
            line.trim_matches([' ', '=', '"']).to_owned()
        };
        others.map(|entry| (value(entry, "name"), value(entry, "version"))).collect()
    }

    #[track_caller]
    fn none(names: &mut dyn Iterator<Item = &(String, String)>, what: &str) {
        let names: Vec<String> = names.map(|(name, version)| format!("{name} {version}")).collect();
        assert!(names.is_empty(), "{what}; run `cargo xtask licences`: {}", names.join(", "));
    }

    #[test]
    fn the_crates_are_those_of_the_lock_file_and_of_this_system() {
        let (listed, locked) = (listed("crate"), cargo_lock());
        assert!(listed.len() > 100, "{} crates", listed.len());
        none(&mut listed.difference(&locked), "in the list but not in Cargo.lock");
        let tree = ["tree", "--edges", "normal", "--prefix", "none", "--offline", "--format", "{p}"];
        let programs = PROGRAMS.iter().flat_map(|name| ["--package", *name]);
        let tree = said(cargo().args(tree).args(programs).current_dir(root())).unwrap();
        let version = |line: &str| {
            let (name, rest) = line.split_once(" v")?;
            Some((name.to_owned(), rest.split(' ').next()?.to_owned()))
        };
        let built: Names = tree.lines().filter_map(version).filter(|name| locked.contains(name)).collect();
        assert!(built.len() > 100, "{tree}");
        none(&mut built.difference(&listed), "built in but not in the list");
    }

    #[test]
    fn the_packages_are_those_of_the_screens_lock_file() {
        let locked = npm_lock().unwrap().into_iter().map(|(_, name, version, _)| (name, version)).collect();
        let listed = listed("npm");
        assert!(listed.iter().any(|(name, _)| name == "react"));
        assert!(
            !listed.iter().any(|(name, _)| name == "vitest" || name == "typescript"),
            "tools are not in the screen"
        );
        none(&mut listed.symmetric_difference(&locked), "not both in package-lock.json and in the list");
    }

    #[test]
    fn every_licence_may_be_given_on_and_has_its_text() {
        let list = committed();
        let texts = list["texts"].as_array().unwrap();
        for package in list["packages"].as_array().unwrap() {
            let licences = allowed::choose(&text_of(package, "licence")).unwrap();
            let places = package["texts"].as_array().unwrap();
            assert!(places.len() >= licences.len() || places.len() == 1, "{package}");
            for licence in licences {
                let names = |place: &Value| text_of(&texts[place.as_u64().unwrap() as usize], "name");
                assert!(places.iter().any(|place| names(place).contains(licence)), "{licence} of {package}");
            }
        }
        let unused = (0..texts.len()).find(|place| {
            let uses = |package: &Value| package["texts"].as_array().unwrap().contains(&json!(place));
            *place > 0 && !list["packages"].as_array().unwrap().iter().any(uses)
        });
        assert_eq!(unused, None, "a text that nothing uses");
    }

    #[test]
    fn a_package_without_a_text_gets_the_usual_one_and_its_authors() {
        let dir = tempfile::tempdir().unwrap();
        let mit = "MIT License\n\nCopyright (c) 2020 Ann\n\nPermission is hereby granted, free of charge, to any person \
                   obtaining a copy. The above copyright notice and this permission notice shall be included.";
        let package = |name: &str, text: Option<&str>| {
            let folder = dir.path().join(name);
            fs::create_dir_all(&folder).unwrap();
            text.into_iter().for_each(|text| fs::write(folder.join("LICENSE-MIT"), text).unwrap());
            let (licence, authors) = ("MIT".into(), vec![author(&json!("Bob <b@c.example>"))]);
            Package { name: name.into(), version: "1.0.0".into(), from: "crate", licence, authors, folder }
        };
        let same = mit.replace("Ann", "Cy").replace(", ", ",\n  ");
        let packages = [package("a", Some(mit)), package("b", None), package("c", Some(&same))];
        let list: Value = serde_json::from_str(&list(&packages).unwrap()).unwrap();
        let by: Vec<_> = list["packages"].as_array().unwrap().iter().map(|package| &package["by"]).collect();
        assert_eq!(by, [&json!(["Copyright (c) 2020 Ann"]), &json!(["Bob"]), &json!(["Copyright (c) 2020 Cy"])]);
        assert!(list["packages"].as_array().unwrap().iter().all(|package| package["texts"] == json!([1])));
        assert!(!text_of(&list["texts"][1], "text").contains("2020"), "a text names nobody: {list}");
        fs::write(dir.path().join("a/NOTICE"), "x").unwrap();
        assert!(super::list(&packages).unwrap_err().to_string().contains("must be shown"));
    }
}
