//! Files that mean harm, made on the spot. Each is what an attacker, or a broken program, would send.

use super::fixture::zip;
use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use zip::write::SimpleFileOptions;

use super::fixture;

/// Name and bytes of every one of them.
pub(crate) fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    let mut put = |name: &str, bytes: Vec<u8>| all.push((name.to_owned(), bytes));
    for (name, bytes) in healthy() {
        put(
            &format!("truncated-{name}"),
            bytes[..bytes.len() * 2 / 3].to_vec(),
        );
        for round in 0..3 {
            put(&format!("flipped-{round}-{name}"), flipped(&bytes, round));
        }
    }
    put("page-tree-loop.pdf", page_tree_loop());
    put("forms-in-themselves.pdf", forms_in_themselves());
    put("billion-forms.pdf", billion_forms());
    put(
        "flate-bomb.pdf",
        one_page("[0 0 612 792]", "", &content_bomb(), "/Filter/FlateDecode"),
    );
    put(
        "two-million-points.pdf",
        one_page(
            "[0 0 2000000 2000000]",
            "",
            b"BT /F 12 Tf 9 9 Td (far) Tj ET",
            "",
        ),
    );
    put(
        "no-area.pdf",
        one_page("[0 0 0 0]", "", b"BT /F 12 Tf (flat) Tj ET", ""),
    );
    put(
        "nan-box.pdf",
        one_page("[0 0 1e999 -1e999]", "", b"BT /F 12 Tf (x) Tj ET", ""),
    );
    put("999999999-pages.pdf", promised_pages());
    put(
        "deep-arrays.pdf",
        one_page(
            "[0 0 612 792]",
            &format!("/X {}{}", "[".repeat(200_000), "]".repeat(200_000)),
            b"",
            "",
        ),
    );
    put(
        "deep-state.pdf",
        one_page("[0 0 612 792]", "", &b"q ".repeat(500_000), ""),
    );
    put("giant-image.pdf", giant_image_pdf());
    put("giant.png", giant_png());
    put("lying.png", lying_png());
    put("giant.bmp", giant_bmp());
    put("giant.gif", [&b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02L\x01\0;"[..]].concat());
    put("lying.tif", lying_tiff());
    put("loop.tif", looping_tiff());
    put(
        "zip-bomb.zip",
        zip_of_zeros(&[("zeros.txt", b'0', 400), ("more.bin", 0, 100)]),
    );
    put(
        "zip-bomb.docx",
        office(
            "word/document.xml",
            &format!(
                "<w:document><w:body>{}</w:body></w:document>",
                "<w:p><w:r><w:t>aaaaaaaaaaaaaaaaaaaa</w:t></w:r></w:p>".repeat(5_000_000)
            ),
        ),
    );
    put(
        "laughs.docx",
        office(
            "word/document.xml",
            &laughs(
                "<w:document><w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p></w:body></w:document>",
            ),
        ),
    );
    put("laughs.xml", laughs("<a>&i;</a>").into_bytes());
    put("entity.xml", outside("<a>&x;</a>").into_bytes());
    put(
        "entity.docx",
        office(
            "word/document.xml",
            &outside(
                "<w:document><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>",
            ),
        ),
    );
    put(
        "entity.odt",
        odt(&outside(
            "<office:document-content><office:body><office:text><text:p>&x;</text:p></office:text></office:body></office:document-content>",
        )),
    );
    put(
        "deep.html",
        format!("<html>{}", "<div>".repeat(200_000)).into_bytes(),
    );
    put(
        "deep.json",
        [b"[".repeat(2_000_000), b"]".repeat(2_000_000)].concat(),
    );
    put(
        "deep.rtf",
        [b"{\\rtf1 ".to_vec(), b"{".repeat(2_000_000)].concat(),
    );
    put(
        "deep.xml",
        format!("<?xml version='1.0'?>{}", "<a>".repeat(1_000_000)).into_bytes(),
    );
    put(
        "deep.md",
        [b"> ".repeat(300_000), b"deep".to_vec()].concat(),
    );
    put(
        "slip.zip",
        zip(&[
            ("../../../../slipped.txt", b"slipped out"),
            ("/tmp/slipped-too.txt", b"slipped too"),
            ("C:\\slipped.txt", b"slipped there"),
        ]),
    );
    put("nested.zip", nested(40));
    put("nul.txt", b"before\0between\0\0behind".repeat(10_000));
    put("nul.csv", b"a,b\n1,\0\n".repeat(10_000));
    put("parts.eml", parts(100_000));
    put("messages.eml", messages(50_000));
    put("boundary.eml", format!("Subject: x\nFrom: a@b.c\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"{}\"\n\n--\n", "x".repeat(1 << 20)).into_bytes());
    put("columns.csv", b",".repeat(20 << 20));
    put(
        "ole.doc",
        [
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
            vec![0xff; 4096],
        ]
        .concat(),
    );
    put(
        "noise.pdf",
        [b"%PDF-1.7\n".to_vec(), noise(1 << 20)].concat(),
    );
    put(
        "noise.zip",
        [b"PK\x03\x04".to_vec(), noise(1 << 20)].concat(),
    );
    put("empty.pdf", Vec::new());
    all
}

fn healthy() -> Vec<(&'static str, Vec<u8>)> {
    let text = "<w:document><w:body><w:p><w:r><w:t>healthy</w:t></w:r></w:p></w:body></w:document>";
    vec![
        ("text.pdf", fixture::pdf(&["healthy", "and well"])),
        ("scan.pdf", fixture::scan_pdf(1)),
        ("a.docx", office("word/document.xml", text)),
        ("a.zip", zip(&[("a.txt", b"healthy"), ("b.txt", b"well")])),
        ("a.eml", parts(3)),
        ("a.png", png(64, 64, &[vec![0; 9 * 64]])),
    ]
}

fn flipped(bytes: &[u8], round: u64) -> Vec<u8> {
    let mut seed = round
        .wrapping_mul(0x9e37_79b9)
        .wrapping_add(bytes.len() as u64);
    let mut next = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    let mut damaged = bytes.to_vec();
    for _ in 0..8 {
        let at = next() % damaged.len();
        damaged[at] ^= 1 << (next() % 8);
    }
    damaged
}

fn noise(length: usize) -> Vec<u8> {
    let mut seed: u32 = 7;
    std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    })
    .take(length)
    .collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

/// Zeros, packed piece by piece.
fn packed_zeros(length: usize) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    let piece = vec![0; 1 << 20];
    for _ in 0..length / piece.len() {
        packer.write_all(&piece).expect("packed");
    }
    packer.finish().expect("packed")
}

/// Members of so many MiB of one byte, packed piece by piece: a test program that needs little memory can tell how much its
/// children need.
fn zip_of_zeros(files: &[(&str, u8, usize)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, byte, mib) in files {
        let options = SimpleFileOptions::default();
        archive.start_file(*name, options).expect("a member");
        let piece = vec![*byte; 1 << 20];
        for _ in 0..*mib {
            archive.write_all(&piece).expect("its bytes");
        }
    }
    archive.finish().expect("an archive").into_inner()
}

fn office(part: &str, content: &str) -> Vec<u8> {
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    let rels = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", rels.as_bytes()),
        (part, content.as_bytes()),
    ])
}

fn odt(content: &str) -> Vec<u8> {
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ])
}

/// Ten entities, each ten of the one before.
fn laughs(body: &str) -> String {
    let mut types = String::from("<!ENTITY a \"haha\">");
    for (one, before) in ('b'..='i').zip('a'..) {
        types.push_str(&format!(
            "<!ENTITY {one} \"{}\">",
            format!("&{before};").repeat(10)
        ));
    }
    format!("<?xml version=\"1.0\"?><!DOCTYPE x [{types}]>{body}")
}

fn outside(body: &str) -> String {
    format!("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{body}")
}

fn nested(depth: usize) -> Vec<u8> {
    let mut bytes = zip(&[("end.txt", b"the end")]);
    for level in 0..depth {
        let note = format!("level {level}");
        bytes = zip(&[("in.zip", &bytes), ("note.txt", note.as_bytes())]);
    }
    bytes
}

fn parts(count: usize) -> Vec<u8> {
    let part = "--x\r\nContent-Type: application/octet-stream; name=a.bin\r\n\r\nhi\r\n";
    format!(
        "Subject: x\r\nFrom: a@b.c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n{}--x--\r\n",
        part.repeat(count)
    )
    .into_bytes()
}

fn messages(count: usize) -> Vec<u8> {
    let inner = "Content-Type: message/rfc822\r\n\r\n".repeat(count);
    format!("Subject: x\r\nFrom: a@b.c\r\nMIME-Version: 1.0\r\n{inner}").into_bytes()
}

/// A PDF of objects numbered from 1; the first is the catalog.
fn objects(list: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    for (n, object) in (1..).zip(list) {
        file.extend(format!("{n} 0 obj\n").as_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    file.extend(b"trailer<</Root 1 0 R>>\n%%EOF\n");
    file
}

fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<<{dictionary}/Length {}>>stream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

const FONT: &str = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";

fn one_page(size: &str, more: &str, content: &[u8], filter: &str) -> Vec<u8> {
    objects(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox{size}/Contents 4 0 R/Resources<<{FONT}>>{more}>>"
        )
        .into_bytes(),
        stream(filter, content),
    ])
}

fn content_bomb() -> Vec<u8> {
    packed(&b"0 0 m 1 1 l S ".repeat(40 << 20 >> 4))
}

fn page_tree_loop() -> Vec<u8> {
    objects(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 3>>".to_vec(),
        b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R 3 0 R]/Count 2>>".to_vec(),
    ])
}

fn promised_pages() -> Vec<u8> {
    objects(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 999999999>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>".to_vec(),
    ])
}

fn forms_in_themselves() -> Vec<u8> {
    let form = |this: &str| {
        stream(
            &format!(
                "/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</A 5 0 R/B 6 0 R>>>>{this}"
            ),
            b"/A Do /B Do",
        )
    };
    objects(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</XObject<</A 5 0 R/B 6 0 R>>>>>>".to_vec(),
        stream("", b"/A Do /B Do"),
        form(""),
        form(""),
    ])
}

/// Thirty forms, each of which draws the next one ten times.
fn billion_forms() -> Vec<u8> {
    let mut list = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>".to_vec(),
        stream("", b"/A Do"),
    ];
    for n in 0..30 {
        let next = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</A {} 0 R>>{FONT}>>",
            n + 6
        );
        list.push(stream(
            &next,
            &[&b"BT /F 9 Tf (x) Tj ET "[..], &b"/A Do ".repeat(10)].concat(),
        ));
    }
    objects(&list)
}

fn giant_image_pdf() -> Vec<u8> {
    let image = "/Type/XObject/Subtype/Image/Width 50000/Height 50000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode";
    objects(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>".to_vec(),
        stream("", b"q 612 0 0 792 0 0 cm /I Do Q"),
        stream(image, &packed_zeros(64 << 20)),
    ])
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let body = [&kind[..], content].concat();
    let sum = crc32fast::hash(&body).to_be_bytes();
    [&(content.len() as u32).to_be_bytes()[..], &body, &sum].concat()
}

/// A picture of one bit a pixel; `data` is packed here.
pub(crate) fn png(width: u32, height: u32, data: &[Vec<u8>]) -> Vec<u8> {
    png_of(width, height, &packed(&data.concat()))
}

fn png_of(width: u32, height: u32, data: &[u8]) -> Vec<u8> {
    let head = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[1, 0, 0, 0, 0],
    ]
    .concat();
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &head),
        &chunk(b"IDAT", data),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

/// All 2,500 million pixels are there.
fn giant_png() -> Vec<u8> {
    png_of(50_000, 50_000, &packed_zeros(50_000 * 6_251 + (1 << 20)))
}

fn lying_png() -> Vec<u8> {
    png(u32::MAX >> 1, u32::MAX >> 1, &[vec![0; 100]])
}

fn giant_bmp() -> Vec<u8> {
    let mut file = b"BM".to_vec();
    file.extend([0x46, 0, 0, 0, 0, 0, 0, 0, 0x36, 0, 0, 0, 0x28, 0, 0, 0]);
    file.extend(50_000_u32.to_le_bytes());
    file.extend(50_000_u32.to_le_bytes());
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    file
}

fn tiff(entries: &[(u16, u16, u32, u32)], next: u32) -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend(next.to_le_bytes());
    file
}

fn lying_tiff() -> Vec<u8> {
    tiff(
        &[
            (256, 4, 1, 50_000),
            (257, 4, 1, 50_000),
            (258, 3, 1, 8),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (273, 4, 0x3fff_ffff, 8),
            (277, 3, 1, 1),
            (279, 4, 0x3fff_ffff, 0xffff_fff0),
        ],
        0,
    )
}

fn looping_tiff() -> Vec<u8> {
    tiff(&[(256, 4, 1, 1), (257, 4, 1, 1)], 8)
}
