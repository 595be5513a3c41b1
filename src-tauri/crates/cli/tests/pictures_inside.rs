//! Writing on pictures in documents belongs to the section, slide or chapter on which they stand.

mod support;

use serde_json::Value;
use support::hostile::png;
use support::{Library, fixture, items};

/// A picture of a line in capital letters.
fn picture(line: &str) -> Vec<u8> {
    let (width, height) = (960, 200);
    let drawn = support::font::draw(&[line.to_owned()], width, height, 5);
    let rows = drawn
        .chunks(width.div_ceil(8))
        .map(|row| [&[0], row].concat());
    png(width as u32, height as u32, &rows.collect::<Vec<_>>())
}

fn relations(list: &[(&str, &str, &str)]) -> String {
    let one = |(id, kind, target): &(&str, &str, &str)| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
        )
    };
    let all: String = list.iter().map(one).collect();
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{all}</Relationships>"
    )
}

/// Of letters that the smallest type there is draws well.
const LINE: &str = "THE PORT LISTS SHIPS";

const NAMES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
    xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
    xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"";

fn docx() -> Vec<u8> {
    let shown = |id: &str| {
        format!(
            "<w:p><w:r><w:drawing><wp:inline><wp:extent cx=\"914400\" cy=\"914400\"/><wp:docPr id=\"1\" name=\"x\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"x\"/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"{id}\"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        )
    };
    let text = |words: &str| format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>");
    let break_page = "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>";
    let body = [
        text("first page"),
        break_page.to_owned(),
        text("second page"),
        shown("rId7"),
        shown("rId7"),
        shown("rId8"),
        break_page.to_owned(),
        text("third page"),
    ]
    .concat();
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"png\" ContentType=\"image/png\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    fixture::zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        (
            "_rels/.rels",
            relations(&[("r", "officeDocument", "word/document.xml")]).as_bytes(),
        ),
        (
            "word/document.xml",
            format!("<w:document {NAMES}><w:body>{body}</w:body></w:document>").as_bytes(),
        ),
        (
            "word/_rels/document.xml.rels",
            relations(&[
                ("rId7", "image", "media/image1.png"),
                ("rId8", "image", "media/dot.png"),
            ])
            .as_bytes(),
        ),
        ("word/media/image1.png", &picture(LINE)),
        ("word/media/dot.png", &png(8, 8, &[vec![0; 16]])),
    ])
}

fn pptx() -> Vec<u8> {
    let slide = |inside: &str| {
        format!("<p:sld {NAMES}><p:cSld><p:spTree>{inside}</p:spTree></p:cSld></p:sld>")
    };
    let list = format!(
        "<p:presentation {NAMES}><p:sldIdLst><p:sldId id=\"256\" r:id=\"r1\"/><p:sldId id=\"257\" r:id=\"r2\"/></p:sldIdLst></p:presentation>"
    );
    fixture::zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("ppt/presentation.xml", list.as_bytes()),
        (
            "ppt/_rels/presentation.xml.rels",
            relations(&[
                ("r1", "slide", "slides/slide1.xml"),
                ("r2", "slide", "slides/slide2.xml"),
            ])
            .as_bytes(),
        ),
        (
            "ppt/slides/slide1.xml",
            slide("<p:sp><p:txBody><a:p><a:r><a:t>words</a:t></a:r></a:p></p:txBody></p:sp>")
                .as_bytes(),
        ),
        (
            "ppt/slides/slide2.xml",
            slide("<p:pic><p:blipFill><a:blip r:embed=\"r9\"/></p:blipFill></p:pic>").as_bytes(),
        ),
        (
            "ppt/slides/_rels/slide2.xml.rels",
            relations(&[("r9", "image", "../media/image1.png")]).as_bytes(),
        ),
        ("ppt/media/image1.png", &picture(LINE)),
    ])
}

fn odt() -> Vec<u8> {
    let content = "<office:document-content><office:body><office:text><text:p>text</text:p><text:p><draw:frame><draw:image xlink:href=\"Pictures/1.png\"/></draw:frame></text:p></office:text></office:body></office:document-content>";
    fixture::zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
        ("Pictures/1.png", &picture(LINE)),
    ])
}

fn epub() -> Vec<u8> {
    let container =
        "<container><rootfiles><rootfile full-path=\"OPS/book.opf\"/></rootfiles></container>";
    let list = "<package><manifest><item id=\"a\" href=\"text/a.xhtml\"/><item id=\"b\" href=\"text/b.xhtml\"/></manifest><spine><itemref idref=\"a\"/><itemref idref=\"b\"/></spine></package>";
    fixture::zip(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container.as_bytes()),
        ("OPS/book.opf", list.as_bytes()),
        (
            "OPS/text/a.xhtml",
            b"<html><body><p>Chapter one</p></body></html>",
        ),
        (
            "OPS/text/b.xhtml",
            b"<html><body><p>Chapter two</p><img src=\"../img/1.png\" alt=\"\"/></body></html>",
        ),
        ("OPS/img/1.png", &picture(LINE)),
    ])
}

fn html() -> Vec<u8> {
    let data = base64(&picture(LINE));
    format!("<html><body><p>before</p><img src=\"data:image/png;base64,{data}\"><p>behind</p></body></html>").into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sign = |bits: u32| char::from(SIGNS[(bits & 63) as usize]);
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let all = (0..3).fold(0, |all, n| {
            all << 8 | u32::from(three.get(n).copied().unwrap_or(0))
        });
        let signs = [18, 12, 6, 0].map(|by| sign(all >> by));
        text.extend(&signs[..=three.len()]);
        text.push_str(&"=="[..3 - three.len()]);
    }
    text
}

fn pages(library: &Library, name: &str) -> Vec<Value> {
    let path = library.files().join(name);
    let text = library.json(&["text".as_ref(), path.as_os_str()]);
    items(&text["pages"]).to_vec()
}

#[test]
fn what_is_written_on_pictures_is_found_where_they_stand() {
    let library = Library::new();
    let files: Vec<_> = [
        ("a.docx", docx()),
        ("a.pptx", pptx()),
        ("a.odt", odt()),
        ("a.epub", epub()),
        ("a.html", html()),
    ]
    .iter()
    .map(|(name, bytes)| library.file(name, bytes))
    .collect();
    let paths: Vec<_> = files.iter().map(std::path::PathBuf::as_path).collect();
    let answers = library.add_and_wait(&paths);
    for answer in items(&answers) {
        assert_eq!(answer["state"], "ready", "{answer}");
    }
    let is_read = |page: &Value, text: &str| {
        let read = page["text"].as_str().expect("a text");
        assert!(read.starts_with(text), "{page}");
        assert_eq!(read.matches("LISTS SHIPS").count(), 1, "{page}");
    };
    let word = pages(&library, "a.docx");
    assert_eq!(word.len(), 3);
    is_read(&word[1], "second page\n\nTHE");
    let sources = (&word[0]["source"], &word[1]["source"]);
    assert_eq!(sources, (&"embedded".into(), &"both".into()));
    let slides = pages(&library, "a.pptx");
    assert_eq!(slides[0]["text"], "words");
    is_read(&slides[1], "THE");
    assert_eq!(slides[1]["source"], "ocr");
    is_read(&pages(&library, "a.odt")[0], "text\n\nTHE");
    is_read(&pages(&library, "a.epub")[1], "Chapter two\n\nTHE");
    is_read(&pages(&library, "a.html")[0], "before");
}
