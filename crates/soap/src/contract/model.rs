//! A contract in memory: types by number, so that nothing is copied where a type is used twice.

use rules::{Context, Decimal};
use std::sync::Arc;
use uppsala::XsdRegex;

/// Types inside one another. Bounds every recursion over a contract.
pub(super) const DEEPEST: usize = 32;

#[derive(Clone, Copy, Debug)]
pub(super) enum TypeRef {
    Simple(usize),
    Complex(usize),
}

/// An element: its name, its type, how often it occurs.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    pub name: Arc<str>,
    pub kind: TypeRef,
    pub min: usize,
    /// `usize::MAX` is unbounded.
    pub max: usize,
}

impl Declaration {
    /// Whether it is bound to a list.
    pub(super) fn is_list(&self) -> bool {
        self.max > 1
    }
}

#[derive(Clone, Debug)]
pub(super) enum Particle {
    Element(Declaration),
    Sequence { optional: bool, items: Vec<Particle> },
    Choice { optional: bool, items: Vec<Particle> },
}

impl Particle {
    /// Every element in it, in the order of the schema.
    pub(super) fn declarations<'p>(&'p self, found: &mut Vec<&'p Declaration>) {
        match self {
            Particle::Element(declaration) => found.push(declaration),
            Particle::Sequence { items, .. } | Particle::Choice { items, .. } => {
                for item in items {
                    item.declarations(found);
                }
            }
        }
    }

    /// Whether an element of this name is in it. Names are unique in a type, so this decides every choice.
    pub(super) fn mentions(&self, name: &str) -> bool {
        match self {
            Particle::Element(declaration) => *declaration.name == *name,
            Particle::Sequence { items, .. } | Particle::Choice { items, .. } => {
                items.iter().any(|item| item.mentions(name))
            }
        }
    }

    /// Whether nothing at all satisfies it.
    pub(super) fn may_be_empty(&self) -> bool {
        match self {
            Particle::Element(declaration) => declaration.min == 0,
            Particle::Sequence { optional, items } => *optional || items.iter().all(Particle::may_be_empty),
            Particle::Choice { optional, items } => *optional || items.iter().any(Particle::may_be_empty),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct ComplexType {
    /// `None`: no content at all.
    pub content: Option<Particle>,
    /// What it is bound to when nothing comes: every name in the order of the schema, with null or an empty list.
    pub absent: Context,
    pub depth: usize,
}

/// What a simple type is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Boolean,
    Decimal,
    /// Whole numbers, `bits` wide where the type is; 0 is unbounded.
    Integer {
        bits: u32,
    },
    Date,
    DateTime,
    Base64,
}

impl Kind {
    /// The name in XML Schema.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Text => "xs:string",
            Kind::Boolean => "xs:boolean",
            Kind::Decimal => "xs:decimal",
            Kind::Integer { bits: 32 } => "xs:int",
            Kind::Integer { bits: 64 } => "xs:long",
            Kind::Integer { .. } => "xs:integer",
            Kind::Date => "xs:date",
            Kind::DateTime => "xs:dateTime",
            Kind::Base64 => "xs:base64Binary",
        }
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Kind::Decimal | Kind::Integer { .. })
    }
}

#[derive(Clone, Debug)]
pub(super) struct SimpleType {
    pub kind: Kind,
    /// The restrictions from the built-in type downwards; all of them hold.
    pub steps: Vec<Restriction>,
}

/// The facets of one restriction.
#[derive(Clone, Debug, Default)]
pub(super) struct Restriction {
    /// One of them must match.
    pub patterns: Vec<(String, XsdRegex)>,
    /// The value must be one of them.
    pub texts: Vec<String>,
    pub numbers: Vec<Decimal>,
    pub min_length: usize,
    pub max_length: Option<usize>,
    pub bounds: Vec<(Bound, Decimal)>,
    pub total_digits: Option<usize>,
    pub fraction_digits: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
}

impl Bound {
    pub(super) fn holds(self, value: &Decimal, limit: &Decimal) -> bool {
        match self {
            Bound::AtLeast => value >= limit,
            Bound::MoreThan => value > limit,
            Bound::AtMost => value <= limit,
            Bound::LessThan => value < limit,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Bound::AtLeast => "at least",
            Bound::MoreThan => "more than",
            Bound::AtMost => "at most",
            Bound::LessThan => "less than",
        }
    }
}
