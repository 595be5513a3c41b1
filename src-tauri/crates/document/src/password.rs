//! Passwords: held in memory, sent to children, and shown to nobody.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A password as a person typed it. Its memory is overwritten when it goes, and it is not in what is printed for
/// debugging.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// For whoever tries it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Only for the socket between parent and child.
impl Serialize for Password {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_printed() {
        let printed = format!("{:?}", vec![Password::new("secret".to_owned())]);
        assert!(!printed.contains("secret"), "{printed}");
    }
}
