//! What a person may have meant: words of the library in the place of those that it hardly knows.

use sheaf_store::Conn;
use sheaf_store::table::pages;
use tantivy::Searcher;

use crate::expression::Wanted;
use crate::leaf::Shape;
use crate::schema::Fields;
use crate::tokens::{Form, tokens};
use crate::vocabulary::{Known, a_page_with, begun, correction, pages_with};
use crate::{Correction, Result};

/// Words of one query that are looked up; each walks a part of the dictionary.
const MOST: usize = 6;

/// So much of a page is looked through for how a word is written, bytes.
const LOOKED_THROUGH: usize = 50_000;

/// For every word asked for that next to no page has, the word of the library that it was meant to be.
pub(crate) fn corrections(
    conn: &Conn,
    searcher: &Searcher,
    fields: &Fields,
    wanted: &Wanted,
    text: &str,
) -> Result<Vec<Correction>> {
    let mut found = Vec::new();
    let typed = wanted.leaves.iter().filter(|leaf| !leaf.negative);
    let words = typed.filter_map(|leaf| match &leaf.shape {
        Shape::Word { word, stems } => Some((word, stems)),
        Shape::Row { .. } | Shape::Prefix(_) | Shape::RowPrefix(_) => None,
    });
    for (word, stems) in words.take(MOST) {
        let mut forms = 0;
        for stem in stems {
            forms += pages_with(searcher, fields.stems, stem)?;
        }
        let names = pages_with(searcher, fields.names, word)?;
        if names > 0 || forms > 1 {
            continue;
        }
        if let Some(meant) = correction(searcher, fields.body, word)? {
            let mut typed = tokens(text).into_iter();
            let typed = typed.find(|token| token.text == *word);
            found.push(Correction {
                word: typed.map_or_else(|| word.clone(), |t| text[t.start..t.end].to_owned()),
                suggestion: as_written(conn, searcher, fields, &meant)?,
            });
        }
    }
    Ok(found)
}

/// The text with its last word ended by words of the library, the most common first.
pub(crate) fn suggestions(
    conn: &Conn,
    searcher: &Searcher,
    fields: &Fields,
    text: &str,
    limit: usize,
) -> Result<Vec<String>> {
    let found = tokens(text);
    let last = found.iter().rev().find(|token| token.form == Form::Word);
    let Some(last) = last.filter(|token| token.end == text.len() && token.text.len() > 1) else {
        return Ok(Vec::new());
    };
    // The word itself may be among them.
    let mut known = begun(searcher, fields.body, &last.text, limit + 1)?;
    for name in begun(searcher, fields.names, &last.text, limit)? {
        if known.iter().all(|other| other.word != name.word) {
            known.push(name);
        }
    }
    known.retain(|known| known.word != last.text);
    known.truncate(limit);
    let whole = |known: Known| -> Result<String> {
        let word = as_written(conn, searcher, fields, &known.word)?;
        Ok(format!("{}{word}", &text[..last.start]))
    };
    known.into_iter().map(whole).collect()
}

/// A folded word as a page of the library writes it, in small letters: `straße` for `strasse`.
fn as_written(conn: &Conn, searcher: &Searcher, fields: &Fields, word: &str) -> Result<String> {
    let Some((revision, page)) = a_page_with(searcher, fields.body, word)? else {
        return Ok(word.to_owned());
    };
    let Some(page) = pages::get(conn, revision, page)? else {
        return Ok(word.to_owned());
    };
    let text = &page.text[..page.text.floor_char_boundary(LOOKED_THROUGH)];
    let mut found = tokens(text).into_iter();
    let there = found.find(|token| token.form == Form::Word && token.text == word);
    Ok(there.map_or_else(
        || word.to_owned(),
        |token| text[token.start..token.end].to_lowercase(),
    ))
}

/// The query with the corrections in it.
pub(crate) fn corrected(text: &str, corrections: &[Correction]) -> Option<String> {
    let mut meant = text.to_owned();
    for token in tokens(text).iter().rev() {
        let typed = &text[token.start..token.end];
        if let Some(correction) = corrections.iter().find(|c| c.word == typed) {
            meant.replace_range(token.start..token.end, &correction.suggestion);
        }
    }
    (meant != text).then_some(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_keeps_what_stands_around_it() {
        let of = |word: &str, suggestion: &str| Correction {
            word: word.to_owned(),
            suggestion: suggestion.to_owned(),
        };
        let both = [of("anual", "annual"), of("Reprot", "report")];
        let meant = corrected("kind:pdf anual \"Reprot\" -x", &both);
        assert_eq!(meant.as_deref(), Some("kind:pdf annual \"report\" -x"));
        assert_eq!(corrected("annual", &both), None);
    }
}
