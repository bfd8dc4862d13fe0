//! `lucy chat`: a conversation in the terminal.

use crate::ask::watch;
use crate::exit::{End, Failure};
use crate::interrupt::Interrupt;
use crate::screen::{Look, Screen, plain};
use crate::view::View;
use lucy_app::{App, Ask, ErrorCode, Request, Response};
use lucy_protocol::Source;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use std::io::{self, BufRead, IsTerminal};

const PROMPT: &str = "› ";

const HELP: &str = "  /sources  what the last answer was made from
  /new      begin another conversation
  /help     this
  /quit     leave (so does Ctrl-D)
Ctrl-C stops an answer and keeps what was said. Pasted lines are one question.";

/// Holds a conversation until the person leaves.
///
/// # Errors
/// If the model cannot be loaded or nobody reads the output.
pub async fn chat(app: App) -> Result<End, Failure> {
    let mut screen = Screen::stdout();
    screen.status("loading the model")?;
    let model = app.model().await?;
    let greeting = format!("{} on {} · /help says what can be typed", model.info.name, model.info.device);
    let greeting = screen.styled(Look::Dim, &greeting);
    screen.line(&greeting)?;
    let mut chat = Chat { app, screen, interrupt: Interrupt::listen(), previous: None, sources: Vec::new() };
    let talked = chat.talk().await;
    chat.app.close().await;
    talked
}

/// A conversation.
struct Chat {
    app: App,
    screen: Screen,
    interrupt: Interrupt,
    /// The run before.
    previous: Option<String>,
    /// What it read.
    sources: Vec<Source>,
}

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    Nothing,
    Quit,
    Help,
    Sources,
    New,
    Unknown(String),
    Question(String),
}

impl Chat {
    async fn talk(&mut self) -> Result<End, Failure> {
        let mut input = Input::open()?;
        loop {
            self.interrupt.reset();
            let line;
            (input, line) = tokio::task::spawn_blocking(move || input.read()).await.map_err(anyhow::Error::from)?;
            let Some(line) = line? else { return Ok(End::Done) };
            match understand(&line) {
                Typed::Nothing => (),
                Typed::Quit => return Ok(End::Done),
                Typed::Help => self.screen.line(HELP)?,
                Typed::Sources => self.show_sources()?,
                Typed::New => {
                    self.previous = None;
                    self.screen.line("A new conversation.")?;
                }
                Typed::Unknown(command) => {
                    self.screen.line(&format!("There is no {}. /help says what there is.", plain(&command)))?;
                }
                Typed::Question(question) => self.answer(question).await?,
            }
        }
    }

    /// A question that cannot be answered does not end the conversation, unless nothing can be kept any more.
    async fn answer(&mut self, question: String) -> Result<(), Failure> {
        let ask = Ask { question, previous: self.previous.clone(), ..Ask::default() };
        let run = match self.app.request(Request::Ask(ask)).await {
            Ok(Response::Started { run }) => run,
            Ok(_) => return Ok(()),
            Err(error) if error.code == ErrorCode::BadRequest => {
                let line = self.screen.styled(Look::Bad, &error.message);
                return Ok(self.screen.line(&line)?);
            }
            Err(error) => return Err(error.into()),
        };
        let mut view = View::new(&mut self.screen, false);
        watch(&self.app, &run, &self.interrupt, &mut |update| view.update(update)).await?;
        view.footer(&run)?;
        self.sources = view.into_transcript().sources;
        self.previous = Some(run);
        Ok(())
    }

    fn show_sources(&mut self) -> io::Result<()> {
        if self.sources.is_empty() {
            return self.screen.line("Nothing was found or read yet.");
        }
        for source in &self.sources {
            let address = self.screen.styled(Look::Dim, &source.url);
            let what = if source.text.is_some() { " (read)" } else { "" };
            self.screen.line(&format!("[{}] {}  {address}{what}", source.number, plain(&source.title)))?;
            let preview = self.screen.styled(Look::Dim, &format!("    {}", source.preview));
            self.screen.line(&preview)?;
        }
        Ok(())
    }
}

fn understand(line: &str) -> Typed {
    match line.trim() {
        "" => Typed::Nothing,
        "/quit" | "/exit" | "/q" => Typed::Quit,
        "/help" | "/?" => Typed::Help,
        "/sources" => Typed::Sources,
        "/new" => Typed::New,
        command if command.starts_with('/') && !command.contains(char::is_whitespace) => Typed::Unknown(command.into()),
        question => Typed::Question(question.into()),
    }
}

/// Where questions come from.
enum Input {
    /// A terminal: lines can be edited, and what is pasted is one question.
    Terminal(Box<DefaultEditor>),
    /// A pipe: each line is a question.
    Pipe,
}

impl Input {
    fn open() -> Result<Self, Failure> {
        if !io::stdin().is_terminal() {
            return Ok(Self::Pipe);
        }
        let editor = DefaultEditor::new().map_err(anyhow::Error::from)?;
        Ok(Self::Terminal(Box::new(editor)))
    }

    /// The next question; none at the end of the input. Blocks.
    fn read(mut self) -> (Self, io::Result<Option<String>>) {
        let line = match &mut self {
            Self::Pipe => read_line(&mut io::stdin().lock()),
            Self::Terminal(editor) => edit(editor),
        };
        (self, line)
    }
}

fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    let read = input.read_until(b'\n', &mut bytes)?;
    Ok((read > 0).then(|| String::from_utf8_lossy(&bytes).into_owned()))
}

fn edit(editor: &mut DefaultEditor) -> io::Result<Option<String>> {
    loop {
        match editor.readline(PROMPT) {
            Ok(line) => {
                // A history in memory takes every line.
                let _ = editor.add_history_entry(line.as_str());
                return Ok(Some(line));
            }
            Err(ReadlineError::Interrupted) => println!("Ctrl-D or /quit leaves."),
            Err(ReadlineError::Eof) => return Ok(None),
            Err(ReadlineError::Io(error)) => return Err(error),
            Err(error) => return Err(io::Error::other(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_questions() {
        assert_eq!(understand(" /quit\n"), Typed::Quit);
        assert_eq!(understand("/usr/bin is what?"), Typed::Question("/usr/bin is what?".into()));
        assert_eq!(understand("/nope"), Typed::Unknown("/nope".into()));
        assert_eq!(understand(" \n "), Typed::Nothing);
        assert_eq!(understand("first line\nsecond line\n"), Typed::Question("first line\nsecond line".into()));
    }

    #[test]
    fn a_pipe_gives_a_question_a_line_and_survives_broken_text() {
        let mut input: &[u8] = b"one\ntw\xffo";
        assert_eq!(read_line(&mut input).unwrap().as_deref(), Some("one\n"));
        assert_eq!(read_line(&mut input).unwrap().as_deref(), Some("tw\u{fffd}o"));
        assert_eq!(read_line(&mut input).unwrap(), None);
    }
}
