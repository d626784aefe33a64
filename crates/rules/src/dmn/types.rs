//! Item definitions: the types of a model, resolved to their structure.

use crate::Value;
use crate::feel::UnaryTests;
use crate::feel::eval::{conforms, test_value};
use crate::feel::session::{Frame, Layer, Session, Types};
use crate::feel::types::Type;
use crate::temporal::{DateTime, Time, Zone};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A resolved type.
#[derive(Debug)]
pub(super) struct ItemType {
    pub(super) shape: Shape,
    /// The values allowed (of the items, for a collection).
    pub(super) allowed: Option<UnaryTests>,
    /// What the value as a whole must satisfy.
    pub(super) constraint: Option<UnaryTests>,
}

#[derive(Debug)]
pub(super) enum Shape {
    Plain(Type),
    List(Arc<ItemType>),
    Context(Vec<(Arc<str>, Arc<ItemType>)>),
    Alias(Arc<ItemType>),
}

static ANY: LazyLock<Arc<ItemType>> = LazyLock::new(|| Arc::new(ItemType::plain(Type::Any)));

impl ItemType {
    /// The type of any value.
    pub(super) fn any() -> Arc<ItemType> {
        Arc::clone(&ANY)
    }

    pub(super) fn plain(kind: Type) -> ItemType {
        ItemType { shape: Shape::Plain(kind), allowed: None, constraint: None }
    }

    /// Whether any value at all conforms.
    fn is_any(&self) -> bool {
        matches!(self.shape, Shape::Plain(Type::Any)) && self.allowed.is_none() && self.constraint.is_none()
    }

    /// Whether a value conforms; null always does (it is not known).
    pub(super) fn accepts(&self, value: &Value, session: &Session<'_>) -> bool {
        if value.is_null() || self.is_any() {
            return true;
        }
        let shaped = match (&self.shape, value) {
            (Shape::Plain(Type::Any), _) => true,
            (Shape::Plain(kind), value) => conforms(value, kind, session),
            (Shape::Alias(inner), value) => inner.accepts(value, session),
            (Shape::List(inner), Value::List(items)) => items.iter().all(|item| {
                inner.accepts(item, session)
                    && self.allowed.as_ref().is_none_or(|tests| passes(tests, item, session))
            }),
            (Shape::Context(entries), Value::Context(context)) => entries
                .iter()
                .all(|(name, kind)| context.get(name).is_some_and(|value| kind.accepts(value, session))),
            _ => false,
        };
        if !shaped {
            return false;
        }
        let whole = matches!(self.shape, Shape::List(_))
            || self.allowed.as_ref().is_none_or(|tests| passes(tests, value, session));
        whole && self.constraint.as_ref().is_none_or(|tests| passes(tests, value, session))
    }

    /// The value as the type wants it: as it is, a list of one unpacked or packed, a date as its midnight.
    pub(super) fn coerce(&self, value: Value, session: &Session<'_>) -> Option<Value> {
        if self.accepts(&value, session) {
            return Some(value);
        }
        let changed = match (value, self.outline()) {
            (Value::List(items), Type::List(_)) => return self.coerce_items(&items, session),
            (Value::List(items), _) if items.len() == 1 => items.first()?.clone(),
            (Value::Date(date), Type::DateTime) => {
                DateTime::new(date, Time::midnight(Some(Zone::UTC))).into()
            }
            (value, Type::List(_)) => Value::list([value]),
            _ => return None,
        };
        self.accepts(&changed, session).then_some(changed)
    }

    /// Items that become what the type wants one by one, such as dates for moments.
    fn coerce_items(&self, items: &[Value], session: &Session<'_>) -> Option<Value> {
        let inner = match &self.shape {
            Shape::List(inner) => inner,
            Shape::Alias(inner) => return inner.coerce_items(items, session),
            _ => return None,
        };
        let changed: Option<Vec<Value>> = items
            .iter()
            .map(|item| match item {
                Value::Date(_) => inner.coerce(item.clone(), session),
                _ => inner.accepts(item, session).then(|| item.clone()),
            })
            .collect();
        let changed = Value::from(changed?);
        self.accepts(&changed, session).then_some(changed)
    }

    /// The structure without the allowed values.
    pub(super) fn outline(&self) -> Type {
        match &self.shape {
            Shape::Plain(kind) => kind.clone(),
            Shape::Alias(inner) => inner.outline(),
            Shape::List(inner) => Type::List(Box::new(inner.outline())),
            Shape::Context(entries) => {
                Type::Context(entries.iter().map(|(name, kind)| (name.clone(), kind.outline())).collect())
            }
        }
    }
}

fn passes(tests: &UnaryTests, value: &Value, session: &Session<'_>) -> bool {
    let frame = Frame::root(Layer::Bindings(&[]));
    // Exhausted fuel ends the evaluation at its next step.
    test_value(tests.tests(), value, &frame, session).is_ok_and(|passed| passed == Some(true))
}

/// The types of a file by the names its expressions use.
#[derive(Debug, Default)]
pub(super) struct TypeTable {
    pub(super) types: HashMap<Arc<str>, Arc<ItemType>>,
}

impl Types for TypeTable {
    fn conforms(&self, name: &str, value: &Value, session: &Session<'_>) -> Option<bool> {
        self.types.get(name).map(|kind| !value.is_null() && kind.accepts(value, session))
    }

    fn resolve(&self, name: &str) -> Option<Type> {
        self.types.get(name).map(|kind| kind.outline())
    }
}
