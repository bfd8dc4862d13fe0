//! `lucy serve` over real HTTP: the token, foreign pages and names, the two calls, and a run that is watched, spoken to,
//! cut short and taken up.

mod common;

use common::{Lucy, babbler};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout};
use std::time::Duration;
use ureq::Agent;

/// A server with its address and token. It is killed when it is dropped.
struct Server {
    lucy: Lucy,
    child: Child,
    _out: BufReader<ChildStdout>,
    address: String,
    token: String,
    agent: Agent,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An update with the id under which it came.
#[derive(Debug)]
struct Update {
    id: Option<String>,
    name: String,
    data: Value,
}

impl Server {
    fn start(more: &[&str]) -> Self {
        let lucy = Lucy::new();
        let mut child = lucy.start(&mut lucy.command(&[&["serve"], more].concat()));
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let (address, token) = line.trim().split_once("/?token=").map(|(a, t)| (a.to_owned(), t.to_owned())).unwrap();
        let config =
            Agent::config_builder().http_status_as_error(false).max_redirects(0).max_redirects_will_error(false);
        let agent = config.timeout_global(Some(Duration::from_secs(600))).build().into();
        Self { lucy, child, _out: out, address, token, agent }
    }

    /// A server whose model babbles until it may write no more.
    fn babbling() -> Self {
        Self::start(&["--model", babbler().to_str().unwrap()])
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    /// The status and body of an answer to a request.
    fn request(&self, request: &Value) -> (u16, Value) {
        let mut answer = self
            .agent
            .post(format!("{}/api/request", self.address))
            .header("authorization", self.bearer())
            .content_type("application/json")
            .send(request.to_string())
            .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")))
    }

    /// The answer to a request that must succeed.
    #[track_caller]
    fn ok(&self, request: Value) -> Value {
        let (status, body) = self.request(&request);
        assert_eq!(status, 200, "{request}: {body}");
        body
    }

    fn ask(&self, question: &str) -> String {
        self.ok(json!({"request": "ask", "question": question}))["run"].as_str().unwrap().to_owned()
    }

    /// The updates of a run from `from` on; `last` is what a browser says that was cut off.
    fn watch(&self, run: &str, from: u64, last: Option<u64>) -> impl Iterator<Item = Update> + use<> {
        let address = format!("{}/api/runs/{run}/updates?from_seq={from}", self.address);
        let mut get = self.agent.get(address).header("authorization", self.bearer());
        if let Some(last) = last {
            get = get.header("last-event-id", last.to_string());
        }
        let answer = get.call().unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut lines = BufReader::new(answer.into_body().into_reader()).lines();
        std::iter::from_fn(move || {
            let (mut id, mut name, mut data) = (None, "message".to_owned(), String::new());
            for line in lines.by_ref() {
                let line = line.unwrap();
                match line.split_once(": ") {
                    Some(("id", value)) => id = Some(value.to_owned()),
                    Some(("event", value)) => value.clone_into(&mut name),
                    Some(("data", value)) => data.push_str(value),
                    _ if line.is_empty() && !data.is_empty() => {
                        return Some(Update { id, name, data: serde_json::from_str(&data).unwrap() });
                    }
                    _ => (),
                }
            }
            None
        })
    }

    /// The events of a run that has ended.
    fn events(&self, run: &str) -> Vec<Value> {
        self.watch(run, 0, None).count();
        self.ok(json!({"request": "show", "run": run}))["events"].as_array().unwrap().clone()
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> ureq::http::Response<ureq::Body> {
        let get = self.agent.get(format!("{}{path}", self.address));
        headers.iter().fold(get, |get, (name, value)| get.header(*name, *value)).call().unwrap()
    }
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

#[test]
fn only_who_has_the_token_gets_anything() {
    let server = Server::start(&[]);
    for path in ["/", "/index.html", "/api/runs/x/updates", "/?token=wrong"] {
        assert_eq!(server.get(path, &[]).status(), 401, "{path}");
    }
    let welcome = server.get(&format!("/?token={}", server.token), &[]);
    assert_eq!((welcome.status().as_u16(), &welcome.headers()["location"]), (303, &"/".parse().unwrap()));
    let cookie = welcome.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let page = server.get("/api/runs/x/updates", &[("cookie", cookie)]);
    assert_eq!(page.status(), 404, "there is no such run, and who asks is known");
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("connect-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
}

#[test]
fn other_sites_and_other_names_are_refused() {
    let server = Server::start(&[]);
    let bearer = server.bearer();
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let answer = server.get("/", &[("authorization", &bearer), ("origin", origin)]);
        assert_eq!(answer.status(), 403, "{origin}");
    }
    let place = server.address.strip_prefix("http://").unwrap();
    for host in ["evil.example", "127.0.0.1", "evil.example:80"] {
        let mut stream = TcpStream::connect(place).unwrap();
        write!(stream, "GET / HTTP/1.1\r\nHost: {host}\r\nAuthorization: {bearer}\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 403"), "{host}: {answer}");
    }
}

#[test]
fn requests_that_make_no_sense_are_told_so() {
    let server = Server::start(&[]);
    for (request, status, code) in [
        (json!({"request": "dance"}), 400, "bad_request"),
        (json!({"request": "ask", "question": " "}), 400, "bad_request"),
        (json!({"request": "show", "run": "nobody"}), 404, "no_such_run"),
        (json!({"request": "delete_all", "confirm": "yes"}), 400, "bad_request"),
        (json!({"request": "set_settings", "patch": {"colour": "red"}}), 400, "bad_request"),
        (json!({"request": "history", "limit": 3, "outcome": "lost"}), 400, "bad_request"),
        (json!({"request": "library_page", "url": "file:///etc/passwd"}), 400, "bad_request"),
    ] {
        let (found, body) = server.request(&request);
        assert_eq!((found, body["code"].as_str()), (status, Some(code)), "{request}: {body}");
    }
    let form = server.agent.post(format!("{}/api/request", server.address)).header("authorization", server.bearer());
    let answer = form.content_type("text/plain").send(r#"{"request":"model"}"#).unwrap();
    assert_eq!(answer.status(), 400, "a form of another site can send text");
}

#[test]
fn a_run_is_watched_to_its_end_and_taken_up_where_the_watcher_was_cut_off() {
    let server = Server::babbling();
    let run = server.ask("What is this?");
    let all: Vec<Update> = server.watch(&run, 0, None).collect();
    assert!(all.iter().any(|update| update.data["update"] == "progress"));
    assert_eq!(all.last().unwrap().name, "end");
    let events: Vec<&Update> = all.iter().filter(|update| update.data["update"] == "event").collect();
    for (at, update) in events.iter().enumerate() {
        assert_eq!(update.data["seq"], at);
        assert_eq!(update.id.as_deref(), Some((at + 1).to_string().as_str()));
    }
    assert_eq!(events.last().unwrap().data["event"]["event"], "finished");
    let rest: Vec<Update> = server.watch(&run, 0, Some(1)).collect();
    assert_eq!(rest.len(), events.len(), "all but the first event, and the end");
    assert_eq!(rest[0].data["seq"], 1);
}

#[test]
fn a_run_is_stopped_in_mid_reply_and_resumed() {
    let server = Server::babbling();
    let run = server.ask("What is this?");
    let mut updates = server.watch(&run, 0, None);
    assert!(
        updates.any(|update| update.data["progress"]["progress"] == "text"
            || update.data["progress"]["progress"] == "reasoning")
    );
    server.ok(json!({"request": "cancel", "run": run}));
    let last = updates.filter(|update| update.data["update"] == "event").last().unwrap();
    assert_eq!(last.data["event"]["outcome"]["kind"], "cancelled");
    let again = server.ok(json!({"request": "resume", "run": run}));
    assert_ne!(again["run"], json!(run));
    assert_eq!(server.ok(json!({"request": "cancel", "run": again["run"]}))["response"], "done");
}

#[test]
fn a_run_is_spoken_to_and_cut_short() {
    let server = Server::babbling();
    let run = server.ask("What is this?");
    server.ok(json!({"request": "steer", "run": run, "text": "Only in Paris."}));
    let events = server.events(&run);
    let steered = events.iter().position(|event| event["event"] == "steered").expect("the words are in the log");
    assert_eq!(events[steered]["text"], "Only in Paris.");
    assert!(events[steered + 1..].iter().any(|event| event["event"] == "replied"), "{:?}", kinds(&events));
    let (status, body) = server.request(&json!({"request": "steer", "run": run, "text": "Too late."}));
    assert!(status == 400 && body["message"].as_str().unwrap().contains("not going on"), "{body}");

    let run = server.ask("And what is that?");
    server.ok(json!({"request": "finish", "run": run}));
    server.ok(json!({"request": "steer", "run": run, "text": "And this?"}));
    let events = server.events(&run);
    let replies = kinds(&events).iter().filter(|kind| **kind == "replied").count();
    assert!(replies <= 2, "{:?}", kinds(&events));
}

#[test]
fn a_run_is_branched_and_asked_again() {
    let server = Server::babbling();
    let run = server.ask("What is this?");
    let whole = server.events(&run);
    let started = server.ok(json!({"request": "branch", "run": run, "step": 1, "question": "Look elsewhere."}));
    let branch = server.events(started["run"].as_str().unwrap());
    assert_eq!(kinds(&branch)[..4], ["started", "branched", "steered", "replied"]);
    assert_eq!((&branch[0], &branch[1]["run"]), (&whole[0], &json!(run)));
    let edited = json!({"name": "web_search", "arguments": {"query": "Eiffel Tower"}});
    let started = server.ok(json!({"request": "branch", "run": run, "step": 1, "call": edited}));
    let branch = server.events(started["run"].as_str().unwrap());
    assert_eq!(kinds(&branch)[..4], ["started", "branched", "replied", "observed"]);
    assert_eq!(branch[3]["result"]["sources"][0]["number"], 1);
    assert_eq!(server.request(&json!({"request": "branch", "run": run, "step": 99})).0, 400);
    let again = server.ok(json!({"request": "rerun", "run": run}));
    let again = server.events(again["run"].as_str().unwrap());
    for field in ["question", "seed", "budget"] {
        assert_eq!(again[0][field], whole[0][field], "{field}");
    }
    let history = server.ok(json!({"request": "history", "limit": 9}));
    assert_eq!((&history["total"], &history["runs"][1]["parent"]), (&json!(4), &json!(run)));
}

#[test]
fn the_history_is_searched_marked_deleted_and_brought_back() {
    let server = Server::babbling();
    let run = server.ask("Where do quokkas live?");
    server.events(&run);
    let found = |query: &str| server.ok(json!({"request": "history", "limit": 9, "query": query}));
    let hit = found("quokka");
    assert_eq!(hit["runs"][0]["hit"]["field"], "question", "{hit}");
    assert_eq!(hit["runs"][0]["hit"]["marks"], json!([[9, 16]]));
    server.ok(json!({"request": "tag", "runs": [run], "add": [" animals "]}));
    server.ok(json!({"request": "save", "runs": [run], "saved": true}));
    server.ok(json!({"request": "rename", "run": run, "title": "Quokkas\n at home"}));
    let tagged = server.ok(json!({"request": "history", "limit": 9, "tag": "animals", "saved": true}));
    assert_eq!(
        (&tagged["runs"][0]["tags"], &tagged["runs"][0]["title"]),
        (&json!(["animals"]), &json!("Quokkas at home"))
    );
    server.ok(json!({"request": "delete", "runs": [run]}));
    assert_eq!(found("quokka")["total"], 0);
    assert_eq!(server.request(&json!({"request": "show", "run": run})).0, 404);
    server.ok(json!({"request": "restore", "runs": [run]}));
    assert_eq!(found("quokka")["total"], 1);
    server.ok(json!({"request": "delete_all", "confirm": "delete"}));
    assert_eq!(server.ok(json!({"request": "history", "limit": 9}))["total"], 0);
}

#[test]
fn settings_models_and_the_library() {
    let server = Server::start(&[]);
    let settings =
        server.ok(json!({"request": "set_settings", "patch": {"theme": "dark", "panes": {"wide": {"how": 30}}}}));
    assert_eq!((&settings["settings"]["theme"], &settings["defaults"]["theme"]), (&json!("dark"), &json!("system")));
    let settings = server.ok(json!({"request": "set_settings", "patch": {"theme": null}}));
    assert_eq!(
        (&settings["settings"]["theme"], &settings["settings"]["panes"]["wide"]["how"]),
        (&json!("system"), &json!(30.0))
    );

    // A device that another build had: the CPU takes its place and says why.
    let devices = settings["devices"].as_array().unwrap();
    assert!(devices.starts_with(&[json!("auto"), json!("cpu")]), "{devices:?}");
    let absent = ["cuda", "metal"].into_iter().find(|name| !devices.contains(&json!(name))).unwrap();
    server.ok(json!({"request": "set_settings", "patch": {"device": absent}}));
    let model = server.ok(json!({"request": "model"}));
    assert_eq!(
        (&model["device"], &model["device_reason"]),
        (&json!("CPU"), &json!({"why": "not_built", "device": absent}))
    );
    server.ok(json!({"request": "set_settings", "patch": {"device": null}}));

    let models = server.ok(json!({"request": "add_model", "path": babbler()}));
    assert_eq!((&models["models"][0]["bundled"], &models["models"][1]["name"]), (&json!(true), &json!("Babbler")));
    server.ok(json!({"request": "use_model", "path": babbler()}));
    assert_eq!(server.ok(json!({"request": "model"}))["name"], "Babbler");
    let test = server.ok(json!({"request": "self_test"}));
    let parts: Vec<_> = test["lines"].as_array().unwrap().iter().map(|line| line["part"].as_str().unwrap()).collect();
    assert!(test["ok"] == true && parts.starts_with(&["load", "read", "write", "library"]), "{test}");
    let seen = |line: usize| &test["lines"][line]["seen"];
    assert_eq!((&seen(0)["name"], &seen(2)["kind"]), (&json!("Babbler"), &json!("speed")), "{test}");
    let models = server.ok(json!({"request": "remove_model", "path": babbler()}));
    assert_eq!((models["models"].as_array().unwrap().len(), &models["models"][0]["in_use"]), (1, &json!(true)));
    assert_eq!(server.request(&json!({"request": "use_model", "path": "/nowhere.gguf"})).0, 500);
    assert_eq!(server.ok(json!({"request": "model"}))["path"], Value::Null);

    let hits = server.ok(json!({"request": "library_search", "query": "Eiffel Tower", "limit": 3}));
    let url = &hits["hits"][0]["url"];
    let page = server.ok(json!({"request": "library_page", "url": url}));
    assert!(page["url"] == *url && page["text"].as_str().unwrap().contains("Eiffel"), "{page}");
    let notes = tempfile::tempdir().unwrap();
    std::fs::write(notes.path().join("a.md"), "# Quokkas\n\nThey live on Rottnest Island.").unwrap();
    let added = server.ok(json!({"request": "library_add", "dir": notes.path()}));
    assert_eq!((&added["indexed"], &added["cancelled"]), (&json!(1), &json!(false)));
    assert_eq!(server.ok(json!({"request": "library_status"}))["adding"], Value::Null);

    let text = server.ok(json!({"request": "diagnostics"}))["text"].as_str().unwrap().to_owned();
    assert!(text.contains("Lucy: ") && text.contains(server.lucy.data().to_str().unwrap()), "{text}");
    assert!(!text.contains("Babbler") && !text.contains(notes.path().to_str().unwrap()), "{text}");
}

#[test]
fn a_screen_of_ones_own_is_served_and_nothing_beside_it() {
    let place = tempfile::tempdir().unwrap();
    let dist = place.path().join("dist");
    std::fs::create_dir(&dist).unwrap();
    std::fs::write(dist.join("index.html"), "<p>screen").unwrap();
    std::fs::write(place.path().join("secret.txt"), "secret").unwrap();
    let server = Server::start(&["--ui", dist.to_str().unwrap()]);
    let bearer = server.bearer();
    for path in ["/", "/runs/k3"] {
        let mut page = server.get(path, &[("authorization", &bearer)]);
        assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.body_mut().read_to_string().unwrap(), "<p>screen");
    }
    for path in ["/%2e%2e/secret.txt", "/..%2fsecret.txt", "/missing.js", "/api/nothing"] {
        assert_eq!(server.get(path, &[("authorization", &bearer)]).status(), 404, "{path}");
    }
    let lucy = Lucy::new();
    let ran = lucy.run(&["serve", "--ui", place.path().to_str().unwrap()]);
    assert!(ran.code == Some(1) && ran.err.contains("no index.html"), "{}", ran.err);
}
