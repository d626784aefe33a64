//! The SQL of the store: one text for every database that speaks it.
//!
//! Parameters are written `$1`, `$2` … and appear for the first time in that order, so that SQLite (which numbers names by their
//! first appearance) and PostgreSQL read the same text. What a dialect must change in the tables is said in [`WITHOUT_ROWID`].

/// Versions of the tables, from the first; a store is lifted through those it lacks.
pub(crate) const VERSIONS: &[&str] = &[include_str!("0001.sql")];

/// The clause of the tables that only SQLite knows; another dialect removes it.
#[cfg(test)]
pub(crate) const WITHOUT_ROWID: &str = " WITHOUT ROWID";

// Facts about the store. Rows of the store as a whole stand in partition 64.
pub(crate) const FACT: &str = "SELECT value FROM facts WHERE partition = 64 AND name = $1";
pub(crate) const PUT_FACT: &str = "INSERT INTO facts (partition, name, value) VALUES (64, $1, $2) \
     ON CONFLICT (partition, name) DO UPDATE SET value = excluded.value";

// Journal and chain.
pub(crate) const APPEND: &str = "INSERT INTO journal (partition, seq, subject, kind, at_ms, batch, hash, header, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
pub(crate) const JOURNAL: &str = "SELECT partition, seq, subject, kind, at_ms, batch, hash, header, body FROM journal \
     WHERE partition = $1 AND seq >= $2 ORDER BY seq LIMIT $3";
pub(crate) const JOURNAL_OF: &str = "SELECT partition, seq, subject, kind, at_ms, batch, hash, header, body FROM journal \
     WHERE partition = $1 AND subject = $2 AND seq >= $3 ORDER BY seq LIMIT $4";
pub(crate) const LAST_SEQ: &str = "SELECT max(seq) FROM journal WHERE partition = $1";
pub(crate) const PUT_BATCH: &str =
    "INSERT INTO batches (partition, batch, row_count, root, hash) VALUES (64, $1, $2, $3, $4)";
pub(crate) const BATCHES: &str = "SELECT batch, row_count, root, hash FROM batches WHERE partition = 64 AND batch >= $1 ORDER BY batch LIMIT $2";
pub(crate) const LAST_BATCH: &str =
    "SELECT batch, hash FROM batches WHERE partition = 64 ORDER BY batch DESC LIMIT 1";
pub(crate) const PUT_SIGNED_HEAD: &str = "INSERT INTO signed_heads (partition, batch, line) VALUES (64, $1, $2) \
     ON CONFLICT (partition, batch) DO UPDATE SET line = excluded.line";
pub(crate) const LAST_SIGNED_HEAD: &str =
    "SELECT line FROM signed_heads WHERE partition = 64 ORDER BY batch DESC LIMIT 1";

// Heads.
pub(crate) const HEAD_VERSION: &str = "SELECT version FROM heads WHERE partition = $1 AND case_id = $2";
pub(crate) const HEAD: &str =
    "SELECT version, status, label, body FROM heads WHERE partition = $1 AND case_id = $2";
pub(crate) const PUT_HEAD: &str = "INSERT INTO heads (partition, case_id, version, status, label, body) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (partition, case_id) DO UPDATE \
     SET version = excluded.version, status = excluded.status, label = excluded.label, body = excluded.body";

// Timers.
pub(crate) const PUT_TIMER: &str = "INSERT INTO timers (partition, case_id, timer, due_ms) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (partition, case_id, timer) DO UPDATE SET due_ms = excluded.due_ms";
pub(crate) const DELETE_TIMER: &str =
    "DELETE FROM timers WHERE partition = $1 AND case_id = $2 AND timer = $3";
pub(crate) const TIMERS_DUE: &str = "SELECT due_ms, partition, case_id, timer FROM timers WHERE due_ms <= $1 \
     ORDER BY due_ms, partition, case_id, timer LIMIT $2";
pub(crate) const NEXT_TIMER: &str = "SELECT min(due_ms) FROM timers";

// Outbox.
pub(crate) const OUTBOX_HAS: &str = "SELECT 1 FROM outbox WHERE partition = $1 AND id = $2";
pub(crate) const PUT_OUTBOX: &str = "INSERT INTO outbox (partition, id, position, case_id, lane, destination, \
     not_before_ms, body, attempts, last_error, ready_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', \
     CASE WHEN EXISTS (SELECT 1 FROM outbox WHERE partition = $1 AND lane = $5) THEN NULL ELSE $7 END)";
pub(crate) const DELETE_OUTBOX: &str = "DELETE FROM outbox WHERE partition = $1 AND id = $2 RETURNING lane";
pub(crate) const PROMOTE_LANE: &str = "UPDATE outbox SET ready_ms = not_before_ms \
     WHERE partition = $1 AND lane = $2 AND ready_ms IS NULL AND parked IS NULL \
     AND position = (SELECT min(position) FROM outbox WHERE partition = $1 AND lane = $2)";
pub(crate) const POSTPONE_OUTBOX: &str = "UPDATE outbox SET not_before_ms = $1, attempts = $2, last_error = $3, \
     parked = NULL, ready_ms = CASE WHEN position = (SELECT min(position) FROM outbox AS other \
     WHERE other.partition = outbox.partition AND other.lane = outbox.lane) THEN $1 END \
     WHERE partition = $4 AND id = $5";
pub(crate) const PARK_OUTBOX: &str =
    "UPDATE outbox SET parked = $1, ready_ms = NULL WHERE partition = $2 AND id = $3";
pub(crate) const OUTBOX_READY: &str = "SELECT lane, partition, id, case_id, destination, not_before_ms, attempts, \
     last_error, parked, body FROM outbox WHERE ready_ms IS NOT NULL AND ready_ms <= $1 ORDER BY ready_ms, position";
pub(crate) const OUTBOX_ENTRY: &str = "SELECT lane, partition, id, case_id, destination, not_before_ms, attempts, \
     last_error, parked, body FROM outbox WHERE partition = $1 AND id = $2";
pub(crate) const OUTBOX_PARKED: &str = "SELECT lane, partition, id, case_id, destination, not_before_ms, attempts, \
     last_error, parked, body FROM outbox WHERE parked IS NOT NULL ORDER BY position LIMIT $1";

// Inbox.
pub(crate) const INBOX_DIGEST: &str = "SELECT digest FROM inbox_seen WHERE partition = $1 AND id = $2";
pub(crate) const PUT_INBOX_SEEN: &str =
    "INSERT INTO inbox_seen (partition, id, digest, received_ms, position) VALUES ($1, $2, $3, $4, $5)";
pub(crate) const PUT_INBOX: &str =
    "INSERT INTO inbox (partition, position, id, received_ms, body) VALUES ($1, $2, $3, $4, $5)";
pub(crate) const DELETE_INBOX: &str = "DELETE FROM inbox WHERE partition = $1 \
     AND position = (SELECT position FROM inbox_seen WHERE partition = $1 AND id = $2)";
pub(crate) const INBOX_PENDING: &str =
    "SELECT partition, id, received_ms, body FROM inbox ORDER BY position LIMIT $1";
pub(crate) const INBOX_SEEN: &str = "SELECT digest, received_ms, NOT EXISTS (SELECT 1 FROM inbox \
     WHERE inbox.partition = inbox_seen.partition AND inbox.position = inbox_seen.position) \
     FROM inbox_seen WHERE partition = $1 AND id = $2";

// Subscriptions.
pub(crate) const PUT_SUBSCRIPTION: &str = "INSERT INTO subscriptions (partition, case_id, subscription, message, \
     correlation) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (partition, case_id, subscription) DO UPDATE \
     SET message = excluded.message, correlation = excluded.correlation";
pub(crate) const DELETE_SUBSCRIPTION: &str =
    "DELETE FROM subscriptions WHERE partition = $1 AND case_id = $2 AND subscription = $3";
pub(crate) const SUBSCRIPTIONS: &str = "SELECT partition, case_id, subscription FROM subscriptions \
     WHERE message = $1 AND correlation = $2 ORDER BY partition, case_id, subscription LIMIT $3";

// Projections.
pub(crate) const PUT_ROW: &str = "INSERT INTO projections (partition, name, item, value) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (partition, name, item) DO UPDATE SET value = excluded.value";
pub(crate) const DELETE_ROW: &str =
    "DELETE FROM projections WHERE partition = $1 AND name = $2 AND item = $3";
pub(crate) const ROW: &str = "SELECT value FROM projections WHERE partition = $1 AND name = $2 AND item = $3";
pub(crate) const ROWS: &str = "SELECT item, value FROM projections \
     WHERE partition = $1 AND name = $2 AND item >= $3 AND item < $4 ORDER BY item LIMIT $5";

// Keys.
pub(crate) const SEAL_KEY: &str =
    "SELECT wrapped, destroyed_ms FROM seal_keys WHERE partition = $1 AND subject = $2";
pub(crate) const PUT_SEAL_KEY: &str = "INSERT INTO seal_keys (partition, subject, wrapped) VALUES ($1, $2, $3) \
     ON CONFLICT (partition, subject) DO UPDATE SET wrapped = excluded.wrapped";
pub(crate) const DESTROY_SEAL_KEY: &str = "INSERT INTO seal_keys (partition, subject, destroyed_ms) \
     VALUES ($1, $2, $3) ON CONFLICT (partition, subject) DO UPDATE SET wrapped = NULL, \
     destroyed_ms = coalesce(seal_keys.destroyed_ms, excluded.destroyed_ms)";

// Documents.
pub(crate) const DOCUMENT_RETENTION: &str =
    "SELECT retention_until_ms FROM documents WHERE partition = $1 AND id = $2";
pub(crate) const PUT_DOCUMENT: &str =
    "INSERT INTO documents (partition, id, sealed, retention_until_ms) VALUES ($1, $2, $3, $4)";
pub(crate) const DELETE_DOCUMENT: &str = "DELETE FROM documents WHERE partition = $1 AND id = $2";
pub(crate) const DOCUMENT: &str =
    "SELECT sealed, retention_until_ms FROM documents WHERE partition = $1 AND id = $2";
pub(crate) const DOCUMENTS_EXPIRED: &str = "SELECT partition, id FROM documents WHERE retention_until_ms <= $1 \
     ORDER BY retention_until_ms, partition, id LIMIT $2";

pub(crate) const COUNTS: &str = "SELECT (SELECT count(*) FROM heads), (SELECT count(*) FROM timers), \
     (SELECT count(*) FROM outbox), (SELECT count(*) FROM outbox WHERE parked IS NOT NULL), \
     (SELECT count(*) FROM inbox), (SELECT count(*) FROM subscriptions), (SELECT count(*) FROM projections), \
     (SELECT count(*) FROM documents), (SELECT count(*) FROM journal), (SELECT count(*) FROM batches)";

#[cfg(test)]
mod tests {
    use super::*;

    /// The statements of this module, cut out of its own text.
    fn statements() -> Vec<String> {
        let source = include_str!("mod.rs");
        let constants = source.split("pub(crate) const ").skip(1);
        let sql = constants
            .filter_map(|constant| constant.split_once("&str =")?.1.split(';').next().map(str::to_owned));
        sql.filter(|sql| sql.contains("SELECT") || sql.contains("INSERT") || sql.contains("UPDATE")).collect()
    }

    #[test]
    fn parameters_appear_first_in_their_order() {
        let statements = statements();
        assert!(statements.len() > 40, "{} statements found", statements.len());
        for sql in statements {
            let mut next = 1;
            for after in sql.split('$').skip(1) {
                let number: u32 = after
                    .chars()
                    .take_while(char::is_ascii_digit)
                    .collect::<String>()
                    .parse()
                    .expect("number");
                assert!(number <= next, "${number} comes before ${next} in {sql}");
                next = next.max(number + 1);
            }
        }
    }

    /// A version of the tables without its comments.
    fn without_comments(schema: &str) -> String {
        schema.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_primary_and_unique_key_begins_with_the_partition() {
        let mut keys = 0;
        for schema in VERSIONS {
            let text = without_comments(schema).to_ascii_uppercase();
            let tables = text.matches("CREATE TABLE").count();
            let primary = text.matches("PRIMARY KEY").count();
            assert_eq!(tables, primary, "every table has a primary key of its own");
            for key in ["PRIMARY KEY", "UNIQUE"] {
                for after in text.split(key).skip(1) {
                    let columns = after.trim_start().strip_prefix("INDEX").unwrap_or(after);
                    let columns = columns.split_once('(').expect("columns").1.trim_start();
                    assert!(columns.starts_with("PARTITION,"), "{key} ({columns:.40}");
                    keys += 1;
                }
            }
        }
        assert!(keys > 10, "{keys} keys found");
    }

    #[test]
    fn only_the_clause_of_clustered_tables_is_foreign_to_other_dialects() {
        for schema in VERSIONS {
            let plain = without_comments(schema).replace(WITHOUT_ROWID, "");
            for word in ["AUTOINCREMENT", "ROWID)", "STRICT", "PRAGMA", "IFNULL", "REPLACE"] {
                assert!(!plain.contains(word), "{word}");
            }
        }
    }
}
