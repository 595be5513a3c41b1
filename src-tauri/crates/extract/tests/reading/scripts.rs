//! PDF pages whose writing does not run from left to right: Hebrew and Arabic.

use crate::desk::{opened, text};
use lopdf::{Document as Pdf, Object, Stream, dictionary};
use sheaf_document::{PageText, Rect};
use std::fmt::Write;

/// Points from one character to the next; each is as wide as it is high.
const SIZE: f32 = 20.0;

/// A page of 600 × 400 points in a font of squares that is not there: what is written, from where, as the characters are
/// drawn one after the other.
struct Written<'a> {
    lines: &'a [(f32, f32, &'a str)],
    rotate: i64,
    crop: [f32; 4],
}

impl Written<'_> {
    fn page(&self) -> PageText {
        text(opened(&self.bytes(), "a.pdf").unwrap().read(0).unwrap())
    }

    fn bytes(&self) -> Vec<u8> {
        let mut letters: Vec<char> = self.lines.iter().flat_map(|line| line.2.chars()).collect();
        letters.sort_unstable();
        letters.dedup();
        let code = |c: char| letters.iter().position(|known| *known == c).unwrap() + 1;
        let mut content = format!("BT /F {SIZE} Tf\n");
        for (x, y, line) in self.lines {
            let codes: String = line.chars().map(|c| format!("{:04X}", code(c))).collect();
            writeln!(content, "1 0 0 1 {x} {y} Tm <{codes}> Tj").unwrap();
        }
        content.push_str("ET");
        let mut map = format!(
            "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange {} beginbfchar\n",
            letters.len()
        );
        for c in &letters {
            writeln!(map, "<{:04X}> <{:04X}>", code(*c), u32::from(*c)).unwrap();
        }
        map.push_str("endbfchar endcmap");
        self.assembled(content, map)
    }

    fn assembled(&self, content: String, map: String) -> Vec<u8> {
        let mut pdf = Pdf::with_version("1.5");
        let tree = pdf.new_object_id();
        let stream = |bytes: String| Stream::new(dictionary! {}, bytes.into_bytes());
        let (content, map) = (pdf.add_object(stream(content)), pdf.add_object(stream(map)));
        let about = pdf.add_object(dictionary! {
            "Type" => "FontDescriptor", "FontName" => "Squares", "Flags" => 4, "ItalicAngle" => 0, "StemV" => 80,
            "FontBBox" => [0, -200, 1000, 800].map(Object::from).to_vec(), "Ascent" => 800, "Descent" => -200,
            "CapHeight" => 700,
        });
        let inner = pdf.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "Squares", "FontDescriptor" => about,
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"), "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "DW" => 1000,
        });
        let font = pdf.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "Squares", "ToUnicode" => map,
            "Encoding" => "Identity-H", "DescendantFonts" => vec![inner.into()],
        });
        let page = pdf.add_object(dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Rotate" => self.rotate,
            "MediaBox" => [0, 0, 600, 400].map(Object::from).to_vec(),
            "CropBox" => self.crop.map(Object::from).to_vec(),
            "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
        });
        pdf.objects.insert(
            tree,
            dictionary! { "Type" => "Pages", "Count" => 1, "Kids" => vec![page.into()] }.into(),
        );
        let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
        pdf.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        pdf.save_to(&mut bytes).unwrap();
        bytes
    }
}

const WHOLE: [f32; 4] = [0.0, 0.0, 600.0, 400.0];

fn across<'a>(lines: &'a [(f32, f32, &'a str)]) -> Written<'a> {
    Written {
        lines,
        rotate: 0,
        crop: WHOLE,
    }
}

fn place(page: &PageText, word: &str) -> Rect {
    let found = page
        .words
        .iter()
        .find(|w| &page.text[w.start as usize..w.end as usize] == word);
    found
        .unwrap_or_else(|| panic!("no {word:?} in {:?}", page.text))
        .rect
}

/// In points from the top left corner of what is shown.
fn covers(page: &PageText, word: &str, x: [f32; 2], y: [f32; 2]) {
    let rect = place(page, word);
    let points = [
        (rect.x0 * page.width_pt, x[0]),
        (rect.x1 * page.width_pt, x[1]),
        (rect.y0 * page.height_pt, y[0]),
        (rect.y1 * page.height_pt, y[1]),
    ];
    for (is, should) in points {
        assert!(
            (is - should).abs() < SIZE / 2.0,
            "{word}: {rect:?} {page:?}"
        );
    }
}

#[test]
fn hebrew_is_read_from_the_right_with_numbers_and_latin_words_in_place() {
    let page = across(&[(100.0, 300.0, "םלוע 123 world םולש")]).page();
    assert_eq!(page.text, "שלום world 123 עולם");
    covers(&page, "שלום", [400.0, 480.0], [84.0, 104.0]);
    covers(&page, "עולם", [100.0, 180.0], [84.0, 104.0]);
}

#[test]
fn arabic_is_read_from_the_right() {
    let page = across(&[
        (100.0, 300.0, ".قوقحلاو ةماركلا يف"),
        (100.0, 278.0, "1948 ماع يف"),
    ])
    .page();
    assert_eq!(page.text, "في الكرامة والحقوق.\nفي عام 1948");
    covers(&page, "1948", [100.0, 180.0], [106.0, 126.0]);
}

#[test]
fn boxes_stay_over_the_glyphs_of_a_turned_and_cropped_page() {
    let lines = [(200.0, 300.0, "םלוע םולש")];
    let flat = across(&lines).page();
    covers(&flat, "שלום", [300.0, 380.0], [84.0, 104.0]);
    // Of the sheet, x from 100 to 500 and y from 200 to 400 stay.
    let turned = |rotate| {
        Written {
            rotate,
            crop: [100.0, 200.0, 500.0, 400.0],
            ..across(&lines)
        }
        .page()
    };
    for rotate in [0, 90, 180, 270] {
        assert_eq!(turned(rotate).text, "שלום עולם", "{rotate}");
    }
    covers(&turned(0), "שלום", [200.0, 280.0], [84.0, 104.0]);
    covers(&turned(90), "שלום", [96.0, 116.0], [200.0, 280.0]);
    covers(&turned(180), "שלום", [120.0, 200.0], [96.0, 116.0]);
    covers(&turned(270), "שלום", [84.0, 104.0], [120.0, 200.0]);
}
