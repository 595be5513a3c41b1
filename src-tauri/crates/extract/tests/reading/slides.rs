//! Presentations, and the older Office formats.

use crate::desk::{opened, pages, refused};
use crate::sheet_maker::{odf, ole};
use crate::slide_maker::{doc, ppt, pptx, shape};
use crate::word::container;
use sheaf_document::{Code, Kind};

#[test]
fn a_slide_is_a_page_with_its_notes_in_the_order_of_the_presentation() {
    let first = shape("ctrTitle", "Welcome") + &shape("body", "one\ntwo");
    let deck = pptx(&[
        (&first, "Smile."),
        ("", ""),
        (&shape("title", "End &amp; thanks"), ""),
    ]);
    assert_eq!(
        pages(&deck, "a"),
        ["Welcome\n\none\ntwo\n\nSmile.", "", "End & thanks"]
    );
    assert_eq!(
        pages(&ppt(&["Grüße\rzwei", "字"]), "a"),
        ["Grüße\n\nzwei", "字"]
    );
    let deck = odf(
        "presentation",
        "",
        "<draw:page><draw:frame><text:p>One</text:p></draw:frame>\
        <presentation:notes><draw:page-thumbnail/><text:p>Smile.</text:p></presentation:notes></draw:page>\
        <draw:page/><draw:page><text:p>Three</text:p></draw:page>",
    );
    assert_eq!(pages(&deck, "a"), ["One\n\nSmile.", "", "Three"]);
}

#[test]
fn tables_on_slides_are_lines_and_nothing_is_there_twice() {
    let cell =
        |text| format!("<a:tc><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>");
    let table = format!(
        "<a:tbl><a:tr>{}{}</a:tr><a:tr>{}{}</a:tr></a:tbl>",
        cell("Tea"),
        cell("3"),
        cell(""),
        cell("4")
    );
    let number = "<a:p><a:fld type=\"slidenum\"><a:t>7</a:t></a:fld></a:p>";
    let choice = "<mc:AlternateContent><mc:Choice><a:p><a:t>new</a:t></a:p></mc:Choice><mc:Fallback><a:p><a:t>old</a:t></a:p></mc:Fallback></mc:AlternateContent>";
    let deck = pptx(&[(&(table + number + choice), "")]);
    assert_eq!(pages(&deck, "a"), ["Tea\t3\n\t4\n\nnew"]);
}

#[test]
fn presentations_tell_title_author_and_date() {
    let deck = pptx(&[("", "")]);
    let document = opened(&deck, "a").unwrap();
    assert_eq!(document.kind(), Kind::Pptx);
    assert_eq!(document.meta().title.as_deref(), Some("The Title"));
    assert_eq!(document.meta().author.as_deref(), Some("Ada"));
    assert_eq!(
        document.meta().date.as_deref(),
        Some("2024-05-17T09:30:00Z")
    );
}

#[test]
fn an_older_word_document_is_read() {
    let bytes = doc("Erster Absatz\rZweiter, mit ü und 字\r");
    assert_eq!(
        pages(&bytes, "a"),
        ["Erster Absatz\n\nZweiter, mit ü und 字"]
    );
}

#[test]
fn an_opendocument_text_keeps_notes_breaks_and_lists_but_not_what_was_deleted() {
    let styles = "<style:style style:name=\"P1\"><style:paragraph-properties fo:break-before=\"page\"/></style:style>";
    let body = "<office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>\
        <text:h>Title</text:h><text:p>a<text:s text:c=\"2\"/>b  c<text:line-break/>d<text:note><text:note-citation>1\
        </text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note></text:p>\
        <text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>\
        <table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell><table:table-cell>\
        <text:p>y</text:p></table:table-cell></table:table-row></table:table>\
        <text:p text:style-name=\"P1\">next <office:annotation><dc:creator>Bob</dc:creator><text:p>hm</text:p>\
        </office:annotation>page</text:p></office:text>";
    assert_eq!(
        pages(&odf("text", styles, body), "a"),
        [
            "Title\n\nnote\n\na  b c\nd\n\n• item\n\nx\ty",
            "hm\n\nnext page"
        ]
    );
}

#[test]
fn what_stands_above_and_below_the_pages_of_a_text_is_read_once() {
    let styles = "<office:document-styles><office:master-styles><style:master-page><style:header><text:p>Head</text:p>\
        </style:header><style:footer><text:p>Page <text:page-number>1</text:page-number></text:p></style:footer>\
        </style:master-page><style:master-page><style:header><text:p>Head</text:p></style:header></style:master-page>\
        </office:master-styles></office:document-styles>";
    let content = "<office:document-content><office:body><office:text><text:p>one <text:page-number>7</text:page-number></text:p>\
        </office:text></office:body></office:document-content>";
    let text = container(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
        ("styles.xml", styles.as_bytes()),
    ]);
    assert_eq!(pages(&text, "a"), ["Head\n\none\n\nPage 1"]);
}

#[test]
fn an_ole_container_of_nothing_known_is_unsupported() {
    let bytes = ole(&[("/Strange", b"stream")]);
    assert_eq!(refused(&bytes, "a.doc").code(), Code::FileUnsupported);
}

#[test]
fn slides_that_a_small_file_repeats_without_end_are_too_large() {
    let long = shape("body", &"x".repeat(4 << 20));
    let deck = pptx(&[(long.as_str(), ""); 60]);
    assert_eq!(refused(&deck, "a").code(), Code::PageTooLarge);
}
