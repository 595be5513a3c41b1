//! Documents made on the spot.

use std::io::{Cursor, Write};

use lopdf::{
    Dictionary, Document, EncryptionState, EncryptionVersion, Object, ObjectId, Permissions,
    Stream, StringFormat, dictionary,
};

use zip::write::SimpleFileOptions;

use super::font;

/// A4 in points.
const PAGE: [i64; 4] = [0, 0, 595, 842];
/// A scanned card, A6 lying, in points and in pixels: small, so that recognising many is quick.
const CARD: [i64; 4] = [0, 0, 420, 298];
const PIXELS: (usize, usize) = (640, 454);

/// A PDF with text of its own.
pub(crate) fn pdf(pages: &[&str]) -> Vec<u8> {
    bytes(text_document(pages))
}

/// A PDF that asks for a password.
pub(crate) fn locked_pdf(pages: &[&str]) -> Vec<u8> {
    let mut document = text_document(pages);
    let id = Object::String(b"0123456789abcdef".to_vec(), StringFormat::Literal);
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "secret",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).expect("encryption");
    document.encrypt(&state).expect("encrypted");
    bytes(document)
}

/// A PDF of pictures only, `PAGE 7 OF 30` and some lines on each, that must be recognised.
pub(crate) fn scan_pdf(pages: usize) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let parent = document.new_object_id();
    let ids = (1..=pages)
        .map(|page| scanned_page(&mut document, parent, page, pages))
        .collect();
    bytes(finished(document, parent, ids))
}

/// A PDF with text of its own, but for pages (from 1) that are scans of very small print: recognising one takes
/// seconds.
pub(crate) fn pdf_with_hard_pages(pages: &[&str], hard: &[usize]) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let parent = document.new_object_id();
    let font = helvetica(&mut document);
    let print: Vec<String> =
        std::iter::repeat_n("THE HARBOUR BOOK LISTS SHIPS ".repeat(2), 36).collect();
    let ids = (1..)
        .zip(pages)
        .map(|(page, text)| match hard.contains(&page) {
            true => scan_of(&mut document, parent, PAGE, (1240, 1754), &print),
            false => written_page(&mut document, parent, font, text),
        })
        .collect();
    bytes(finished(document, parent, ids))
}

/// A PDF with text of its own whose page `missing` (from 1) is counted, but not there.
pub(crate) fn pdf_with_a_page_missing(pages: &[&str], missing: usize) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let parent = document.new_object_id();
    let font = helvetica(&mut document);
    let mut ids: Vec<ObjectId> = pages
        .iter()
        .map(|text| written_page(&mut document, parent, font, text))
        .collect();
    ids[missing - 1] = document.new_object_id();
    bytes(finished(document, parent, ids))
}

fn scanned_page(document: &mut Document, parent: ObjectId, page: usize, of: usize) -> ObjectId {
    let mut lines = vec![format!("PAGE {page} OF {of}")];
    lines.extend((0..2).map(|_| "THE HARBOUR BOOK LISTS SHIPS".to_owned()));
    scan_of(document, parent, CARD, PIXELS, &lines)
}

/// A page that is the picture of some lines; `size` in points, `pixels` wide and high.
fn scan_of(
    document: &mut Document,
    parent: ObjectId,
    size: [i64; 4],
    (width, height): (usize, usize),
    lines: &[String],
) -> ObjectId {
    let mut picture = Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image",
            "Width" => width as i64, "Height" => height as i64,
            "ColorSpace" => "DeviceGray", "BitsPerComponent" => 1,
        },
        font::draw(lines, width, height, 3),
    );
    picture.compress().expect("compressed");
    let picture = document.add_object(picture);
    let resources = dictionary! { "XObject" => dictionary! { "Scan" => picture } };
    let paint = format!("q {} 0 0 {} 0 0 cm /Scan Do Q", size[2], size[3]);
    add_page(document, parent, size, resources, paint.into_bytes())
}

fn text_document(pages: &[&str]) -> Document {
    let mut document = Document::with_version("1.5");
    let parent = document.new_object_id();
    let font = helvetica(&mut document);
    let ids = pages
        .iter()
        .map(|text| written_page(&mut document, parent, font, text))
        .collect();
    finished(document, parent, ids)
}

fn helvetica(document: &mut Document) -> ObjectId {
    document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
        "Encoding" => "WinAnsiEncoding",
    })
}

fn written_page(document: &mut Document, parent: ObjectId, font: ObjectId, text: &str) -> ObjectId {
    let resources = dictionary! { "Font" => dictionary! { "F1" => font } };
    let shown = format!("BT /F1 14 Tf 72 720 Td ({text}) Tj ET");
    add_page(document, parent, PAGE, resources, shown.into_bytes())
}

fn add_page(
    document: &mut Document,
    parent: ObjectId,
    size: [i64; 4],
    resources: Dictionary,
    content: Vec<u8>,
) -> ObjectId {
    let content = document.add_object(Stream::new(Dictionary::new(), content));
    document.add_object(dictionary! {
        "Type" => "Page", "Parent" => parent, "Resources" => resources, "Contents" => content,
        "MediaBox" => size.map(Object::from).to_vec(),
    })
}

fn finished(mut document: Document, parent: ObjectId, pages: Vec<ObjectId>) -> Document {
    let count = pages.len() as i64;
    let kids: Vec<Object> = pages.into_iter().map(Object::from).collect();
    let tree = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
    document.objects.insert(parent, tree.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => parent });
    document.trailer.set("Root", catalog);
    document
}

fn bytes(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("saved");
    bytes
}

/// An archive of these members.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default();
        archive.start_file(*name, options).expect("a member");
        archive.write_all(content).expect("its bytes");
    }
    archive.finish().expect("an archive").into_inner()
}
