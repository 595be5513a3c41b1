//! The way into containers: the first bytes are the numbers of members.
#![no_main]

use sheaf_extract::{Bytes, Containers};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((way, content)) = bytes.split_at_checked(2) else {
        return;
    };
    let way: Vec<u64> = way.iter().map(|number| u64::from(*number)).collect();
    for name in ["a.eml", "a.mbox", "a.zip"] {
        let mut containers = Containers::default();
        for way in [&way[..1], &way[..], &way[..1]] {
            if let Ok((_, name)) = containers.reach(Bytes::of(content.to_vec()), name, way, &[]) {
                assert!(!name.contains('/'));
            }
        }
    }
});
