//! Which letters a language is written in, and which a page shows.

use sheaf_document::Languages;

/// A script by the name that Tesseract's detection gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Script(&'static str);

impl Script {
    /// `None` for a name that no language is known for.
    pub fn named(name: &str) -> Option<Self> {
        let known = SCRIPTS.iter().find(|(script, _)| *script == name);
        known.map(|(script, _)| Self(script))
    }

    pub fn name(self) -> &'static str {
        self.0
    }
}

/// The scripts of the languages. What is not listed is written in Latin letters, which every model knows besides.
pub fn scripts(languages: &Languages) -> Vec<&'static str> {
    let mut found = vec!["Latin"];
    for name in languages.names() {
        let stem = name.strip_prefix("script/").unwrap_or(name);
        let stem = stem.strip_suffix("_vert").unwrap_or(stem);
        let base = stem.split('_').next().unwrap_or(stem);
        for (script, members) in SCRIPTS {
            let has = |one: &str| members.split(' ').any(|member| member == one);
            if has(stem) || has(base) || *script == stem {
                found.push(script);
            }
        }
    }
    found
}

/// Scripts with the languages (as Tesseract names them) that use them.
const SCRIPTS: &[(&str, &str)] = &[
    ("Latin", "uzb aze srp_latn"),
    (
        "Fraktur",
        "Latin frk deu_latf deu dan_frak swe_frak slk_frak Fraktur",
    ),
    (
        "Cyrillic",
        "rus ukr bul bel mkd srp kaz kir mon tgk tat uzb_cyrl aze_cyrl",
    ),
    ("Greek", "ell grc"),
    ("Hebrew", "heb yid"),
    ("Arabic", "ara fas urd pus uig snd kur_ara syr"),
    ("Han", "chi_sim chi_tra jpn HanS HanT Japanese"),
    ("Japanese", "jpn"),
    ("Hiragana", "jpn Japanese"),
    ("Katakana", "jpn Japanese"),
    ("Korean", "kor Hangul"),
    ("Hangul", "kor"),
    ("Devanagari", "hin mar nep san"),
    ("Bengali", "ben asm"),
    ("Gurmukhi", "pan"),
    ("Gujarati", "guj"),
    ("Oriya", "ori"),
    ("Tamil", "tam"),
    ("Telugu", "tel"),
    ("Kannada", "kan"),
    ("Malayalam", "mal"),
    ("Sinhala", "sin"),
    ("Thai", "tha"),
    ("Lao", "lao"),
    ("Tibetan", "bod dzo"),
    ("Myanmar", "mya"),
    ("Khmer", "khm"),
    ("Georgian", "kat"),
    ("Armenian", "hye"),
    ("Ethiopic", "amh tir"),
    ("Cherokee", "chr"),
    ("Syriac", "syr"),
    ("Thaana", "div"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(languages: &str, script: &str, expect: bool) {
        let languages = Languages::parse(languages).expect("languages");
        assert_eq!(
            scripts(&languages).contains(&script),
            expect,
            "{languages:?} {script}"
        );
    }

    #[test]
    fn languages_are_known_by_their_letters() {
        check("eng", "Latin", true);
        check("eng", "Cyrillic", false);
        check("eng+ukr", "Cyrillic", true);
        check("chi_sim_vert", "Han", true);
        check("jpn", "Katakana", true);
        check("script/Cyrillic", "Cyrillic", true);
        check("script/Latin", "Fraktur", true);
    }

    #[test]
    fn detection_gives_only_names_that_mean_something() {
        assert_eq!(
            Script::named("Cyrillic").map(Script::name),
            Some("Cyrillic")
        );
        assert_eq!(Script::named("NULL"), None);
    }
}
