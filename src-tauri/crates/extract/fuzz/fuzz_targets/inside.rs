//! The way into containers: the first bytes are the numbers of members.
#![no_main]

use sheaf_extract::{Bytes, reach};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((way, content)) = bytes.split_at_checked(2) else {
        return;
    };
    let way: Vec<u64> = way.iter().map(|number| u64::from(*number)).collect();
    for name in ["a.eml", "a.mbox", "a.zip"] {
        if let Ok((found, name)) = reach(Bytes::of(content.to_vec()), name, &way[..1], &[]) {
            assert!(!name.contains('/'));
            let _ = reach(found, &name, &way[1..], &[]);
        }
    }
});
