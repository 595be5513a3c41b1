//! Plain text and Markdown: bytes become characters. Markdown stays as it is written; it is made to be read so.

use crate::western::older;
use crate::written::Written;
use crate::{ExtractError, Meta};
use chardetng::EncodingDetector;
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
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
    if is_iso_2022_jp(bytes) {
        return ISO_2022_JP
            .decode_without_bom_handling(bytes)
            .0
            .into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    if let Some(encoding) = declared.filter(|encoding| *encoding != UTF_8) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    let mut detector = EncodingDetector::new();
    detector.feed(bytes, true);
    let guess = detector.guess(None, true);
    older(bytes, guess).unwrap_or_else(|| guess.decode_without_bom_handling(bytes).0.into_owned())
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

/// Japanese in seven bits, as in mail: escapes change the table of characters (RFC 1468).
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let is_escape = |w: &[u8]| matches!(w, [0x1b, b'$', b'B' | b'@']);
    bytes.is_ascii() && bytes.windows(3).any(is_escape)
}

/// UTF-16 without a byte order mark: the higher bytes of Latin text are zero, and no lower one is; in other scripts those of
/// blanks, line ends and digits are.
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
        (0, 0) => None,
        (even, odd) => {
            let likely = if odd > even { UTF_16LE } else { UTF_16BE };
            reads_as(likely, &head[..pairs * 2]).then_some(likely)
        }
    }
}

/// Nothing but what is written, and most of it in one script.
fn reads_as(encoding: &'static Encoding, head: &[u8]) -> bool {
    /// Fewer characters tell nothing.
    const MANY: usize = 8;
    let text = encoding.decode_without_bom_handling(head).0;
    // A head that was cut in the middle of a character ends with half of it.
    let text = text.trim_end_matches(char::REPLACEMENT_CHARACTER);
    let is_script = |c: char| !c.is_ascii() && c.is_alphabetic();
    let is_written = |c: char| {
        c.is_alphanumeric()
            || matches!(c, ' '..='~' | '\t' | '\n' | '\r' | '\u{a0}'..='\u{bf}')
            || matches!(c, '\u{2010}'..='\u{205e}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
    };
    let (mut all, mut letters) = (0, std::collections::HashMap::<u32, usize>::new());
    for c in text.chars() {
        if !is_written(c) {
            return false;
        }
        all += 1;
        if is_script(c) {
            *letters.entry(script_of(c)).or_default() += 1;
        }
    }
    let most = letters.values().max().copied().unwrap_or(0);
    all >= MANY && most * 2 > all
}

/// Han, Kana and Hangul together, every other script by its place in Unicode.
fn script_of(c: char) -> u32 {
    match c as u32 {
        0x2e80..=0x9fff | 0xac00..=0xd7a3 => 0x30,
        code => code >> 8,
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
    fn utf_16_without_a_mark_is_seen_in_other_scripts_too() {
        for words in [
            "Съешь же ещё этих булок.\nЕщё",
            "吾輩は猫である。\n名前はまだ無い。",
            "שלום לכל העולם",
        ] {
            let little: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = words.encode_utf16().flat_map(u16::to_be_bytes).collect();
            check(&little, words);
            check(&big, words);
        }
        let program: Vec<u8> = (0..400_u32).map(|n| (n * n / 7) as u8).collect();
        assert_eq!(unmarked_utf16(&program), None);
        assert_eq!(unmarked_utf16(b"Bush hid the facts"), None);
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
        check("iso-2022-jp", "吾輩は猫である。名前はまだ無い。");
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
