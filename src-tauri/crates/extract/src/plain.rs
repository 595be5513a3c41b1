//! Plain text and Markdown: bytes become characters. Markdown stays as it is written; it is made to be read so.

use crate::written::Written;
use crate::{ExtractError, Meta};
use chardetng::EncodingDetector;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use sheaf_document::Kind;

/// Larger texts are data, not documents.
pub(crate) const MAX_TEXT_BYTES: u64 = 100 << 20;

pub(crate) fn text(bytes: &[u8]) -> Result<Written, ExtractError> {
    Written::new(
        Kind::Text,
        Meta::default(),
        clean(&decode(bytes, None)),
        &[],
    )
}

pub(crate) fn markdown(bytes: &[u8]) -> Result<Written, ExtractError> {
    let text = clean(&decode(bytes, None));
    let headings = headings(&text);
    let meta = Meta {
        title: headings.first().and_then(|at| heading_words(&text[*at..])),
        ..Meta::default()
    };
    Written::new(Kind::Markdown, meta, text, &headings)
}

/// Characters by byte order mark, else by what the file declared, else UTF-8, else by their statistics.
pub(crate) fn decode(bytes: &[u8], declared: Option<&'static Encoding>) -> String {
    if let Some(text) = utf32(bytes) {
        return text;
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding
            .decode_without_bom_handling(&bytes[mark..])
            .0
            .into_owned();
    }
    if let Some(encoding) = unmarked_utf16(&bytes[..bytes.len().min(4096)]) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    if let Some(encoding) = declared.filter(|encoding| *encoding != UTF_8) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    let mut detector = EncodingDetector::new();
    detector.feed(bytes, true);
    let encoding = detector.guess(None, true);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// UTF-32 with its byte order mark, which begins like that of UTF-16.
fn utf32(bytes: &[u8]) -> Option<String> {
    let number = match bytes.first_chunk()? {
        b"\xff\xfe\0\0" => u32::from_le_bytes,
        b"\0\0\xfe\xff" => u32::from_be_bytes,
        _ => return None,
    };
    let characters = bytes.as_chunks().0.iter().skip(1);
    let one = |four: &[u8; 4]| char::from_u32(number(*four)).unwrap_or(char::REPLACEMENT_CHARACTER);
    Some(characters.map(one).collect())
}

/// UTF-16 without a byte order mark: the higher bytes of Latin text are zero, and no lower one is.
pub(crate) fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
    match (even, odd) {
        (0, odd) if odd * 2 > pairs => Some(UTF_16LE),
        (even, 0) if even * 2 > pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Lines end with `\n`; of the control characters only tab, line feed and form feed stay.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\u{85}' | '\u{2028}' => out.push('\n'),
            '\u{2029}' => out.push_str("\n\n"),
            '\t' | '\n' | '\u{c}' => out.push(c),
            '\u{feff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Offsets of the ATX headings (CommonMark 4.2) outside fenced code.
fn headings(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut fenced = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
        } else if !fenced && heading_words(line).is_some() {
            found.push(at);
        }
        at += line.len();
    }
    found
}

/// The words of a heading at the start of `text`, at most 200 characters.
fn heading_words(text: &str) -> Option<String> {
    let line = text.lines().next()?;
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    let words = rest.trim().trim_end_matches('#').trim_end();
    let is_heading = (1..=6).contains(&level) && rest.starts_with([' ', '\t']) && !words.is_empty();
    is_heading.then(|| words.chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Read};

    fn first_page(mut document: Written) -> String {
        match document.read(0).unwrap() {
            Read::Text(page) => page.text,
            Read::Scan { .. } => panic!("text is not a scan"),
        }
    }

    fn check(bytes: &[u8], expect: &str) {
        assert_eq!(first_page(text(bytes).unwrap()), expect);
    }

    #[test]
    fn the_byte_order_mark_decides() {
        check(b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", "Grüße");
        check(b"\xff\xfeG\0r\0\xfc\0", "Grü");
        check(b"\xfe\xff\0G\0r\0\xfc", "Grü");
        check(b"\xff\xfe\0\0G\0\0\0\0\xf6\x01\0", "G😀");
        check(b"\0\0\xfe\xff\0\0\0G", "G");
    }

    #[test]
    fn utf_16_without_a_mark_is_seen_by_its_zeros() {
        check(b"G\0r\0\xfc\0n\0", "Grün");
        check(b"\0G\0r\0\xfc\0n", "Grün");
    }

    #[test]
    fn without_a_mark_valid_utf_8_is_utf_8_and_the_rest_is_guessed() {
        check("żółć 字".as_bytes(), "żółć 字");
        check(
            b"Das ist f\xfcr die Gr\xf6\xdfe der T\xfcr",
            "Das ist für die Größe der Tür",
        );
    }

    #[test]
    fn the_encodings_of_the_world_are_guessed() {
        let check = |label: &str, words: &str| {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let (bytes, _, lost) = encoding.encode(words);
            assert!(!lost, "{label}");
            assert_eq!(first_page(text(&bytes).unwrap()), words, "{label}");
        };
        check(
            "shift_jis",
            "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
        );
        check(
            "euc-jp",
            "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
        );
        check(
            "gb18030",
            "这是一个测试文件，里面有一些中文字，用来检查编码的识别。",
        );
        check(
            "big5",
            "這是一個測試檔案，裡面有一些中文字，用來檢查編碼的識別。",
        );
        check(
            "euc-kr",
            "이것은 한국어로 쓰인 시험 문서입니다. 인코딩을 알아냅니다.",
        );
        check(
            "koi8-r",
            "Это проверка кодировки на обычном русском тексте.",
        );
        check(
            "windows-1251",
            "Это проверка кодировки на обычном русском тексте.",
        );
        check("windows-1250", "Příliš žluťoučký kůň úpěl ďábelské ódy.");
        check(
            "windows-1253",
            "Αυτό είναι ένα κείμενο για τον έλεγχο της κωδικοποίησης.",
        );
        check(
            "windows-1254",
            "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler.",
        );
        check(
            "windows-1255",
            "זהו מסמך בעברית לבדיקת זיהוי הקידוד של הקובץ",
        );
        check("windows-1256", "هذا نص عربي لاختبار التعرف على ترميز الملف");
    }

    #[test]
    fn line_ends_become_line_feeds_and_control_characters_go() {
        check(b"a\r\nb\rc\x00\x1b\x07d\te", "a\nb\ncd\te");
    }

    #[test]
    fn the_first_heading_of_markdown_is_the_title() {
        let bytes = b"intro\n```\n# comment\n```\n## The Title ##\n# Other\n#tag\n";
        let document = markdown(bytes).unwrap();
        assert_eq!(document.meta().title.as_deref(), Some("The Title"));
        assert!(
            first_page(document).contains("## The Title ##"),
            "the source stays"
        );
    }
}
