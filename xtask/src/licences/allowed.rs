//! Which licences Lucy may be given on with, and which of them is chosen where there is a choice.

use anyhow::Context;
use spdx::{Expression, Licensee, ParseMode};

/// The preferred first: the Apache License has one text for everybody. None of them asks that Lucy has the same licence;
/// MPL and OFL ask it of the files that they cover.
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

/// How crates and packages write expressions: older ones with `/` for `OR`, and with names of the GPL that are no longer
/// used. No other name is guessed.
const MODE: ParseMode = ParseMode { allow_slash_as_or_operator: true, allow_deprecated: true, ..ParseMode::STRICT };

/// The licences under which Lucy uses what has this licence: of those that it offers, the first that may be.
///
/// # Errors
/// If it offers none that may be.
pub fn choose(expression: &str) -> anyhow::Result<Vec<&'static str>> {
    let offered = Expression::parse_mode(expression, MODE).with_context(|| format!("{expression:?} cannot be read"))?;
    let allowed = ALLOWED.iter().map(|name| Licensee::parse(name)).collect::<Result<Vec<_>, _>>()?;
    let chosen = offered.minimized_requirements(&allowed);
    let chosen = chosen.with_context(|| format!("{expression:?} is no licence that Lucy can be given on with"))?;
    Ok(chosen.iter().filter_map(|one| one.license.id()).map(|id| id.name).collect())
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
