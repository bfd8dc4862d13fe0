//! Reading the body of a `<tool_call>`: JSON if it is JSON, and what was meant if it is not quite.

use crate::lenient;
use lucy_protocol::ToolCall;
use serde_json::{Map, Value};

/// Names that models use for the arguments of a call.
const ARGUMENTS: [&str; 5] = ["arguments", "args", "parameters", "params", "input"];

/// Reads the calls in `body`, appends them to `calls` with ids `call_1`, `call_2`, … and returns what follows them.
pub(crate) fn read_calls<'a>(body: &'a str, calls: &mut Vec<ToolCall>) -> &'a str {
    let mut rest = unfence(body);
    let mut found = false;
    loop {
        let begin = rest.trim_start_matches(|char: char| char.is_whitespace() || char == ',' || char == ';');
        if !begin.starts_with(['{', '[']) {
            break;
        }
        let (value, end) = read_value(begin);
        rest = &begin[end..];
        found = true;
        match value {
            Ok(Value::Array(items)) => items.into_iter().for_each(|item| add(read_call(item), calls)),
            Ok(value) => add(read_call(value), calls),
            Err(reason) => add(malformed("", reason), calls),
        }
    }
    if !found {
        let reason = if rest.trim().is_empty() { "the call is empty" } else { "the call is not a JSON object" };
        add(malformed("", reason.into()), calls);
        return "";
    }
    rest.trim_start_matches(|char: char| matches!(char, '}' | ']' | '`' | ',' | ';') || char.is_whitespace())
}

fn add(mut call: ToolCall, calls: &mut Vec<ToolCall>) {
    call.id = format!("call_{}", calls.len() + 1);
    calls.push(call);
}

/// The body without a Markdown fence around it.
fn unfence(body: &str) -> &str {
    let body = body.trim();
    let Some(inner) = body.strip_prefix("```") else { return body };
    inner.strip_prefix("json").unwrap_or(inner)
}

/// The JSON value at the beginning of `text` and the bytes that it takes.
fn read_value(text: &str) -> (Result<Value, String>, usize) {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => (Ok(value), values.byte_offset()),
        Some(Err(error)) => match lenient::read(text) {
            Some((value, end)) => (Ok(value), end),
            None => (Err(format!("the call is not valid JSON: {error}")), text.len()),
        },
        None => (Err("the call is empty".into()), text.len()),
    }
}

fn read_call(value: Value) -> ToolCall {
    let Value::Object(mut fields) = value else {
        return malformed("", "the call is not a JSON object".into());
    };
    for wrapper in ["function", "tool_call"] {
        if let Some(Value::Object(_)) = fields.get(wrapper) {
            let inner = fields.shift_remove(wrapper).unwrap_or_default();
            return read_call(inner);
        }
    }
    let name = ["name", "tool", "tool_name", "function"].iter().find_map(|key| match fields.get(*key) {
        Some(Value::String(name)) if !name.trim().is_empty() => Some((*key, name.trim().to_owned())),
        _ => None,
    });
    let Some((key, name)) = name else {
        return malformed("", "the call names no tool".into());
    };
    fields.shift_remove(key);
    let given = ARGUMENTS.iter().find_map(|key| fields.shift_remove(*key));
    match arguments(given, fields) {
        Ok(arguments) => ToolCall { id: String::new(), name, arguments, malformed: None },
        Err(reason) => malformed(&name, reason),
    }
}

/// The arguments of a call: what was `given` under one of their names, otherwise the `other` fields of the call.
fn arguments(given: Option<Value>, mut other: Map<String, Value>) -> Result<Map<String, Value>, String> {
    match given {
        Some(Value::Object(arguments)) => Ok(arguments),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Map::new()),
        Some(Value::String(text)) => match read_value(text.trim()).0 {
            Ok(Value::Object(arguments)) => Ok(arguments),
            _ => Err("the arguments are not a JSON object".into()),
        },
        Some(Value::Null) => Ok(Map::new()),
        Some(_) => Err("the arguments are not a JSON object".into()),
        None => {
            for key in ["id", "type"] {
                other.shift_remove(key);
            }
            Ok(other)
        }
    }
}

fn malformed(name: &str, reason: String) -> ToolCall {
    ToolCall { id: String::new(), name: name.to_owned(), arguments: Map::new(), malformed: Some(reason) }
}
