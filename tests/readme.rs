//! The commands and options that the README and the documents show exist.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The text that `lucy` gives with these words and `--help`.
fn help(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_lucy")).args(words).arg("--help").output().unwrap();
    assert!(output.status.success(), "lucy {} --help failed", words.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

/// The lines of the code blocks of a text, without comments.
fn code(text: &str) -> Vec<&str> {
    let blocks = text.split("```").skip(1).step_by(2);
    let lines = blocks.flat_map(|block| block.lines().skip(1));
    lines.map(|line| line.split(" #").next().unwrap_or(line).trim()).collect()
}

/// What follows the program's name in a line that runs it.
fn arguments(line: &str) -> Option<Vec<&str>> {
    let arguments = match line.strip_prefix("cargo run --release") {
        Some(rest) => rest.split_once("-- ")?.1,
        None => line.strip_prefix("lucy ").or_else(|| Some(line.split_once("| lucy ")?.1))?,
    };
    Some(arguments.split_whitespace().collect())
}

/// Whether a help text lists this command.
fn lists(help: &str, command: &str) -> bool {
    let commands = help.lines().skip_while(|line| *line != "Commands:").take_while(|line| !line.is_empty());
    commands.skip(1).any(|line| line.split_whitespace().next() == Some(command))
}

fn check(path: &Path) -> usize {
    let text = fs::read_to_string(path).unwrap();
    let commands: Vec<_> = code(&text).into_iter().filter_map(arguments).collect();
    let offered = |command: &&Vec<&str>| cfg!(feature = "train") || command[0] != "train";
    for command in commands.iter().filter(offered) {
        let mut known = 0;
        let mut text = help(&[]);
        while command.get(known).is_some_and(|word| lists(&text, word)) {
            known += 1;
            text = help(&command[..known]);
        }
        assert!(known > 0, "{}: there is no `lucy {}`", path.display(), command[0]);
        for option in command.iter().filter(|word| word.starts_with("--")) {
            let known = text.split(|letter: char| letter.is_whitespace() || letter == ',').any(|word| word == *option);
            assert!(known, "{}: `lucy {}` has no {option}", path.display(), command.join(" "));
        }
    }
    commands.len()
}

#[test]
fn what_the_readme_shows_can_be_typed() {
    assert!(check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")) > 20);
}

#[test]
fn what_the_documents_show_can_be_typed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let texts = docs.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let shown: usize = texts.chain([root.join("assets/models/README.md")]).map(|path| check(&path)).sum();
    assert!(shown > 5);
}

#[test]
fn lines_are_taken_apart() {
    assert_eq!(arguments("cargo run --release -- ask \"Who?\"").unwrap(), ["ask", "\"Who?\""]);
    assert_eq!(arguments("cargo run --release --features cuda -- train sft x").unwrap(), ["train", "sft", "x"]);
    assert_eq!(arguments("echo \"who\" | lucy ask --json").unwrap(), ["ask", "--json"]);
    assert_eq!(arguments("cargo xtask app"), None);
    assert_eq!(code("a\n```\nlucy chat   # talk\n```\nb"), ["lucy chat"]);
}
