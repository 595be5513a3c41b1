//! What a document is about, as something to search with: the middle of its vectors, or its telling words.

use std::collections::HashMap;

use sheaf_document::RevisionId;
use sheaf_store::Conn;
use sheaf_store::table::pages;
use sheaf_store::table::vectors::{self, ModelId};
use tantivy::Searcher;

use crate::Result;
use crate::schema::Fields;
use crate::tokens::{Form, tokens};
use crate::vocabulary::pages_with;

/// So much of a document's text is looked through for its telling words, bytes.
const LOOKED_THROUGH: usize = 100_000;

/// So many telling words are searched with.
const TELLING: usize = 12;

/// The middle of a revision's vectors, of length 1; `None` when it has none.
pub(crate) fn middle(
    conn: &Conn,
    model: ModelId,
    revision: RevisionId,
) -> Result<Option<Vec<f32>>> {
    let mut sum: Vec<f32> = Vec::new();
    for segment in vectors::of_revision(conn, model, revision)? {
        let dims = segment.vectors.len() / segment.passages.len().max(1);
        sum.resize(sum.len().max(dims), 0.0);
        let rows = segment.vectors.chunks_exact(dims.max(1));
        for (row, scale) in rows.zip(&segment.scales) {
            for (sum, value) in sum.iter_mut().zip(row) {
                *sum += scale * f32::from(*value);
            }
        }
    }
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    Ok((length > 0.0).then(|| sum.iter().map(|x| x / length).collect()))
}

/// The words that tell a revision's text from others: frequent in it, rare in the library, and not in it alone.
pub(crate) fn telling_words(
    conn: &Conn,
    searcher: &Searcher,
    fields: &Fields,
    revision: RevisionId,
) -> Result<Vec<String>> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    let mut left = LOOKED_THROUGH;
    for page in pages::all(conn, revision)? {
        let text = &page.text[..page.text.floor_char_boundary(left)];
        left -= text.len();
        for token in tokens(text) {
            if matches!(token.form, Form::Word | Form::Pair) && token.text.chars().count() > 1 {
                *counts.entry(token.text).or_default() += 1;
            }
        }
    }
    let all = searcher.num_docs() as f32;
    let mut weighed = Vec::new();
    for (word, count) in counts {
        let pages = pages_with(searcher, fields.body, &word)?;
        if pages > 1 {
            let rarity = (1.0 + all / pages as f32).ln();
            weighed.push(((count as f32).ln_1p() * rarity, word));
        }
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Ok(weighed
        .into_iter()
        .take(TELLING)
        .map(|(_, word)| word)
        .collect())
}
