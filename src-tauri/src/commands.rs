//! The commands that the page may call.

use crate::api::{Language, ShellAnswer, ShellAsk, ShellEvent, ShellStarted};
use crate::shell::Shell;
use crate::{links, menu, notice};
use futures::StreamExt;
use lucy_app::{ApiError, ErrorCode, Request, Response, RunUpdate};
use std::path::Path;
use tauri::ipc::Channel;
use tauri::{AppHandle, State, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tauri_plugin_opener::OpenerExt;
use tokio::sync::oneshot;

/// What the app can do.
#[tauri::command(rename_all = "snake_case")]
pub async fn request(handle: AppHandle, shell: State<'_, Shell>, request: Request) -> Result<Response, ApiError> {
    let response = shell.app()?.request(request).await?;
    if let Response::Started { run } = &response {
        notice::when_ended(&handle, run);
    }
    Ok(response)
}

/// What happens in a run, from event `from_seq` on. Answers when the run is over or the page listens no more.
#[tauri::command(rename_all = "snake_case")]
pub async fn subscribe(
    shell: State<'_, Shell>,
    run: String,
    from_seq: u64,
    channel: Channel<RunUpdate>,
) -> Result<(), ApiError> {
    let mut updates = shell.app()?.subscribe(&run, from_seq).await?;
    let number = channel.id();
    let forward = async move {
        while let Some(update) = updates.next().await {
            if let Err(error) = channel.send(update) {
                log::warn!("the page listens no more: {error}");
                break;
            }
        }
    };
    shell.serve(number, forward).await;
    Ok(())
}

/// The page is there.
#[tauri::command(rename_all = "snake_case")]
pub fn ui_ready(
    handle: AppHandle,
    shell: State<'_, Shell>,
    language: Language,
    events: Channel<ShellEvent>,
) -> ShellStarted {
    log::info!("the page is ready");
    shell.page_is_ready(events, language);
    menu::show(&handle, language);
    ShellStarted { version: handle.package_info().version.to_string(), platform: std::env::consts::OS }
}

/// What only a shell can do.
#[tauri::command(rename_all = "snake_case")]
pub async fn shell(window: WebviewWindow, shell: State<'_, Shell>, ask: ShellAsk) -> Result<ShellAnswer, ApiError> {
    let handle = tauri::Manager::app_handle(&window);
    match ask {
        ShellAsk::SaveFile { name, text } => {
            let dialog = dialog(&window).set_file_name(file_name(&name)).set_can_create_directories(true);
            let path = chosen(|answer| dialog.save_file(answer)).await?;
            if let Some(path) = &path {
                tokio::fs::write(path, text).await.map_err(|error| not_written(path, &error))?;
            }
            Ok(ShellAnswer::Path { path })
        }
        ShellAsk::OpenLink { url } => {
            let refused = || ApiError::new(ErrorCode::BadRequest, format!("only web pages can be opened, not {url}"));
            let url = links::web(&url).ok_or_else(refused)?;
            let opened = handle.opener().open_url(url, None::<&str>);
            opened.map_err(|error| failed(format!("the browser cannot be opened: {error}")))?;
            Ok(ShellAnswer::Done)
        }
        ShellAsk::ChooseFolder => {
            Ok(ShellAnswer::Path { path: chosen(|answer| dialog(&window).pick_folder(answer)).await? })
        }
        ShellAsk::ChooseModel => {
            let dialog = dialog(&window).add_filter("GGUF", &["gguf"]);
            Ok(ShellAnswer::Path { path: chosen(|answer| dialog.pick_file(answer)).await? })
        }
        ShellAsk::Unsubscribe { channel } => {
            shell.unsubscribe(channel);
            Ok(ShellAnswer::Done)
        }
        ShellAsk::Language { language } => {
            shell.set_language(language);
            menu::show(handle, language);
            Ok(ShellAnswer::Done)
        }
    }
}

fn dialog(window: &WebviewWindow) -> FileDialogBuilder<tauri::Wry> {
    window.dialog().file().set_parent(window)
}

/// Shows a dialog and waits for the person, who may choose nothing.
async fn chosen(show: impl FnOnce(Box<dyn FnOnce(Option<FilePath>) + Send>)) -> Result<Option<String>, ApiError> {
    let (answer, answered) = oneshot::channel();
    show(Box::new(move |path| drop(answer.send(path))));
    let Some(path) = answered.await.ok().flatten() else { return Ok(None) };
    let path = path.into_path().map_err(|error| failed(format!("this place cannot be used: {error}")))?;
    let text = path.to_str().map(String::from);
    text.map(Some).ok_or_else(|| failed(format!("the name of {} is not Unicode: choose another", path.display())))
}

/// The name without folders, whoever gave it.
fn file_name(name: &str) -> String {
    let name: String =
        name.chars().map(|letter| if matches!(letter, '/' | '\\' | '\0') { '-' } else { letter }).collect();
    name.trim_start_matches('.').to_owned()
}

fn not_written(path: &str, error: &std::io::Error) -> ApiError {
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull => ErrorCode::DiskFull,
        _ => ErrorCode::Failed,
    };
    ApiError::new(code, format!("{} cannot be written: {error}; choose another place", Path::new(path).display()))
}

fn failed(message: String) -> ApiError {
    ApiError::new(ErrorCode::Failed, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_person_may_choose_nothing() {
        assert_eq!(chosen(|answer| answer(None)).await.unwrap(), None);
        assert_eq!(chosen(drop).await.unwrap(), None);
        let path = FilePath::Path("/somewhere/a.md".into());
        assert_eq!(chosen(|answer| answer(Some(path))).await.unwrap().unwrap(), "/somewhere/a.md");
    }

    #[test]
    fn a_name_is_no_path() {
        assert_eq!(file_name("../../.bashrc"), "-..-.bashrc");
        assert_eq!(file_name("When was it?.md"), "When was it?.md");
    }

    #[test]
    fn a_full_disk_has_its_code() {
        let full = not_written("a", &std::io::ErrorKind::StorageFull.into());
        assert_eq!(full.code, ErrorCode::DiskFull);
        assert_eq!(not_written("a", &std::io::ErrorKind::NotFound.into()).code, ErrorCode::Failed);
    }
}
