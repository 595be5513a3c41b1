//! What all targets do with bytes: everything a reading child does but pdfium and recognition, which are not ours.
//!
//! `cargo +nightly fuzz run open -- -max_total_time=120 -rss_limit_mb=1024` in `src-tauri/crates/extract`; `corpus` and
//! `artifacts` stay out of the repository.

use sheaf_document::{PageText, ReadSettings};
use sheaf_extract::{Bytes, Read, Readers, open};

/// Opens, reads and looks into it, and holds it to its promises.
pub fn read(content: Vec<u8>, name: &str) {
    let readers = Readers::default();
    let content = Bytes::of(content);
    let Ok(mut document) = open(&readers, content, name, &[], &ReadSettings::default()) else {
        return;
    };
    for page in 0..document.pages().min(8) {
        match document.read(page) {
            Ok(Read::Text(text)) => keeps_its_promises(&text),
            Ok(Read::Scan { own, .. }) => keeps_its_promises(&own),
            Err(_) => {}
        }
        for number in 0..document.pictures(page).min(4) {
            let _ = document.picture(page, number);
        }
        for member in document.members(page).unwrap_or_default() {
            assert!(member.has_clean_name(), "{member:?}");
        }
    }
}

fn keeps_its_promises(page: &PageText) {
    assert!(!page.text.contains('\0'));
    for word in &page.words {
        assert!(page.text.get(word.start as usize..word.end as usize).is_some());
    }
}
