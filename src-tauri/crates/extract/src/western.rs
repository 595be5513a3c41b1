//! Western European text as DOS (code page 850) and the older Mac OS wrote it. Neither says which it is, and those who guess
//! for browsers do not know them: the umlauts of `für` come out as signs, or not at all.

use encoding_rs::{Encoding, MACINTOSH};

/// Code page 850 from 0x80 on. Of the older 437 it has all letters in the same places.
const DOS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Enough of a text to tell, bytes.
const LOOKED_AT: usize = 64 << 10;

/// The text, if it reads well in one of them and not as `guess`.
pub(crate) fn older(bytes: &[u8], guess: &'static Encoding) -> Option<String> {
    const BAD: f32 = 0.6;
    const GOOD: f32 = 0.9;
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    if fit(&guess.decode_without_bom_handling(head).0) >= BAD {
        return None;
    }
    let mac = |bytes: &[u8]| MACINTOSH.decode_without_bom_handling(bytes).0.into_owned();
    let (as_dos, as_mac) = (fit(&dos(head)), fit(&mac(head)));
    match as_dos.max(as_mac) >= GOOD {
        true if as_dos >= as_mac => Some(dos(bytes)),
        true => Some(mac(bytes)),
        false => None,
    }
}

fn dos(bytes: &[u8]) -> String {
    let upper: Vec<char> = DOS.chars().collect();
    let of = |byte: &u8| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(place) => upper.get(usize::from(place)).copied().unwrap_or('\u{fffd}'),
    };
    bytes.iter().map(of).collect()
}

/// Of what is not ASCII but stands beside a letter of ASCII, the share that may stand there in a word: letters of the same
/// script, and no capitals behind small ones. 1 where there is none of it.
fn fit(text: &str) -> f32 {
    let chars: Vec<char> = text.chars().collect();
    let at = |place: Option<usize>| place.and_then(|n| chars.get(n)).copied().unwrap_or(' ');
    let (mut all, mut good) = (0, 0);
    for (n, c) in chars.iter().enumerate().filter(|(_, c)| !c.is_ascii()) {
        let (before, after) = (at(n.checked_sub(1)), at(n.checked_add(1)));
        if before.is_ascii_alphabetic() || after.is_ascii_alphabetic() {
            let is_latin = c.is_alphabetic() && *c < '\u{250}';
            let is_misplaced = c.is_uppercase() && before.is_lowercase();
            all += 1;
            good += u32::from(is_latin && !is_misplaced);
        }
    }
    if all == 0 {
        1.0
    } else {
        good as f32 / all as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

    const GERMAN: &str = "Größe und Maß: für Übermut gebührt äußerste Höhe.";
    const FRENCH: &str = "L'été, à la campagne, où le garçon rêve près de l'île; déjà là.";

    fn in_dos(text: &str) -> Vec<u8> {
        let of = |c: char| match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => byte,
            _ => {
                0x80 + DOS
                    .chars()
                    .position(|known| known == c)
                    .expect("it has that") as u8
            }
        };
        text.chars().map(of).collect()
    }

    #[test]
    fn the_table_is_of_all_upper_bytes() {
        assert_eq!(DOS.chars().count(), 128);
        assert_eq!(dos(b"\x81\x84\x8e\xe1\x9b"), "üäÄßø");
    }

    #[test]
    fn older_encodings_are_read_as_what_they_are() {
        for text in [GERMAN, FRENCH] {
            assert_eq!(crate::plain::decode(&in_dos(text), None), text);
            let mac = MACINTOSH.encode(text).0;
            assert_eq!(crate::plain::decode(&mac, None), text);
        }
    }

    #[test]
    fn what_reads_well_is_left_as_it_is() {
        let russian = "Привет, мир: это Windows и GOST.";
        let polish = "Zażółć gęślą jaźń, cześć i chwała.";
        let japanese = "これはtextです。日本語の文書をABCで読む。";
        for (text, encoding) in [
            (GERMAN, WINDOWS_1252),
            (FRENCH, WINDOWS_1252),
            ("“Quoted” — a naïve café’s résumé", WINDOWS_1252),
            (russian, WINDOWS_1251),
            (polish, WINDOWS_1250),
            (japanese, SHIFT_JIS),
        ] {
            assert_eq!(older(&encoding.encode(text).0, encoding), None, "{text}");
        }
    }
}
