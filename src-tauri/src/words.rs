//! The words of the menus and the notices in the languages of Lucy.

use crate::api::{Language, MenuWord};

/// The words of one language.
pub struct Words {
    pub file: &'static str,
    #[cfg_attr(not(target_os = "macos"), allow(dead_code))]
    pub edit: &'static str,
    pub view: &'static str,
    pub help: &'static str,
    pub quit: &'static str,
    pub log_folder: &'static str,
    pub usual_graphics: &'static str,
    pub answered: &'static str,
    pub no_answer: &'static str,
    pub failed: &'static str,
    pub blank: &'static str,
    pub blank_still: &'static str,
    pub safe_graphics: &'static str,
    pub load_again: &'static str,
    pub wait: &'static str,
    items: [(MenuWord, &'static str); 15],
}

impl Words {
    /// The words of a language.
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
        }
    }

    /// What an entry of the menu is called.
    pub fn item(&self, word: MenuWord) -> &'static str {
        self.items.iter().find(|(item, _)| *item == word).map_or("", |(_, text)| text)
    }

    /// All entries that the page carries out.
    pub fn all(&self) -> impl Iterator<Item = MenuWord> {
        self.items.iter().map(|(word, _)| *word)
    }
}

static ENGLISH: Words = Words {
    file: "File",
    edit: "Edit",
    view: "View",
    help: "Help",
    quit: "Quit Lucy",
    log_folder: "Open the log folder",
    usual_graphics: "Use the usual graphics again",
    answered: "Lucy has an answer",
    no_answer: "Lucy found no answer",
    failed: "Lucy could not go on",
    blank: "The page does not come up. The graphics driver may be the reason. Nothing is lost.",
    blank_still: "The page does not come up. Nothing is lost. The log folder holds what happened.",
    safe_graphics: "Start with safe graphics",
    load_again: "Start again",
    wait: "Wait",
    items: [
        (MenuWord::NewQuestion, "New question"),
        (MenuWord::Export, "Export…"),
        (MenuWord::Settings, "Settings…"),
        (MenuWord::History, "History"),
        (MenuWord::Find, "Find in this run"),
        (MenuWord::CommandPalette, "Command palette"),
        (MenuWord::How, "How"),
        (MenuWord::Answer, "Answer"),
        (MenuWord::Sources, "Sources"),
        (MenuWord::LargerText, "Larger text"),
        (MenuWord::SmallerText, "Smaller text"),
        (MenuWord::UsualText, "Usual text size"),
        (MenuWord::Shortcuts, "Keyboard shortcuts"),
        (MenuWord::Diagnostics, "Diagnostics"),
        (MenuWord::About, "About Lucy"),
    ],
};

static GERMAN: Words = Words {
    file: "Datei",
    edit: "Bearbeiten",
    view: "Ansicht",
    help: "Hilfe",
    quit: "Lucy beenden",
    log_folder: "Ordner der Protokolle öffnen",
    usual_graphics: "Wieder die übliche Grafik verwenden",
    answered: "Lucy hat eine Antwort",
    no_answer: "Lucy fand keine Antwort",
    failed: "Lucy konnte nicht weitermachen",
    blank: "Die Seite erscheint nicht. Es kann am Grafiktreiber liegen. Nichts ist verloren.",
    blank_still: "Die Seite erscheint nicht. Nichts ist verloren. Was geschah, steht im Ordner der Protokolle.",
    safe_graphics: "Mit sicherer Grafik starten",
    load_again: "Neu starten",
    wait: "Warten",
    items: [
        (MenuWord::NewQuestion, "Neue Frage"),
        (MenuWord::Export, "Exportieren …"),
        (MenuWord::Settings, "Einstellungen …"),
        (MenuWord::History, "Verlauf"),
        (MenuWord::Find, "In diesem Lauf suchen"),
        (MenuWord::CommandPalette, "Befehle"),
        (MenuWord::How, "Weg"),
        (MenuWord::Answer, "Antwort"),
        (MenuWord::Sources, "Quellen"),
        (MenuWord::LargerText, "Größerer Text"),
        (MenuWord::SmallerText, "Kleinerer Text"),
        (MenuWord::UsualText, "Übliche Textgröße"),
        (MenuWord::Shortcuts, "Tastenkürzel"),
        (MenuWord::Diagnostics, "Diagnose"),
        (MenuWord::About, "Über Lucy"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_has_a_name_in_every_language() {
        let (english, german) = (Words::of(Language::En), Words::of(Language::De));
        assert!(english.all().eq(german.all()));
        assert!(english.all().all(|word| !english.item(word).is_empty() && !german.item(word).is_empty()));
        assert_eq!(german.item(MenuWord::NewQuestion), "Neue Frage");
    }
}
