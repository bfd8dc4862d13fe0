//! The native menus. They have no keys of their own but those of the system: the page knows the person's shortcuts.

use crate::api::{Language, MenuWord, ShellEvent};
use crate::graphics::Stage;
use crate::shell::Shell;
use crate::words::Words;
use crate::{quit, window};
use tauri::menu::{Menu, MenuBuilder, MenuEvent, Submenu, SubmenuBuilder};
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_opener::OpenerExt;

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
pub fn chosen(handle: &AppHandle, event: &MenuEvent) {
    let shell = handle.state::<Shell>();
    match event.id().as_ref() {
        QUIT => quit::begin(handle, 0),
        LOG_FOLDER => open_log_folder(handle),
        USUAL_GRAPHICS => window::start_again(handle, Stage::Usual),
        id => {
            if let Some(item) = Words::of(Language::En).all().find(|word| id_of(*word) == id) {
                shell.tell(ShellEvent::Menu { item });
            }
        }
    }
}

fn open_log_folder(handle: &AppHandle) {
    let opened = handle.path().app_log_dir().map(|folder| {
        handle.opener().open_path(folder.to_string_lossy(), None::<&str>).map_err(|error| error.to_string())
    });
    if let Ok(Err(error)) = opened {
        log::warn!("the log folder cannot be opened: {error}");
    }
}

fn id_of(word: MenuWord) -> String {
    format!("{word:?}")
}

fn build(handle: &AppHandle, words: &Words) -> tauri::Result<Menu<Wry>> {
    let menu = MenuBuilder::new(handle);
    #[cfg(target_os = "macos")]
    let menu = menu.item(&app_menu(handle, words)?);
    let menu = menu.item(&file_menu(handle, words)?);
    // Copying works without it elsewhere; on macOS the keys are those of the menu.
    #[cfg(target_os = "macos")]
    let menu = menu.item(&edit_menu(handle, words)?);
    menu.items(&[&view_menu(handle, words)?, &help_menu(handle, words)?]).build()
}

#[cfg(target_os = "macos")]
fn app_menu(handle: &AppHandle, words: &Words) -> tauri::Result<Submenu<Wry>> {
    let quit = tauri::menu::MenuItem::with_id(handle, QUIT, words.quit, true, Some("Cmd+Q"))?;
    let menu = entries(SubmenuBuilder::new(handle, "Lucy"), words, &[MenuWord::About]).separator();
    menu.services().separator().hide().hide_others().show_all().separator().item(&quit).build()
}

#[cfg(target_os = "macos")]
fn edit_menu(handle: &AppHandle, words: &Words) -> tauri::Result<Submenu<Wry>> {
    let menu = SubmenuBuilder::new(handle, words.edit).undo().redo().separator();
    menu.cut().copy().paste().select_all().build()
}

fn file_menu(handle: &AppHandle, words: &Words) -> tauri::Result<Submenu<Wry>> {
    let menu = SubmenuBuilder::new(handle, words.file);
    let menu = entries(menu, words, &[MenuWord::NewQuestion, MenuWord::Export]).separator();
    let menu = entries(menu, words, &[MenuWord::Settings]);
    #[cfg(not(target_os = "macos"))]
    let menu = {
        let quit = tauri::menu::MenuItem::with_id(handle, QUIT, words.quit, true, Some("Ctrl+Q"))?;
        menu.separator().item(&quit)
    };
    menu.build()
}

fn view_menu(handle: &AppHandle, words: &Words) -> tauri::Result<Submenu<Wry>> {
    let menu = SubmenuBuilder::new(handle, words.view);
    let menu = entries(menu, words, &[MenuWord::How, MenuWord::Answer, MenuWord::Sources]).separator();
    let menu = entries(menu, words, &[MenuWord::History, MenuWord::Find, MenuWord::CommandPalette]).separator();
    entries(menu, words, &[MenuWord::LargerText, MenuWord::SmallerText, MenuWord::UsualText]).build()
}

fn help_menu(handle: &AppHandle, words: &Words) -> tauri::Result<Submenu<Wry>> {
    let menu = SubmenuBuilder::new(handle, words.help);
    let menu = entries(menu, words, &[MenuWord::Shortcuts, MenuWord::Diagnostics]);
    let mut menu = menu.text(LOG_FOLDER, words.log_folder);
    if handle.state::<Shell>().stage() != Stage::Usual {
        menu = menu.text(USUAL_GRAPHICS, words.usual_graphics);
    }
    #[cfg(not(target_os = "macos"))]
    let menu = entries(menu.separator(), words, &[MenuWord::About]);
    menu.build()
}

type Building<'a> = SubmenuBuilder<'a, Wry, AppHandle>;

fn entries<'a>(menu: Building<'a>, words: &Words, items: &[MenuWord]) -> Building<'a> {
    items.iter().fold(menu, |menu, word| menu.text(id_of(*word), words.item(*word)))
}
