//! The models Sheaf knows.

use crate::Role;

/// An embedding model by its name. Its files lie in a folder of the same name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize,
)]
pub enum ModelName {
    /// About a hundred languages, and from one language into another.
    #[default]
    #[serde(rename = "multilingual-e5-small")]
    E5Small,
    /// English only; twice as fast in a sixth of the memory.
    #[serde(rename = "all-MiniLM-L6-v2")]
    MiniLm,
}

impl ModelName {
    /// Every model, the default first.
    pub const ALL: [Self; 2] = [Self::E5Small, Self::MiniLm];

    /// The name in settings, in the database and of the model's folder.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::E5Small => "multilingual-e5-small",
            Self::MiniLm => "all-MiniLM-L6-v2",
        }
    }

    /// The model of a name written by [`ModelName::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.as_str() == name)
    }

    /// What the model wants before a text. E5 was trained with these words (Wang et al. 2024, arXiv:2402.05672).
    pub(crate) fn prefix(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::E5Small, Role::Query) => "query: ",
            (Self::E5Small, Role::Passage) => "passage: ",
            (Self::MiniLm, Role::Query | Role::Passage) => "",
        }
    }
}

/// Raise when passages are cut otherwise or a model's files change in a way that changes vectors.
const VERSION: u32 = 1;

/// A short text stored with every library: vectors may be compared when their fingerprints are equal.
pub fn fingerprint(name: ModelName) -> String {
    format!("{}:int8:{VERSION}", name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_reads_back_by_its_name() {
        for model in ModelName::ALL {
            assert_eq!(ModelName::parse(model.as_str()), Some(model));
        }
        assert_eq!(ModelName::parse("e5"), None);
    }

    #[test]
    fn models_have_different_fingerprints() {
        assert_ne!(
            fingerprint(ModelName::E5Small),
            fingerprint(ModelName::MiniLm)
        );
    }

    #[test]
    fn only_e5_wants_to_be_told_what_a_text_is() {
        assert_eq!(ModelName::E5Small.prefix(Role::Query), "query: ");
        assert_eq!(ModelName::E5Small.prefix(Role::Passage), "passage: ");
        assert_eq!(ModelName::MiniLm.prefix(Role::Query), "");
    }
}
