//! Presentations, and a Word document of the older kind, made by hand.

use crate::sheet_maker::ole;
use crate::word::container;

const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A PPTX file of slides, each with the XML of its shapes and the text of its notes. The order of the slides is not
/// that of their names.
pub(crate) fn pptx(slides: &[(&str, &str)]) -> Vec<u8> {
    let (mut list, mut links, mut parts) = (String::new(), String::new(), Vec::new());
    for (at, (shapes, notes)) in slides.iter().enumerate() {
        let name = format!("slide{}.xml", slides.len() - at);
        list += &format!("<p:sldId id=\"{}\" r:id=\"rId{at}\"/>", 256 + at);
        links += &relation(&format!("rId{at}"), "slide", &format!("slides/{name}"));
        parts.push((
            format!("ppt/slides/{name}"),
            format!("<p:sld><p:spTree>{shapes}</p:spTree></p:sld>"),
        ));
        parts.push((
            format!("ppt/slides/_rels/{name}.rels"),
            format!(
                "<Relationships>{}</Relationships>",
                relation("rId1", "notesSlide", &format!("../notesSlides/{name}"))
            ),
        ));
        parts.push((
            format!("ppt/notesSlides/{name}"),
            format!("<p:notes>{}</p:notes>", shape("body", notes)),
        ));
    }
    parts.push((
        "ppt/presentation.xml".to_owned(),
        format!("<p:presentation><p:sldIdLst>{list}</p:sldIdLst></p:presentation>"),
    ));
    parts.push((
        "ppt/_rels/presentation.xml.rels".to_owned(),
        format!("<Relationships>{links}</Relationships>"),
    ));
    let core = "<c:x><dc:title>The Title</dc:title><dc:creator>Ada</dc:creator>\
        <dcterms:created>2024-05-17T09:30:00Z</dcterms:created></c:x>";
    parts.push(("docProps/core.xml".to_owned(), core.to_owned()));
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_bytes()))
        .collect();
    container(&parts)
}

fn relation(id: &str, kind: &str, target: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{LINKS}/{kind}\" Target=\"{target}\"/>")
}

pub(crate) fn shape(kind: &str, text: &str) -> String {
    let paragraphs: String = text
        .lines()
        .map(|line| format!("<a:p><a:r><a:t>{line}</a:t></a:r></a:p>"))
        .collect();
    format!(
        "<p:sp><p:nvPr><p:ph type=\"{kind}\"/></p:nvPr><p:txBody>{paragraphs}</p:txBody></p:sp>"
    )
}

/// A PPT file ([MS-PPT]) of slides with one text each; persist object 1 is the document, then come the slides.
pub(crate) fn ppt(slides: &[&str]) -> Vec<u8> {
    let mut list = Vec::new();
    for (at, text) in (2_u32..).zip(slides) {
        list.extend(record(
            0,
            0x3f3,
            &[
                &at.to_le_bytes()[..],
                &[0; 8],
                &(254 + at).to_le_bytes(),
                &[0; 4],
            ]
            .concat(),
        ));
        list.extend(record(0, 0xf9f, &1_u32.to_le_bytes()));
        list.extend(record(0, 0xfa0, &utf16(text)));
    }
    let document = record(15, 0x3e8, &record(15, 0xff0, &list));
    let slide = record(
        15,
        0x3ee,
        &[
            record(0, 0x3ef, &[0; 24]),
            record(15, 0xf004, &record(15, 0xf00d, &record(0, 0xf9e, &[0; 4]))),
        ]
        .concat(),
    );
    let (mut stream, mut directory) = (document, Vec::new());
    let mut at = 0_u32;
    for object in 1..=slides.len() as u32 + 1 {
        directory.extend((object | 1 << 20).to_le_bytes());
        directory.extend(at.to_le_bytes());
        at = stream.len() as u32;
        if object <= slides.len() as u32 {
            stream.extend(&slide);
        }
    }
    let directory_at = stream.len() as u32;
    stream.extend(record(0, 0x1772, &directory));
    let edit_at = stream.len() as u32;
    let edit = [0, 0, 0, directory_at, 1, 0, 0]
        .map(u32::to_le_bytes)
        .concat();
    stream.extend(record(0, 0xff5, &edit));
    let user = [20, 0xe391_c05f, edit_at, 0, 0]
        .map(u32::to_le_bytes)
        .concat();
    ole(&[
        ("/Current User", &record(0, 0xff6, &user)),
        ("/PowerPoint Document", &stream),
    ])
}

fn record(version: u16, kind: u16, content: &[u8]) -> Vec<u8> {
    let mut record = version.to_le_bytes().to_vec();
    record.extend(kind.to_le_bytes());
    record.extend((content.len() as u32).to_le_bytes());
    record.extend(content);
    record
}

/// A DOC file ([MS-DOC]) of one piece of text, its paragraphs ended by `\r`.
pub(crate) fn doc(text: &str) -> Vec<u8> {
    const TEXT_AT: usize = 1024;
    let (text, mut stream) = (utf16(text), vec![0; TEXT_AT]);
    let mut put = |at: usize, bytes: &[u8]| stream[at..at + bytes.len()].copy_from_slice(bytes);
    let units = (text.len() as u32 / 2).to_le_bytes();
    put(0, &0xa5ec_u16.to_le_bytes());
    put(2, &0xc1_u16.to_le_bytes());
    put(0x0a, &0x200_u16.to_le_bytes());
    put(32, &14_u16.to_le_bytes());
    put(62, &22_u16.to_le_bytes());
    put(64 + 3 * 4, &units);
    put(152, &93_u16.to_le_bytes());
    put(154 + 33 * 8 + 4, &21_u32.to_le_bytes());
    stream.extend(&text);
    // One piece: the code of a piece table, its length, the first and last position, and where the text is.
    let pieces = [
        &[2][..],
        &16_u32.to_le_bytes(),
        &[0; 4],
        &units,
        &[0; 2],
        &(TEXT_AT as u32).to_le_bytes(),
        &[0; 2],
    ]
    .concat();
    ole(&[("/WordDocument", &stream), ("/1Table", &pieces)])
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
