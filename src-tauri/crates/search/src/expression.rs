//! What must be so of a document: leaves joined by and, or, not. A document is a set of bits, one a leaf.

use crate::leaf::Leaf;

/// Bit n says that the document has leaf n.
pub(crate) type Mask = u64;

/// So many leaves count; what a query has beyond them is forgiven.
pub(crate) const MOST_LEAVES: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    Leaf(usize),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
}

impl Expression {
    pub(crate) fn holds(&self, mask: Mask) -> bool {
        match self {
            Self::Leaf(n) => mask & (1 << n) != 0,
            Self::All(parts) => parts.iter().all(|part| part.holds(mask)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(mask)),
            Self::Not(part) => !part.holds(mask),
        }
    }
}

/// One part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) expression: Expression,
    pub(crate) role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Documents with it come first.
    Wish,
    /// Only documents with it. Phrases, `+word`, and whatever AND and OR join.
    Must,
    /// Only documents without it.
    Not,
}

/// A query, understood.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) items: Vec<Item>,
    /// The words and phrases as they were typed, for asking by meaning.
    pub(crate) plain: String,
    pub(crate) filter: crate::Filter,
}

impl Wanted {
    /// The leaves that find.
    pub(crate) fn positive(&self) -> Mask {
        let finds = self.leaves.iter().enumerate().filter(|(_, l)| !l.negative);
        finds.fold(0, |mask, (n, _)| mask | 1 << n)
    }

    /// Whether a document may be shown at all.
    pub(crate) fn admits(&self, mask: Mask) -> bool {
        self.items.iter().all(|item| match item.role {
            Role::Wish => true,
            Role::Must => item.expression.holds(mask),
            Role::Not => !item.expression.holds(mask),
        })
    }

    /// Whether it has everything that was wished for; leaves in `common` are not asked for.
    pub(crate) fn has_all(&self, mask: Mask, common: Mask) -> bool {
        let mut wishes = self.items.iter().filter(|item| item.role == Role::Wish);
        wishes.all(|item| item.expression.holds(mask | common))
    }

    /// Whether it has something that it must not have.
    pub(crate) fn is_shut_out(&self, mask: Mask) -> bool {
        let mut nots = self.items.iter().filter(|item| item.role == Role::Not);
        nots.any(|item| item.expression.holds(mask))
    }

    /// Whether words decide which documents may be shown.
    pub(crate) fn demands(&self) -> bool {
        self.items.iter().any(|item| item.role != Role::Wish)
    }

    /// Whether some documents are to be kept out by their words.
    pub(crate) fn shuts_out(&self) -> bool {
        self.items.iter().any(|item| item.role == Role::Not)
    }
}
