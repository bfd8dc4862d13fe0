//! The native menus. They have no keys of their own but those of the system: the page knows the person's shortcuts.

use crate::api::{Language, ShellEvent};
use crate::graphics::Stage;
use crate::shell::Shell;
use crate::words::Words;
use crate::{quit, window};
use tauri::menu::{Menu, MenuBuilder, MenuItem, Submenu, SubmenuBuilder};
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_opener::OpenerExt;

/// The menus and what the page carries out when it is chosen; `-` is a line between groups.
const FILE: &[&str] = &["new_question", "export", "-", "settings"];
const VIEW: &[&str] = &[
    "how",
    "answer",
    "sources",
    "-",
    "history",
    "find",
    "command_palette",
    "-",
    "larger_text",
    "smaller_text",
    "usual_text",
];
const HELP: &[&str] = &["shortcuts", "diagnostics", "-"];
const ABOUT: &str = "about";
/// What the shell carries out itself.
const QUIT: &str = "quit";
const LOG_FOLDER: &str = "log_folder";
const USUAL_GRAPHICS: &str = "usual_graphics";

/// Shows the menus in this language.
pub fn show(handle: &AppHandle, language: Language) {
    let shown = build(handle, Words::of(language)).and_then(|menu| handle.set_menu(menu));
    if let Err(error) = shown {
        log::warn!("the menus cannot be shown: {error}");
    }
}

/// Carries out what the person chose.
pub fn chosen(handle: &AppHandle, item: &str) {
    let shell = handle.state::<Shell>();
    match item {
        QUIT => quit::begin(handle, 0),
        LOG_FOLDER => open_log_folder(handle),
        USUAL_GRAPHICS => window::start_again(handle, Stage::USUAL),
        item => shell.tell(ShellEvent::Menu { item: item.to_owned() }),
    }
}

fn open_log_folder(handle: &AppHandle) {
    let Ok(folder) = handle.path().app_log_dir() else { return };
    if let Err(error) = handle.opener().open_path(folder.to_string_lossy(), None::<&str>) {
        log::warn!("the log folder cannot be opened: {error}");
    }
}

fn build(handle: &AppHandle, words: &Words) -> tauri::Result<Menu<Wry>> {
    let quit = MenuItem::with_id(handle, QUIT, words.say(QUIT), true, Some("CmdOrCtrl+Q"))?;
    let menu = |name, items| entries(SubmenuBuilder::new(handle, words.say(name)), words, items);
    let (file, view, mut help) = (menu("file", FILE), menu("view", VIEW).build()?, menu("help", HELP));
    help = help.text(LOG_FOLDER, words.say(LOG_FOLDER));
    if handle.state::<Shell>().stage() != Stage::USUAL {
        help = help.text(USUAL_GRAPHICS, words.say(USUAL_GRAPHICS));
    }
    let mut menus: Vec<Submenu<Wry>> = Vec::new();
    if cfg!(target_os = "macos") {
        let app = entries(SubmenuBuilder::new(handle, "Lucy"), words, &[ABOUT, "-"]);
        let app = app.services().separator().hide().hide_others().show_all().separator().item(&quit).build()?;
        // Elsewhere copying works without it; on macOS the keys are those of the menu.
        let edit = SubmenuBuilder::new(handle, words.say("edit")).undo().redo().separator();
        menus.extend([app, file.build()?, edit.cut().copy().paste().select_all().build()?, view, help.build()?]);
    } else {
        let help = entries(help, words, &["-", ABOUT]).build()?;
        menus.extend([file.separator().item(&quit).build()?, view, help]);
    }
    menus.iter().fold(MenuBuilder::new(handle), |menu, submenu| menu.item(submenu)).build()
}

type Building<'a> = SubmenuBuilder<'a, Wry, AppHandle>;

fn entries<'a>(menu: Building<'a>, words: &Words, items: &[&str]) -> Building<'a> {
    items.iter().fold(menu, |menu, item| match *item {
        "-" => menu.separator(),
        item => menu.text(item, words.say(item)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_has_words() {
        let words = Words::of(Language::En);
        let own = [ABOUT, QUIT, LOG_FOLDER, USUAL_GRAPHICS, "file", "edit", "view", "help"];
        let items = FILE.iter().chain(VIEW).chain(HELP).chain(&own).filter(|item| **item != "-");
        items.for_each(|item| assert_ne!(words.say(item), *item));
    }
}
