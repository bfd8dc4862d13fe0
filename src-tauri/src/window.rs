//! The window: the plugins, the page in it, and how it begins and ends.

use crate::api::{Language, ShellEvent};
use crate::graphics::{self, Stage};
use crate::links::Link;
use crate::shell::Shell;
use crate::{commands, menu, quit, watchdog};
use lucy_app::Clock;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use tauri::webview::{Color, NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, RunEvent, WebviewWindowBuilder, Wry};
use tauri_plugin_deep_link::DeepLinkExt;
use tauri_plugin_log::{RotationStrategy, Target, TargetKind};
use tauri_plugin_window_state::StateFlags;

/// The name of the window.
pub const MAIN: &str = "main";
/// Of the page, while there is none: the paper of the light theme and the ink of the dark one.
const PAPER: Color = Color(250, 249, 246, 255);
const INK: Color = Color(24, 26, 32, 255);

/// Opens the window and runs until it is closed.
///
/// # Errors
/// If the system has no windows, or none for Lucy.
pub fn run(clock: Clock) -> tauri::Result<ExitCode> {
    let app = builder(clock).build(tauri::generate_context!())?;
    let handle = app.handle().clone();
    let code = app.run_return(|handle, event| match event {
        RunEvent::ExitRequested { api, code, .. } if !handle.state::<Shell>().closing.load(Ordering::SeqCst) => {
            api.prevent_exit();
            quit::begin(handle, code.unwrap_or(0));
        }
        RunEvent::Exit => quit::at_once(handle),
        _ => (),
    });
    if handle.state::<Shell>().start_again.load(Ordering::SeqCst) {
        eprintln!("error: {}", graphics::start_again());
        return Ok(ExitCode::FAILURE);
    }
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Ends Lucy and starts it again with these graphics.
pub fn start_again(handle: &AppHandle, stage: Stage) {
    let shell = handle.state::<Shell>();
    if let Some(Err(error)) = shell.data.as_ref().map(|data| stage.remember(data)) {
        log::error!("the graphics cannot be remembered: {error}");
    }
    shell.start_again.store(true, Ordering::SeqCst);
    quit::begin(handle, 0);
}

fn builder(clock: Clock) -> tauri::Builder<Wry> {
    let position = StateFlags::all() - StateFlags::VISIBLE - StateFlags::DECORATIONS;
    tauri::Builder::default()
        // First: a second Lucy hands its link over and ends before it does anything.
        .plugin(tauri_plugin_single_instance::init(|handle, _, _| to_front(handle)))
        .plugin(log_files())
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(position).build())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .invoke_handler(tauri::generate_handler![
            commands::request,
            commands::subscribe,
            commands::ui_ready,
            commands::shell
        ])
        .on_menu_event(|handle, event| menu::chosen(handle, event.id().as_ref()))
        .setup(move |app| {
            let handle = app.handle();
            log::info!("Lucy {}", app.package_info().version);
            handle.manage(tauri::async_runtime::block_on(Shell::open(clock)));
            quit::on_signals(handle);
            follow_links(handle);
            menu::show(handle, Language::default());
            open(handle)?;
            watchdog::watch(handle);
            Ok(())
        })
}

/// Files with what happened: no questions, no answers.
fn log_files() -> tauri::plugin::TauriPlugin<Wry> {
    tauri_plugin_log::Builder::new()
        .targets([Target::new(TargetKind::LogDir { file_name: Some("lucy".into()) })])
        .level(log::LevelFilter::Info)
        .max_file_size(1_000_000)
        .rotation_strategy(RotationStrategy::KeepSome(3))
        .build()
}

/// Opens the window of the configuration. The page stays where it is: every link is opened by Rust.
fn open(handle: &AppHandle) -> tauri::Result<()> {
    let config = handle.config().app.windows.iter().find(|window| window.label == MAIN).cloned().unwrap_or_default();
    let window = WebviewWindowBuilder::from_config(handle, &config)?
        .background_color(PAPER)
        .on_navigation(|url| is_page(url.scheme(), url.host_str()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Started {
                window.state::<Shell>().page_is_new();
            }
        })
        .build()?;
    if matches!(window.theme(), Ok(tauri::Theme::Dark)) {
        window.set_background_color(Some(INK))?;
    }
    Ok(())
}

/// Whether an address is the page of Lucy, which Windows knows by a host and the others by a scheme.
fn is_page(scheme: &str, host: Option<&str>) -> bool {
    (scheme == "tauri" && host == Some("localhost")) || (cfg!(windows) && host == Some("tauri.localhost"))
}

fn to_front(handle: &AppHandle) {
    if let Some(window) = handle.get_webview_window(MAIN) {
        let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
        if let Err(error) = shown {
            log::warn!("the window does not come to the front: {error}");
        }
    }
}

/// Shows `lucy://` links to the page, also the one that started Lucy.
fn follow_links(handle: &AppHandle) {
    let (followed, links) = (handle.clone(), handle.deep_link());
    if let Ok(Some(urls)) = links.get_current() {
        urls.iter().for_each(|url| follow(handle, url.as_str()));
    }
    links.on_open_url(move |event| {
        to_front(&followed);
        event.urls().iter().for_each(|url| follow(&followed, url.as_str()));
    });
}

fn follow(handle: &AppHandle, url: &str) {
    match Link::parse(url) {
        Some(link) => handle.state::<Shell>().tell(ShellEvent::Link(link)),
        None => log::warn!("a link that is not Lucy's was ignored"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stays_where_it_is() {
        assert!(is_page("tauri", Some("localhost")));
        assert!(!is_page("tauri", Some("evil.example")));
        assert!(!is_page("https", Some("example.org")));
        assert!(!is_page("file", None) && !is_page("data", None) && !is_page("javascript", None));
    }
}
