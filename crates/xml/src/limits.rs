//! What a document may cost at most. Every dimension an outsider can grow has a bound here; there is no unlimited preset.

/// Bounds that [`crate::Document::parse`] keeps. A document beyond one of them is refused with an error that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole document, a byte-order mark included. Never more than 1 GiB is read, whatever stands here.
    pub max_bytes: usize,
    /// Elements inside one another, the root counted as one.
    pub max_depth: usize,
    /// Elements, comments and processing instructions together.
    pub max_elements: usize,
    /// Attributes on one element, namespace declarations not counted.
    pub max_attributes_per_element: usize,
    /// Namespace declarations in scope at one place, shadowed ones counted.
    pub max_namespaces: usize,
    /// Bytes of one run of text, one attribute value, one comment or one processing instruction.
    pub max_text_bytes: usize,
    /// Bytes of one name (prefix included) or of one namespace name.
    pub max_name_bytes: usize,
}

impl Limits {
    /// For messages of the gateway: 10 MiB (`gateway.md` OP-20), which one base64 document may fill.
    #[must_use]
    pub const fn message() -> Limits {
        Limits {
            max_bytes: 10 * 1024 * 1024,
            max_depth: 128,
            max_elements: 250_000,
            max_attributes_per_element: 64,
            max_namespaces: 128,
            max_text_bytes: 10 * 1024 * 1024,
            max_name_bytes: 512,
        }
    }

    /// For models that an administrator gives: BPMN, DMN and XSD files.
    #[must_use]
    pub const fn model() -> Limits {
        Limits {
            max_bytes: 4 * 1024 * 1024,
            max_depth: 64,
            max_elements: 100_000,
            max_attributes_per_element: 64,
            max_namespaces: 64,
            max_text_bytes: 256 * 1024,
            max_name_bytes: 512,
        }
    }
}
