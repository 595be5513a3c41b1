//! Rich text as Outlook packs it ([MS-OXRTFCP]): LZ77 over a ring of 4096 bytes that begins with what most letters have.

/// What the ring holds at the start (2.1.2.1).
const KNOWN: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const RING: usize = 4096;

/// Sizes, kind and checksum (2.1.3.1).
const HEADER: usize = 16;

/// One packed byte gives seventeen at most.
const MAX_BYTES: usize = 64 << 20;

/// The rich text; as far as it goes when it breaks off, `None` when this is none.
pub(crate) fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let content = packed.get(HEADER..)?;
    match packed.get(8..12)? {
        b"MELA" => Some(content.to_vec()),
        b"LZFu" => Some(unfolded(content)),
        _ => None,
    }
}

fn unfolded(content: &[u8]) -> Vec<u8> {
    let mut ring = [0; RING];
    ring[..KNOWN.len()].copy_from_slice(KNOWN);
    let (mut at, mut text) = (KNOWN.len(), Vec::new());
    let mut bytes = content.iter().copied();
    while let Some(control) = bytes.next() {
        for bit in 0..8 {
            let Some(first) = bytes.next() else {
                return text;
            };
            if control >> bit & 1 == 0 {
                ring[at] = first;
                text.push(first);
                at = (at + 1) % RING;
                continue;
            }
            let Some(second) = bytes.next() else {
                return text;
            };
            let reference = u16::from_be_bytes([first, second]);
            let (from, length) = (usize::from(reference >> 4), usize::from(reference & 15) + 2);
            if from == at || text.len() > MAX_BYTES {
                return text;
            }
            for step in 0..length {
                let byte = ring[(from + step) % RING];
                ring[at] = byte;
                text.push(byte);
                at = (at + 1) % RING;
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_unpacked() {
        // 4.1, example 1.
        let packed = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        let text = unpacked(packed).unwrap();
        assert_eq!(text, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    }

    #[test]
    fn what_breaks_off_is_kept_and_noise_is_none() {
        assert_eq!(
            unpacked(b"\0\0\0\0\0\0\0\0LZFu\0\0\0\0\0ab").as_deref(),
            Some(&b"ab"[..])
        );
        assert_eq!(
            unpacked(b"\0\0\0\0\0\0\0\0MELA\0\0\0\0raw").as_deref(),
            Some(&b"raw"[..])
        );
        assert_eq!(unpacked(b"noise that is long enough"), None);
        assert_eq!(unpacked(b""), None);
    }
}
