//! Files in files: members of an archive, attachments of a mail.

use serde::{Deserialize, Serialize};

/// One file in another one, as its container tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// How the container finds it again; means nothing outside its format.
    pub number: u64,
    /// Its path in the container: parts between `/`, none of them empty, `.` or `..`; no other member has the same.
    pub name: String,
    /// Its length when it is unpacked, as the container claims.
    pub bytes: u64,
    /// Nanoseconds since 1970, where the container knows.
    pub modified_ns: Option<i64>,
    /// Differs when the content does: its CRC-32.
    pub check: u32,
}

impl Member {
    /// A name is cut to this many bytes.
    pub const NAME_BYTES: usize = 1024;

    /// A path that names something in the container and nothing outside, whatever `told` tries: parts that climb or
    /// are absolute lose that, control characters become `\u{fffd}`. `None` when nothing is left.
    pub fn clean_name(told: &str) -> Option<String> {
        let mut name = String::new();
        for part in told.split(['/', '\\']) {
            let part = part.trim();
            if part.is_empty() || part == "." || part == ".." {
                continue;
            }
            if !name.is_empty() {
                name.push('/');
            }
            let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
            name.extend(part.chars().map(visible));
        }
        while name.len() > Self::NAME_BYTES {
            name.pop();
        }
        let name = name.trim_end_matches('/');
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// Whether its name is one that [`Member::clean_name`] leaves as it is.
    pub fn has_clean_name(&self) -> bool {
        Self::clean_name(&self.name).as_deref() == Some(self.name.as_str())
    }

    /// The last part of its name.
    pub fn file_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_its_container() {
        let clean = |told: &str| Member::clean_name(told);
        assert_eq!(clean("a/b.txt").as_deref(), Some("a/b.txt"));
        assert_eq!(clean("../../etc/passwd").as_deref(), Some("etc/passwd"));
        assert_eq!(clean("/etc/passwd").as_deref(), Some("etc/passwd"));
        assert_eq!(clean("C:\\a\\..\\b").as_deref(), Some("C:/a/b"));
        assert_eq!(clean("a\0b\n").as_deref(), Some("a\u{fffd}b"));
        assert_eq!(clean("a/ .. /b").as_deref(), Some("a/b"));
        assert_eq!(clean("../.."), None);
        let long = clean(&"ä/".repeat(2_000)).unwrap();
        assert!(long.len() <= Member::NAME_BYTES);
        assert_eq!(clean(&long).as_deref(), Some(long.as_str()));
    }
}
