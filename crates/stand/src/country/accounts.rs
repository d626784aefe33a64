//! The invented banks and their accounts.

use rules::{Context, Value};

/// A bank of the synthetic country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bank {
    /// `B1`…`B4`.
    pub code: &'static str,
    /// Id of the participant.
    pub participant: &'static str,
    /// Service that asks for accounts.
    pub service_id: &'static str,
    /// Names in kk, ru, en.
    pub names: [&'static str; 3],
    /// Where an account is opened (an address no one can own).
    pub link: &'static str,
}

/// The four banks.
pub const BANKS: [Bank; 4] = [
    Bank {
        code: "B1",
        participant: "bank-1",
        service_id: "BANK_ACCOUNTS_1",
        names: ["Қызғалдақ Банк", "Кызгалдак Банк", "Qyzgaldaq Bank"],
        link: "https://qyzgaldaq.example",
    },
    Bank {
        code: "B2",
        participant: "bank-2",
        service_id: "BANK_ACCOUNTS_2",
        names: ["Ақтұлпар Банк", "Актулпар Банк", "Aqtulpar Bank"],
        link: "https://aqtulpar.example",
    },
    Bank {
        code: "B3",
        participant: "bank-3",
        service_id: "BANK_ACCOUNTS_3",
        names: ["Тобылғы Банк", "Тобылгы Банк", "Tobylgy Bank"],
        link: "https://tobylgy.example",
    },
    Bank {
        code: "B4",
        participant: "bank-4",
        service_id: "BANK_ACCOUNTS_4",
        names: ["Мойынты Банк", "Мойынты Банк", "Moiynty Bank"],
        link: "https://moiynty.example",
    },
];

impl Bank {
    /// The bank of a code.
    pub fn of(code: &str) -> Option<&'static Bank> {
        BANKS.iter().find(|bank| bank.code == code)
    }

    /// Its row in the table `banks`.
    pub(super) fn row(&self) -> Context {
        let [kk, ru, en] = self.names;
        Context::new()
            .with("code", Value::text(self.code))
            .with("serviceId", Value::text(self.service_id))
            .with("nameKk", Value::text(kk))
            .with("nameRu", Value::text(ru))
            .with("nameEn", Value::text(en))
            .with("link", Value::text(self.link))
            .with("integrated", true)
    }
}

/// The number of the `serial`-th account of a bank: `KZ`, two check digits (ISO 13616), three of the bank, thirteen of the account.
pub fn iban(bank: &str, serial: u64) -> String {
    let institution = match bank {
        "B1" => "901",
        "B2" => "902",
        "B3" => "903",
        _ => "904",
    };
    let account = format!("{institution}{:013}", serial % 10_000_000_000_000);
    // K = 20, Z = 35; the check digits make the whole number 1 modulo 97.
    let remainder = format!("{account}203500")
        .bytes()
        .fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("KZ{:02}{account}", 98 - remainder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_numbers_pass_the_check_of_the_standard() {
        for (bank, serial) in [("B1", 1), ("B2", 9_001), ("B4", 9_999_999_999_999)] {
            let iban = iban(bank, serial);
            assert_eq!(iban.len(), 20);
            let moved = format!("{}{}", &iban[4..], &iban[..4]);
            let digits: String =
                moved.chars().map(|character| character.to_digit(36).unwrap().to_string()).collect();
            let remainder =
                digits.bytes().fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
            assert_eq!(remainder, 1, "{iban}");
        }
    }
}
