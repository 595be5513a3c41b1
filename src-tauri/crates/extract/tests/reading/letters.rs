//! Mails, mailboxes, saved web pages.

use crate::desk::{opened, pages};
use crate::sheet_maker::ole;
use sheaf_document::{Code, Kind};

pub(crate) const MAIL: &str = "From: =?utf-8?q?Ada_L=C3=B6velace?= <ada@example.org>\r\n\
    To: Bob <bob@example.org>, eve@example.org\r\nSubject: =?utf-8?b?R3LDvMOfZQ==?= from\r\n the engine\r\n\
    Date: Fri, 17 May 2024 09:30:00 +0200\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=\"=\"\r\n\r\n--=\r\nContent-Type: multipart/alternative; boundary=\"==\"\r\n\r\n\
    --==\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
    Dear Bob,=\r\n sch=F6n.\r\n--==\r\nContent-Type: text/html\r\n\r\n<p>Dear <b>Bob</b>, not twice\r\n--==--\r\n\
    --=\r\nContent-Type: application/pdf; name=\"bill.pdf\"\r\nContent-Disposition: attachment; filename=\"bill.pdf\"\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--=--\r\n";

#[test]
fn a_mail_gives_its_head_its_text_once_and_the_names_of_what_is_attached() {
    let text = "Subject: Grüße from the engine\nFrom: Ada Lövelace <ada@example.org>\n\
        To: Bob <bob@example.org>, eve@example.org\nDate: 2024-05-17T09:30:00+02:00\n\n\
        Dear Bob, schön.\n\nAttachments: bill.pdf";
    assert_eq!(pages(MAIL.as_bytes(), "a"), [text]);
    let document = opened(MAIL.as_bytes(), "a").unwrap();
    assert_eq!(document.kind(), Kind::Eml);
    let meta = document.meta();
    assert_eq!(meta.title.as_deref(), Some("Grüße from the engine"));
    assert_eq!(
        meta.author.as_deref(),
        Some("Ada Lövelace <ada@example.org>")
    );
    assert_eq!(meta.date.as_deref(), Some("2024-05-17T09:30:00+02:00"));
}

#[test]
fn a_mail_of_nothing_but_html_is_read_as_it_is_seen() {
    let mail = "Subject: x\r\nFrom: a@b.c\r\nDate: Fri, 17 May 2024 09:30:00 +0000\r\nContent-Type: text/html\r\n\r\n\
        <style>p{}</style><p>one<p>two <script>x</script>";
    assert!(pages(mail.as_bytes(), "a.eml")[0].ends_with("\n\none\n\ntwo"));
}

#[test]
fn a_blank_plain_text_gives_way_to_html() {
    let mail = "Subject: x\r\nFrom: a@b.c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain\r\n\r\n \r\n--x\r\nContent-Type: text/html\r\n\r\n<p>seen\r\n--x--\r\n";
    assert!(pages(mail.as_bytes(), "a.eml")[0].ends_with("\n\nseen"));
}

#[test]
fn a_mail_in_utf_16_is_read() {
    let bytes: Vec<u8> = MAIL.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(pages(&bytes, "a.eml"), pages(MAIL.as_bytes(), "a.eml"));
}

pub(crate) fn mailbox(count: usize) -> String {
    let one = |n| {
        format!(
            "From ada@example.org Fri May 17 09:30:00 2024\nSubject: {n}\nFrom: ada@example.org\n\nOpen\nFrom 10:30 on\n\n>From me\n\n"
        )
    };
    (1..=count).map(one).collect()
}

#[test]
fn in_a_mailbox_every_message_is_a_page() {
    let text =
        |n| format!("Subject: {n}\nFrom: ada@example.org\n\nOpen\nFrom 10:30 on\n\n>From me");
    assert_eq!(
        pages(mailbox(3).as_bytes(), "a"),
        [text(1), text(2), text(3)]
    );
    let mut document = opened(mailbox(2_000).as_bytes(), "a").unwrap();
    assert_eq!((document.kind(), document.pages()), (Kind::Mbox, 2_000));
    let last = crate::desk::text(document.read(1_999).unwrap()).text;
    assert!(
        last.starts_with("Subject: 2000\n"),
        "pages are read in any order"
    );
}

#[test]
fn a_saved_web_page_is_its_text() {
    let page = "From: <Saved by Blink>\r\nSubject: The page\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/related; type=\"text/html\"; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n\
        <p>Hello</p>\r\n--x\r\nContent-Type: image/png\r\nContent-Location: a.png\r\n\r\nnoise\r\n--x--\r\n";
    assert_eq!(pages(page.as_bytes(), "a"), ["Hello"]);
    let document = opened(page.as_bytes(), "a").unwrap();
    assert_eq!(document.kind(), Kind::Mhtml);
    assert_eq!(document.meta().title.as_deref(), Some("The page"));
}

#[test]
fn a_mail_of_a_hundred_thousand_parts_comes_to_an_end() {
    let head = "Subject: x\r\nFrom: a@b.c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n";
    let flat = format!("{head}{}", "--x\r\n\r\nhi\r\n".repeat(100_000));
    assert!(pages(flat.as_bytes(), "a.eml").len() > 10);
    let part = |n: usize| format!("Content-Type: multipart/mixed; boundary=x{n}\r\n\r\n--x{n}\r\n");
    let deep: String = (0..100_000).map(part).collect();
    let nested = format!("Subject: x\r\nFrom: a@b.c\r\nMIME-Version: 1.0\r\n{deep}");
    assert!(pages(nested.as_bytes(), "a.eml")[0].starts_with("Subject: x"));
    let messages = |count: usize| {
        let inner = "Content-Type: message/rfc822\r\n\r\n".repeat(count);
        format!("Subject: x\r\nFrom: a@b.c\r\nMIME-Version: 1.0\r\n{inner}").into_bytes()
    };
    assert!(pages(&messages(4_000), "a.eml")[0].starts_with("Subject: x"));
    let refused = crate::desk::refused(&messages(500_000), "a.eml");
    assert_eq!(refused.code(), Code::PageTooLarge);
}

/// An Outlook message with these streams and the day it was sent.
pub(crate) fn message(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut fixed = vec![0; 32];
    fixed.extend(0x0039_0040_u32.to_le_bytes());
    fixed.extend([0; 4]);
    fixed.extend(133_604_118_000_000_000_u64.to_le_bytes());
    ole(&[&[("/__properties_version1.0", &fixed[..])], streams].concat())
}

pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn an_outlook_message_is_read_like_a_mail() {
    let bytes = message(&[
        ("/__substg1.0_0037001F", &wide("Grüße")),
        ("/__substg1.0_0C1A001F", &wide("Ada")),
        ("/__substg1.0_5D01001F", &wide("ada@example.org")),
        ("/__substg1.0_0E04001E", b"B\xf6b"),
        ("/__substg1.0_1000001F", &wide("Dear Bob,\r\nschön.")),
        ("/__substg1.0_10130102", b"<p>not twice"),
        (
            "/__attach_version1.0_#00000000/__substg1.0_3707001F",
            &wide("bill.pdf"),
        ),
    ]);
    let text = "Subject: Grüße\nFrom: Ada <ada@example.org>\nTo: Böb\nDate: 2024-05-17T09:30:00Z\n\n\
        Dear Bob,\nschön.\n\nAttachments: bill.pdf";
    assert_eq!(pages(&bytes, "a"), [text]);
    let document = opened(&bytes, "a").unwrap();
    assert_eq!(document.kind(), Kind::Msg);
    assert_eq!(
        document.meta().author.as_deref(),
        Some("Ada <ada@example.org>")
    );
    let html = message(&[("/__substg1.0_10130102", "<p>für".as_bytes())]);
    assert!(pages(&html, "a")[0].ends_with("für"));
}

#[test]
fn a_body_in_nothing_but_packed_rich_text_is_read() {
    // [MS-OXRTFCP], 4.1, example 1.
    let packed = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
    let bytes = message(&[("/__substg1.0_10090102", packed)]);
    assert!(pages(&bytes, "a")[0].ends_with("\n\nhello world"));
}

#[test]
fn a_single_mail_in_a_mailbox_tells_of_itself() {
    let one = opened(mailbox(1).as_bytes(), "a").unwrap();
    assert_eq!(one.meta().title.as_deref(), Some("1"));
    assert_eq!(
        opened(mailbox(2).as_bytes(), "a").unwrap().meta().title,
        None
    );
}
