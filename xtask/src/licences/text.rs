//! Texts of licences: which licence a text is, who its notices of copyright name, and what is left without them, so
//! that a text that many packages have is kept once.

/// A licence, what its text says, and what it does not say.
type Signs = (&'static str, &'static [&'static str], &'static [&'static str]);

/// How the licences are known, in words of small letters. The first sign of each is where its text begins.
const SIGNS: &[Signs] = &[
    ("Apache-2.0", &["apache license version 2.0", "grant of patent license", "end of terms and conditions"], &[]),
    (
        "MIT",
        &[
            "permission is hereby granted, free of charge, to any person obtaining",
            "above copyright notice and this permission notice",
        ],
        &[],
    ),
    (
        "MIT-0",
        &["permission is hereby granted, free of charge, to any person obtaining"],
        &["above copyright notice and this permission notice", "unicode license", "font software"],
    ),
    ("BSD-3-Clause", &["redistribution and use in source and binary forms", "endorse or promote"], &[]),
    ("BSD-2-Clause", &["redistribution and use in source and binary forms"], &["endorse or promote"]),
    ("ISC", &["permission to use, copy, modify, and", "above copyright notice and this permission notice"], &[]),
    ("0BSD", &["permission to use, copy, modify, and"], &["above copyright notice and this permission notice"]),
    ("Zlib", &["this software is provided 'as-is', without any express or implied"], &[]),
    ("BSL-1.0", &["boost software license - version 1.0"], &[]),
    ("CC0-1.0", &["cc0 1.0 universal", "affirmer"], &[]),
    ("Unlicense", &["this is free and unencumbered software"], &[]),
    ("Unicode-3.0", &["unicode license v3"], &[]),
    ("OFL-1.1", &["sil open font license version 1.1", "reserved font name"], &[]),
    ("MPL-2.0", &["mozilla public license version 2.0", "1.1. \"contributor\""], &[]),
];

/// A text of a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The licences in it.
    pub licences: Vec<&'static str>,
    /// Its notices of copyright.
    pub notices: Vec<String>,
    /// It without them.
    pub body: String,
    /// The same for two texts that differ only in title, notices, line breaks and signs.
    pub key: String,
}

/// Reads a text; none if it holds no licence that is known.
pub fn read(text: &str) -> Option<Text> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let words = words(&text);
    let fits = |(_, with, without): &&Signs| {
        with.iter().all(|sign| words.contains(sign)) && !without.iter().any(|sign| words.contains(sign))
    };
    let known: Vec<&Signs> = SIGNS.iter().filter(fits).collect();
    let letters = |words: &str| words.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    let licences: Vec<_> = known.iter().map(|(name, ..)| *name).collect();
    let [(_, signs, _)] = known[..] else {
        // More than one licence: who holds which is said between them.
        let body = text.trim().to_owned();
        return (!known.is_empty()).then(|| Text { licences, notices: Vec::new(), key: letters(&words), body });
    };
    let (notices, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| is_notice(line));
    let notices = notices.iter().map(|line| line.trim().trim_start_matches(['*', '#', '/', ' ']).to_owned()).collect();
    let body = rest.join("\n").trim().to_owned();
    let words = self::words(&body);
    let from = words.find(signs[0]).unwrap_or(0);
    let to = words.find("end of terms and conditions").unwrap_or(words.len());
    Some(Text { licences, notices, key: letters(words.get(from..to)?), body })
}

/// The words on one line, in small letters and with plain quotation marks.
fn words(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let words = words.replace(['“', '”'], "\"").replace(['‘', '’', '`'], "'").replace("''", "\"");
    words.replace("license, version", "license version")
}

/// Whether a line says who holds the rights: a template does not.
fn is_notice(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['*', '#', '/', ' ']);
    let year = line.contains(|letter: char| letter.is_ascii_digit());
    let template = ["[yyyy]", "{yyyy}", "<year>", "<dates>"].iter().any(|blank| line.contains(blank));
    let notice = match line.strip_prefix("Copyright") {
        Some(rest) => year || rest.contains(['(', '©']) || rest.trim_start().starts_with(char::is_uppercase),
        None => year && (line.starts_with("(c)") || line.starts_with('©')),
    };
    notice && !template || line == "All rights reserved."
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIT: &str = "Permission is hereby granted, free of charge, to any person obtaining a copy of it.\n\
                       The above copyright notice and this permission notice shall be included.\n\
                       THE SOFTWARE IS PROVIDED \"AS IS\".";

    #[test]
    fn the_notices_are_told_from_the_text() {
        let one = read(&format!("The MIT License (MIT)\r\n\r\nCopyright (c) 2015 Ann\r\n\r\n{MIT}")).unwrap();
        let other =
            read(&format!("MIT License\n\nCopyright 2020 Bob\nCopyright © Cy\n\n{}", MIT.replace(' ', "\n"))).unwrap();
        assert_eq!((&one.licences[..], &one.notices[..]), (&["MIT"][..], &["Copyright (c) 2015 Ann".to_owned()][..]));
        assert_eq!(other.notices, ["Copyright 2020 Bob", "Copyright © Cy"]);
        assert_eq!(one.key, other.key);
        assert!(one.body.contains("hereby granted") && !one.body.contains("Ann"));
        assert_ne!(read(&MIT.replace("of it", "of them")).unwrap().key, one.key, "other words are another text");
    }

    #[test]
    fn licences_are_known_by_their_words() {
        let bsd = "Redistribution and use in source and binary forms are permitted.";
        let named = |text: &str| read(text).map(|text| text.licences);
        assert_eq!(named(bsd), Some(vec!["BSD-2-Clause"]));
        assert_eq!(named(&format!("{bsd} Names may not be used to endorse or promote.")), Some(vec!["BSD-3-Clause"]));
        assert_eq!(named(&format!("{MIT}\n\n{bsd}")), Some(vec!["MIT", "BSD-2-Clause"]));
        assert_eq!(named("This Source Code Form is subject to the Mozilla Public License, v. 2.0."), None);
        assert_eq!(named("GNU GENERAL PUBLIC LICENSE Version 3"), None);
        assert_eq!(named("MIT OR Apache-2.0"), None);
    }

    #[test]
    fn a_template_names_nobody() {
        assert!(!is_notice("   Copyright [yyyy] [name of copyright owner]"));
        assert!(!is_notice("copyright notice, this list of conditions and 2 disclaimers"));
        assert!(!is_notice("(c) You must retain, in the Source form of any Derivative Works"));
        assert!(is_notice("Copyright (c) Ann <ann@a.example>") && is_notice("(c) 2019 Bob"));
        assert!(is_notice("// Copyright 2016 The Inter Project Authors"));
    }
}
