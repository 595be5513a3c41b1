//! Mail (EML) and web pages saved as such (MHTML): what the head says, the text, the names of what is attached.

use crate::html::visible;
use crate::plain::{decode, unmarked_utf16};
use crate::properties::one_line;
use crate::roll::Roll;
use crate::written::Written;
use crate::{ExtractError, Meta, date};
use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};
use sheaf_document::Kind;
use std::borrow::Cow;

/// A mail is read whole; what it carries is most of it.
pub(crate) const MAX_MAIL_BYTES: u64 = 128 << 20;

/// Messages in messages, as forwarding makes them.
const MAX_DEPTH: u32 = 8;

/// Messages in a mail, side by side or in each other.
const MAX_MESSAGES: usize = 5_000;

/// Names of attachments that are told, and addresses.
pub(crate) const MAX_NAMES: usize = 500;

/// One message; `kind` is [`Kind::Eml`] or [`Kind::Mhtml`].
pub(crate) fn mail(kind: Kind, bytes: &[u8]) -> Result<Written, ExtractError> {
    let bytes = narrow(bytes);
    let message = parsed(&bytes)?;
    let mut roll = Roll::default();
    match kind {
        Kind::Mhtml => bodies(&message, &mut roll)?,
        _ => letter(&message, &mut roll, MAX_DEPTH)?,
    }
    roll.written(kind, meta(&message))
}

/// Mail is written in ASCII; a mail that an editor has saved as UTF-16 is led back to that.
fn narrow(bytes: &[u8]) -> Cow<'_, [u8]> {
    let is_marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if is_marked || unmarked_utf16(&bytes[..bytes.len().min(4096)]).is_some() {
        return Cow::Owned(decode(bytes, None).into_bytes());
    }
    Cow::Borrowed(
        bytes
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(bytes)
            .trim_ascii_start(),
    )
}

pub(crate) fn parsed(bytes: &[u8]) -> Result<Message<'_>, ExtractError> {
    if messages(bytes) > MAX_MESSAGES {
        let why = format!("a mail of more than {MAX_MESSAGES} messages");
        return Err(ExtractError::TooLarge(why));
    }
    let none = || ExtractError::Corrupt("not a mail".to_owned());
    MessageParser::default().parse(bytes).ok_or_else(none)
}

/// How many messages there may be inside: one in another is freed by a function that calls itself.
fn messages(bytes: &[u8]) -> usize {
    let mark =
        |w: &[u8]| w.eq_ignore_ascii_case(b"message/") || w.eq_ignore_ascii_case(b"t/digest");
    bytes.windows(8).filter(|w| mark(w)).count()
}

pub(crate) fn meta(message: &Message<'_>) -> Meta {
    let told = |text: String| Some(one_line(&text)).filter(|text| !text.is_empty());
    Meta {
        title: message.subject().map(str::to_owned).and_then(told),
        author: message.from().map(people).and_then(told),
        date: date(message),
    }
}

/// Head, text and attachments of a message.
pub(crate) fn letter(
    message: &Message<'_>,
    roll: &mut Roll,
    depth: u32,
) -> Result<(), ExtractError> {
    let date = date(message);
    head(
        roll,
        [
            ("Subject", message.subject().map(one_line)),
            ("From", message.from().map(people)),
            ("To", message.to().map(people)),
            ("Cc", message.cc().map(people)),
            ("Date", date),
        ],
    )?;
    bodies(message, roll)?;
    attachments(message, roll, depth)
}

/// The lines of a mail's head that say something.
pub(crate) fn head(
    roll: &mut Roll,
    fields: [(&str, Option<String>); 5],
) -> Result<(), ExtractError> {
    for (name, value) in fields {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            roll.line(&format!("{name}: {value}"))?;
        }
    }
    roll.blank_line();
    Ok(())
}

/// The line that names what is attached, if anything is.
pub(crate) fn attached(roll: &mut Roll, names: &[String]) -> Result<(), ExtractError> {
    if names.is_empty() {
        return Ok(());
    }
    roll.paragraph(&format!("Attachments: {}", names.join(", ")))
}

/// As mails write it, or as some programs do.
fn date(message: &Message<'_>) -> Option<String> {
    let told = message.date().filter(|date| date.is_valid());
    told.map(|date| date.to_rfc3339())
        .or_else(|| date::from_written(message.header_raw("Date")?))
}

/// The text: the plain one, or where that is blank the one in HTML.
fn bodies(message: &Message<'_>, roll: &mut Roll) -> Result<(), ExtractError> {
    let plain: Vec<String> = texts(message, &message.text_body)?;
    let is_blank = plain.iter().all(|text| text.trim().is_empty());
    let chosen = if is_blank {
        texts(message, &message.html_body)?
    } else {
        plain
    };
    chosen.iter().try_for_each(|text| roll.paragraph(text))
}

fn texts(message: &Message<'_>, parts: &[u32]) -> Result<Vec<String>, ExtractError> {
    let parts = parts.iter().filter_map(|part| message.part(*part));
    parts
        .map(|part| match &part.body {
            PartType::Html(html) => visible(html),
            PartType::Text(text) => Ok(text.to_string()),
            PartType::Binary(_)
            | PartType::InlineBinary(_)
            | PartType::Message(_)
            | PartType::Multipart(_) => Ok(String::new()),
        })
        .collect()
}

/// Names of files; messages are read.
fn attachments(message: &Message<'_>, roll: &mut Roll, depth: u32) -> Result<(), ExtractError> {
    let mut names = Vec::new();
    for part in message.attachments() {
        if let (PartType::Message(inner), 1..) = (&part.body, depth) {
            letter(inner, roll, depth - 1)?;
        }
        let name = part.attachment_name().map(one_line).unwrap_or_default();
        if !name.is_empty() && names.len() < MAX_NAMES {
            names.push(name);
        }
    }
    attached(roll, &names)
}

/// `Ada Lovelace <ada@example.org>, …`.
fn people(address: &Address<'_>) -> String {
    let one = |person: &mail_parser::Addr<'_>| match (person.name(), person.address()) {
        (Some(name), Some(address)) if name != address => format!("{name} <{address}>"),
        (name, address) => name.or(address).unwrap_or_default().to_owned(),
    };
    let all: Vec<String> = address.iter().take(MAX_NAMES).map(one).collect();
    one_line(&all.join(", "))
}
