//! The words of a scan as an incremental update of its PDF.

use super::font::compressed;
use super::layer::{FONT_NAME, layer};
use super::{Font, Recognized, Searchable, damaged, whole};
use crate::bytes::Bytes;
use crate::{Document, ExtractError};
use lopdf::content::Content;
use lopdf::{Dictionary, IncrementalDocument, LoadOptions, Object, ObjectId};
use std::io::Write;

/// It is held in memory about three times.
const MAX_BYTES: u64 = 200 << 20;

/// Streams that describe the file's structure; what they expand to.
const MAX_EXPANDED: usize = 128 << 20;

/// How far up the page tree resources are looked for.
const MAX_DEPTH: usize = 64;

pub(super) fn update(
    document: &mut dyn Document,
    content: Bytes,
    password: Option<&str>,
    pages: &[Recognized],
) -> Result<Searchable, ExtractError> {
    let bytes = content.all(MAX_BYTES)?;
    let keep = bytes.len() as u64;
    let untouched = Searchable {
        keep,
        rest: Vec::new(),
    };
    let mut font = Font::default();
    let mut layers = Vec::new();
    for Recognized { page, text } in pages {
        let (layout, own) = document.layout(*page)?;
        layers.extend(layer(text, &own, &layout, &mut font).map(|code| (*page, code)));
    }
    if layers.is_empty() {
        return Ok(untouched);
    }
    let options = LoadOptions {
        password: password.map(str::to_owned),
        max_decompressed_size: Some(MAX_EXPANDED),
        ..LoadOptions::default()
    };
    let before =
        lopdf::Document::load_mem_with_options(&bytes, options).map_err(|e| damaged(&e))?;
    if before.is_encrypted() {
        return Err(ExtractError::Encrypted);
    }
    // What had to be repaired to be read cannot be continued: it is written anew, every object as it was.
    let is_sound =
        before.xref_start != 0 && before.xref_recovery.is_none() && bytes.starts_with(b"%PDF-");
    let mut update = IncrementalDocument::create_from(bytes, before);
    lay(&mut update, &font, layers)?;
    if is_sound {
        let mut rest = Behind {
            skip: keep as usize,
            kept: Vec::new(),
        };
        update.save_to(&mut rest)?;
        return Ok(Searchable {
            keep,
            rest: rest.kept,
        });
    }
    let mut anew = update.get_prev_documents().clone();
    anew.objects.append(&mut update.new_document.objects);
    anew.max_id = update.new_document.max_id;
    whole(&mut anew)
}

fn lay(
    update: &mut IncrementalDocument,
    font: &Font,
    layers: Vec<(u32, String)>,
) -> Result<(), ExtractError> {
    let ids = update.get_prev_documents().get_pages();
    let font = font.add_to(&mut update.new_document);
    // A page's own drawing is fenced in, so that whatever it leaves behind does not move the words.
    let new = &mut update.new_document;
    let begin = new.add_object(compressed(Dictionary::new(), b"q\n".to_vec()));
    for (page, code) in layers {
        let id = *ids
            .get(&(page + 1))
            .ok_or_else(|| ExtractError::no_page(page))?;
        let back = "Q\n".repeat(1 + left_open(update.get_prev_documents(), id));
        let end = format!("\n{back}q\n{code}Q\n").into_bytes();
        let end = compressed(Dictionary::new(), end);
        let end = update.new_document.add_object(end);
        let page = with_layer(update.get_prev_documents(), id, font, [begin, end])
            .map_err(|e| damaged(&e))?;
        update.new_document.set_object(id, page);
    }
    Ok(())
}

fn with_layer(
    before: &lopdf::Document,
    id: ObjectId,
    font: ObjectId,
    [begin, end]: [ObjectId; 2],
) -> lopdf::Result<Dictionary> {
    let mut page = before.get_dictionary(id)?.clone();
    let mut resources = inherited(before, &page, b"Resources").unwrap_or_default();
    let mut fonts = dictionary(before, resources.get(b"Font").ok()).unwrap_or_default();
    fonts.set(FONT_NAME, font);
    resources.set("Font", fonts);
    page.set("Resources", resources);
    let mut contents = vec![Object::Reference(begin)];
    contents.extend(drawing(before, &page));
    contents.push(Object::Reference(end));
    page.set("Contents", contents);
    Ok(page)
}

/// How many states of the pen a page's drawing keeps and never gives back. What cannot be read counts as balanced.
fn left_open(before: &lopdf::Document, page: ObjectId) -> usize {
    let drawing = before.get_page_content_with_limit(page, MAX_EXPANDED);
    let Some(drawing) = drawing.ok().and_then(|bytes| Content::decode(&bytes).ok()) else {
        return 0;
    };
    drawing.operations.iter().fold(0, |open: usize, operation| {
        match operation.operator.as_str() {
            "q" => open + 1,
            "Q" => open.saturating_sub(1),
            _ => open,
        }
    })
}

/// The streams that draw a page, in order.
fn drawing(before: &lopdf::Document, page: &Dictionary) -> Vec<Object> {
    match page.get(b"Contents") {
        Ok(Object::Array(list)) => list.clone(),
        Ok(Object::Reference(id)) => match before.dereference(&Object::Reference(*id)) {
            Ok((_, Object::Array(list))) => list.clone(),
            Ok((_, Object::Stream(_))) => vec![Object::Reference(*id)],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A page's entry, or that of the nearest node above it.
fn inherited(before: &lopdf::Document, page: &Dictionary, key: &[u8]) -> Option<Dictionary> {
    let mut node = page.clone();
    for _ in 0..MAX_DEPTH {
        if let Some(found) = dictionary(before, node.get(key).ok()) {
            return Some(found);
        }
        node = dictionary(before, node.get(b"Parent").ok())?;
    }
    None
}

fn dictionary(before: &lopdf::Document, object: Option<&Object>) -> Option<Dictionary> {
    let (_, object) = before.dereference(object?).ok()?;
    object.as_dict().ok().cloned()
}

/// Keeps what is written behind the first bytes.
struct Behind {
    skip: usize,
    kept: Vec<u8>,
}

impl Write for Behind {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        self.kept.extend_from_slice(&bytes[skipped..]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
