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

fn main() -> ExitCode {
    cpu::checked(run)
}

#[inline(never)]
fn run() -> ExitCode {
    let cli = args::Cli::parse();
    let json = cli.command.wants_json();
    exit::code(args::run(cli), json)
}
