//! Outlook messages whose container is whole and whose properties are not.
#![no_main]

use std::io::{Cursor, Write};

const STREAMS: [&str; 5] = [
    "/__properties_version1.0",
    "/__substg1.0_1000001F",
    "/__substg1.0_10090102",
    "/__substg1.0_10130102",
    "/__attach_version1.0_#00000000/__substg1.0_37010102",
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_storage("/__attach_version1.0_#00000000").unwrap();
    for (name, content) in STREAMS.iter().zip(bytes.splitn(5, |b| *b == 0xff)) {
        file.create_stream(name).unwrap().write_all(content).unwrap();
    }
    file.flush().unwrap();
    sheaf_extract_fuzz::read(file.into_inner().into_inner(), "a.msg");
});
