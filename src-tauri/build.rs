//! Makes Tauri's files, with a permission for each command of ours: a command without one cannot be called.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["request", "subscribe", "ui_ready", "shell"]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        println!("cargo::error={error:#}");
    }
}
