//! Why something in a watched folder is not taken in.

/// Why something is not taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Reason {
    Ignored,
    Hidden,
    TooLarge,
    Kind,
    Empty,
    NotRegular,
    Link,
    Loop,
    TooDeep,
    Denied,
    PathTooLong,
    Cache,
    Library,
    Forgotten,
}

impl Reason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Hidden => "hidden",
            Self::TooLarge => "too_large",
            Self::Kind => "kind",
            Self::Empty => "empty",
            Self::NotRegular => "not_regular",
            Self::Link => "link",
            Self::Loop => "loop",
            Self::TooDeep => "too_deep",
            Self::Denied => "denied",
            Self::PathTooLong => "path_too_long",
            Self::Cache => "cache",
            Self::Library => "library",
            Self::Forgotten => "forgotten",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    const ALL: [Self; 14] = [
        Self::Ignored,
        Self::Hidden,
        Self::TooLarge,
        Self::Kind,
        Self::Empty,
        Self::NotRegular,
        Self::Link,
        Self::Loop,
        Self::TooDeep,
        Self::Denied,
        Self::PathTooLong,
        Self::Cache,
        Self::Library,
        Self::Forgotten,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::Ignored => "A pattern leaves it out. A pattern with ! takes it in again.",
            Self::Hidden => "It is hidden: its name begins with a dot.",
            Self::TooLarge => "It is larger than the limit of this folder.",
            Self::Kind => "It is none of the kinds that this folder is watched for.",
            Self::Empty => "It is empty.",
            Self::NotRegular => "It is not a file but a device, pipe or socket.",
            Self::Link => "It is a link that is not followed, or leads nowhere.",
            Self::Loop => "It is a link to a folder that it is in.",
            Self::TooDeep => "It is deeper than this folder is looked into.",
            Self::Denied => "The system does not let you look into it.",
            Self::PathTooLong => "Its path is longer than the system can open.",
            Self::Cache => "It says of itself that it is a cache (CACHEDIR.TAG).",
            Self::Library => "It is this library.",
            Self::Forgotten => "You took it out of the library. Add it again to have it back.",
        }
    }
}

/// What to tell a person about a stored reason.
pub(super) fn words_for(reason: &str) -> &'static str {
    Reason::parse(reason).map_or("It was left out.", Reason::words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_reads_back_by_its_name() {
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(reason));
        }
    }
}
