//! The way into containers: from a file to a member of it, to a member of that. Everything is unpacked into memory,
//! or read where it lies; nothing is ever written.

use crate::ExtractError;
use crate::archive::unpack;
use crate::bytes::Bytes;
use crate::guard::guarded;
use crate::mail::{MAX_MAIL_BYTES, attachment};
use crate::mbox::Mbox;
use crate::msg;
use crate::ole::{OLE, Ole};
use crate::open::{HEAD_BYTES, kind};
use crate::package::Package;
use sheaf_document::{Kind, Password};

/// Follows `numbers`, each that of a [`sheaf_document::Member`] of what the one before led to. Gives the content at the
/// end and its file name; without numbers, those it was given.
///
/// # Errors
/// Those of [`crate::open`] for each container on the way; [`ExtractError::Corrupt`] when there is no such member.
pub fn reach(
    content: Bytes,
    name: &str,
    numbers: &[u64],
    passwords: &[Password],
) -> Result<(Bytes, String), ExtractError> {
    let mut here = (content, name.to_owned());
    for number in numbers {
        here = guarded(|| enter(here.0, &here.1, *number, passwords))?;
    }
    Ok(here)
}

fn enter(
    mut content: Bytes,
    name: &str,
    number: u64,
    passwords: &[Password],
) -> Result<(Bytes, String), ExtractError> {
    let head = content.head(HEAD_BYTES)?;
    if head.starts_with(b"PK\x03\x04") {
        return unpack(Package::open(content)?, number, passwords);
    }
    if head.starts_with(OLE) {
        return msg::attachment(&Ole::open(content)?, number);
    }
    match kind(&head, name)? {
        Kind::Eml => attachment(&content.all(MAX_MAIL_BYTES)?, number),
        Kind::Mbox => Mbox::open(content)?.attachment(number),
        _ => Err(nothing_there()),
    }
}

/// The answer to a number that the container does not have.
pub(crate) fn nothing_there() -> ExtractError {
    ExtractError::Corrupt("its container does not have it any more".to_owned())
}
