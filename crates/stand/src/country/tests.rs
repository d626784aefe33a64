use std::collections::HashSet;

use jiff::civil::date;

use super::*;

fn country(seed: u64, families: u32) -> Tables {
    let mut tables = Tables::default();
    populate(&mut tables, Plan { seed, families, today: date(2024, 4, 1) }).unwrap();
    tables
}

fn column(tables: &Tables, table: &str, column: &str) -> Vec<String> {
    let rows = tables.rows(table, 0, usize::MAX).unwrap();
    rows.iter().filter_map(|row| row.get(column)?.as_str().map(str::to_owned)).collect()
}

#[test]
fn the_same_seed_makes_the_same_country_and_another_seed_another() {
    let [first, again, other] = [1, 1, 2].map(|seed| column(&country(seed, 200), "persons", "iin"));
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[test]
fn numbers_and_telephones_are_each_given_once_and_valid() {
    let tables = country(7, 3000);
    let iins = column(&tables, "persons", "iin");
    assert!(iins.iter().all(|iin| iin.parse::<civic::Iin>().is_ok()));
    assert_eq!(iins.iter().collect::<HashSet<_>>().len(), iins.len());
    let phones = column(&tables, "phones", "phone");
    assert!(phones.iter().all(|phone| phone.parse::<civic::Phone>().is_ok()));
    assert_eq!(phones.iter().collect::<HashSet<_>>().len(), phones.len());
    let ibans = column(&tables, "accounts", "iban");
    assert_eq!(ibans.iter().collect::<HashSet<_>>().len(), ibans.len());
}

#[test]
fn there_are_people_of_every_kind() {
    let tables = country(7, 3000);
    let adults: Vec<_> = tables
        .rows("persons", 0, usize::MAX)
        .unwrap()
        .iter()
        .filter(|row| row.get("motherIin").unwrap().is_null())
        .collect();
    let count =
        |table: &str, row: &Context| tables.find(table, "iin", row.get("iin").unwrap()).unwrap().len();
    let share = |wanted: &dyn Fn(&Context) -> bool| {
        adults.iter().filter(|row| wanted(row)).count() * 100 / adults.len()
    };
    assert!((4..=14).contains(&share(&|row| count("phones", row) == 0)), "without a phone");
    assert!((9..=22).contains(&share(&|row| count("accounts", row) == 0)), "without an account");
    assert!((45..=65).contains(&share(&|row| count("accounts", row) == 1)), "one account");
    assert!((20..=40).contains(&share(&|row| count("accounts", row) > 1)), "several accounts");
    for table in ["recipients", "ministry", "confirmations"] {
        assert!(tables.count(table) > 10, "{table} has {} rows", tables.count(table));
    }
}

#[test]
fn a_child_is_younger_than_its_mother_by_at_least_15_years() {
    let tables = country(3, 1000);
    for row in tables.rows("persons", 0, usize::MAX).unwrap() {
        let Some(mother) = row.get("motherIin").filter(|iin| !iin.is_null()) else { continue };
        let mother =
            tables.find_one("persons", "iin", mother).unwrap().expect("the mother is in the register");
        let year = |row: &Context| row.get("birthDate").unwrap().as_date().unwrap().year();
        assert!(year(row) - year(&mother) >= 15, "{row:?}");
    }
}

#[test]
fn every_story_family_is_as_its_story_says() {
    let tables = country(1, 0);
    let ids: HashSet<_> = STORIES.iter().map(|story| story.id).collect();
    assert_eq!(ids.len(), STORIES.len());
    for story in &STORIES {
        let asked = Value::text(story.addressee_iin().unwrap());
        assert!(tables.find_one("persons", "iin", &asked).unwrap().is_some(), "{}", story.id);
        assert_eq!(tables.find("phones", "iin", &asked).unwrap().len(), story.phones.len(), "{}", story.id);
        assert_eq!(tables.find("accounts", "iin", &asked).unwrap().len(), story.banks.len(), "{}", story.id);
        let mother = Value::text(story.mother_iin().unwrap());
        assert_eq!(
            tables.find("persons", "motherIin", &mother).unwrap().len(),
            story.children.len(),
            "{}",
            story.id
        );
    }
    assert_eq!(tables.count("banks"), 4);
    assert_eq!(
        (tables.count("recipients"), tables.count("confirmations"), tables.count("ministry")),
        (1, 1, 1)
    );
    let child = tables.find_one("persons", "name", &Value::text("Дамир")).unwrap().unwrap();
    assert_eq!(child.get("patronymic"), Some(&Value::text("Ержанұлы")));
}

#[test]
fn a_country_that_is_too_large_is_refused() {
    let plan = Plan { seed: 1, families: 500_001, today: date(2024, 4, 1) };
    assert_eq!(populate(&mut Tables::default(), plan), Err(CountryError::TooLarge(500_001)));
}
