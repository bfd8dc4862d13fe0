//! The desktop app of Lucy: a window around the page in `ui/`, and what only a shell can do. What Lucy can do is in
//! `lucy_app`.

// Windows opens a console for every program that does not say that it has windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod api;
mod commands;
mod graphics;
mod links;
mod menu;
mod notice;
mod quit;
mod shell;
mod watchdog;
mod window;
mod words;

use lucy_app::{Clock, cpu};
use std::process::ExitCode;

fn main() -> ExitCode {
    cpu::checked(run)
}

/// The time zone and the settings of the graphics must be found before there is a second thread.
#[inline(never)]
fn run() -> ExitCode {
    let clock = Clock::local();
    if let Err(error) = graphics::prepare() {
        eprintln!("Lucy starts with the usual graphics: {error}");
    }
    match window::run(clock) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: the window cannot be opened: {error}");
            ExitCode::FAILURE
        }
    }
}
