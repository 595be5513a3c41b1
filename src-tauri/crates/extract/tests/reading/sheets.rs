//! Workbooks: a sheet is a page, a row a line, and nothing is laid out on a grid.

use crate::desk::{opened, pages, refused};
use crate::sheet_maker::{odf, text_cell, xls, xlsx, xlsx_with};
use sheaf_document::{Code, Kind};
use sheaf_extract::ExtractError;

#[test]
fn a_sheet_is_a_page_with_its_name_on_top() {
    let rows = format!(
        "<row>{}{}</row>",
        text_cell("A1", "Tea"),
        text_cell("C1", "3")
    );
    let book = xlsx(&[("Costs &amp; more", &rows), ("Empty", "")], "");
    assert_eq!(pages(&book, "a"), ["Costs & more\n\nTea\t\t3", "Empty"]);
    let book = xls(&[("First", "Tee für zwei", 3.5), ("Second", "字", 4.0)]);
    assert_eq!(
        pages(&book, "a"),
        ["First\n\nTee für zwei\t3.5", "Second\n\n字\t4"]
    );
    let book = odf(
        "spreadsheet",
        "",
        "<office:spreadsheet><table:table table:name=\"Costs\"><table:table-row>\
        <table:table-cell office:value=\"1\"><text:p>Tea</text:p></table:table-cell>\
        <table:table-cell table:number-columns-repeated=\"2\"/><table:table-cell><text:p>3</text:p><text:p>4</text:p>\
        </table:table-cell></table:table-row><table:table-row table:number-rows-repeated=\"1048576\">\
        <table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table>\
        <table:table table:name=\"Empty\"/></office:spreadsheet>",
    );
    assert_eq!(pages(&book, "a"), ["Costs\n\nTea\t\t\t3 4", "Empty"]);
}

#[test]
fn comments_and_text_boxes_stand_behind_the_cells_of_their_sheet() {
    let rows = format!("<row>{}</row>", text_cell("A1", "Tea"));
    let links = "<Relationships><Relationship Id=\"a\" Type=\"x/comments\" Target=\"../comments1.xml\"/>\
        <Relationship Id=\"b\" Type=\"x/drawing\" Target=\"../drawings/d.xml\"/></Relationships>";
    let said = "<comments><commentList><comment ref=\"A1\"><text><r><t>two\n</t></r><r><t>runs</t></r></text></comment>\
        <comment ref=\"B2\"><text/></comment></commentList></comments>";
    let drawn = "<xdr:wsDr><xdr:sp><xdr:txBody><a:p><a:r><a:t>in a box</a:t></a:r></a:p><a:p/></xdr:txBody></xdr:sp></xdr:wsDr>";
    let more = [
        ("xl/worksheets/_rels/sheet1.xml.rels", links),
        ("xl/comments1.xml", said),
        ("xl/drawings/d.xml", drawn),
    ];
    let book = xlsx_with(&[("One", &rows), ("Two", &rows)], "", &more);
    assert_eq!(
        pages(&book, "a"),
        ["One\n\nTea\n\nA1: two runs\nin a box", "Two\n\nTea"]
    );
}

#[test]
fn opendocument_in_one_file_of_xml_is_read_as_what_it_is() {
    let flat = |kind: &str, body: &str| {
        format!(
            "<?xml version=\"1.0\"?><office:document xmlns:office=\"o\" office:mimetype=\"application/vnd.oasis.opendocument.{kind}\">\
            <office:meta><dc:title>Flat</dc:title></office:meta><office:master-styles><text:p>never</text:p></office:master-styles>\
            <office:body>{body}</office:body></office:document>"
        )
    };
    let text = flat(
        "text",
        "<text:p>one</text:p><office:binary-data>QUJD</office:binary-data><text:p>two</text:p>",
    );
    let document = opened(text.as_bytes(), "a.fodt").unwrap();
    assert_eq!(document.kind(), Kind::Odt);
    assert_eq!(document.meta().title.as_deref(), Some("Flat"));
    assert_eq!(pages(text.as_bytes(), "a.fodt"), ["one\n\ntwo"]);
    let sheet = "<table:table table:name=\"S\"><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>";
    let sheets = flat("spreadsheet", sheet);
    assert_eq!(pages(sheets.as_bytes(), "a.xml"), ["S\n\n1"]);
    let other = "<?xml version=\"1.0\"?><document mimetype=\"text/x\">x</document>";
    assert_eq!(opened(other.as_bytes(), "a.xml").unwrap().kind(), Kind::Xml);
}

#[test]
fn numbers_are_shown_as_the_cell_shows_them() {
    let cell = |at: &str, rest: &str| format!("<c r=\"{at}\" {rest}</c>");
    let row = [
        cell("A1", "s=\"1\"><v>45429</v>"),
        cell("B1", "s=\"2\"><v>45429.5</v>"),
        cell("C1", "><v>0.1</v>"),
        cell("D1", "t=\"b\"><v>1</v>"),
        cell("E1", "t=\"e\"><v>#DIV/0!</v>"),
        cell("F1", "t=\"s\"><v>0</v>"),
    ];
    let rows = format!("<row>{}</row>", row.concat());
    let book = xlsx(
        &[("S", &rows)],
        "<si><r><t xml:space=\"preserve\">two </t></r><r><t>runs</t></r></si>",
    );
    assert_eq!(
        pages(&book, "a"),
        ["S\n\n2024-05-17\t2024-05-17 12:00:00\t0.1\tTRUE\t#DIV/0!\ttwo runs"]
    );
}

#[test]
fn a_long_sheet_is_cut_between_rows() {
    let row = |n: usize| {
        format!(
            "<row>{}</row>",
            text_cell(&format!("A{n}"), &format!("row {n} of many"))
        )
    };
    let rows: String = (1..=1_000).map(row).collect();
    let pages = pages(&xlsx(&[("Long", &rows), ("Next", "")], ""), "a");
    assert!(pages.len() > 4);
    assert_eq!(pages.last().map(String::as_str), Some("Next"));
    let lines = pages.iter().flat_map(|page| page.lines());
    assert_eq!(
        lines.filter(|line| line.ends_with("of many")).count(),
        1_000
    );
}

#[test]
fn workbooks_tell_title_author_and_date() {
    for (kind, bytes) in [
        (Kind::Xlsx, xlsx(&[("S", "")], "")),
        (Kind::Ods, odf("spreadsheet", "", "")),
    ] {
        let document = opened(&bytes, "a").unwrap();
        assert_eq!(document.kind(), kind);
        assert_eq!(document.meta().author.as_deref(), Some("Ada"), "{kind:?}");
        assert_eq!(
            document.meta().date.as_deref(),
            Some("2024-05-17T09:30:00Z"),
            "{kind:?}"
        );
    }
}

#[test]
fn cells_in_opposite_corners_are_two_cells() {
    let rows = format!(
        "<row>{}</row><row>{}</row>",
        text_cell("A1", "a"),
        text_cell("XFD1048576", "z")
    );
    assert_eq!(
        pages(&xlsx(&[("S", &rows)], ""), "a")[0]
            .trim_end_matches('z')
            .trim(),
        "S\n\na"
    );
}

#[test]
fn a_text_that_a_small_workbook_repeats_without_end_is_too_large() {
    let strings = format!("<si><t>{}</t></si>", "x".repeat(1 << 20));
    let cell = |n: usize| format!("<row><c r=\"A{n}\" t=\"s\"><v>0</v></c></row>");
    let rows: String = (1..=200).map(cell).collect();
    assert_eq!(
        refused(&xlsx(&[("S", &rows)], &strings), "a").code(),
        Code::PageTooLarge
    );
    let cell = format!(
        "<table:table-cell table:number-columns-repeated=\"16384\"><text:p>{}</text:p></table:table-cell>",
        "x".repeat(1 << 20)
    );
    let row = format!(
        "<table:table><table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row></table:table>"
    );
    assert_eq!(
        refused(&odf("spreadsheet", "", &row), "a").code(),
        Code::PageTooLarge
    );
}

#[test]
fn sheets_without_end_are_too_large() {
    let sheets = vec![("S", ""); 10_001];
    assert_eq!(refused(&xlsx(&sheets, ""), "a").code(), Code::PageTooLarge);
}

#[test]
fn a_locked_workbook_that_no_password_opens_says_so() {
    let bytes = crate::word::container(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", b"noise"),
        ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
    ]);
    let error = refused(&bytes, "a");
    assert!(
        matches!(&error, ExtractError::Unsupported(why) if why.contains("OpenDocument") && why.contains("locked"))
    );
}
