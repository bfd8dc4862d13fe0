//! What can be typed.

use crate::exit::{End, Failure, HELP};
use crate::serve::{ServeArgs, serve};
use crate::{ask, chat, history, library, model};
use clap::{Args, Parser, Subcommand};
use lucy_app::{App, Clock, DataDir, DeviceChoice, ModelChoice, Options};
use std::path::PathBuf;

/// Lucy answers questions from what it reads, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "lucy", version, about, after_help = HELP, arg_required_else_help = true)]
pub struct Cli {
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask a question
    Ask(AskArgs),
    /// Have a conversation
    Chat(ModelArgs),
    /// Show the latest questions
    History {
        /// How many
        #[arg(long, default_value_t = 20)]
        limit: u32,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Show everything that happened in a run
    Show {
        /// The run, or the beginning of its id
        run: String,
        /// One event a line, as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take up a run that was stopped, cut off or failed
    Resume {
        /// The run, or the beginning of its id
        run: String,
        #[command(flatten)]
        model: ModelArgs,
        /// One event a line, as JSON
        #[arg(long)]
        json: bool,
    },
    /// Forget a run
    Delete {
        /// The run, or the beginning of its id
        run: String,
    },
    /// What is searched: the bundled encyclopedia and your own folders
    #[command(subcommand)]
    Library(LibraryCommand),
    /// Look at models
    #[command(subcommand)]
    Model(ModelCommand),
    /// Open the screen in a browser on this machine
    Serve(ServeArgs),
    /// Measure how fast a model is here
    Bench {
        #[command(flatten)]
        model: ModelArgs,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Measure how often a model answers right
    #[command(subcommand)]
    Eval(crate::eval::EvalCommand),
    /// Train models
    #[cfg(feature = "train")]
    #[command(subcommand)]
    Train(crate::train::TrainCommand),
}

/// A question.
#[derive(Debug, Args)]
pub struct AskArgs {
    /// The question; without one it is read from the standard input
    pub question: Vec<String>,
    #[command(flatten)]
    pub model: ModelArgs,
    /// One event a line, as JSON
    #[arg(long)]
    pub json: bool,
    /// The same seed gives the same answer
    #[arg(long)]
    pub seed: Option<u64>,
    /// The most replies of the model
    #[arg(long)]
    pub max_steps: Option<u32>,
}

/// Which model is run, and where.
#[derive(Debug, Clone, Args)]
pub struct ModelArgs {
    /// A .gguf file, or a folder with config.json and safetensors, instead of the bundled model
    #[arg(long, value_name = "PATH", env = "LUCY_MODEL")]
    pub model: Option<PathBuf>,
    /// Where it runs
    #[arg(long, default_value = "auto", help = devices())]
    pub device: DeviceChoice,
}

/// The devices that this build has, as the help says it.
pub fn devices() -> String {
    let built: Vec<_> = DeviceChoice::built().iter().map(DeviceChoice::to_string).collect();
    format!("Where the model runs: {}", built.join(", "))
}

impl From<ModelArgs> for ModelChoice {
    fn from(args: ModelArgs) -> Self {
        Self { path: args.model, device: args.device }
    }
}

/// What is searched.
#[derive(Debug, Subcommand)]
pub enum LibraryCommand {
    /// Search a folder of Markdown, text and HTML files too; again, to bring it up to date
    Add {
        /// The folder
        dir: PathBuf,
    },
    /// The folders that are searched
    List,
    /// Search a folder no more; its files stay where they are
    Remove {
        /// The folder
        dir: PathBuf,
    },
    /// Write the articles of the bundled encyclopedia (for those who work on Lucy)
    Build {
        /// Where to
        #[arg(long, default_value = "assets/library/articles.jsonl")]
        out: PathBuf,
    },
}

/// Models.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// What a model is
    Info {
        /// A .gguf file, or a folder with config.json and safetensors; none is the bundled model
        path: Option<PathBuf>,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    /// Whether errors are to be JSON too.
    pub fn wants_json(&self) -> bool {
        match self {
            Self::Ask(args) => args.json,
            Self::History { json, .. } | Self::Show { json, .. } | Self::Resume { json, .. } => *json,
            Self::Bench { json, .. } | Self::Model(ModelCommand::Info { json, .. }) => *json,
            _ => false,
        }
    }
}

/// Carries a command out.
///
/// # Errors
/// If it fails; [`crate::exit::code`] says how.
pub fn run(cli: Cli) -> Result<End, Failure> {
    // The time zone must be found before there is a second thread.
    let clock = Clock::local();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let end = runtime.block_on(dispatch(cli.command, clock));
    // A thread that waits for input or loads a model must not hold the program.
    runtime.shutdown_background();
    end
}

async fn dispatch(command: Command, clock: Clock) -> Result<End, Failure> {
    match command {
        Command::Ask(args) => ask::ask(args, clock).await,
        Command::Chat(model) => chat::chat(open(model.into(), clock).await?).await,
        Command::History { limit, json } => history::list(&open_plain(clock).await?, clock, (limit, json)).await,
        Command::Show { run, json } => history::show(&open_plain(clock).await?, &run, json).await,
        Command::Resume { run, model, json } => ask::resume(open(model.into(), clock).await?, run, json).await,
        Command::Delete { run } => history::delete(&open_plain(clock).await?, run).await,
        Command::Library(LibraryCommand::Build { out }) => library::build(&out),
        Command::Library(command) => library::run(&open_plain(clock).await?, command).await,
        Command::Model(ModelCommand::Info { path, json }) => model::info(path, json),
        Command::Serve(args) => serve(args, clock).await,
        Command::Bench { model, json } => model::bench(model.into(), json).await,
        Command::Eval(command) => crate::eval::run(command, clock).await,
        #[cfg(feature = "train")]
        Command::Train(command) => crate::train::run(command).await,
    }
}

/// Opens the app.
///
/// # Errors
/// If its data cannot be opened.
pub async fn open(model: ModelChoice, clock: Clock) -> Result<App, Failure> {
    Ok(App::open(Options { data: DataDir::open()?, model, clock }).await?)
}

async fn open_plain(clock: Clock) -> Result<App, Failure> {
    open(ModelChoice::default(), clock).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_sound_and_the_help_lists_the_codes() {
        Cli::command().debug_assert();
        assert!(Cli::command().render_help().to_string().contains("Exit codes:"));
    }

    #[test]
    fn a_question_needs_no_quotes() {
        let cli = Cli::try_parse_from(["lucy", "ask", "who", "built", "it?", "--seed", "7"]).unwrap();
        let Command::Ask(args) = cli.command else { panic!("not a question") };
        assert_eq!((args.question.join(" ").as_str(), args.seed), ("who built it?", Some(7)));
    }

    #[test]
    fn an_unknown_device_is_told_the_known_ones() {
        let error = Cli::try_parse_from(["lucy", "chat", "--device", "gpu"]).unwrap_err();
        assert!(error.to_string().contains("this build has auto, cpu"), "{error}");
    }
}
