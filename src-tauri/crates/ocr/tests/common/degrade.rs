//! Real-looking pages and what scanners, cameras and time do to them. Everything is the same on every run.
#![allow(dead_code, clippy::unwrap_used)]

use std::io::{Seek, Write};
use std::path::Path;
use std::sync::OnceLock;

use image::{GrayImage, Luma, imageops};
use sheaf_document::ReadSettings;
use sheaf_extract::{Pdfium, Read, Readers};

/// What the page says, a line a line.
pub(crate) const PAGE: [&str; 24] = [
    "ANNUAL REPORT OF THE HARBOUR OFFICE",
    "The harbour master kept a ledger of every vessel that arrived before",
    "the winter storms closed the strait. Seventeen barrels of pickled herring",
    "were traded against copper kettles, and a single crate of lemons was sold",
    "for 48.50 on the quay. In the margin somebody wrote that the price was",
    "a scandal, and that the council would hear of it before Easter.",
    "Of the 312 ships registered between March and October, 47 carried timber,",
    "109 carried grain and the remainder a mixture of cloth, wine, tools and",
    "letters. The smallest was the Margarete, a boat of 11 tonnes with a crew",
    "of three; the largest, the Queen of Bergen, needed two pilots and a day.",
    "Harbour dues amounted to 6,418 crowns, which is 213 more than last year.",
    "Repairs to the northern pier cost 1,970 crowns (stone, mortar, wages),",
    "and the new lantern 388. What was left has been lent to the town at four",
    "per cent, as the council decided on 14 November 1887.",
    "Two accidents are to be reported. On 3 June the schooner Falke struck the",
    "breakwater in fog; nobody was hurt. On 29 August a crane fell upon the",
    "fish market, and the owner, Mr. Jansen, asks for compensation of 75 crowns",
    "for herring, baskets and one wheelbarrow.",
    "The keeper of the lighthouse requests, for the third time, a better stove.",
    "His wife writes that the oil froze in January, and that the windows have",
    "to be wiped every hour while it snows. The office supports the request.",
    "It is proposed to buy a second rowing boat, to mark the shallows with six",
    "more buoys, and to forbid the drying of nets on the bridge.",
    "Signed on behalf of the office: A. Petersen, Harbour Master",
];

/// The text of [`PAGE`].
pub(crate) fn truth() -> String {
    PAGE.join("\n")
}

/// [`PAGE`] on A4 at 300 dots per inch, drawn by pdfium in its own Times of 12 points.
pub(crate) fn clean() -> GrayImage {
    static CLEAN: OnceLock<GrayImage> = OnceLock::new();
    CLEAN.get_or_init(|| drawn(&pdf())).clone()
}

fn pdf() -> Vec<u8> {
    let mut content = String::from("BT /F 12 Tf 18 TL 72 760 Td\n");
    for line in PAGE {
        let line = line.replace('(', "\\(").replace(')', "\\)");
        content.push_str(&format!("({line}) Tj T*\n"));
    }
    content.push_str("ET");
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
         2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\n\
         /Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>>>>>endobj\n\
         4 0 obj<</Length {}>>\nstream\n{content}\nendstream endobj\ntrailer<</Root 1 0 R>>\n",
        content.len() + 1
    )
    .into_bytes()
}

fn drawn(pdf: &[u8]) -> GrayImage {
    let library = super::assets().join("pdfium").join(format!(
        "{}pdfium{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    ));
    let readers = Readers {
        pdfium: Some(Pdfium::bind(Path::new(&library)).unwrap()),
    };
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(pdf).unwrap();
    file.rewind().unwrap();
    let settings = ReadSettings {
        force_ocr: true,
        ..ReadSettings::default()
    };
    let mut document = sheaf_extract::open(
        &readers,
        sheaf_extract::Bytes::new(file).unwrap(),
        "page.pdf",
        &[],
        &settings,
    )
    .unwrap();
    match document.read(0).unwrap() {
        Read::Scan { image, .. } => image.gray,
        Read::Text(_) => unreachable!("recognition was asked for"),
    }
}

/// The page at so many dots per inch, from 300.
pub(crate) fn at_dpi(page: &GrayImage, dpi: u32) -> GrayImage {
    let size = |pixels: u32| pixels * dpi / 300;
    imageops::resize(
        page,
        size(page.width()),
        size(page.height()),
        imageops::FilterType::Triangle,
    )
}

/// Each pixel by what `change` makes of its brightness and its place (fractions of the page).
pub(crate) fn changed(page: &GrayImage, mut change: impl FnMut(f32, f32, f32) -> f32) -> GrayImage {
    let (width, height) = (page.width() as f32, page.height() as f32);
    GrayImage::from_fn(page.width(), page.height(), |x, y| {
        let value = f32::from(page.get_pixel(x, y).0[0]);
        Luma([change(value, x as f32 / width, y as f32 / height).clamp(0.0, 255.0) as u8])
    })
}

/// A lamp from the upper left; the lower right corner keeps a fifth of the light.
pub(crate) fn in_shadow(page: &GrayImage) -> GrayImage {
    changed(page, |value, x, y| {
        value * (1.0 - 0.8 * ((x + y) / 2.0).powf(0.7))
    })
}

/// A hand between lamp and page: an edge of shadow runs across the text.
pub(crate) fn under_a_hand(page: &GrayImage) -> GrayImage {
    changed(page, |value, x, y| {
        let edge = ((x + 0.5 * y - 0.7) * 12.0).clamp(-1.0, 1.0);
        value * (0.62 - 0.38 * edge)
    })
}

/// Grain of this standard deviation, in steps of 255.
pub(crate) fn grainy(page: &GrayImage, deviation: f32) -> GrayImage {
    let mut random = Random(1);
    changed(page, |value, _, _| {
        // The sum of twelve even numbers is nearly normal (Irwin–Hall), with a variance of one.
        let normal: f32 = (0..12).map(|_| random.fraction()).sum::<f32>() - 6.0;
        value + normal * deviation
    })
}

/// So much of the page, 0 to 1, is black or white dust.
pub(crate) fn dusty(page: &GrayImage, part: f32) -> GrayImage {
    let mut random = Random(2);
    changed(page, |value, _, _| {
        if random.fraction() < part {
            if random.fraction() < 0.5 { 0.0 } else { 255.0 }
        } else {
            value
        }
    })
}

pub(crate) fn negative(page: &GrayImage) -> GrayImage {
    changed(page, |value, _, _| 255.0 - value)
}

/// Black becomes `ink`, white becomes `paper`.
pub(crate) fn inked(page: &GrayImage, ink: f32, paper: f32) -> GrayImage {
    changed(page, |value, _, _| ink + (paper - ink) * value / 255.0)
}

/// White writing on a dark ground in the upper third, dark on a tinted one in the middle third.
pub(crate) fn boxed(page: &GrayImage) -> GrayImage {
    changed(page, |value, x, y| {
        let inside = (0.06..0.94).contains(&x);
        match y {
            y if inside && (0.08..0.33).contains(&y) => 255.0 - value * 0.85,
            y if inside && (0.36..0.58).contains(&y) => 30.0 + value * 0.45,
            _ => value,
        }
    })
}

/// Out of focus.
pub(crate) fn blurred(page: &GrayImage, sigma: f32) -> GrayImage {
    imageops::blur(page, sigma)
}

/// The numbers of a linear congruential generator (Knuth, MMIX).
struct Random(u64);

impl Random {
    fn fraction(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u64 << 24) as f32
    }
}
