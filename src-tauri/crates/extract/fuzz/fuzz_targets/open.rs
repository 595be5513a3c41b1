//! Any bytes under any name: the first one chooses the name.
#![no_main]

const NAMES: [&str; 12] = [
    "a", "a.txt", "a.csv", "a.json", "a.xml", "a.md", "a.html", "a.rtf", "a.eml", "a.mbox", "a.mht", "a.tif",
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, content)) = bytes.split_first() else {
        return;
    };
    sheaf_extract_fuzz::read(content.to_vec(), NAMES[*first as usize % NAMES.len()]);
});
