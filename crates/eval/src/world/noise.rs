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
    "I wanna know ",
    "wanna know ",
    "Just wanna know ",
    "Lemme know ",
    "Gotta know ",
    "Someone tell me ",
    "I forgot ",
    "I keep forgetting ",
    "Not sure ",
    "No clue ",
    "Can u tell me ",
    "Need to find out ",
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
    "Hmm, ",
    "Umm ",
    "Yo ",
    "Lol ",
    "Plz help: ",
    "Sorry, ",
    "Ok so ",
    "Well, ",
    "Random question, ",
];
const AFTER: &[&str] = &[
    " please",
    ", please",
    " thanks",
    ", thank you",
    " exactly",
    " again",
    " do you know",
    " pls",
    " thx",
    " lol",
    " plz help",
    " please help",
    ", if you know",
    " if you know",
    " i mean",
    " or so",
    ", roughly",
    " anyone",
    ", any idea",
    " tho",
    " by the way",
    " btw",
    ", I forgot",
    " for real",
    " haha",
    "...",
];
const WITHIN: &[&str] = &[
    "uh", "um", "erm", "like", "actually", "again", "exactly", "just", "i mean", "you know", "please", "...", "well",
    "ehm", "now", "really",
];
/// Why somebody asks, said before or after the question; without the full stop.
const REASONS: &[&str] = &[
    "I am writing an essay for school",
    "My daughter asked me this at breakfast",
    "We were arguing about it last night",
    "There is a quiz at the pub tonight",
    "It is for a crossword",
    "My teacher wants to know",
    "I have a bet with my brother about this",
    "We are planning a trip",
    "I need one line for a caption",
    "Nobody at our table knew",
    "My grandfather used to know such things",
    "I read about it years ago and have forgotten",
    "I have to give a talk tomorrow",
    "The form in front of me has an empty box for it",
    "I am filling in a table",
    "A guest asked me at work today",
    "The book I have does not say",
    "My friends and I could not agree",
    "I am making flash cards",
    "I just saw a film in which it comes up",
    "The label has fallen off",
    "I want to be sure before I print it",
    "My neighbour says one thing and my wife another",
    "It came up in class",
    "I heard two different answers",
    "One word is enough",
    "A short answer will do",
    "I don't need the whole story",
    "That is all I need",
    "I'd rather not guess",
    "Somebody must know",
    "It has been bothering me all day",
    "I should know this",
    "Don't laugh",
    "I am new to this",
    "The internet is down here",
    "My notes are a mess",
    "I'm checking an old article of mine",
    "The editor has asked twice",
    "We need it for the programme",
    "My son wants to draw it",
    "I promised to find out",
    "It's for the museum's new sign",
    "I got this one wrong in the exam",
    "The encyclopedia on my shelf is from 1950",
    "I'm translating a text",
    "Our guide didn't tell us",
    "I collect facts like this",
];
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
    if rng.random_bool(0.04) {
        text = filled(&text, rng);
    }
    if rng.random_bool(0.12) {
        text = contract(&text, rng);
    }
    if rng.random_bool(0.12) {
        text = slip(&text, rng);
    }
    if rng.random_bool(0.15) {
        text = careless(&text);
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
        ("Give me ", "Gimme "),
        ("give me ", "gimme "),
        ("Let me ", "Lemme "),
        ("want to ", "wanna "),
        ("need to ", "gotta "),
        ("because ", "cuz "),
        ("Could you ", "Can u "),
        ("Do you know ", "D'you know "),
        ("are ", "r "),
        ("I am ", "im "),
        ("I would like ", "I'd like "),
        ("does ", "do "),
        ("Where is ", "Wheres "),
        ("How ", "Hows "),
        ("thanks", "thx"),
    ];
    let fitting: Vec<_> = pairs.iter().filter(|(from, _)| text.contains(from)).collect();
    fitting.choose(rng).map_or_else(|| text.to_string(), |(from, to)| text.replacen(from, to, 1))
}

/// The question without one of its words, or two, or with two neighbours the other way round, so that a model learns to
/// understand it by several of them ([Wei and Zou 2019](https://arxiv.org/abs/1901.11196)).
pub fn shortened(template: &str, rng: &mut ChaCha8Rng) -> String {
    let mut words: Vec<&str> = template.split(' ').collect();
    for _ in 0..if rng.random_bool(0.3) { 2 } else { 1 } {
        let at = rng.random_range(0..words.len());
        let next = at + 1;
        let named = |at: usize| words[at].contains('{');
        if words.len() > 4 && next < words.len() && rng.random_bool(0.2) && !named(at) && !named(next) {
            words.swap(at, next);
        } else if words.len() > 3 && !named(at) {
            words.remove(at);
        }
    }
    words.join(" ")
}

/// The question with a sentence before or after it that says why it is asked.
pub fn with_reason(template: &str, rng: &mut ChaCha8Rng) -> String {
    let reason = REASONS.choose(rng).copied().unwrap_or_default();
    if rng.random_bool(0.3) {
        let stop = if rng.random_bool(0.5) { "." } else { "" };
        let end = if template.ends_with(['?', '.']) { "" } else { "." };
        return format!("{template}{end} {reason}{stop}");
    }
    let mark = match rng.random_range(0..4) {
        0..2 => return format!("{reason}. {}", capitalise(template)),
        2 => ":",
        _ => [", so", " -"].choose(rng).copied().unwrap_or_default(),
    };
    format!("{reason}{mark} {}", lead_in(template))
}

/// A word that adds nothing, somewhere after the first word.
fn filled(text: &str, rng: &mut ChaCha8Rng) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    let filler = WITHIN.choose(rng).copied().unwrap_or("uh");
    words.insert(rng.random_range(1..=words.len().max(2) - 1), filler);
    words.join(" ")
}

/// Without apostrophes and without spaces after commas, except at the name, which stays as it is.
fn careless(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let near = |at: Option<usize>| at.and_then(|at| letters.get(at)).copied().unwrap_or(' ');
    let kept = |(at, letter): (usize, &char)| {
        let (before, after) = (near(at.checked_sub(1)), near(at.checked_add(1)));
        let apostrophe = *letter == '\'' && before != '}';
        let space = *letter == ' ' && before == ',' && after != '{';
        (!apostrophe && !space).then_some(*letter)
    };
    letters.iter().enumerate().filter_map(kept).collect()
}

/// The name first, as people do who begin with what is on their mind: "{e}, who built it?". The pronoun is `it`, `he`
/// or `she`. What cannot be turned so stays.
pub(super) fn fronted(template: &str, pronoun: &str) -> String {
    let Some((before, after)) = template.split_once("{e}") else { return template.to_string() };
    let asks = template.ends_with('?') && QUESTION_WORDS.contains(&lead_word(before).as_str());
    if !asks {
        let keywords = before.strip_suffix(" of ").or_else(|| before.strip_suffix(' '));
        return match keywords {
            Some(words) if after.is_empty() && words.starts_with(char::is_lowercase) => format!("{{e}} - {words}"),
            _ if before.is_empty() && after.starts_with(' ') && !after.contains('?') => format!("{{e}},{after}"),
            _ => template.to_string(),
        };
    }
    let last = before.trim_end().rsplit(' ').next().unwrap_or_default();
    let subject = ["is", "was", "did", "does", "do", "has", "had", "can", "were", "are"].contains(&last);
    let word = match pronoun {
        "he" if !subject => "him",
        "she" if !subject => "her",
        other => other,
    };
    if after.starts_with(['?', ' ', ',']) {
        format!("{{e}}, {}{word}{after}", uncapitalise(before))
    } else {
        template.into()
    }
}

fn lead_word(text: &str) -> String {
    text.split([' ', ',']).next().unwrap_or_default().to_lowercase()
}

/// A slip of the finger in one common word: a letter dropped, doubled, drawn out or swapped with the next, the word
/// written again after it, or joined to the next.
fn slip(text: &str, rng: &mut ChaCha8Rng) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let plain = |word: &&str| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase());
    let candidates: Vec<usize> = (0..words.len()).filter(|&index| plain(&words[index])).collect();
    let Some(&chosen) = candidates.choose(rng) else { return text.to_string() };
    let mut words: Vec<String> = words.into_iter().map(str::to_string).collect();
    let word = words[chosen].clone();
    words[chosen] = match rng.random_range(0..20) {
        0..2 => {
            let mend = ["", "sorry ", "i mean ", "no, "].choose(rng).copied().unwrap_or_default();
            format!("{} {mend}{word}", mistyped(&word, rng))
        }
        2 => format!("{word}{}", word.chars().last().unwrap_or('e').to_string().repeat(rng.random_range(1..4))),
        3 if words.get(chosen + 1).is_some_and(|next| plain(&next.as_str())) => {
            format!("{word}{}", words.remove(chosen + 1))
        }
        _ => mistyped(&word, rng),
    };
    words.join(" ")
}

/// One letter dropped, doubled or swapped with the next; never the first.
fn mistyped(word: &str, rng: &mut ChaCha8Rng) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = rng.random_range(1..letters.len() - 1);
    match rng.random_range(0..3) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn the_name_survives() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let templates =
            ["Who was the architect of {e}?", "{e} architect", "Tell me, who built {e}.", "{e}'s builder is who?"];
        for template in templates {
            for _ in 0..1000 {
                let text = noisy(template, &mut rng);
                assert_eq!(text.matches("{e}").count(), 1, "{text}");
                let (before, after) = text.split_once("{e}").unwrap();
                assert!(before.is_empty() || before.ends_with(' '), "{text}");
                assert!(!after.starts_with(char::is_alphanumeric), "{text}");
            }
        }
    }

    #[test]
    fn a_reason_stands_beside_the_question() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let said: Vec<String> = (0..8000).map(|_| with_reason("Who built {e}?", &mut rng)).collect();
        assert!(said.contains(&"It is for a crossword, so who built {e}?".into()));
        assert!(said.contains(&"Who built {e}? It is for a crossword.".into()));
        assert!(
            said.iter().all(|text| text.matches("{e}").count() == 1 && text.to_lowercase().contains("who built {e}?"))
        );
    }

    #[test]
    fn a_shortened_question_keeps_the_name_and_three_words() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let all: Vec<String> = (0..200).map(|_| shortened("Who was it that built {e}?", &mut rng)).collect();
        assert!(all.iter().all(|text| text.contains("{e}?") && text.split(' ').count() >= 3));
        assert!(all.contains(&"Who was that built {e}?".into()) && all.contains(&"was Who it that built {e}?".into()));
    }

    #[test]
    fn the_name_may_come_first() {
        assert_eq!(fronted("Who designed {e}?", "it"), "{e}, who designed it?");
        assert_eq!(fronted("When was {e} born?", "she"), "{e}, when was she born?");
        assert_eq!(fronted("Who taught {e}?", "he"), "{e}, who taught him?");
        assert_eq!(fronted("architect of {e}", "it"), "{e} - architect");
        assert_eq!(fronted("{e} architect", "it"), "{e}, architect");
        for kept in ["What is {e}'s height?", "Name the designer of {e}.", "{e} designed by?"] {
            assert_eq!(fronted(kept, "it"), kept);
        }
    }

    #[test]
    fn a_careless_person_leaves_the_name_alone() {
        assert_eq!(careless("Hi, what's {e}'s height, please?"), "Hi,whats {e}'s height,please?");
        assert_eq!(careless("Hi, {e} height"), "Hi, {e} height");
    }

    #[test]
    fn some_questions_lose_their_mark_and_some_do_not() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let marked = (0..400).filter(|_| noisy("When was {e} built?", &mut rng).ends_with('?')).count();
        assert!((150..350).contains(&marked), "{marked}");
    }
}
