//! The words between the page and the shell, beside those of `lucy_app`.

use serde::{Deserialize, Serialize};

/// A language of the menus and the notices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

/// What the page asks of the shell.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum ShellAsk {
    /// Ask the person where, and write a file there. The answer is the path.
    SaveFile {
        /// The name that is offered.
        name: String,
        /// What is written.
        text: String,
    },
    /// Open a web page in the browser of the system.
    OpenLink {
        /// An `http` or `https` address.
        url: String,
    },
    /// Ask the person for a folder.
    ChooseFolder,
    /// Ask the person for a model file.
    ChooseModel,
    /// Send no more to a channel that was given to `subscribe`.
    Unsubscribe {
        /// Its number.
        channel: u32,
    },
    /// Show the menus in this language.
    Language {
        /// The language.
        language: Language,
    },
}

/// What the shell answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum ShellAnswer {
    /// It was done.
    Done,
    /// What the person chose.
    Path {
        /// The path; none if the person chose nothing.
        path: Option<String>,
    },
}

/// What the page learns when it says that it is there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShellStarted {
    /// The version of Lucy.
    pub version: String,
    /// `linux`, `macos` or `windows`.
    pub platform: &'static str,
}

/// What the shell tells the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ShellEvent {
    /// The person chose something in the menu.
    Menu {
        /// What: its name in `words/`.
        item: String,
    },
    /// The person followed a `lucy://` link. It is shown for review and never acts.
    Link(crate::links::Link),
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_str, to_string};

    #[test]
    fn the_page_asks_in_json() {
        let ask = |json| from_str::<ShellAsk>(json).unwrap();
        assert_eq!(ask(r#"{"ask":"choose_folder"}"#), ShellAsk::ChooseFolder);
        assert_eq!(ask(r#"{"ask":"language","language":"de"}"#), ShellAsk::Language { language: Language::De });
        assert!(from_str::<ShellAsk>(r#"{"ask":"delete_folder"}"#).is_err());
    }

    #[test]
    fn the_shell_tells_in_json() {
        let event = ShellEvent::Menu { item: "new_question".into() };
        assert_eq!(to_string(&event).unwrap(), r#"{"event":"menu","item":"new_question"}"#);
        let link = crate::links::Link::parse("lucy://ask?question=Who%3F").unwrap();
        let json = r#"{"event":"link","action":"ask","parameters":[["question","Who?"]]}"#;
        assert_eq!(to_string(&ShellEvent::Link(link)).unwrap(), json);
        assert_eq!(to_string(&ShellAnswer::Path { path: None }).unwrap(), r#"{"answer":"path","path":null}"#);
    }
}
