//! The real work, in real children.

use crate::children::{ask, assets, file, program};
use sheaf_document::{Code, Kind, ReadSettings, Source};
use sheaf_embed::ModelName;
use sheaf_worker::{Child, Limits, Opened, PageRead, Request, Response, Task};
use std::fs::File;

/// One line in a font that every reader has to look for, 40 points high.
const PDF: &[u8] = b"%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 200]/Contents 4 0 R
/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 50>>stream
BT /F 40 Tf 40 90 Td (Invoice about harvest) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
";

fn open(child: &mut Child, name: &str, file: &File, hash: bool) -> Opened {
    let request = Request::Open {
        name: name.to_owned(),
        settings: ReadSettings::default(),
        inside: Vec::new(),
        passwords: Vec::new(),
        hash,
    };
    match child.call(&request, Some(file)) {
        Ok(Response::Opened(opened)) => opened,
        other => panic!("{name}: {other:?}"),
    }
}

fn read(child: &mut Child, page: u32) -> PageRead {
    match child.call(&Request::ReadPage { page }, None) {
        Ok(Response::Page(page)) => page,
        other => panic!("page {page}: {other:?}"),
    }
}

fn failed(response: Result<Response, sheaf_worker::Loss>) -> Code {
    match response {
        Ok(Response::Failed(fault)) => fault.code,
        other => panic!("{other:?}"),
    }
}

fn child() -> Child {
    Child::spawn(&program("sheaf", Task::Read).spec).unwrap()
}

fn equipped(task: Task, model: ModelName) -> Child {
    let mut program = program("sheaf", task);
    program.spec.model = model.as_str().to_owned();
    program.spec.assets = assets();
    program.spec.limits = Limits::for_child(task, &program.spec.model);
    Child::spawn(&program.spec).unwrap()
}

pub(crate) fn a_text_is_opened_hashed_and_read() {
    let text = "Grüße aus dem Archiv.\n";
    let file = file(text.as_bytes());
    let mut child = child();
    let opened = open(&mut child, "a.txt", &file, true);
    assert_eq!(opened.hash, Some(*blake3::hash(text.as_bytes()).as_bytes()));
    assert_eq!(
        (opened.kind, opened.pages, opened.bytes),
        (Kind::Text, 1, text.len() as u64)
    );
    let page = read(&mut child, 0);
    assert!(page.text.text.contains("Grüße aus dem Archiv."), "{page:?}");
    assert!(!page.passages.is_empty());
    assert_eq!(open(&mut child, "a.txt", &file, false).hash, None);
    assert_eq!(child.call(&Request::Close, None), Ok(Response::Closed));
}

pub(crate) fn requests_out_of_turn_fail_and_the_child_goes_on() {
    let mut child = child();
    let page = Request::ReadPage { page: 0 };
    let render = Request::Render {
        page: 0,
        max_edge: 9,
    };
    let open_nothing = Request::Open {
        name: String::new(),
        settings: ReadSettings::default(),
        inside: Vec::new(),
        passwords: Vec::new(),
        hash: false,
    };
    for request in [&page, &render, &ask("text"), &open_nothing] {
        assert_eq!(failed(child.call(request, None)), Code::WorkerGarbage);
    }
    open(&mut child, "a.txt", &file(b"text"), false);
    read(&mut child, 0);
    child.call(&Request::Close, None).unwrap();
    assert_eq!(failed(child.call(&page, None)), Code::WorkerGarbage);
    assert_eq!(child.call(&Request::Ping, None), Ok(Response::Pong));
}

pub(crate) fn a_file_that_is_none_fails() {
    let mut child = child();
    let request = Request::Open {
        name: "a.txt".to_owned(),
        settings: ReadSettings::default(),
        inside: Vec::new(),
        passwords: Vec::new(),
        hash: true,
    };
    let folder = File::open("/").unwrap();
    assert_eq!(
        failed(child.call(&request, Some(&folder))),
        Code::FileNotRegular
    );
    let empty = file(b"");
    assert_eq!(failed(child.call(&request, Some(&empty))), Code::FileEmpty);
    let binary = file(&[0, 1, 2, 3]);
    assert_eq!(
        failed(child.call(&request, Some(&binary))),
        Code::FileUnsupported
    );
}

/// The page's picture as PNG.
fn drawn(child: &mut Child, max_edge: u32) -> Vec<u8> {
    match child.call(&Request::Render { page: 0, max_edge }, None) {
        Ok(Response::Picture { png, width, height }) => {
            assert_eq!((width, height), (max_edge, max_edge / 3));
            png
        }
        other => panic!("{other:?}"),
    }
}

pub(crate) fn a_pdf_is_read_and_drawn_in_a_locked_child() {
    let mut child = equipped(Task::Read, ModelName::MiniLm);
    let opened = open(&mut child, "a.pdf", &file(PDF), true);
    assert_eq!((opened.kind, opened.pages), (Kind::Pdf, 1));
    let page = read(&mut child, 0);
    assert_eq!(page.text.text.trim(), "Invoice about harvest");
    assert_eq!(page.text.source, Source::Embedded);
    assert_eq!(page.text.words.len(), 3);
    let png = drawn(&mut child, 300);
    assert!(png.starts_with(b"\x89PNG"));
}

pub(crate) fn a_scan_is_recognised_in_a_locked_child() {
    let mut child = equipped(Task::Read, ModelName::MiniLm);
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.pid())).unwrap();
    assert!(
        status.contains("Threads:\t1\n"),
        "or else there are no fonts"
    );
    open(&mut child, "a.pdf", &file(PDF), false);
    let scan = drawn(&mut child, 2400);
    let opened = open(&mut child, "a.png", &file(&scan), false);
    assert_eq!((opened.kind, opened.pages), (Kind::Png, 1));
    let page = read(&mut child, 0);
    assert_eq!(page.text.text.trim(), "Invoice about harvest");
    assert_eq!(page.text.source, Source::Ocr);
}

pub(crate) fn texts_are_embedded_in_a_locked_child() {
    ModelName::ALL.into_iter().for_each(embeds);
}

fn embeds(model: ModelName) {
    let mut child = equipped(Task::Index, model);
    let texts = [
        "the harvest was rich",
        "crops grew well this year",
        "a broken printer",
    ];
    let request = Request::Embed {
        texts: texts.map(str::to_owned).to_vec(),
        query: false,
    };
    let Ok(Response::Vectors(rows)) = child.call(&request, None) else {
        panic!("no vectors");
    };
    let near =
        |a: usize, b: usize| -> f32 { rows[a].iter().zip(&rows[b]).map(|(x, y)| x * y).sum() };
    assert!(near(0, 1) > near(0, 2), "{} {}", near(0, 1), near(0, 2));
    assert_eq!(
        failed(child.call(&Request::ReadPage { page: 0 }, None)),
        Code::WorkerGarbage
    );
}
