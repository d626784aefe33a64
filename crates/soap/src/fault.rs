//! SOAP 1.1 faults and the ErrorInfo that the interface description puts into their detail.

use crate::MessageDate;

/// The code of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultCode {
    /// The message is at fault: it must not be sent again as it is.
    Client,
    /// The receiver is at fault: the same message may succeed later.
    Server,
    /// The envelope is not SOAP 1.1.
    VersionMismatch,
    /// A header that must be understood was not.
    MustUnderstand,
    /// What some providers write instead, `SCE004` for example. Read, never written by us.
    Other(String),
}

impl FaultCode {
    /// The name without prefix.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            FaultCode::Client => "Client",
            FaultCode::Server => "Server",
            FaultCode::VersionMismatch => "VersionMismatch",
            FaultCode::MustUnderstand => "MustUnderstand",
            FaultCode::Other(name) => name,
        }
    }

    /// Reads a fault code with or without prefix, and with the dotted extension SOAP 1.1 allows.
    #[must_use]
    pub fn read(text: &str) -> FaultCode {
        let name = text.rsplit_once(':').map_or(text, |(_, name)| name);
        match name.split('.').next().unwrap_or(name) {
            "Client" => FaultCode::Client,
            "Server" => FaultCode::Server,
            "VersionMismatch" => FaultCode::VersionMismatch,
            "MustUnderstand" => FaultCode::MustUnderstand,
            _ => FaultCode::Other(name.to_owned()),
        }
    }
}

/// A fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `faultcode`.
    pub code: FaultCode,
    /// `faultstring`.
    pub reason: String,
    /// The ErrorInfo in the detail.
    pub error: Option<ErrorInfo>,
}

impl Fault {
    /// The error code that says most: that of ErrorInfo, else the fault code itself.
    #[must_use]
    pub fn error_code(&self) -> &str {
        match &self.error {
            Some(error) if !error.code.is_empty() => &error.code,
            _ => self.code.name(),
        }
    }
}

/// What went wrong, in the fields of the interface description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorInfo {
    /// `errorCode`.
    pub code: String,
    /// `errorMessage`.
    pub message: String,
    /// `errorData`: more about it.
    pub data: Option<String>,
    /// `errorDate`: mandatory on the wire, often missing in practice.
    pub date: Option<MessageDate>,
    /// `subError`: the error below it.
    pub sub_error: Option<Box<ErrorInfo>>,
    /// `sessionId`: the session of the gateway in which it happened.
    pub session_id: Option<String>,
}
