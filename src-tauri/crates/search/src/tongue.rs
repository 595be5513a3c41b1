//! Languages: which one a text is in, what people call it, and the stems of its words.

use std::collections::HashMap;

use frostem::{Algorithm, Stemmer};
use whatlang::{Lang, Script};

/// A language that texts are told to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tongue {
    /// ISO 639-1 where it has one, else ISO 639-3.
    pub code: &'static str,
    /// ISO 639-3, English name, own name, all in small letters.
    names: [&'static str; 3],
    lang: Lang,
    stems: Option<Algorithm>,
}

const fn tongue(
    code: &'static str,
    names: [&'static str; 3],
    lang: Lang,
    stems: Option<Algorithm>,
) -> Tongue {
    Tongue {
        code,
        names,
        lang,
        stems,
    }
}

/// Those that documents are told to be in. Languages that short or odd texts are often taken for by mistake (Latin,
/// Esperanto, Zulu and the like) are left out.
#[rustfmt::skip]
const TONGUES: &[Tongue] = &[
    tongue("en", ["eng", "english", "english"], Lang::Eng, Some(Algorithm::English)),
    tongue("de", ["deu", "german", "deutsch"], Lang::Deu, Some(Algorithm::German)),
    tongue("fr", ["fra", "french", "français"], Lang::Fra, Some(Algorithm::French)),
    tongue("es", ["spa", "spanish", "español"], Lang::Spa, Some(Algorithm::Spanish)),
    tongue("it", ["ita", "italian", "italiano"], Lang::Ita, Some(Algorithm::Italian)),
    tongue("pt", ["por", "portuguese", "português"], Lang::Por, Some(Algorithm::Portuguese)),
    tongue("nl", ["nld", "dutch", "nederlands"], Lang::Nld, Some(Algorithm::Dutch)),
    tongue("sv", ["swe", "swedish", "svenska"], Lang::Swe, Some(Algorithm::Swedish)),
    tongue("da", ["dan", "danish", "dansk"], Lang::Dan, Some(Algorithm::Danish)),
    tongue("no", ["nob", "norwegian", "norsk"], Lang::Nob, Some(Algorithm::Norwegian)),
    tongue("fi", ["fin", "finnish", "suomi"], Lang::Fin, Some(Algorithm::Finnish)),
    tongue("pl", ["pol", "polish", "polski"], Lang::Pol, Some(Algorithm::Polish)),
    tongue("cs", ["ces", "czech", "čeština"], Lang::Ces, Some(Algorithm::Czech)),
    tongue("sk", ["slk", "slovak", "slovenčina"], Lang::Slk, None),
    tongue("hu", ["hun", "hungarian", "magyar"], Lang::Hun, Some(Algorithm::Hungarian)),
    tongue("ro", ["ron", "romanian", "română"], Lang::Ron, Some(Algorithm::Romanian)),
    tongue("tr", ["tur", "turkish", "türkçe"], Lang::Tur, Some(Algorithm::Turkish)),
    tongue("ca", ["cat", "catalan", "català"], Lang::Cat, Some(Algorithm::Catalan)),
    tongue("hr", ["hrv", "croatian", "hrvatski"], Lang::Hrv, None),
    tongue("sl", ["slv", "slovene", "slovenščina"], Lang::Slv, None),
    tongue("lt", ["lit", "lithuanian", "lietuvių"], Lang::Lit, Some(Algorithm::Lithuanian)),
    tongue("lv", ["lav", "latvian", "latviešu"], Lang::Lav, None),
    tongue("et", ["est", "estonian", "eesti"], Lang::Est, Some(Algorithm::Estonian)),
    tongue("vi", ["vie", "vietnamese", "tiếng việt"], Lang::Vie, None),
    tongue("id", ["ind", "indonesian", "bahasa indonesia"], Lang::Ind, Some(Algorithm::Indonesian)),
    tongue("ru", ["rus", "russian", "русский"], Lang::Rus, Some(Algorithm::Russian)),
    tongue("uk", ["ukr", "ukrainian", "українська"], Lang::Ukr, None),
    tongue("bg", ["bul", "bulgarian", "български"], Lang::Bul, None),
    tongue("sr", ["srp", "serbian", "српски"], Lang::Srp, Some(Algorithm::Serbian)),
    tongue("be", ["bel", "belarusian", "беларуская"], Lang::Bel, None),
    tongue("mk", ["mkd", "macedonian", "македонски"], Lang::Mkd, None),
    tongue("el", ["ell", "greek", "ελληνικά"], Lang::Ell, Some(Algorithm::Greek)),
    tongue("ar", ["ara", "arabic", "العربية"], Lang::Ara, Some(Algorithm::Arabic)),
    tongue("fa", ["pes", "persian", "فارسی"], Lang::Pes, Some(Algorithm::Persian)),
    tongue("ur", ["urd", "urdu", "اردو"], Lang::Urd, None),
    tongue("he", ["heb", "hebrew", "עברית"], Lang::Heb, None),
    tongue("yi", ["yid", "yiddish", "ייִדיש"], Lang::Yid, Some(Algorithm::Yiddish)),
    tongue("hi", ["hin", "hindi", "हिन्दी"], Lang::Hin, Some(Algorithm::Hindi)),
    tongue("ne", ["nep", "nepali", "नेपाली"], Lang::Nep, Some(Algorithm::Nepali)),
    tongue("mr", ["mar", "marathi", "मराठी"], Lang::Mar, None),
    tongue("bn", ["ben", "bengali", "বাংলা"], Lang::Ben, None),
    tongue("ta", ["tam", "tamil", "தமிழ்"], Lang::Tam, Some(Algorithm::Tamil)),
    tongue("te", ["tel", "telugu", "తెలుగు"], Lang::Tel, None),
    tongue("hy", ["hye", "armenian", "հայերեն"], Lang::Hye, Some(Algorithm::Armenian)),
    tongue("ka", ["kat", "georgian", "ქართული"], Lang::Kat, None),
    tongue("zh", ["zho", "chinese", "中文"], Lang::Cmn, None),
    tongue("ja", ["jpn", "japanese", "日本語"], Lang::Jpn, None),
    tongue("ko", ["kor", "korean", "한국어"], Lang::Kor, None),
    tongue("th", ["tha", "thai", "ไทย"], Lang::Tha, None),
];

/// Names that differ from those above: ISO 639-2/B and what else people write.
const ALSO: &[(&str, &str)] = &[
    ("ger", "de"),
    ("fre", "fr"),
    ("dut", "nl"),
    ("chi", "zh"),
    ("cmn", "zh"),
    ("gre", "el"),
    ("cze", "cs"),
    ("rum", "ro"),
    ("per", "fa"),
    ("fas", "fa"),
    ("nor", "no"),
    ("nb", "no"),
    ("slo", "sk"),
    ("arm", "hy"),
    ("geo", "ka"),
];

/// Latin ones that a text too short to tell may be in.
const LIKELY: [&str; 7] = ["en", "de", "fr", "es", "it", "nl", "pt"];

/// Of a text, so much is looked at, bytes.
const LOOKED_AT: usize = 4_000;

impl Tongue {
    /// The language of a code or name: `de`, `deu`, `German`, `Deutsch`.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let known = ALSO.iter().find(|(other, _)| *other == name);
        let name = known.map_or(name.as_str(), |(_, code)| code);
        let mut all = TONGUES.iter();
        all.find(|t| t.code == name || t.names.contains(&name))
            .copied()
    }

    /// The language of a text, if the text is long and clear enough to tell.
    pub fn of(text: &str) -> Option<Self> {
        let sample = &text[..text.floor_char_boundary(LOOKED_AT)];
        let info = whatlang::detect(sample)?;
        let known = TONGUES.iter().find(|t| t.lang == info.lang());
        known.filter(|_| info.is_reliable()).copied()
    }
}

/// Languages whose rules also change the beginning of a word.
const FROM_THE_FRONT: [&str; 9] = ["ar", "el", "fa", "id", "nl", "yi", "ta", "ne", "sr"];

/// Whether a folded word may have this stem (`de:haus`), by their first letters: quick, and wrong in one direction only.
pub(crate) fn may_be_of(stem: &str, word: &str) -> bool {
    let Some((code, stem)) = stem.split_once(':') else {
        return false;
    };
    FROM_THE_FRONT.contains(&code) || stem.chars().next() == word.chars().next()
}

/// Which languages the words of a text are stemmed in: its own, or every likely one where that cannot be told.
fn stemmed_in(text: &str) -> Vec<Tongue> {
    if let Some(own) = Tongue::of(text) {
        return vec![own];
    }
    let sample = &text[..text.floor_char_boundary(LOOKED_AT)];
    let codes: &[&str] = match whatlang::detect_script(sample) {
        Some(Script::Latin) => &LIKELY,
        Some(Script::Cyrillic) => &["ru"],
        Some(Script::Arabic) => &["ar"],
        Some(Script::Greek) => &["el"],
        _ => &[],
    };
    let all = TONGUES.iter().filter(|t| codes.contains(&t.code));
    all.copied().collect()
}

/// Finds the stems of words in some languages.
#[derive(Clone)]
pub(crate) struct Stems(Vec<(&'static str, Stemmer)>);

/// Stems of words that stood in texts before, by language: most words of a page did.
#[derive(Default)]
pub(crate) struct Remembered(HashMap<&'static str, HashMap<String, Vec<String>>>);

/// So many words of a language are remembered.
const REMEMBERED: usize = 20_000;

impl Stems {
    /// For the words of this text.
    pub(crate) fn for_text(text: &str) -> Self {
        Self::among(stemmed_in(text).iter())
    }

    /// For a word that may be of any language.
    pub(crate) fn all() -> Self {
        Self::among(TONGUES.iter())
    }

    /// Those of these languages alone.
    pub(crate) fn within(&self, has: impl Fn(&str) -> bool) -> Self {
        let kept = self.0.iter().filter(|(code, _)| has(code));
        Self(kept.copied().collect())
    }

    fn among<'a>(tongues: impl Iterator<Item = &'a Tongue>) -> Self {
        let with_stems = tongues.filter_map(|t| Some((t.code, Stemmer::new(t.stems?))));
        Self(with_stems.collect())
    }

    pub(crate) fn codes(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(code, _)| *code)
    }

    /// The stems of a word, as it is written and as it is folded, each behind its language: `de:haus`. None for what is
    /// no word of letters.
    pub(crate) fn of(&self, written: &str, folded: &str) -> Vec<String> {
        if !has_stem(folded) {
            return Vec::new();
        }
        let each = self.0.iter();
        each.flat_map(|(code, stemmer)| in_language(code, stemmer, written, folded))
            .collect()
    }

    /// The same, for whoever asks for the words of many texts.
    pub(crate) fn of_known(
        &self,
        known: &mut Remembered,
        written: &str,
        folded: &str,
    ) -> Vec<String> {
        let mut stems = Vec::new();
        if !has_stem(folded) {
            return stems;
        }
        for (code, stemmer) in &self.0 {
            let words = known.0.entry(code).or_default();
            if let Some(own) = words.get(written) {
                stems.extend_from_slice(own);
                continue;
            }
            if words.len() == REMEMBERED {
                words.clear();
            }
            let own = in_language(code, stemmer, written, folded);
            stems.extend_from_slice(&own);
            words.insert(written.to_owned(), own);
        }
        stems
    }
}

fn has_stem(folded: &str) -> bool {
    folded.chars().all(char::is_alphabetic) && folded.len() <= 100
}

/// One or two: a word's own spelling may have rules for it that its folded one has not.
fn in_language(code: &str, stemmer: &Stemmer, written: &str, folded: &str) -> Vec<String> {
    let mut stems = vec![format!("{code}:{}", stemmer.stem(folded))];
    let lower = written.to_lowercase();
    if lower != folded && lower.chars().all(char::is_alphabetic) {
        let other = format!("{code}:{}", crate::fold::fold(&stemmer.stem(&lower)));
        if other != stems[0] {
            stems.push(other);
        }
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: &str = "Die Häuser in der Altstadt wurden nach dem Krieg wieder aufgebaut, und heute wohnen dort viele \
                          Familien mit ihren Kindern.";
    const ENGLISH: &str = "The houses of the old town were rebuilt after the war, and many families with their children \
                           live there today.";

    #[test]
    fn the_language_of_a_text_is_told() {
        assert_eq!(Tongue::of(GERMAN).map(|t| t.code), Some("de"));
        assert_eq!(Tongue::of(ENGLISH).map(|t| t.code), Some("en"));
        assert_eq!(Tongue::of("17.50 12.20").map(|t| t.code), None);
    }

    #[test]
    fn a_language_has_many_names() {
        for name in ["de", "deu", "ger", "German", "DEUTSCH"] {
            assert_eq!(Tongue::parse(name).map(|t| t.code), Some("de"), "{name}");
        }
        assert_eq!(Tongue::parse("klingon"), None);
    }

    #[test]
    fn forms_of_a_word_share_a_stem_in_their_language() {
        let stems = Stems::for_text(GERMAN);
        let of = |word: &str| stems.of(word, &crate::fold::fold(word));
        assert!(of("Häuser").iter().any(|s| of("Haus").contains(s)));
        assert!(of("hauser").iter().any(|s| of("Häuser").contains(s)));
        assert!(of("2024").is_empty());
    }

    /// Every two letters of a script, with endings that rules may take.
    fn words_of(letters: std::ops::RangeInclusive<char>, endings: &[&str]) -> Vec<String> {
        let letters: Vec<char> = letters
            .filter(|c| c.is_lowercase() || !c.is_uppercase())
            .collect();
        let pairs = letters
            .iter()
            .flat_map(|a| letters.iter().map(move |b| [*a, *b]));
        let words = pairs.flat_map(|[a, b]| endings.iter().map(move |end| format!("{a}{b}{end}")));
        words.collect()
    }

    #[test]
    fn a_stem_begins_as_its_word_does_but_in_a_few_languages() {
        let words = [
            words_of('a'..='z', &["", "er", "ration", "benungen", "lusta", "'s"]),
            words_of('à'..='ÿ', &["", "n", "tion"]),
            words_of('а'..='ё', &["", "вание", "ийский"]),
            words_of('ά'..='ώ', &["", "ματα", "σεις"]),
            words_of('ա'..='և', &["", "երի", "ություն"]),
            words_of('अ'..='ह', &["", "ियाँ", "ना"]),
        ];
        let mut others = Vec::new();
        for tongue in TONGUES {
            let stems = Stems::among([tongue].into_iter());
            let mut all = words.iter().flatten();
            let other = all.find(|word| {
                let folded = crate::fold::fold(word);
                let own = stems.of(word, &folded);
                own.iter().any(|stem| !may_be_of(stem, &folded))
            });
            others.extend(other.map(|word| (tongue.code, word)));
        }
        assert_eq!(others, []);
    }

    #[test]
    fn a_text_too_short_to_tell_is_stemmed_in_likely_languages() {
        let stems = Stems::for_text("Haus");
        assert!(
            stems.codes().count() >= 2,
            "{:?}",
            stems.codes().collect::<Vec<_>>()
        );
    }
}
