//! How a document is to be read. The settings are part of a checkpoint's key: other settings, other pages.

use serde::{Deserialize, Serialize};

/// OCR languages in the order they are asked, as Tesseract names them: `eng+deu`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Languages(String);

/// The text is not a list of language names.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a list of languages such as eng or eng+deu")]
pub struct LanguagesError(String);

impl Languages {
    /// Reads `eng`, `eng+deu`, `chi_sim+script/Latin`. Names are letters, digits, `_`, `-` and at most one `/`.
    pub fn parse(text: &str) -> Result<Self, LanguagesError> {
        let good = |name: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/');
            !name.is_empty()
                && name.len() <= 40
                && name.chars().all(plain)
                && name.matches('/').count() <= 1
                && !name.starts_with('/')
                && !name.ends_with('/')
        };
        if text.split('+').all(good) {
            Ok(Self(text.to_owned()))
        } else {
            Err(LanguagesError(text.to_owned()))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split('+')
    }
}

impl Default for Languages {
    fn default() -> Self {
        Self("eng".to_owned())
    }
}

/// How to read one document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct ReadSettings {
    pub languages: Languages,
    /// Recognise every page, also those with text of their own.
    pub force_ocr: bool,
}

impl ReadSettings {
    /// Raise when a change to a reader makes it worth reading everything again.
    const READER: u32 = 1;

    /// A short text that is equal for equal settings, stored with every revision.
    pub fn key(&self) -> String {
        let force = if self.force_ocr { "+force" } else { "" };
        format!("{}:{}{force}", Self::READER, self.languages.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_lists_are_names_joined_by_plus() {
        for good in ["eng", "eng+deu", "chi_sim+script/Latin"] {
            assert!(Languages::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "eng+", "../eng", "/eng", "eng deu", "a/b/c"] {
            assert!(Languages::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn other_settings_have_another_key() {
        let plain = ReadSettings::default();
        let forced = ReadSettings {
            force_ocr: true,
            ..plain.clone()
        };
        assert_ne!(plain.key(), forced.key());
    }
}
