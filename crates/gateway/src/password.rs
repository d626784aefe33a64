//! The keyed digest of passwords. The key lives with the gateway, the digests in the registry; the password is nowhere.

use std::fmt;

use aws_lc_rs::hmac;
use registry::{PasswordMac, Sender};

/// The key under which passwords of senders are digested.
pub struct PasswordKey(hmac::Key);

impl fmt::Debug for PasswordKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PasswordKey(…)")
    }
}

impl PasswordKey {
    /// A key from 32 random bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> PasswordKey {
        PasswordKey(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// What the registry keeps of a password: HMAC-SHA-256 of the sender id, a zero byte and the password.
    #[must_use]
    pub fn mac(&self, sender_id: &str, password: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(sender_id.as_bytes());
        context.update(&[0]);
        context.update(password.as_bytes());
        let mut mac = [0; 32];
        mac.copy_from_slice(context.sign().as_ref());
        mac
    }

    /// Whether the password is the registered one. Takes the same time whether the sender is known or not.
    #[must_use]
    pub(crate) fn fits(&self, registered: Option<&Sender>, sender_id: &str, password: &str) -> bool {
        let mac = self.mac(sender_id, password);
        let nobody = PasswordMac::from_bytes([0; 32]);
        let expected = registered.map_or(&nobody, |sender| &sender.password);
        expected.matches(&mac) && registered.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_depends_on_key_sender_and_password() {
        let key = PasswordKey::new(&[7; 32]);
        let mac = key.mac("sdu", "secret");
        assert_eq!(mac, PasswordKey::new(&[7; 32]).mac("sdu", "secret"));
        for other in [
            PasswordKey::new(&[8; 32]).mac("sdu", "secret"),
            key.mac("sdu", "secret "),
            key.mac("sdus", "ecret"),
        ] {
            assert_ne!(mac, other);
        }
        assert_eq!(format!("{key:?}"), "PasswordKey(…)");
    }

    #[test]
    fn an_unknown_sender_has_no_password() {
        let key = PasswordKey::new(&[7; 32]);
        assert!(!key.fits(None, "sdu", "secret"));
        let sender = Sender {
            id: "sdu".parse().unwrap(),
            password: PasswordMac::from_bytes(key.mac("sdu", "secret")),
        };
        assert!(key.fits(Some(&sender), "sdu", "secret"));
        assert!(!key.fits(Some(&sender), "sdu", ""));
    }
}
