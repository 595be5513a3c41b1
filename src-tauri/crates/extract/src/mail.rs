//! Mail (EML) and web pages saved as such (MHTML): what the head says, the text, the names of what is attached. What is
//! attached, forwarded messages too, are members.

use crate::archive::unique;
use crate::bytes::Bytes;
use crate::html::visible;
use crate::inside::nothing_there;
use crate::plain::{decode, unmarked_utf16};
use crate::properties::one_line;
use crate::roll::Roll;
use crate::written::Written;
use crate::{ExtractError, Meta, date};
use mail_parser::{
    Address, ContentType, Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};
use sheaf_document::{Kind, Member};
use std::borrow::Cow;
use std::collections::HashSet;

/// A mail is read whole; what it carries is most of it.
pub(crate) const MAX_MAIL_BYTES: u64 = 128 << 20;

/// So many attachments are taken in; a mail that has more says so.
pub(crate) const MAX_ATTACHMENTS: usize = 5_000;

/// Pictures with fewer bytes hold nothing to read.
const DECORATION: usize = 8 << 10;

/// Messages in a mail, side by side or in each other.
const MAX_MESSAGES: usize = 5_000;

/// Names of attachments that are told, and addresses.
pub(crate) const MAX_NAMES: usize = 500;

/// One message; `kind` is [`Kind::Eml`] or [`Kind::Mhtml`].
pub(crate) fn mail(kind: Kind, bytes: &[u8]) -> Result<Written, ExtractError> {
    let bytes = narrow(bytes);
    let message = parsed(&bytes)?;
    let mut roll = Roll::default();
    if kind == Kind::Mhtml {
        bodies(&message, &mut roll)?;
        return roll.written(kind, meta(&message));
    }
    letter(&message, &mut roll)?;
    let files = attached_files(&message);
    let written = roll.written(kind, meta(&message))?;
    Ok(written.with_members(files.members, files.left_out))
}

/// A message, to be asked for what is attached.
pub(crate) fn owned(bytes: &[u8]) -> Result<Message<'static>, ExtractError> {
    let bytes = narrow(bytes);
    Ok(parsed(&bytes)?.into_owned())
}

/// The content of an attachment and its name.
pub(crate) fn attachment_of(
    message: &Message<'_>,
    number: u64,
) -> Result<(Bytes, String), ExtractError> {
    let index = u32::try_from(number).map_err(|_| nothing_there())?;
    let part = message.attachment(index).ok_or_else(nothing_there)?;
    Ok((
        Bytes::of(content(message, part).to_vec()),
        file_name(part, number),
    ))
}

/// Files that are attached.
pub(crate) struct Attached {
    pub(crate) members: Vec<Member>,
    /// What of them was left out, in words.
    pub(crate) left_out: Option<String>,
}

/// What to say of `count` attachments when they are too many.
pub(crate) fn beyond(count: usize) -> Option<String> {
    (count > MAX_ATTACHMENTS).then(|| {
        format!("It has {count} attachments; only the first {MAX_ATTACHMENTS} were taken in.")
    })
}

/// What is attached, but signatures and the small pictures that letters are decorated with.
pub(crate) fn attached_files(message: &Message<'_>) -> Attached {
    let modified_ns = message
        .date()
        .and_then(|date| date.to_timestamp().checked_mul(1_000_000_000));
    let mut names = HashSet::new();
    let parts = (0..).zip(message.attachments()).take(MAX_ATTACHMENTS);
    let files = parts.filter_map(|(number, part)| {
        let content = content(message, part);
        if is_signature(part) || is_decoration(part, content) {
            return None;
        }
        let name = unique(name_of(part, number), &mut names);
        Some(Member {
            number,
            name,
            bytes: content.len() as u64,
            modified_ns,
            check: crc32fast::hash(content),
        })
    });
    Attached {
        members: files.collect(),
        left_out: beyond(message.attachment_count()),
    }
}

fn file_name(part: &MessagePart<'_>, number: u64) -> String {
    let name = name_of(part, number);
    name.rsplit('/').next().unwrap_or(&name).to_owned()
}

/// A message as it was sent; anything else without what mail wraps it in.
fn content<'m>(message: &'m Message<'_>, part: &'m MessagePart<'_>) -> &'m [u8] {
    match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.as_bytes(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes,
        PartType::Message(_) if part.encoding == Encoding::None => {
            let range = part.offset_body as usize..part.offset_end as usize;
            message.raw_message.get(range).unwrap_or_default()
        }
        PartType::Message(inner) => inner.raw_message(),
        PartType::Multipart(_) => &[],
    }
}

/// The name it is given, the subject of a message, or what it is with its number.
fn name_of(part: &MessagePart<'_>, number: u64) -> String {
    let given = part.attachment_name().map(one_line);
    let given = given.or_else(|| match &part.body {
        PartType::Message(inner) => {
            let subject = inner.subject().map(one_line)?;
            Some(format!("{}.eml", subject.replace(['/', '\\'], " ")))
        }
        PartType::Text(_)
        | PartType::Html(_)
        | PartType::Binary(_)
        | PartType::InlineBinary(_)
        | PartType::Multipart(_) => None,
    });
    let clean = given.and_then(|name| Member::clean_name(&name));
    clean.unwrap_or_else(|| format!("attachment {}.{}", number + 1, ending(part)))
}

fn ending(part: &MessagePart<'_>) -> String {
    let subtype = part.content_type().and_then(|told| told.subtype());
    let subtype = subtype.unwrap_or("bin").to_ascii_lowercase();
    match (&part.body, subtype.as_str()) {
        (PartType::Message(_), _) => "eml".to_owned(),
        (_, "plain") => "txt".to_owned(),
        (_, "octet-stream") => "bin".to_owned(),
        (_, other) => {
            let letters = other.chars().filter(char::is_ascii_alphanumeric);
            letters.take(8).collect()
        }
    }
}

fn is_signature(part: &MessagePart<'_>) -> bool {
    let told = part.content_type().and_then(|told| told.subtype());
    let signatures = ["pkcs7-signature", "x-pkcs7-signature", "pgp-signature"];
    told.is_some_and(|told| signatures.iter().any(|s| told.eq_ignore_ascii_case(s)))
}

/// A small picture that the text shows: a logo, a line, a point that tells when the mail was read.
fn is_decoration(part: &MessagePart<'_>, content: &[u8]) -> bool {
    let is_picture = part
        .content_type()
        .is_some_and(|told| told.ctype() == "image");
    let is_shown = part.content_id().is_some()
        || part
            .content_disposition()
            .is_some_and(ContentType::is_inline);
    is_picture && is_shown && content.len() < DECORATION
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
pub(crate) fn letter(message: &Message<'_>, roll: &mut Roll) -> Result<(), ExtractError> {
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
    attachments(message, roll)
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

/// The names of what is attached.
fn attachments(message: &Message<'_>, roll: &mut Roll) -> Result<(), ExtractError> {
    let parts = (0..).zip(message.attachments()).take(MAX_NAMES);
    let names: Vec<String> = parts.map(|(n, part)| name_of(part, n)).collect();
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
