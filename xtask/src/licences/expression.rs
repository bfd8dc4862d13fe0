//! Expressions of licences, such as `MIT OR (Apache-2.0 AND Zlib)`.

use anyhow::{Context, bail};

/// What Lucy may be given on with, the preferred first: the Apache License has one text for everybody. None of them
/// asks that Lucy has the same licence; MPL and OFL ask it of the files that they cover.
const ALLOWED: &[&str] = &[
    "Apache-2.0",
    "MIT",
    "BSD-3-Clause",
    "BSD-2-Clause",
    "ISC",
    "Zlib",
    "BSL-1.0",
    "0BSD",
    "MIT-0",
    "CC0-1.0",
    "Unlicense",
    "Unicode-3.0",
    "OFL-1.1",
    "MPL-2.0",
];

/// The licences under which Lucy uses what has this licence: of those that it offers, the first that may be.
///
/// # Errors
/// If it offers none that may be.
pub fn choose(expression: &str) -> anyhow::Result<Vec<&'static str>> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = Words(spaced.split_whitespace().collect());
    let ways = words.any().with_context(|| format!("{expression:?} cannot be read"))?;
    if !words.0.is_empty() {
        bail!("{expression:?} cannot be read");
    }
    let rank = |name: &String| ALLOWED.iter().position(|allowed| allowed == name);
    // The least preferred of a way counts first.
    let ranks = |way: &Vec<String>| {
        let mut ranks = way.iter().map(rank).collect::<Option<Vec<usize>>>()?;
        ranks.sort_unstable_by(|one, other| other.cmp(one));
        ranks.dedup();
        Some(ranks)
    };
    let best = ways.iter().filter_map(ranks).min();
    let best = best.with_context(|| format!("{expression:?} is no licence that Lucy can be given on with"))?;
    Ok(best.into_iter().rev().map(|rank| ALLOWED[rank]).collect())
}

/// The words that are still to be read.
struct Words<'a>(Vec<&'a str>);

/// Ways to use something, each with the licences that hold together then.
type Ways = Vec<Vec<String>>;

impl<'a> Words<'a> {
    fn any(&mut self) -> Option<Ways> {
        let mut ways = self.all()?;
        while self.take("OR") {
            ways.extend(self.all()?);
        }
        Some(ways)
    }

    fn all(&mut self) -> Option<Ways> {
        let mut ways = self.one()?;
        while self.take("AND") {
            let others = self.one()?;
            let both = |way: &Vec<String>| -> Ways {
                others.iter().map(|other| [way.clone(), other.clone()].concat()).collect()
            };
            ways = ways.iter().flat_map(both).collect();
        }
        Some(ways)
    }

    fn one(&mut self) -> Option<Ways> {
        if self.take("(") {
            let ways = self.any()?;
            return self.take(")").then_some(ways);
        }
        let name = self.next().filter(|name| !["OR", "AND", "WITH", ")"].contains(name))?;
        if self.take("WITH") {
            return Some(vec![vec![format!("{name} WITH {}", self.next()?)]]);
        }
        Some(vec![vec![name.to_owned()]])
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.0.first() == Some(&word);
        if is_next {
            self.0.remove(0);
        }
        is_next
    }

    fn next(&mut self) -> Option<&'a str> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_is_offered_the_preferred_is_chosen() {
        for (expression, chosen) in [
            ("MIT", vec!["MIT"]),
            ("MIT OR Apache-2.0", vec!["Apache-2.0"]),
            ("Unlicense/MIT", vec!["MIT"]),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", vec!["Apache-2.0", "Unicode-3.0"]),
            ("MIT AND BSD-3-Clause", vec!["MIT", "BSD-3-Clause"]),
            ("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", vec!["Apache-2.0"]),
            ("GPL-3.0-only OR MIT AND Zlib", vec!["MIT", "Zlib"]),
            ("MIT OR Apache-2.0 OR LGPL-2.1-or-later", vec!["Apache-2.0"]),
            ("MPL-2.0", vec!["MPL-2.0"]),
        ] {
            assert_eq!(choose(expression).unwrap(), chosen, "{expression}");
        }
    }

    #[test]
    fn what_may_not_be_given_on_is_refused() {
        for expression in [
            "GPL-3.0-only",
            "GPL-2.0-only OR AGPL-3.0",
            "MIT AND GPL-3.0-or-later",
            "(GPL-2.0 OR MIT) AND LGPL-2.1-only",
            "SEE LICENSE IN x",
            "MIT OR",
            "(MIT",
            "",
        ] {
            assert!(choose(expression).is_err(), "{expression}");
        }
    }
}
