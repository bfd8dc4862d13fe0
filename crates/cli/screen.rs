//! The standard output: whether it is a terminal, in which colours and how wide.

use crate::wrap::hidden;
use std::io::{self, IsTerminal, Stdout, Write};

/// The widest line of running text.
const WIDEST: usize = 100;

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As usual.
    Plain,
    /// In the background.
    Dim,
    /// Important.
    Bold,
    /// A tool call.
    Call,
    /// A failure.
    Bad,
}

impl Look {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Dim => "\u{1b}[2m",
            Self::Bold => "\u{1b}[1m",
            Self::Call => "\u{1b}[36m",
            Self::Bad => "\u{1b}[31m",
        }
    }
}

/// The standard output.
pub struct Screen {
    out: Box<dyn Write + Send>,
    colours: bool,
    width: Option<usize>,
    /// Whether a status is shown that must go before anything else is written.
    status: bool,
}

impl Screen {
    /// The standard output as it is: colours and line breaks only on a terminal, no colours with `NO_COLOR`.
    pub fn stdout() -> Self {
        let out: Stdout = io::stdout();
        let terminal = out.is_terminal();
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let width = terminal.then(|| console::Term::stdout().size_checked().map_or(80, |(_, columns)| columns.into()));
        let colours = terminal && !set("NO_COLOR") && !dumb;
        Self { out: Box::new(out), colours, width, status: false }
    }

    /// The most columns of running text; none if lines are not to be broken.
    pub fn text_width(&self) -> Option<usize> {
        self.width.map(|width| width.saturating_sub(1).min(WIDEST))
    }

    /// All columns, or `otherwise`.
    pub fn columns(&self, otherwise: usize) -> usize {
        self.width.unwrap_or(otherwise)
    }

    /// The codes that begin and end this look.
    pub fn codes(&self, look: Look) -> (&'static str, &'static str) {
        if self.colours && look != Look::Plain { (look.code(), "\u{1b}[0m") } else { ("", "") }
    }

    /// Text in this look. Characters that a terminal would obey are left out.
    pub fn styled(&self, look: Look, text: &str) -> String {
        let (begin, end) = self.codes(look);
        format!("{begin}{}{end}", plain(text))
    }

    /// Writes text that was made for the screen.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        self.clear_status()?;
        if !text.is_empty() {
            self.out.write_all(text.as_bytes())?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Writes a line.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.write(&format!("{text}\n"))
    }

    /// Shows a passing line, on a terminal only.
    pub fn status(&mut self, text: &str) -> io::Result<()> {
        if self.colours {
            self.clear_status()?;
            self.status = true;
            write!(self.out, "{}", self.styled(Look::Dim, text))?;
            self.out.flush()?;
        }
        Ok(())
    }

    fn clear_status(&mut self) -> io::Result<()> {
        if self.status {
            self.status = false;
            self.out.write_all(b"\r\x1b[K")?;
        }
        Ok(())
    }
}

/// Text on one line, without characters that a terminal would obey.
pub fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| if letter == '\n' || letter == '\t' { ' ' } else { letter })
        .filter(|l| !hidden(*l))
        .collect()
}

#[cfg(test)]
pub mod testing {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// Keeps what is written.
    #[derive(Clone, Default)]
    pub struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Kept {
        /// A screen of this width (none: a pipe) and what is written to it.
        pub fn screen(width: Option<usize>, colours: bool) -> (Screen, Self) {
            let kept = Self::default();
            (Screen { out: Box::new(kept.clone()), colours, width, status: false }, kept)
        }

        /// What was written.
        pub fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_status_goes_before_the_next_line() {
        let (mut screen, kept) = Kept::screen(Some(40), true);
        screen.status("reading").unwrap();
        screen.line("done").unwrap();
        assert_eq!(kept.text(), "\u{1b}[2mreading\u{1b}[0m\r\u{1b}[Kdone\n");
        let (mut screen, kept) = Kept::screen(None, false);
        screen.status("reading").unwrap();
        assert_eq!(kept.text(), "");
    }
}
