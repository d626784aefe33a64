-- Version 1 of the store. Every primary and unique key begins with `partition`, so that the tables can be spread by it; rows that
-- belong to the store as a whole stand in partition 64. Ids are 16 bytes, moments are legal milliseconds since 1970.
-- Tables whose rows are small are clustered by their key (WITHOUT ROWID); tables with long bodies are not.

CREATE TABLE facts (
  partition INTEGER NOT NULL,
  name TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (partition, name)
) WITHOUT ROWID;

CREATE TABLE journal (
  partition INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  subject BLOB NOT NULL,
  kind INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  hash BLOB NOT NULL,
  header BLOB NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (partition, seq)
);
CREATE INDEX journal_subject ON journal (partition, subject, seq);

CREATE TABLE batches (
  partition INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  root BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (partition, batch)
) WITHOUT ROWID;

CREATE TABLE signed_heads (
  partition INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  line BLOB NOT NULL,
  PRIMARY KEY (partition, batch)
) WITHOUT ROWID;

CREATE TABLE heads (
  partition INTEGER NOT NULL,
  case_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  status INTEGER NOT NULL,
  label TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (partition, case_id)
);

CREATE TABLE timers (
  partition INTEGER NOT NULL,
  case_id BLOB NOT NULL,
  timer INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  PRIMARY KEY (partition, case_id, timer)
) WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due_ms);

-- ready_ms is the moment from which the item may go out; NULL while another of its lane stands before it or it is parked.
CREATE TABLE outbox (
  partition INTEGER NOT NULL,
  id BLOB NOT NULL,
  position INTEGER NOT NULL,
  ready_ms INTEGER,
  case_id BLOB NOT NULL,
  lane TEXT NOT NULL,
  destination TEXT NOT NULL,
  not_before_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  parked TEXT,
  body BLOB NOT NULL,
  PRIMARY KEY (partition, id)
);
CREATE INDEX outbox_lane ON outbox (partition, lane, position);
CREATE INDEX outbox_ready ON outbox (ready_ms, position) WHERE ready_ms IS NOT NULL;
CREATE INDEX outbox_parked ON outbox (position) WHERE parked IS NOT NULL;

-- What was ever received; what was not yet taken up also stands in inbox under the same position.
CREATE TABLE inbox_seen (
  partition INTEGER NOT NULL,
  id BLOB NOT NULL,
  digest BLOB NOT NULL,
  received_ms INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (partition, id)
) WITHOUT ROWID;

CREATE TABLE inbox (
  partition INTEGER NOT NULL,
  position INTEGER NOT NULL,
  id BLOB NOT NULL,
  received_ms INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (partition, position)
);
CREATE INDEX inbox_order ON inbox (position);

CREATE TABLE subscriptions (
  partition INTEGER NOT NULL,
  case_id BLOB NOT NULL,
  subscription INTEGER NOT NULL,
  message TEXT NOT NULL,
  correlation BLOB NOT NULL,
  PRIMARY KEY (partition, case_id, subscription)
) WITHOUT ROWID;
CREATE INDEX subscriptions_waiting ON subscriptions (message, correlation);

CREATE TABLE projections (
  partition INTEGER NOT NULL,
  name TEXT NOT NULL,
  item BLOB NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (partition, name, item)
) WITHOUT ROWID;

-- wrapped is NULL once the key was destroyed.
CREATE TABLE seal_keys (
  partition INTEGER NOT NULL,
  subject BLOB NOT NULL,
  wrapped BLOB,
  destroyed_ms INTEGER,
  PRIMARY KEY (partition, subject)
) WITHOUT ROWID;

CREATE TABLE documents (
  partition INTEGER NOT NULL,
  id BLOB NOT NULL,
  retention_until_ms INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (partition, id)
);
CREATE INDEX documents_retention ON documents (retention_until_ms);
