//! The log as the operator searches it.

use super::*;

#[test]
fn the_log_is_newest_first_filtered_and_paged() {
    let core = gateway();
    for number in 0..150_i64 {
        let now = NOW + SignedDuration::from_secs(number);
        let service = if number % 3 == 0 { "PAYMENT" } else { "PERSONS" };
        let raw = request("sdu", service, &format!("m-{number}"));
        assert!(matches!(core.accept(raw, &peer(), now), Accepted::Forward(_)));
    }
    let mut seen = Vec::new();
    let mut query = Query { limit: 40, ..Query::default() };
    loop {
        let page = log::search(&*core.store, &query).unwrap();
        seen.extend(page.rows);
        match page.after {
            Some(after) => query.after = Some(after),
            None => break,
        }
    }
    assert_eq!(seen.len(), 150);
    assert!(seen.is_sorted_by(|one, two| one.at > two.at));
    let find = |query: Query| log::search(&*core.store, &Query { limit: 500, ..query }).unwrap().rows;
    assert_eq!(find(Query { service: Some("PAYMENT".into()), ..Query::default() }).len(), 50);
    assert_eq!(find(Query { party: Some("ministry".into()), ..Query::default() }).len(), 150);
    assert_eq!(find(Query { party: Some("bank-1".into()), ..Query::default() }).len(), 0);
    assert_eq!(find(Query { state: Some(State::Refused), ..Query::default() }).len(), 0);
    assert_eq!(find(Query { until: Some(NOW + SignedDuration::from_secs(9)), ..Query::default() }).len(), 10);
    let one = find(Query { name: Some("m-7".into()), ..Query::default() });
    assert_eq!((one.len(), one[0].message_id.as_str()), (1, "m-7"));
    assert_eq!(find(Query { name: Some(soap::braced(&one[0].session)), ..Query::default() }), one);
    assert_eq!(log::one(&*core.store, one[0].at, one[0].id).unwrap().as_ref(), Some(&one[0]));
}
