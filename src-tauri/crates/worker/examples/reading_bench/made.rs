//! Pages for those who have none: text in a PDF, and the same pages scanned, each with its truth.

use std::fmt::Write as _;
use std::path::Path;

use image::GrayImage;
use image::codecs::jpeg::JpegEncoder;
use sheaf_document::ReadSettings;
use sheaf_extract::Read;

use crate::sorted::readers;

const PAGES: usize = 12;
/// Documents with text of their own: one of them takes less time than any program's start.
const TEXTS: usize = 40;
const LINES: usize = 42;
const WORDS: &str = "harbour ledger vessel arrived before winter storms closed strait barrels pickled herring traded \
copper kettles crate lemons sold margin council hear Easter ships registered March October timber grain remainder \
mixture cloth wine tools letters smallest largest needed pilots crew tonnes dues amounted crowns repairs northern pier \
stone mortar wages lantern left lent town cent decided November accidents reported schooner struck breakwater nobody \
hurt crane fell market owner compensation baskets keeper lighthouse requests third time better stove writes froze \
January windows wiped every hour snows office supports proposed buy rowing boat mark shallows buoys forbid drying nets \
bridge signed behalf master the a of and in to was for with on by that which from this were has been one two seven";

/// Writes `text.pdf` and its like, `scan.pdf` (JPEG, 200 dots per inch) and their truth.
pub(crate) fn make(folder: &Path, assets: &Path) {
    let pages: Vec<Vec<String>> = (0..PAGES).map(page).collect();
    let truth = pages
        .iter()
        .map(|lines| lines.join("\n"))
        .collect::<Vec<_>>()
        .join("\n\n");
    std::fs::write(folder.join("text.pdf"), written(&pages)).unwrap();
    std::fs::write(folder.join("text.truth.txt"), &truth).unwrap();
    for n in 1..TEXTS {
        let pages: Vec<Vec<String>> = (0..PAGES).map(|page_of| page(n * 100 + page_of)).collect();
        let truth = pages
            .iter()
            .map(|lines| lines.join("\n"))
            .collect::<Vec<_>>();
        std::fs::write(folder.join(format!("text-{n}.pdf")), written(&pages)).unwrap();
        std::fs::write(
            folder.join(format!("text-{n}.truth.txt")),
            truth.join("\n\n"),
        )
        .unwrap();
    }
    std::fs::write(folder.join("scan.pdf"), scanned(&drawn(folder, assets))).unwrap();
    std::fs::write(folder.join("scan.truth.txt"), &truth).unwrap();
}

/// The same words in the same order on every run.
fn page(number: usize) -> Vec<String> {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut at = number * 7919 + 13;
    let mut line = || {
        let mut text = String::new();
        while text.len() < 62 {
            at = (at * 1_103_515_245 + 12_345) % 2_147_483_648;
            text.push_str(if text.is_empty() { "" } else { " " });
            text.push_str(words[at / 65_536 % words.len()]);
        }
        text
    };
    (0..LINES).map(|_| line()).collect()
}

fn written(pages: &[Vec<String>]) -> Vec<u8> {
    let contents = pages.iter().map(|lines| {
        let mut code = String::from("BT /F 11 Tf 16 TL 60 780 Td\n");
        lines
            .iter()
            .for_each(|line| writeln!(code, "({line}) Tj T*").unwrap());
        (code + "ET").into_bytes()
    });
    let font = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>";
    pdf(contents.map(|code| (font.to_owned(), code, None)).collect())
}

fn drawn(folder: &Path, assets: &Path) -> Vec<GrayImage> {
    let settings = ReadSettings {
        force_ocr: true,
        ..ReadSettings::default()
    };
    let file = std::fs::File::open(folder.join("text.pdf")).unwrap();
    let mut document = sheaf_extract::open(
        readers(assets),
        sheaf_extract::Bytes::new(file).unwrap(),
        "text.pdf",
        &[],
        &settings,
    )
    .unwrap();
    let mut draw = |page| match document.read(page).unwrap() {
        Read::Scan { image, .. } => image.gray,
        Read::Text(_) => unreachable!("recognition was asked for"),
    };
    (0..PAGES as u32).map(&mut draw).collect()
}

fn scanned(pages: &[GrayImage]) -> Vec<u8> {
    let scan = |page: &GrayImage| {
        let (width, height) = (page.width() * 2 / 3, page.height() * 2 / 3);
        let small =
            image::imageops::resize(page, width, height, image::imageops::FilterType::Triangle);
        let mut jpeg = Vec::new();
        small
            .write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 85))
            .unwrap();
        let about = format!(
            "/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode"
        );
        (
            String::new(),
            b"q 595 0 0 842 0 0 cm /I Do Q".to_vec(),
            Some((about, jpeg)),
        )
    };
    pdf(pages.iter().map(scan).collect())
}

/// Resources, drawing code, and an image with its dictionary.
type Made = (String, Vec<u8>, Option<(String, Vec<u8>)>);

fn pdf(pages: Vec<Made>) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len())
        .map(|n| format!("{} 0 R", 3 + 3 * n))
        .collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!(
            "<</Type/Pages/Kids[{}]/Count {}>>",
            kids.join(" "),
            pages.len()
        )
        .into_bytes(),
    ];
    for (n, (resources, code, image)) in pages.into_iter().enumerate() {
        let (content, picture) = (4 + 3 * n, 5 + 3 * n);
        let with_image = image
            .as_ref()
            .map_or(String::new(), |_| format!("/XObject<</I {picture} 0 R>>"));
        objects.push(
            format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {content} 0 R/Resources<<{resources}{with_image}>>>>").into_bytes(),
        );
        objects.push(stream("", &code));
        objects
            .push(image.map_or_else(|| b"null".to_vec(), |(about, bytes)| stream(&about, &bytes)));
    }
    let (mut bytes, mut places) = (b"%PDF-1.4\n".to_vec(), Vec::new());
    for (n, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", n + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let (table, count) = (bytes.len(), objects.len() + 1);
    bytes.extend(format!("xref\n0 {count}\n0000000000 65535 f \n").bytes());
    places
        .iter()
        .for_each(|at| bytes.extend(format!("{at:010} 00000 n \n").bytes()));
    bytes.extend(
        format!("trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    bytes
}

fn stream(about: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{about}/Length {}>>\nstream\n", bytes.len()).into_bytes();
    object.extend(bytes);
    object.extend(b"\nendstream");
    object
}
