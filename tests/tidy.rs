//! What the code must look like: the arrows between crates, who may name which outside crate, sizes, names, module
//! documentation, and that the README's tree is true. An exception is a line here, with its reason.

use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each crate and the crates of the workspace that it may depend on. Siblings never see each other.
const ARROWS: &[(&str, &[&str])] = &[
    ("lucy-protocol", &[]),
    ("lucy-engine", &["lucy-protocol"]),
    ("lucy-tools", &["lucy-protocol"]),
    ("lucy-store", &["lucy-protocol"]),
    ("lucy-agent", &["lucy-protocol"]),
    ("lucy-app", &["lucy-protocol", "lucy-engine", "lucy-tools", "lucy-store", "lucy-agent"]),
    ("lucy-eval", &["lucy-protocol", "lucy-agent"]),
    ("lucy-train", &["lucy-protocol", "lucy-engine", "lucy-agent", "lucy-eval"]),
    // protocol: the screen shows events.
    ("lucy", &["lucy-protocol", "lucy-app", "lucy-eval", "lucy-train"]),
    // protocol: a notice says how a run ended.
    ("lucy-desktop", &["lucy-protocol", "lucy-app"]),
    ("xtask", &[]),
];

/// Outside crates that only these may name.
const RESERVED: &[(&str, &[&str])] = &[
    ("candle-core", &["lucy-engine", "lucy-train"]),
    ("candle-nn", &["lucy-engine", "lucy-train"]),
    ("candle-transformers", &["lucy-engine", "lucy-train"]),
    ("gemm", &["lucy-engine"]),
    ("tokenizers", &["lucy-engine"]),
    ("minijinja", &["lucy-engine"]),
    ("minijinja-contrib", &["lucy-engine"]),
    ("safetensors", &["lucy-engine"]),
    ("rmcp", &["lucy-tools"]),
    ("scraper", &["lucy-tools"]),
    ("ego-tree", &["lucy-tools"]),
    ("reqwest", &["lucy-tools", "lucy-app"]),
    ("sqlx", &["lucy-store", "lucy-tools"]),
    ("hf-hub", &["lucy-app"]),
    ("directories", &["lucy-app"]),
    ("pulldown-cmark", &["lucy-app"]),
    ("ts-rs", &["lucy-protocol", "lucy-app"]),
    ("plotters", &["lucy-train"]),
    ("clap", &["lucy"]),
    ("axum", &["lucy"]),
    ("open", &["lucy"]),
    ("console", &["lucy"]),
    ("rustyline", &["lucy"]),
    ("criterion", &["lucy"]),
    ("tauri", &["lucy-desktop"]),
];

/// What tests and benchmarks may name besides: crate, dependency, reason.
const FOR_TESTS: &[(&str, &str, &str)] = &[
    ("lucy", "lucy-engine", "tests write a model, benchmarks run it and the reply parser"),
    ("lucy", "lucy-tools", "benchmarks search the library"),
    ("lucy", "lucy-store", "benchmarks append to the history"),
    ("lucy", "candle-core", "tests write the weights of a model"),
    ("lucy", "sqlx", "tests make a database of a newer version"),
];

/// Dependencies that no line of code names: crate, dependency, reason.
const NOT_NAMED: &[(&str, &str, &str)] =
    &[("lucy-engine", "gemm", "turns on the AVX-512 kernels of the gemm that candle uses")];

/// Crates that open connections. This version makes none, and the README says so. `hyper` is not among them: axum has
/// its server half.
const NETWORK: &[&str] = &["reqwest", "hyper-rustls", "ureq", "curl", "isahc", "rustls", "native-tls", "openssl"];

/// Files that may hold unsafe code: path, reason.
const UNSAFE: &[(&str, &str)] = &[(
    "crates/train/src/cpu/tiles.rs",
    "tile registers exist in assembly alone, and AVX-512 is not on every processor",
)];

/// Files that may be longer than [`LONGEST_FILE`]: path, lines, reason.
const LONG_FILES: &[(&str, usize, &str)] = &[];

const LONGEST_FILE: usize = 600;
const TESTS_PER_THOUSAND_LINES: usize = 12;
const BANNED: &[&str] = &["Manager", "Service", "Helper", "Util", "Utils", "Common", "Base"];
/// Written apart, so that this file does not hold them.
const UNFINISHED: &[&str] = &[concat!("todo", "!"), concat!("unimplemented", "!"), concat!("FIX", "ME")];
const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/tmp/", "plan")];
/// Folders with Rust of ours, from the root.
const RUST: &[&str] = &["crates", "src-tauri", "xtask", "tests", "benches", "fuzz/fuzz_targets"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Fails with all complaints at once.
#[track_caller]
fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// The files under a folder, in order; hidden ones and build outputs are left out.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with('.') && !matches!(&*name, "target" | "node_modules" | "corpus" | "artifacts")
    };
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries.into_iter().filter(ours).flat_map(below).collect()
}

/// Path from the root, and text, of every Rust file.
fn rust() -> Vec<(String, String)> {
    let all = RUST.iter().flat_map(|folder| files(&root().join(folder)));
    let rust = all.filter(|path| path.extension().is_some_and(|end| end == "rs"));
    rust.map(|path| (shown(&path), fs::read_to_string(&path).unwrap())).collect()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// A package of the workspace.
struct Package {
    name: String,
    folder: String,
    dependencies: Vec<Dependency>,
}

struct Dependency {
    name: String,
    for_tests: bool,
}

/// The packages as cargo sees them. Needs no network: dependencies are not resolved.
fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let dependency = |value: &Value| Dependency { name: text(&value["name"]), for_tests: value["kind"] == "dev" };
    let package = |value: &Value| Package {
        name: text(&value["name"]),
        folder: shown(Path::new(&text(&value["manifest_path"])).parent().unwrap()),
        dependencies: value["dependencies"].as_array().unwrap().iter().map(dependency).collect(),
    };
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

fn excepted(package: &str, dependency: &Dependency) -> bool {
    let listed = |(of, name, _): &&(&str, &str, &str)| *of == package && *name == dependency.name;
    dependency.for_tests && FOR_TESTS.iter().any(|exception| listed(&exception))
}

#[test]
fn the_arrows_between_crates() {
    let packages = packages();
    let names: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(names, ARROWS.iter().map(|(name, _)| *name).collect(), "every crate has its line in ARROWS");
    let mut complaints = Vec::new();
    for package in &packages {
        let allowed = ARROWS.iter().find(|(name, _)| *name == package.name).map_or(&[][..], |(_, to)| to);
        for dependency in package.dependencies.iter().filter(|dependency| names.contains(dependency.name.as_str())) {
            if !allowed.contains(&dependency.name.as_str()) && !excepted(&package.name, dependency) {
                complaints.push(format!("{} must not depend on {}", package.name, dependency.name));
            }
        }
    }
    none(complaints);
}

#[test]
fn who_may_name_which_outside_crate() {
    let mut complaints = Vec::new();
    for package in packages() {
        for dependency in &package.dependencies {
            let owners = RESERVED.iter().find(|(name, _)| *name == dependency.name).map(|(_, owners)| *owners);
            if owners.is_some_and(|owners| !owners.contains(&package.name.as_str()))
                && !excepted(&package.name, dependency)
            {
                complaints.push(format!("{} must not name {}", package.name, dependency.name));
            }
        }
    }
    none(complaints);
}

#[test]
fn no_crate_opens_connections() {
    // What is built for this system, without tests: the lock file also names what Tauri needs on phones.
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--edges", "normal", "--prefix", "none", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.lines().any(|line| line.starts_with("candle-core v")), "{tree}");
    let built = |name: &&&str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    none(NETWORK.iter().filter(built).map(|name| format!("{name} is a dependency")).collect());
}

#[test]
fn every_dependency_is_used() {
    let sources = rust();
    let mut complaints = Vec::new();
    for package in packages() {
        let folders = match package.folder.as_str() {
            "" => vec!["crates/cli/".to_owned(), "tests/".into(), "benches/".into()],
            folder => vec![format!("{folder}/")],
        };
        let own = sources.iter().filter(|(path, _)| folders.iter().any(|folder| path.starts_with(folder)));
        let named: HashSet<&str> = own.flat_map(|(_, text)| path_heads(text)).collect();
        for Dependency { name, .. } in &package.dependencies {
            let excepted = NOT_NAMED.iter().any(|(of, what, _)| *of == package.name && what == name);
            if !excepted && !named.contains(name.replace('-', "_").as_str()) {
                complaints.push(format!("{} depends on {name} and does not use it", package.name));
            }
        }
    }
    none(complaints);
}

#[test]
fn every_shared_version_is_used() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, table) = manifest.split_once("[workspace.dependencies]\n").unwrap();
    let lines = table.lines().take_while(|line| !line.starts_with('['));
    let names =
        lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = ")).map(|pair| pair.0);
    let packages = packages();
    let used: HashSet<&str> =
        packages.iter().flat_map(|package| &package.dependencies).map(|d| d.name.as_str()).collect();
    none(names.filter(|name| !used.contains(name)).map(|name| format!("no crate names {name}")).collect());
}

/// The names before `::`.
fn path_heads(text: &str) -> impl Iterator<Item = &str> {
    let part_of_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices("::").map(move |(at, _)| {
        let before = &text[..at];
        before
            .rfind(|letter| !part_of_name(letter))
            .map_or(before, |end| before[end..].trim_start_matches(|letter| !part_of_name(letter)))
    })
}

#[test]
fn files_are_short() {
    let mut complaints = Vec::new();
    for (path, text) in rust() {
        let most = LONG_FILES.iter().find(|(long, ..)| *long == path).map_or(LONGEST_FILE, |(_, lines, _)| *lines);
        let lines = text.lines().count();
        if lines > most {
            complaints.push(format!("{path} has {lines} lines, {most} are allowed: split it along a noun"));
        }
    }
    none(complaints);
}

#[test]
fn modules_say_what_they_are_for() {
    let silent = rust().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    none(silent.map(|(path, _)| format!("{path} does not begin with //!")).collect());
}

#[test]
fn names_say_something() {
    let mut complaints = Vec::new();
    for (path, text) in rust() {
        for name in type_names(&text) {
            if let Some(word) = words(name).into_iter().find(|word| BANNED.contains(word)) {
                complaints.push(format!("{path}: {name}: {word} says nothing"));
            }
        }
    }
    none(complaints);
}

/// The names of types and traits that a text declares.
fn type_names(text: &str) -> Vec<&str> {
    let code = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    code.flat_map(|line| {
        let tokens: Vec<&str> = line.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).collect();
        let declared = |pair: &[&'_ str]| matches!(pair[0], "struct" | "enum" | "trait" | "type" | "union");
        let names: Vec<&str> = tokens.windows(2).filter(|pair| declared(pair)).map(|pair| pair[1]).collect();
        names
    })
    .collect()
}

/// `FileManager` is `File` and `Manager`.
fn words(name: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = name.match_indices(char::is_uppercase).map(|(at, _)| at).collect();
    starts.push(name.len());
    starts.windows(2).map(|pair| &name[pair[0]..pair[1]]).collect()
}

#[test]
fn nothing_is_unfinished() {
    let mut complaints = Vec::new();
    for (path, text) in rust() {
        for word in UNFINISHED.iter().filter(|word| text.contains(*word)) {
            complaints.push(format!("{path} holds {word}"));
        }
    }
    none(complaints);
}

#[test]
fn there_are_enough_tests() {
    let sources = rust();
    let lines: usize = sources.iter().map(|(_, text)| text.lines().count()).sum();
    let is_test = |line: &&str| line.starts_with("#[test]") || line.starts_with("#[tokio::test");
    let tests: usize = sources.iter().map(|(_, text)| text.lines().map(str::trim_start).filter(is_test).count()).sum();
    let wanted = lines * TESTS_PER_THOUSAND_LINES / 1_000;
    assert!(tests >= wanted, "{tests} tests for {lines} lines: {wanted} are wanted");
}

#[test]
fn unsafe_code_stands_where_it_is_said() {
    let allows = concat!("allow(unsafe", "_code)");
    let holds: BTreeSet<String> =
        rust().into_iter().filter(|(_, text)| text.contains(allows)).map(|(path, _)| path).collect();
    assert_eq!(holds, UNSAFE.iter().map(|(path, _)| (*path).to_string()).collect());
}

#[test]
fn no_path_of_a_machine() {
    let ours = ["crates", "src-tauri", "xtask", "tests", "benches", "fuzz", "assets", "docs", "migrations"];
    let folders = ours.into_iter().chain([".ci", ".cargo", ".github"]);
    let top = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let all = folders.flat_map(|folder| files(&root().join(folder))).chain(top);
    let mut complaints = Vec::new();
    for path in all {
        // Files that are not text hold no paths.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for found in MACHINE_PATHS.iter().filter(|found| text.contains(*found)) {
            complaints.push(format!("{} holds {found}", shown(&path)));
        }
    }
    none(complaints);
}

#[test]
fn the_tree_in_the_readme_is_true() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let tree = tree(&readme);
    assert!(tree.len() > 20, "the README has no tree: {tree:?}");
    let mut complaints: Vec<String> =
        tree.iter().filter(|path| !root().join(path).exists()).map(|path| format!("there is no {path}")).collect();
    for entry in top_level() {
        if !tree.iter().any(|path| path.trim_end_matches('/') == entry) {
            complaints.push(format!("{entry} is not in the README's tree"));
        }
    }
    none(complaints);
}

/// The paths of the block under the heading that names a tree. Two spaces more are one folder deeper.
fn tree(readme: &str) -> Vec<String> {
    let after = readme.lines().skip_while(|line| !(line.starts_with('#') && line.contains("tree")));
    let block = after.skip_while(|line| !line.starts_with("```")).skip(1).take_while(|line| !line.starts_with("```"));
    let mut folders: Vec<&str> = Vec::new();
    let mut paths = Vec::new();
    for line in block {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let Some(name) = line.split_whitespace().next() else { continue };
        folders.truncate(depth);
        paths.push(format!("{}{name}", folders.concat()));
        folders.push(name);
    }
    paths
}

/// What stands at the top of the repository: what git knows, or without git what is there and not hidden.
fn top_level() -> BTreeSet<String> {
    let git = Command::new("git").args(["ls-files"]).current_dir(root()).output();
    if let Some(output) = git.ok().filter(|output| output.status.success()) {
        let listed = String::from_utf8_lossy(&output.stdout).into_owned();
        return listed.lines().filter_map(|path| path.split('/').next()).map(String::from).collect();
    }
    let entries = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    entries.filter(|name| !name.starts_with('.') && name != "target").collect()
}

#[test]
fn links_lead_somewhere() {
    let folders = ["docs", "assets/models", "tests/fixtures", "fuzz"];
    let top = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(|name| root().join(name));
    let below = folders.iter().flat_map(|folder| files(&root().join(folder)));
    let mut complaints = Vec::new();
    for path in top.into_iter().chain(below).filter(|path| path.extension().is_some_and(|end| end == "md")) {
        let text = fs::read_to_string(&path).unwrap();
        let folder = path.parent().unwrap();
        for link in links(&text).into_iter().filter(|link| !link.starts_with("http") && !folder.join(link).exists()) {
            complaints.push(format!("{}: {link} does not exist", shown(&path)));
        }
    }
    none(complaints);
}

/// The addresses of Markdown links, without what follows `#`.
fn links(text: &str) -> Vec<&str> {
    let ends = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    ends.map(|link| link.split('#').next().unwrap_or(link)).filter(|link| !link.is_empty()).collect()
}

#[test]
fn the_continuous_tests_are_the_readmes() {
    let script = fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(script.starts_with("#!") && script.lines().any(|line| line == "cargo xtask test"), "{script}");
}

#[test]
fn these_checks_see_what_they_look_for() {
    let declares = concat!("pub struct File", "Manager;\n// enum Nothing\nimpl Base for X {}");
    assert_eq!(type_names(declares).concat(), concat!("File", "Manager"));
    assert_eq!(words("FileManager"), ["File", "Manager"]);
    assert_eq!(words("Database"), ["Database"]);
    assert_eq!(path_heads("use serde_json::Value;\nstd::fs::read").collect::<Vec<_>>(), ["serde_json", "std", "fs"]);
    assert_eq!(links("a [b](c.md#d) [e](#f) ![g](h.svg)"), ["c.md", "h.svg"]);
    let readme = "# Lucy\n## The tree\n```\na/    first\n  b/  second\n    c third\nd   last\n```\n";
    assert_eq!(tree(readme), ["a/", "a/b/", "a/b/c", "d"]);
}
