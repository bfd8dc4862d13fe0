//! `lucy`, the command line.

mod args;
mod ask;
mod chat;
mod eval;
mod exit;
mod history;
mod interrupt;
mod library;
mod model;
mod screen;
mod serve;
#[cfg(feature = "train")]
mod train;
mod view;
mod wrap;

use clap::Parser;
use lucy_app::cpu;
use std::process::ExitCode;

/// Nothing but the check of the processor happens here: everything else may need what an old one lacks.
fn main() -> ExitCode {
    match cpu::missing() {
        missing if missing.is_empty() => run(),
        missing => {
            eprintln!("{}", cpu::message(&missing));
            ExitCode::FAILURE
        }
    }
}

#[inline(never)]
fn run() -> ExitCode {
    let cli = args::Cli::parse();
    let json = cli.command.wants_json();
    exit::code(args::run(cli), json)
}
