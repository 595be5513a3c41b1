//! Data in text form (CSV, JSON, XML): kept as it is written, since its signs are its sense. Long ones are cut at
//! line ends.

use crate::feed::feed;
use crate::plain::{clean, decode};
use crate::written::Written;
use crate::{ExtractError, Meta};
use encoding_rs::Encoding;
use sheaf_document::Kind;

pub(crate) fn csv(bytes: &[u8]) -> Result<Written, ExtractError> {
    written(Kind::Csv, &decode(bytes, None))
}

/// Characters that are written as numbers (`\u00fc`) become characters, or nobody would find them.
pub(crate) fn json(bytes: &[u8]) -> Result<Written, ExtractError> {
    written(Kind::Json, &unescaped(&decode(bytes, None)))
}

/// The same for `&#252;`. A feed is more than data: see [`crate::feed`].
pub(crate) fn xml(bytes: &[u8]) -> Result<Written, ExtractError> {
    let text = decode(bytes, declared(bytes));
    match feed(&text) {
        Some(feed) => feed,
        None => written(Kind::Xml, &unnumbered(&text)),
    }
}

fn written(kind: Kind, text: &str) -> Result<Written, ExtractError> {
    Written::new(kind, Meta::default(), clean(text), &[])
}

/// `<?xml version="1.0" encoding="…"?>` (XML 1.0, 4.3.3).
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let (declaration, _) = head.split_once("?>")?;
    let (_, tail) = declaration.split_once("encoding")?;
    let name = tail.trim_start_matches([' ', '=', '"', '\'']);
    Encoding::for_label(name.split(['"', '\'']).next()?.as_bytes())
}

/// Above ASCII only: `\u0022` is a quotation mark that does not end the string.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (c, len) = character(rest).unwrap_or(('\\', 1));
        out.push(c);
        rest = &rest[len..];
        // The sign behind a backslash that stays belongs to it.
        if len == 1
            && let Some(next) = rest.chars().next()
        {
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    out.push_str(rest);
    out
}

/// `&#252;` and `&#xfc;` become `ü`; above ASCII only, as `&#60;` is a sign that opens no tag.
fn unnumbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("&#") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (c, len) = reference(rest).unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[len..];
    }
    out.push_str(rest);
    out
}

/// Bytes of a reference: `&#x10ffff;`, and as many zeros as anybody writes.
const LONGEST: usize = 16;

/// The character that a reference at the start of `text` is, and how many bytes that takes.
fn reference(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let number = text[..end].strip_prefix("&#")?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    let c = char::from_u32(code).filter(|c| !c.is_ascii() && !c.is_control())?;
    Some((c, number.len() + 3))
}

/// The character written at the start of `text`, and how many bytes that takes.
fn character(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(0)?;
    if let Ok([c]) = char::decode_utf16([first])
        .collect::<Result<Vec<_>, _>>()
        .as_deref()
    {
        return (!c.is_ascii() && !c.is_control()).then_some((*c, 6));
    }
    let c = char::decode_utf16([first, unit(6)?]).next()?.ok()?;
    Some((c, 12))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_characters_are_characters_but_signs_stay() {
        let check = |text: &str, expect: &str| assert_eq!(unescaped(text), expect);
        check(
            r#"{"a": "Gr\u00fc\u00dfe \ud83d\ude00"}"#,
            r#"{"a": "Grüße 😀"}"#,
        );
        check(
            r#""\u0022 \\u00fc \n \ud83d \u12""#,
            r#""\u0022 \\u00fc \n \ud83d \u12""#,
        );
        check("\\", "\\");
    }

    #[test]
    fn references_to_characters_are_characters_but_signs_stay() {
        let check = |text: &str, expect: &str| assert_eq!(unnumbered(text), expect);
        check("<a>Gr&#252;&#xDF;e &#x1F600;</a>", "<a>Grüße 😀</a>");
        let stays = "&#60; &amp; &# &#; &#x; &#55296; &#99999999999; &#252";
        check(stays, stays);
    }

    #[test]
    fn an_encoding_that_xml_declares_is_used() {
        let bytes = b"<?xml version='1.0' encoding='koi8-r'?><a>\xf0\xd2\xc9</a>";
        assert!(decode(bytes, declared(bytes)).ends_with("<a>При</a>"));
    }
}
