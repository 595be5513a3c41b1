//! Whether a page was read in the wrong languages: told from its letters, from its words, from how sure they are.

use sheaf_document::{Code, Fault, Languages};
use sheaf_ocr::{Recognition, scripts};
use whatlang::Lang;

/// Words of the right language have 0.85 and more, photographs of receipts 0.6.
const UNSURE: f32 = 0.5;
const MANY_LETTERS: usize = 60;

/// So many letters tell a language.
const TELLING: usize = 150;

/// A language without letters of its own is read well enough by another one's data, unless the words are less sure.
const SURE: f32 = 0.85;

/// Languages that a page may be told to be in: as Tesseract calls them, and those that short texts are confused with.
/// Odd ones that noise is often taken for are left out.
#[rustfmt::skip]
const KNOWN: &[(Lang, &str, &[&str])] = &[
    (Lang::Eng, "eng", &["enm"]), (Lang::Deu, "deu", &["deu_latf", "frk", "nld"]), (Lang::Fra, "fra", &["frm"]),
    (Lang::Spa, "spa", &["spa_old", "cat", "glg", "por"]), (Lang::Ita, "ita", &["ita_old"]),
    (Lang::Por, "por", &["glg", "spa"]), (Lang::Nld, "nld", &["afr", "deu"]), (Lang::Swe, "swe", &["dan", "nor"]),
    (Lang::Dan, "dan", &["nor", "swe"]), (Lang::Nob, "nor", &["dan", "swe"]), (Lang::Fin, "fin", &["est"]),
    (Lang::Pol, "pol", &[]), (Lang::Ces, "ces", &["slk"]), (Lang::Slk, "slk", &["ces"]), (Lang::Hun, "hun", &[]),
    (Lang::Ron, "ron", &[]), (Lang::Tur, "tur", &["aze"]), (Lang::Cat, "cat", &["spa", "oci"]),
    (Lang::Hrv, "hrv", &["bos", "srp_latn", "slv"]), (Lang::Slv, "slv", &["hrv"]), (Lang::Lit, "lit", &[]),
    (Lang::Lav, "lav", &[]), (Lang::Est, "est", &["fin"]), (Lang::Vie, "vie", &[]), (Lang::Ind, "ind", &["msa"]),
    (Lang::Rus, "rus", &["bul", "bel", "ukr"]), (Lang::Ukr, "ukr", &["rus", "bel"]), (Lang::Bel, "bel", &["ukr", "rus"]),
    (Lang::Bul, "bul", &["mkd", "rus"]), (Lang::Mkd, "mkd", &["bul", "srp"]), (Lang::Srp, "srp", &["mkd"]),
];

/// Written in letters that every model knows.
const PLAIN: [Lang; 4] = [Lang::Eng, Lang::Nld, Lang::Ind, Lang::Ita];

/// Says so when a page was most likely read in the wrong languages.
pub(crate) fn doubt(read: &Recognition, languages: &Languages) -> Option<Fault> {
    let what = other_script(read, languages)
        .or_else(|| other_language(read, languages))
        .or_else(|| unsure(read, languages))?;
    Some(Fault::new(Code::LanguageDoubtful, what))
}

fn other_script(read: &Recognition, languages: &Languages) -> Option<String> {
    let script = read.script?.name();
    let read_in = languages.as_str();
    (!scripts(languages).contains(&script)).then(|| {
        format!("The page seems to be written in {script} letters, but was read in {read_in}.")
    })
}

/// Words without their accents still are words of their language.
fn other_language(read: &Recognition, languages: &Languages) -> Option<String> {
    let text = &read.page.text;
    if letters(text) < TELLING {
        return None;
    }
    let told = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    let (lang, name, near) = KNOWN.iter().find(|(lang, ..)| *lang == told.lang())?;
    let has = |one: &str| one == *name || near.contains(&one) || one.starts_with("script/");
    let is_read_well = PLAIN.contains(lang) && read.page.confidence >= SURE;
    (!is_read_well && !languages.names().any(has)).then(|| {
        let read_in = languages.as_str();
        format!(
            "The page seems to be in {} ({name}), but was read in {read_in}.",
            lang.eng_name()
        )
    })
}

fn unsure(read: &Recognition, languages: &Languages) -> Option<String> {
    let is_doubtful = letters(&read.page.text) >= MANY_LETTERS && read.page.confidence < UNSURE;
    is_doubtful.then(|| {
        let sure = (read.page.confidence * 100.0).round();
        let read_in = languages.as_str();
        format!("The page was read in {read_in} with a confidence of {sure} %: the language or the picture may not fit.")
    })
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sheaf_document::PageText;
    use sheaf_ocr::Script;

    /// As English data reads German.
    const GERMAN: &str = "Die Wurde des Menschen ist unantastbar. Sie zu achten und zu schutzen ist Verpflichtung aller \
        staatlichen Gewalt. Das Deutsche Volk bekennt sich darum zu unverletzlichen und unveraufserlichen Menschenrechten.";
    const ENGLISH: &str = "All human beings are born free and equal in dignity and rights. They are endowed with reason and \
        conscience and should act towards one another in a spirit of brotherhood. Everyone is entitled to all the rights.";

    fn read(text: &str, confidence: f32, script: Option<Script>) -> Recognition {
        let mut page = PageText::blank(1.0, 1.0);
        page.text = text.to_owned();
        page.confidence = confidence;
        Recognition {
            page,
            turned: 0,
            steps: Vec::new(),
            passes: 1,
            script,
        }
    }

    fn check(read: &Recognition, languages: &str, expect: Option<&str>) {
        let list = Languages::parse(languages).expect("languages");
        let told = doubt(read, &list);
        match expect {
            None => assert_eq!(told, None, "{languages}"),
            Some(part) => {
                let fault = told.unwrap_or_else(|| panic!("{languages}: nothing was said"));
                assert_eq!(fault.code, Code::LanguageDoubtful);
                assert!(fault.detail.contains(part), "{fault}");
            }
        }
    }

    #[test]
    fn a_page_in_another_script_is_doubtful_unless_a_language_has_it() {
        let page = read("", 0.7, Script::named("Cyrillic"));
        check(&page, "eng", Some("Cyrillic"));
        check(&page, "eng+rus", None);
    }

    #[test]
    fn a_page_that_reads_badly_is_doubtful_and_one_that_reads_well_is_not() {
        let nonsense = "wrds ".repeat(20);
        check(&read(&nonsense, 0.4, None), "eng", Some("40 %"));
        check(&read(&nonsense, 0.8, None), "eng", None);
    }

    #[test]
    fn a_page_in_another_language_of_the_same_script_is_named_however_sure_its_words_are() {
        check(&read(GERMAN, 0.93, None), "eng", Some("German (deu)"));
        check(&read(GERMAN, 0.93, None), "fra+eng", Some("fra+eng"));
        check(&read(GERMAN, 0.87, None), "eng+deu", None);
        check(&read(GERMAN, 0.87, None), "script/Latin", None);
    }

    #[test]
    fn english_is_read_well_by_every_model_until_its_words_are_doubtful() {
        check(&read(ENGLISH, 0.94, None), "deu", None);
        check(&read(ENGLISH, 0.80, None), "deu", Some("English (eng)"));
        check(&read(ENGLISH, 0.80, None), "eng", None);
    }

    #[test]
    fn a_few_words_tell_no_language() {
        check(
            &read("Guten Tag und auf Wiedersehen", 0.9, None),
            "eng",
            None,
        );
    }
}
