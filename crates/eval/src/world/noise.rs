//! How people type: greetings and politeness, lower case, missing question marks, contractions, slips of the finger.

use super::article::capitalise;
use super::entity::uncapitalise;
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

const BEFORE_QUESTION: &[&str] = &[
    "Tell me ",
    "Tell me, ",
    "Please tell me ",
    "Can you tell me ",
    "Could you tell me ",
    "Do you know ",
    "I want to know ",
    "I would like to know ",
    "I'd like to know ",
    "Let me know ",
    "Any idea ",
    "I wonder ",
    "Find out ",
    "Please find out ",
    "Do you happen to know ",
    "I need to know ",
    "Can you find out ",
    "Say ",
    "Explain ",
    "Look up ",
    "Would you know ",
    "Help me find out ",
];
const BEFORE_ANYTHING: &[&str] = &[
    "Hi, ",
    "Hello, ",
    "Hey, ",
    "Hi Lucy, ",
    "Hello Lucy! ",
    "Quick question: ",
    "Question: ",
    "Please: ",
    "Ok, ",
    "So, ",
    "Hey Lucy ",
    "One question, ",
    "For my homework: ",
    "Good morning, ",
    "Just curious, ",
    "Excuse me, ",
];
const AFTER: &[&str] =
    &[" please", ", please", " thanks", ", thank you", " exactly", " again", " do you know", " pls", " thx"];
const QUESTION_WORDS: &[&str] =
    &["who", "what", "when", "where", "which", "in", "how", "of", "on", "to", "from", "by", "at"];

/// Small changes to a question, the name in it left as it is. `{e}` or `{v}` marks the name.
pub fn noisy(template: &str, rng: &mut ChaCha8Rng) -> String {
    let mut text = template.to_string();
    let first = text.split(' ').next().unwrap_or_default().to_lowercase();
    let asks = text.ends_with('?') && QUESTION_WORDS.contains(&first.as_str());
    if asks && rng.random_bool(0.2) {
        let before = BEFORE_QUESTION.choose(rng).unwrap_or(&"");
        text = format!("{before}{}", lead_in(&text));
    } else if rng.random_bool(0.06) {
        let before = BEFORE_ANYTHING.choose(rng).unwrap_or(&"");
        text = format!("{before}{}", lead_in(&text));
    }
    if rng.random_bool(0.08) {
        let after = AFTER.choose(rng).unwrap_or(&"");
        let (body, mark) = match text.strip_suffix(['?', '.']) {
            Some(body) => (body.to_string(), &text[text.len() - 1..]),
            None => (text.clone(), ""),
        };
        text = format!("{body}{after}{mark}");
    }
    if rng.random_bool(0.12) {
        text = contract(&text, rng);
    }
    if rng.random_bool(0.12) {
        text = slip(&text, rng);
    }
    match rng.random_range(0..20) {
        0..7 => text = text.trim_end_matches(['?', '.']).to_string(),
        7 => text = format!("{}??", text.trim_end_matches(['?', '.'])),
        8 => text = format!("{} ?", text.trim_end_matches(['?', '.'])),
        _ => {}
    }
    capitalise(&text)
}

/// The question's first letter small, unless it is "I" or a name's.
fn lead_in(text: &str) -> String {
    let kept = text.starts_with("I ") || text.starts_with("I'") || text.starts_with('{');
    if kept { text.to_string() } else { uncapitalise(text) }
}

fn contract(text: &str, rng: &mut ChaCha8Rng) -> String {
    let pairs: &[(&str, &str)] = &[
        ("What is ", "What's "),
        ("What is ", "Whats "),
        ("Who is ", "Who's "),
        ("Who is ", "Whos "),
        ("Where is ", "Where's "),
        ("When was ", "Whens "),
        ("what is ", "whats "),
        ("who is ", "whos "),
        ("What was ", "Whats "),
        ("Which ", "Wich "),
        ("What ", "Wat "),
        ("the ", "teh "),
        ("you ", "u "),
        ("Please ", "Pls "),
        ("please", "plz"),
        ("the ", ""),
        ("was ", "is "),
        ("did ", "does "),
    ];
    let fitting: Vec<_> = pairs.iter().filter(|(from, _)| text.contains(from)).collect();
    fitting.choose(rng).map_or_else(|| text.to_string(), |(from, to)| text.replacen(from, to, 1))
}

/// One letter of one common word dropped, doubled or swapped with the next.
fn slip(text: &str, rng: &mut ChaCha8Rng) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let plain = |word: &&str| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase());
    let candidates: Vec<usize> = (0..words.len()).filter(|&index| plain(&words[index])).collect();
    let Some(&chosen) = candidates.choose(rng) else { return text.to_string() };
    let mut letters: Vec<char> = words[chosen].chars().collect();
    let at = rng.random_range(1..letters.len() - 1);
    match rng.random_range(0..3) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        _ => letters.swap(at, at + 1),
    }
    let slipped: String = letters.into_iter().collect();
    words.iter().enumerate().map(|(i, w)| if i == chosen { slipped.as_str() } else { w }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn the_name_survives() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for _ in 0..500 {
            assert_eq!(noisy("Who was the architect of {e}?", &mut rng).matches("{e}").count(), 1);
        }
    }

    #[test]
    fn some_questions_lose_their_mark_and_some_do_not() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let marked = (0..400).filter(|_| noisy("When was {e} built?", &mut rng).ends_with('?')).count();
        assert!((150..350).contains(&marked), "{marked}");
    }
}
