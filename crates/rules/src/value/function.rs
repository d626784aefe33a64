//! Functions as values: built in, registered by the caller, defined in FEEL, or taken from a decision model.

use super::{Context, Value};
use crate::feel::Failure;
use crate::feel::ast::{Lambda, Node};
use crate::feel::builtins::Builtin;
use crate::feel::session::Session;
use std::fmt;
use std::sync::Arc;

/// A function value. It is evaluated by calling it in an expression; it cannot be stored.
#[derive(Clone)]
pub struct Function {
    kind: FunctionKind,
}

/// Something outside FEEL that can be called with positional arguments.
pub(crate) trait Callable: Send + Sync {
    fn name(&self) -> &str;
    fn parameters(&self) -> &[Arc<str>];

    /// Whether every parameter must be given.
    fn exact(&self) -> bool {
        false
    }

    /// How deep the values it holds nest.
    fn depth(&self) -> u16 {
        0
    }

    fn call(&self, arguments: Vec<Value>, session: &Session<'_>) -> Result<Value, Failure>;
}

#[derive(Clone)]
pub(crate) enum FunctionKind {
    Builtin(&'static Builtin),
    Callable(Arc<dyn Callable>),
    Closure(Arc<Closure>),
}

/// A function definition with the variables it uses from around it.
pub(crate) struct Closure {
    pub(crate) lambda: Arc<Lambda>,
    pub(crate) captured: Context,
}

impl Function {
    pub(crate) fn new(kind: FunctionKind) -> Function {
        Function { kind }
    }

    pub(crate) fn kind(&self) -> &FunctionKind {
        &self.kind
    }

    /// The name, if the function has one.
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            FunctionKind::Builtin(builtin) => Some(builtin.name),
            FunctionKind::Callable(callable) => Some(callable.name()),
            FunctionKind::Closure(_) => None,
        }
    }

    pub(super) fn depth(&self) -> u16 {
        match &self.kind {
            FunctionKind::Closure(closure) => closure.captured.depth().saturating_add(1),
            FunctionKind::Callable(callable) => callable.depth(),
            FunctionKind::Builtin(_) => 0,
        }
    }
}

impl PartialEq for Function {
    /// Two functions are equal when they are the same function.
    fn eq(&self, other: &Function) -> bool {
        match (&self.kind, &other.kind) {
            (FunctionKind::Builtin(a), FunctionKind::Builtin(b)) => std::ptr::eq(*a, *b),
            (FunctionKind::Callable(a), FunctionKind::Callable(b)) => Arc::ptr_eq(a, b),
            (FunctionKind::Closure(a), FunctionKind::Closure(b)) => {
                Arc::ptr_eq(a, b) || (Arc::ptr_eq(&a.lambda, &b.lambda) && a.captured == b.captured)
            }
            _ => false,
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "function {}", self.name().unwrap_or("of an expression"))
    }
}

impl Lambda {
    pub(crate) fn body(&self) -> &Node {
        &self.body
    }
}
