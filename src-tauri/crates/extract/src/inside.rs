//! The way into containers: from a file to a member of it, to a member of that. Everything is unpacked into memory,
//! or read where it lies; nothing is ever written.

use crate::ExtractError;
use crate::archive::unpack;
use crate::bytes::{Bytes, Origin};
use crate::guard::guarded;
use crate::mail::{MAX_MAIL_BYTES, attachment_of, owned};
use crate::mbox::Mbox;
use crate::msg::Attachments;
use crate::ole::{OLE, Ole};
use crate::open::{HEAD_BYTES, kind};
use crate::package::Package;
use mail_parser::Message;
use sheaf_document::{Kind, Password};

/// Containers on the way to a member take no more memory than this between one member and the next, bytes.
const KEPT: u64 = 64 << 20;

/// What is read of each container once, to find its members. The ones on the way to the last member are kept, since the
/// next one asked for most often lies beside it: a mailbox of ten thousand messages is looked through once, not ten
/// thousand times.
#[derive(Default)]
pub struct Containers {
    file: Option<Origin>,
    /// The file itself, and behind it what was entered.
    open: Vec<Container>,
    /// The number that led from each of them to the next.
    way: Vec<u64>,
}

/// Something with members, ready to be asked for one.
enum Container {
    Zip(Box<Package>),
    Message(Box<Attachments>),
    Mail(Box<Message<'static>>),
    Mailbox(Box<Mbox>),
}

impl Containers {
    /// Follows `numbers`, each that of a [`sheaf_document::Member`] of what the one before led to. Gives the content at the
    /// end and its file name; without numbers, those it was given.
    ///
    /// # Errors
    /// Those of [`crate::open`] for each container on the way; [`ExtractError::Corrupt`] when there is no such member.
    pub fn reach(
        &mut self,
        content: Bytes,
        name: &str,
        numbers: &[u64],
        passwords: &[Password],
    ) -> Result<(Bytes, String), ExtractError> {
        self.go_back(content.origin(), numbers);
        let Some((last, way)) = numbers.split_last() else {
            return Ok((content, name.to_owned()));
        };
        let found = guarded(|| {
            if self.open.is_empty() {
                self.open.push(Container::open(content, name)?);
            }
            for number in &way[self.way.len()..] {
                let (content, name) = self.member(*number, passwords)?;
                self.open.push(Container::open(content, &name)?);
                self.way.push(*number);
            }
            self.member(*last, passwords)
        });
        if let Err(ExtractError::Corrupt(_)) = found {
            // Whatever state the containers were left in.
            self.forget();
        }
        self.make_room();
        found
    }

    fn member(
        &mut self,
        number: u64,
        passwords: &[Password],
    ) -> Result<(Bytes, String), ExtractError> {
        match self.open.last_mut() {
            Some(container) => container.member(number, passwords),
            None => Err(nothing_there()),
        }
    }

    /// Keeps what lies on the way to the next one too.
    fn go_back(&mut self, file: Option<Origin>, numbers: &[u64]) {
        if file.is_none() || file != self.file || numbers.is_empty() {
            self.forget();
            self.file = file;
        }
        let way = &numbers[..numbers.len().saturating_sub(1)];
        let common = self.way.iter().zip(way).take_while(|(a, b)| a == b);
        self.way.truncate(common.count());
        self.open.truncate(self.way.len() + 1);
    }

    fn make_room(&mut self) {
        while self.open.iter().map(Container::memory).sum::<u64>() > KEPT {
            self.open.pop();
            self.way.truncate(self.open.len().saturating_sub(1));
        }
    }

    fn forget(&mut self) {
        self.open.clear();
        self.way.clear();
    }
}

impl Container {
    fn open(mut content: Bytes, name: &str) -> Result<Self, ExtractError> {
        let head = content.head(HEAD_BYTES)?;
        if head.starts_with(b"PK\x03\x04") {
            return Ok(Self::Zip(Box::new(Package::open(content)?)));
        }
        if head.starts_with(OLE) {
            let message = Attachments::of(Ole::open(content)?)?;
            return Ok(Self::Message(Box::new(message)));
        }
        match kind(&head, name)? {
            Kind::Eml => Ok(Self::Mail(Box::new(owned(&content.all(MAX_MAIL_BYTES)?)?))),
            Kind::Mbox => Ok(Self::Mailbox(Box::new(Mbox::open(content)?))),
            _ => Err(nothing_there()),
        }
    }

    fn member(
        &mut self,
        number: u64,
        passwords: &[Password],
    ) -> Result<(Bytes, String), ExtractError> {
        match self {
            Self::Zip(package) => unpack(package, number, passwords),
            Self::Message(message) => message.content(number),
            Self::Mail(message) => attachment_of(message, number),
            Self::Mailbox(mailbox) => mailbox.attachment(number),
        }
    }

    /// About how many bytes it takes. A mail is there twice, as it came and unpacked.
    fn memory(&self) -> u64 {
        match self {
            Self::Zip(package) => package.memory(),
            Self::Message(message) => message.memory(),
            Self::Mail(message) => 2 * message.raw_message.len() as u64,
            Self::Mailbox(mailbox) => mailbox.memory(),
        }
    }
}

/// The answer to a number that the container does not have.
pub(crate) fn nothing_there() -> ExtractError {
    ExtractError::Corrupt("its container does not have it any more".to_owned())
}
