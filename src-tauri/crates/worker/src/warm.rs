//! Warm-up: pdfium works once before the lock, so that what it reads on first use is read while it still can be.
//! Tesseract has read everything when it is loaded; a page of it here would cost every start a second.

use crate::reader::{Reader, Way};
use sheaf_document::ReadSettings;
use std::fs::File;

/// One page, one line in a font that the file does not bring along: pdfium looks through the system's fonts.
const LINE: &[u8] = b"%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 50]/Contents 4 0 R
/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 36>>stream
BT /F 24 Tf 10 15 Td (warm up) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
";

/// Reads and draws a small page. A library that is missing or fails now will say so when it is asked.
pub(crate) fn up(reader: &mut Reader) {
    let settings = ReadSettings::default();
    let Some(file) = in_memory(LINE) else { return };
    if reader
        .open(file, "warm.pdf", Way::default(), &settings, true)
        .is_ok()
    {
        let _ = reader.read_page(0);
        let _ = reader.render(0, 64);
    }
    reader.close();
}

#[cfg(target_os = "linux")]
fn in_memory(bytes: &[u8]) -> Option<File> {
    use rustix::fs::{MemfdFlags, memfd_create};
    use std::io::{Seek, Write};
    let mut file = File::from(memfd_create("warm", MemfdFlags::CLOEXEC).ok()?);
    file.write_all(bytes).ok()?;
    file.rewind().ok()?;
    Some(file)
}

/// Without a lock nothing has to be warm.
#[cfg(not(target_os = "linux"))]
fn in_memory(_bytes: &[u8]) -> Option<File> {
    None
}
