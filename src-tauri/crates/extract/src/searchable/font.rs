//! The font of text that nobody sees: any character of Unicode, all half an em wide, none with ink.
//!
//! A character gets a number when it is first used, and the font says at the end which is which (`ToUnicode`). So one
//! font does for every script, and a reader finds the characters themselves, not their look.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Thousandths of an em.
pub(super) const WIDTH: i64 = 500;
const ASCENT: i64 = 800;

/// How far the foot of a box is below the line that letters stand on, in parts of its height.
pub(super) const DESCENT: f32 = 0.2;

/// The characters used so far, by their numbers from 1 on.
#[derive(Default)]
pub(super) struct Font {
    numbers: HashMap<char, u16>,
    characters: Vec<char>,
}

impl Font {
    /// `text` as the operand of `Tj`. Beyond 65,534 different characters, the others become spaces.
    pub(super) fn encode(&mut self, text: &str) -> Vec<u8> {
        text.chars()
            .flat_map(|c| self.number(c).to_be_bytes())
            .collect()
    }

    fn number(&mut self, c: char) -> u16 {
        if let Some(known) = self.numbers.get(&c) {
            return *known;
        }
        let Some(next) = u16::try_from(self.characters.len() + 1)
            .ok()
            .filter(|n| *n < u16::MAX)
        else {
            return u16::MAX;
        };
        self.characters.push(c);
        self.numbers.insert(c, next);
        next
    }

    /// Adds the font to a document; gives the number of its dictionary.
    pub(super) fn add_to(&self, document: &mut Document) -> ObjectId {
        let program = document.add_object(compressed(
            dictionary! { "Length1" => PROGRAM_BYTES },
            program(),
        ));
        let descriptor = document.add_object(dictionary! {
            "Type" => "FontDescriptor", "FontName" => "Glyphless", "Flags" => 4,
            "FontBBox" => vec![0.into(), (-200).into(), WIDTH.into(), ASCENT.into()],
            "ItalicAngle" => 0, "Ascent" => ASCENT, "Descent" => -200, "CapHeight" => ASCENT, "StemV" => 80,
            "FontFile2" => program,
        });
        // Every number is drawn as glyph 1, which has no ink.
        let glyphs = [0_u8, 1].repeat(self.characters.len() + 2);
        let glyphs = document.add_object(compressed(Dictionary::new(), glyphs));
        let descendant = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "Glyphless",
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "FontDescriptor" => descriptor, "DW" => WIDTH, "CIDToGIDMap" => glyphs,
        });
        let meaning = document.add_object(compressed(
            Dictionary::new(),
            self.to_unicode().into_bytes(),
        ));
        document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "Glyphless", "Encoding" => "Identity-H",
            "DescendantFonts" => vec![descendant.into()], "ToUnicode" => meaning,
        })
    }

    /// The CMap that says what each number means (ISO 32000-1, 9.10.3): UTF-16, a hundred to a block.
    fn to_unicode(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
             /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
             /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let numbered: Vec<(u16, char)> = (1..).zip(self.characters.iter().copied()).collect();
        for block in numbered.chunks(100) {
            let _ = writeln!(map, "{} beginbfchar", block.len());
            for (number, c) in block {
                let _ = write!(map, "<{number:04X}> <");
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(map, "{unit:04X}");
                }
                map.push_str(">\n");
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        map
    }
}

pub(super) fn compressed(dictionary: Dictionary, bytes: Vec<u8>) -> Stream {
    let mut stream = Stream::new(dictionary, bytes);
    // What does not become smaller stays as it is.
    let _ = stream.compress();
    stream
}

const PROGRAM_BYTES: i64 = {
    let mut bytes = 12 + 16 * TABLES.len();
    let mut n = 0;
    while n < TABLES.len() {
        bytes += TABLES[n].1.len().next_multiple_of(4);
        n += 1;
    }
    bytes as i64
};

/// A TrueType font with two glyphs, both without ink: the tables that a font in a PDF must have (ISO 32000-1, 9.9)
/// and `cmap`, in the order of their names.
const TABLES: [(&[u8; 4], &[u8]); 9] = [
    // One subtable that maps nothing (format 6, no entries).
    (
        b"cmap",
        &[
            0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 12, 0, 6, 0, 10, 0, 0, 0, 0, 0, 0,
        ],
    ),
    // Glyph 1 is a line there and back: it has a box, from which readers take the size of a word, and no area to fill. One
    // contour, box, its last point, no instructions, two points on the curve, their steps across and up.
    (
        b"glyf",
        &[
            0, 1, 0, 0, 0xff, 0x38, 0x01, 0xf4, 0x03, 0x20, 0, 1, 0, 0, 1, 1, 0, 0, 0x01, 0xf4,
            0xff, 0x38, 0x03, 0xe8,
        ],
    ),
    // Version, revision, checksum (left out), magic number, flags, 1000 units an em, dates, box, style, sizes, formats.
    (
        b"head",
        &[
            0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x5f, 0x0f, 0x3c, 0xf5, 0, 0, 0x03, 0xe8, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0x38, 0x01, 0xf4, 0x03, 0x20, 0, 0,
            0, 8, 0, 2, 0, 0, 0, 0,
        ],
    ),
    // Version, ascent 800, descent -200, gap, widest 500, bearings, caret, reserved, format, one width.
    (
        b"hhea",
        &[
            0, 1, 0, 0, 0x03, 0x20, 0xff, 0x38, 0, 0, 0x01, 0xf4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
        ],
    ),
    (b"hmtx", &[0x01, 0xf4, 0, 0, 0, 0]),
    (b"loca", &[0, 0, 0, 0, 0, 12]),
    (
        b"maxp",
        &[
            0, 1, 0, 0, 0, 2, 0, 2, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0,
        ],
    ),
    // No names: format 0, none, and where they would be.
    (b"name", &[0, 0, 0, 0, 0, 6]),
    (
        b"post",
        &[
            0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0,
        ],
    ),
];

fn program() -> Vec<u8> {
    let count = TABLES.len() as u16;
    let power = count.ilog2();
    let range = 16 << power;
    let mut head = [0, 1, 0, 0].to_vec();
    for number in [count, range, power as u16, count * 16 - range] {
        head.extend(number.to_be_bytes());
    }
    let (mut body, mut at) = (Vec::new(), 12 + 16 * u32::from(count));
    for (name, data) in TABLES {
        let mut padded = data.to_vec();
        padded.resize(data.len().next_multiple_of(4), 0);
        let words = padded
            .chunks_exact(4)
            .map(|w| u32::from_be_bytes([w[0], w[1], w[2], w[3]]));
        head.extend(name);
        for number in [words.fold(0, u32::wrapping_add), at, data.len() as u32] {
            head.extend(number.to_be_bytes());
        }
        at += padded.len() as u32;
        body.extend(padded);
    }
    head.extend(body);
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_keeps_its_number() {
        let mut font = Font::default();
        assert_eq!(font.encode("abba"), [0, 1, 0, 2, 0, 2, 0, 1]);
        assert_eq!(font.encode("b"), [0, 2]);
    }

    #[test]
    fn characters_beyond_the_first_plane_are_pairs() {
        let mut font = Font::default();
        font.encode("é𝄞");
        let map = font.to_unicode();
        assert!(
            map.contains("2 beginbfchar\n<0001> <00E9>\n<0002> <D834DD1E>\n"),
            "{map}"
        );
    }

    #[test]
    fn too_many_characters_are_no_panic() {
        let mut font = Font::default();
        let all: String = ('\u{0}'..='\u{1ffff}').collect();
        let codes = font.encode(&all);
        assert_eq!(codes.len(), all.chars().count() * 2);
        assert!(codes.ends_with(&[0xff, 0xff]));
    }

    #[test]
    fn the_font_is_as_long_as_it_says() {
        assert_eq!(program().len() as i64, PROGRAM_BYTES);
    }
}
