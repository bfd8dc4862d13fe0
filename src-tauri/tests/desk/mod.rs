//! A desk to test on: a display, a session bus, the driver and a data directory of their own.

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

/// How long anything may take on a slow machine that does other work beside.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);
const LUCY: &str = env!("CARGO_BIN_EXE_lucy-desktop");

/// The desk. What runs on it ends with it.
pub struct Desk {
    driver: Child,
    address: String,
    home: TempDir,
}

impl Desk {
    /// Sets the desk up.
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let (port, native) = (free_port(), free_port());
        let tauri_driver = std::env::var_os("TAURI_DRIVER").unwrap_or_else(|| "tauri-driver".into());
        let mut command = Command::new("dbus-run-session");
        command.args(["--", "xvfb-run", "--auto-servernum", "--server-args", "-screen 0 1280x800x24"]);
        command.arg(tauri_driver).args(["--port", &port.to_string(), "--native-port", &native.to_string()]);
        // Nothing of the person who runs the tests is read or written.
        command.env_remove("WAYLAND_DISPLAY").env("HOME", home.path()).env("LUCY_DATA", home.path().join("lucy"));
        for folder in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
            command.env(folder, home.path().join(folder));
        }
        let driver = command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let driver = driver.expect("dbus-run-session cannot be started; `cargo xtask test` installs what is needed");
        Self { driver, address: format!("http://127.0.0.1:{port}"), home }
    }

    /// Starts Lucy and waits until its page is there.
    pub async fn start(&self) -> Window {
        let started = Instant::now();
        let client = loop {
            match self.connect().await {
                Ok(client) => break client,
                Err(error) => assert!(started.elapsed() < PATIENCE, "Lucy does not start: {error}\n{}", self.log()),
            }
            sleep(PAUSE * 10).await;
        };
        Window { client, log: self.log_file() }
    }

    async fn connect(&self) -> Result<Client, fantoccini::error::NewSessionError> {
        let options = json!({ "tauri:options": { "application": LUCY } });
        let Value::Object(capabilities) = options else { unreachable!("an object is an object") };
        ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&self.address).await
    }

    /// Asks Lucy to end, as the system does when a session ends, and waits until it has.
    pub async fn terminate(&self) {
        let pid = self.process().expect("Lucy does not run");
        assert!(Command::new("kill").args(["-TERM", &pid.to_string()]).status().unwrap().success());
        self.ended().await;
    }

    /// Kills Lucy, which can keep nothing any more.
    pub async fn kill(&self) {
        let pid = self.process().expect("Lucy does not run");
        assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
        self.ended().await;
    }

    async fn ended(&self) {
        let ended = async {
            while self.process().is_some() {
                sleep(PAUSE).await;
            }
        };
        timeout(PATIENCE, ended).await.unwrap_or_else(|_| panic!("Lucy does not end\n{}", self.log()));
    }

    /// The Lucy of this desk.
    fn process(&self) -> Option<u32> {
        let home = format!("HOME={}\0", self.home.path().display());
        let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| {
            let path = entry.ok()?.path();
            let pid = path.file_name()?.to_str()?.parse().ok()?;
            let lucy = fs::read_link(path.join("exe")).is_ok_and(|program| program == Path::new(LUCY));
            let ours = || fs::read_to_string(path.join("environ")).is_ok_and(|variables| variables.contains(&home));
            (lucy && ours()).then_some(pid)
        });
        processes.min()
    }

    fn log_file(&self) -> PathBuf {
        self.home.path().join("XDG_DATA_HOME/app.lucy.desktop/logs/lucy.log")
    }

    /// What Lucy wrote into its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_else(|error| format!("no log: {error}"))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let group = format!("-{}", self.driver.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.driver.wait();
    }
}

/// The window of a running Lucy.
pub struct Window {
    client: Client,
    log: PathBuf,
}

impl Window {
    /// The first element with this test id, which may come late.
    pub async fn find(&self, id: &str) -> Element {
        self.wait_for(&format!("[data-testid='{id}']")).await
    }

    /// The element that this selector finds, which may come late.
    pub async fn wait_for(&self, selector: &str) -> Element {
        let found = timeout(PATIENCE, self.client.wait_for_find(Locator::Css(selector))).await;
        match found {
            Ok(Ok(element)) => element,
            _ => panic!("there is no {selector}; the page:\n{}\nthe log:\n{}", self.page().await, self.log()),
        }
    }

    /// Waits until the run is in this state.
    pub async fn wait_for_state(&self, state: &str) {
        self.wait_for(&format!("[data-testid='run'][data-state='{state}']")).await;
    }

    /// Clicks where a person would.
    pub async fn click(&self, id: &str) {
        let started = Instant::now();
        // What is shown anew between finding and clicking is looked for again.
        while let Err(error) = self.find(id).await.click().await {
            assert!(started.elapsed() < PATIENCE, "{id} cannot be clicked: {error}");
            sleep(PAUSE).await;
        }
    }

    /// Types a question and sends it.
    pub async fn ask(&self, question: &str) {
        let question_box = self.find("question-box").await;
        question_box.click().await.unwrap();
        question_box.send_keys(question).await.unwrap();
        // U+E007 is the key Enter of WebDriver.
        question_box.send_keys("\u{e007}").await.unwrap();
    }

    /// Calls a command as the page does: what came back, or `{"refused": …}`.
    pub async fn call(&self, command: &str, arguments: Value) -> Value {
        let script = "const [command, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, args).then(done, (error) => done({ refused: error }));";
        let called = self.client.execute_async(script, vec![json!(command), arguments]);
        timeout(PATIENCE, called).await.expect("no answer: the connection to Rust is dead").unwrap()
    }

    /// Runs a script in the page that calls its last argument when it is done.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        timeout(PATIENCE, self.client.execute_async(script, arguments)).await.expect("the script does not end").unwrap()
    }

    /// The text of the page.
    async fn page(&self) -> String {
        let text = self.client.execute("return document.body.outerHTML.slice(0, 4000)", Vec::new()).await;
        text.map_or_else(|error| error.to_string(), |text| text.as_str().unwrap_or_default().to_owned())
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
