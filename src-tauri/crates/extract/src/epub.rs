//! Books (EPUB): a chapter file begins a page, and long ones are cut at their headings.

use crate::ExtractError;
use crate::html::flow;
use crate::package::Package;
use crate::pictures::Place;
use crate::properties::properties;
use crate::relations::resolved;
use crate::roll::Roll;
use crate::written::Written;
use crate::xml::{Piece, Xml};
use sheaf_document::Kind;
use std::collections::HashMap;

/// Where the book says what it is made of (EPUB Open Container Format 3.3, 4.2.6.3).
const CONTAINER: &str = "META-INF/container.xml";

pub(crate) fn epub(mut package: Package) -> Result<Written, ExtractError> {
    let missing = |what: &str| ExtractError::Corrupt(format!("{what} is missing"));
    let container = package.xml(CONTAINER)?.ok_or_else(|| missing(CONTAINER))?;
    let root = root(&container).ok_or_else(|| missing("the list of what is in the book"))?;
    let list = package.xml(&root)?.ok_or_else(|| missing(&root))?;
    let meta = properties(&list);
    let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
    let locked = package.xml("META-INF/encryption.xml")?.unwrap_or_default();
    let mut roll = Roll::default();
    for chapter in spine(&list) {
        if locked.contains(&chapter) {
            return Err(ExtractError::locked_for_good("an e-book"));
        }
        roll.page();
        let name = resolved(folder, &plain_path(&chapter));
        if let Some(chapter) = package.bytes(&name)? {
            let flow = flow(&chapter)?;
            let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
            let place = |address: &str| match address.starts_with("data:") {
                true => Place::Data(address.to_owned()),
                false => Place::Part(resolved(folder, &plain_path(address))),
            };
            let pictures = flow.pictures.iter();
            let pictures: Vec<_> = pictures
                .map(|(at, address)| (*at, place(address)))
                .collect();
            roll.append(&flow, &pictures)?;
        }
    }
    roll.written_with(Kind::Epub, meta, Some(package))
}

fn root(container: &str) -> Option<String> {
    let mut xml = Xml::new(container);
    while let Some(piece) = xml.next() {
        if let Piece::Open(tag) = piece
            && tag.name() == "rootfile"
        {
            return tag.attribute("full-path");
        }
    }
    None
}

/// The chapters' addresses in the order of reading.
fn spine(list: &str) -> Vec<String> {
    let (mut files, mut order) = (HashMap::new(), Vec::new());
    let mut xml = Xml::new(list);
    while let Some(piece) = xml.next() {
        let Piece::Open(tag) = piece else { continue };
        match tag.name() {
            "item" => {
                let told = |name| tag.attribute(name).unwrap_or_default();
                files.insert(told("id"), told("href"));
            }
            "itemref" => order.push(tag.attribute("idref").unwrap_or_default()),
            _ => {}
        }
    }
    let addresses = order.iter().filter_map(|id| files.get(id));
    addresses.cloned().collect()
}

/// Without the fragment, and with `%20` and the like as characters.
fn plain_path(address: &str) -> String {
    let path = address.split('#').next().unwrap_or_default();
    let (mut bytes, mut rest) = (Vec::new(), path.as_bytes());
    while let [first, tail @ ..] = rest {
        let code = || u8::from_str_radix(std::str::from_utf8(tail.get(..2)?).ok()?, 16).ok();
        match code().filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_paths() {
        assert_eq!(plain_path("text/ch%201.xhtml#top"), "text/ch 1.xhtml");
        assert_eq!(plain_path("100%"), "100%");
        assert_eq!(plain_path("%C3%BC%zz"), "ü%zz");
    }
}
