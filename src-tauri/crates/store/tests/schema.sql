CREATE INDEX attempts_subject ON attempts (subject);

CREATE UNIQUE INDEX blocks_model ON blocks(model, last);

CREATE INDEX document_collections_by_collection ON document_collections(collection, document);

CREATE INDEX documents_attention ON documents(id)
  WHERE state IN('problems','failed') AND removed_at IS NULL AND merged_into IS NULL;

CREATE INDEX documents_building ON documents(building) WHERE building IS NOT NULL;

CREATE INDEX documents_current ON documents(current);

CREATE INDEX documents_done ON documents(id)
  WHERE state IN('ready','unsupported','cancelled') AND (removed_at IS NULL OR merged_into IS NOT NULL);

CREATE INDEX documents_merged ON documents(merged_into) WHERE merged_into IS NOT NULL;

CREATE INDEX documents_removed ON documents(removed_at) WHERE removed_at IS NOT NULL;

CREATE INDEX documents_unsettled ON documents(id)
  WHERE state IN('queued','reading','indexing') AND removed_at IS NULL AND merged_into IS NULL;

CREATE INDEX embedded_segment ON embedded(segment);

CREATE INDEX events_document ON events(document, id);

CREATE INDEX jobs_dead ON jobs (finished_at) WHERE state = 'failed' AND dismissed = 0;

CREATE UNIQUE INDEX jobs_dedup ON jobs (dedup) WHERE dedup IS NOT NULL
  AND state IN ('waiting', 'queued', 'processing', 'retrying', 'paused') AND wish IS NOT 'cancel';

CREATE INDEX jobs_due ON jobs (not_before) WHERE state IN ('waiting', 'retrying');

CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

CREATE INDEX jobs_oldest ON jobs (queued_at) WHERE state = 'queued';

CREATE INDEX jobs_paused ON jobs (id) WHERE state = 'paused';

CREATE INDEX jobs_ready ON jobs (lane, priority DESC, rank, id) WHERE state = 'queued';

CREATE INDEX jobs_running ON jobs (engine) WHERE state = 'processing';

CREATE INDEX jobs_subject ON jobs (subject);

CREATE INDEX members_root ON members(root);

CREATE UNIQUE INDEX models_active ON models(active) WHERE active = 1;

CREATE INDEX pages_failed ON pages(revision, page) WHERE state = 'failed';

CREATE INDEX passages_page ON passages(revision, page);

CREATE INDEX places_document ON places(document);

CREATE INDEX places_inode ON places(inode) WHERE parent IS NULL;

CREATE INDEX places_parent ON places(parent) WHERE parent IS NOT NULL;

CREATE INDEX places_path ON places(path);

CREATE UNIQUE INDEX places_raw ON places(coalesce(parent, 0), raw);

CREATE INDEX revisions_document ON revisions(document);

CREATE INDEX revisions_hash ON revisions(hash) WHERE hash IS NOT NULL;

CREATE INDEX segments_model ON segments(model, id);

CREATE TABLE all_lanes (
  only   INTEGER PRIMARY KEY CHECK (only = 1),
  paused INTEGER NOT NULL CHECK (paused IN (0, 1))
) STRICT;

CREATE TABLE "attempts" (
  job        INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,
  attempt    INTEGER NOT NULL,
  engine     INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  outcome    TEXT CHECK (outcome = 'done' OR outcome = 'problems' OR outcome = 'gave_way' OR outcome = 'fault'
                         OR outcome = 'gave_up' OR outcome = 'cancelled' OR outcome = 'lost' OR outcome = 'by_hand'),
  code       TEXT,
  message    TEXT,
  subject    INTEGER NOT NULL,
  PRIMARY KEY (job, epoch),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model INTEGER NOT NULL REFERENCES models(id) ON DELETE CASCADE,
  first INTEGER NOT NULL, last INTEGER NOT NULL CHECK(last >= first),
  segments BLOB NOT NULL, revisions BLOB NOT NULL, counts BLOB NOT NULL,
  mean BLOB NOT NULL, factors BLOB NOT NULL, bits BLOB NOT NULL
) STRICT;

CREATE TABLE changes(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL,
  page INTEGER,
  op TEXT NOT NULL CHECK(op IN('page','names','gone'))
) STRICT;

CREATE TABLE collections(id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, created_at INTEGER NOT NULL) STRICT;

CREATE TABLE document_collections(
  document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  collection INTEGER NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
  PRIMARY KEY(document, collection)
) WITHOUT ROWID, STRICT;

CREATE TABLE documents(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state TEXT NOT NULL CHECK(state IN('queued','reading','indexing','ready','problems','failed','cancelled','unsupported')),
  current INTEGER REFERENCES revisions(id),
  building INTEGER REFERENCES revisions(id),
  merged_into INTEGER REFERENCES documents(id),
  code TEXT, message TEXT,
  added_at INTEGER NOT NULL,
  removed_at INTEGER
) STRICT;

CREATE TABLE embedded(
  model INTEGER NOT NULL REFERENCES models(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  passage INTEGER NOT NULL,
  segment INTEGER NOT NULL,
  PRIMARY KEY(model, revision, passage)
) WITHOUT ROWID, STRICT;

CREATE TABLE engine (
  only    INTEGER PRIMARY KEY CHECK (only = 1),
  epoch   INTEGER NOT NULL CHECK (epoch >= 0),
  pid     INTEGER NOT NULL,
  host    TEXT NOT NULL,
  beat    INTEGER NOT NULL,
  beat_at INTEGER NOT NULL
) STRICT;

CREATE TABLE events(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  document INTEGER NOT NULL, job INTEGER, epoch INTEGER,
  event TEXT NOT NULL, page INTEGER
) STRICT;

CREATE TABLE "jobs" (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  lane        TEXT NOT NULL REFERENCES lanes (name),
  kind        TEXT NOT NULL,
  subject     INTEGER NOT NULL,
  dedup       TEXT,
  payload     TEXT,
  priority    INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 100),
  rank        INTEGER NOT NULL DEFAULT 0,
  state       TEXT NOT NULL CHECK (state = 'queued' OR state = 'processing' OR state = 'completed'
                OR state = 'waiting' OR state = 'retrying' OR state = 'paused'
                OR state = 'problems' OR state = 'failed' OR state = 'cancelled'),
  wish        TEXT CHECK (wish = 'cancel' OR wish = 'pause'),
  epoch       INTEGER NOT NULL DEFAULT 0 CHECK (epoch >= 0),
  engine      INTEGER,
  attempt     INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
  faults      INTEGER NOT NULL DEFAULT 0 CHECK (faults >= 0),
  losses      INTEGER NOT NULL DEFAULT 0 CHECK (losses >= 0),
  stage       TEXT,
  done        INTEGER NOT NULL DEFAULT 0 CHECK (done >= 0),
  total       INTEGER CHECK (total >= 0),
  code        TEXT,
  message     TEXT,
  dismissed   INTEGER NOT NULL DEFAULT 0 CHECK (dismissed = 0 OR dismissed = 1),
  created_at  INTEGER NOT NULL,
  queued_at   INTEGER NOT NULL,
  not_before  INTEGER,
  started_at  INTEGER,
  progress_at INTEGER,
  finished_at INTEGER,
  CHECK ((state = 'processing') = (engine IS NOT NULL)),
  CHECK (wish IS NULL OR state = 'processing'),
  CHECK (not_before IS NOT NULL OR (state <> 'waiting' AND state <> 'retrying')),
  CHECK ((state = 'completed' OR state = 'problems' OR state = 'failed' OR state = 'cancelled')
         = (finished_at IS NOT NULL)),
  CHECK (dismissed = 0 OR state = 'failed')
) STRICT;

CREATE TABLE kept_out(raw BLOB PRIMARY KEY, since INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE lanes (
  name       TEXT PRIMARY KEY,
  slots      INTEGER NOT NULL CHECK (slots >= 0),
  keep_free  INTEGER NOT NULL CHECK (keep_free >= 0),
  max_queued INTEGER NOT NULL CHECK (max_queued >= 0),
  paused     INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE left_out(
  watch INTEGER NOT NULL REFERENCES watches(id) ON DELETE CASCADE,
  raw BLOB NOT NULL,
  path TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY(watch, raw)
) STRICT, WITHOUT ROWID;

CREATE TABLE members(
  place INTEGER PRIMARY KEY REFERENCES places(id) ON DELETE CASCADE,
  root INTEGER NOT NULL,
  number INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  listed_by INTEGER NOT NULL
) STRICT;

CREATE TABLE models(id INTEGER PRIMARY KEY, name TEXT NOT NULL, fingerprint TEXT NOT NULL UNIQUE, dims INTEGER NOT NULL,
  active INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL) STRICT;

CREATE TABLE pages(
  id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL REFERENCES revisions(id) ON DELETE CASCADE,
  page INTEGER NOT NULL CHECK(page >= 1),
  state TEXT NOT NULL CHECK(state IN('read','failed')),
  text TEXT NOT NULL, words BLOB NOT NULL,
  source TEXT NOT NULL CHECK(source IN('embedded','ocr','both','none')), confidence REAL NOT NULL,
  width_pt REAL NOT NULL, height_pt REAL NOT NULL,
  code TEXT, message TEXT,
  job INTEGER NOT NULL, epoch INTEGER NOT NULL,
  ms INTEGER NOT NULL, read_at INTEGER NOT NULL,
  UNIQUE(revision, page)
) STRICT;

CREATE TABLE passages(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  revision INTEGER NOT NULL REFERENCES revisions(id) ON DELETE CASCADE,
  page INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL CHECK("end" > start)
) STRICT;

CREATE TABLE places(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  parent INTEGER REFERENCES places(id) ON DELETE CASCADE,
  raw BLOB NOT NULL,
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, device INTEGER NOT NULL DEFAULT 0, inode INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK(state IN('present','missing','offline','removed')),
  added_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
, born_ns INTEGER NOT NULL DEFAULT 0, watch INTEGER REFERENCES watches(id) ON DELETE SET NULL, left_at INTEGER) STRICT;

CREATE TABLE revisions(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  settings TEXT NOT NULL, languages TEXT NOT NULL, force_ocr INTEGER NOT NULL DEFAULT 0,
  hash BLOB CHECK(length(hash)=32), bytes INTEGER, kind TEXT,
  title TEXT, author TEXT, sender TEXT, date TEXT, language TEXT,
  pages_total INTEGER,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE saved(name TEXT PRIMARY KEY COLLATE NOCASE, query TEXT NOT NULL, saved_at INTEGER NOT NULL) WITHOUT ROWID, STRICT;

CREATE TABLE schedules (
  name    TEXT PRIMARY KEY,
  pattern TEXT NOT NULL,
  next_at INTEGER,
  last_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE segments(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model INTEGER NOT NULL REFERENCES models(id) ON DELETE CASCADE,
  sealed INTEGER NOT NULL DEFAULT 0,
  count INTEGER NOT NULL CHECK(count > 0),
  passages BLOB NOT NULL CHECK(length(passages) = 8 * count),
  scales BLOB NOT NULL CHECK(length(scales) = 4 * count),
  vectors BLOB NOT NULL,
  mean BLOB, bits BLOB
) STRICT;

CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;

CREATE TABLE stretches (
  lane     TEXT NOT NULL,
  priority INTEGER NOT NULL,
  stretch  INTEGER NOT NULL,
  n        INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (lane, priority DESC, stretch)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
  lane  TEXT NOT NULL,
  state TEXT NOT NULL,
  n     INTEGER NOT NULL CHECK (n >= 0),
  PRIMARY KEY (lane, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE warnings(id INTEGER PRIMARY KEY, what TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE watches(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  raw BLOB NOT NULL UNIQUE,
  path TEXT NOT NULL,
  rules TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN('waiting','watching','polling','offline')),
  note TEXT, message TEXT,
  device INTEGER, inode INTEGER,
  asked INTEGER NOT NULL DEFAULT 1,
  scanning INTEGER NOT NULL DEFAULT 0,
  scanned INTEGER NOT NULL DEFAULT 0,
  expected INTEGER NOT NULL DEFAULT 0,
  settling INTEGER NOT NULL DEFAULT 0,
  files INTEGER NOT NULL DEFAULT 0,
  left_out INTEGER NOT NULL DEFAULT 0,
  left_out_mark INTEGER NOT NULL DEFAULT 0,
  last_scan_at INTEGER, last_scan_ms INTEGER,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE workers (
  worker       INTEGER PRIMARY KEY,
  engine       INTEGER NOT NULL,
  pid          INTEGER NOT NULL,
  lane         TEXT NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('starting', 'idle', 'busy')),
  job          INTEGER,
  page         INTEGER,
  done         INTEGER NOT NULL,
  rss_bytes    INTEGER NOT NULL,
  restarts     INTEGER NOT NULL,
  heartbeat_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER engine_epoch_rises BEFORE UPDATE OF epoch ON engine WHEN new.epoch < old.epoch
BEGIN SELECT RAISE (ABORT, 'the epoch of the engine fell'); END;

CREATE TRIGGER jobs_epoch_rises BEFORE UPDATE OF epoch ON jobs WHEN new.epoch < old.epoch
BEGIN SELECT RAISE (ABORT, 'the epoch of a job fell'); END;

CREATE TRIGGER stretches_gone AFTER DELETE ON jobs WHEN old.state = 'queued'
BEGIN
  UPDATE stretches SET n = n - 1
   WHERE lane = old.lane AND priority = old.priority AND stretch = iif(old.rank < 0, old.rank, old.id) >> 10;
  DELETE FROM stretches
   WHERE lane = old.lane AND priority = old.priority AND stretch = iif(old.rank < 0, old.rank, old.id) >> 10 AND n = 0;
END;

CREATE TRIGGER stretches_joined AFTER UPDATE OF state, lane, priority, rank ON jobs
  WHEN new.state = 'queued' AND (old.state <> 'queued' OR new.lane <> old.lane OR new.priority <> old.priority
                                 OR new.rank <> old.rank)
BEGIN
  INSERT INTO stretches VALUES (new.lane, new.priority, iif(new.rank < 0, new.rank, new.id) >> 10, 1)
      ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER stretches_left AFTER UPDATE OF state, lane, priority, rank ON jobs
  WHEN old.state = 'queued' AND (new.state <> 'queued' OR new.lane <> old.lane OR new.priority <> old.priority
                                 OR new.rank <> old.rank)
BEGIN
  UPDATE stretches SET n = n - 1
   WHERE lane = old.lane AND priority = old.priority AND stretch = iif(old.rank < 0, old.rank, old.id) >> 10;
  DELETE FROM stretches
   WHERE lane = old.lane AND priority = old.priority AND stretch = iif(old.rank < 0, old.rank, old.id) >> 10 AND n = 0;
END;

CREATE TRIGGER stretches_new AFTER INSERT ON jobs WHEN new.state = 'queued'
BEGIN
  INSERT INTO stretches VALUES (new.lane, new.priority, iif(new.rank < 0, new.rank, new.id) >> 10, 1)
      ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER tally_gone AFTER DELETE ON jobs
BEGIN
  UPDATE tally SET n = n - 1 WHERE lane = old.lane AND state = old.state;
END;

CREATE TRIGGER tally_moved AFTER UPDATE OF state, lane ON jobs
  WHEN new.state <> old.state OR new.lane <> old.lane
BEGIN
  UPDATE tally SET n = n - 1 WHERE lane = old.lane AND state = old.state;
  INSERT INTO tally VALUES (new.lane, new.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER tally_new AFTER INSERT ON jobs
BEGIN
  INSERT INTO tally VALUES (new.lane, new.state, 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER watch_files_came AFTER UPDATE OF state, raw ON places
  WHEN new.parent IS NULL AND new.state IN('present','offline')
    AND (old.state NOT IN('present','offline') OR new.raw <> old.raw)
BEGIN
  UPDATE watches SET files = files + 1 WHERE id = (SELECT w.id FROM watches w WHERE substr(new.raw, 1, length(w.raw)) = w.raw AND (substr(new.raw, length(w.raw) + 1, 1) = CASE substr(w.raw, 1, 1) WHEN x'2f' THEN x'2f' ELSE x'5c' END OR substr(w.raw, -1) IN(x'2f', x'5c')) ORDER BY length(w.raw) DESC LIMIT 1);
END;

CREATE TRIGGER watch_files_gone AFTER DELETE ON places
  WHEN old.parent IS NULL AND old.state IN('present','offline')
BEGIN
  UPDATE watches SET files = files - 1 WHERE id = (SELECT w.id FROM watches w WHERE substr(old.raw, 1, length(w.raw)) = w.raw AND (substr(old.raw, length(w.raw) + 1, 1) = CASE substr(w.raw, 1, 1) WHEN x'2f' THEN x'2f' ELSE x'5c' END OR substr(w.raw, -1) IN(x'2f', x'5c')) ORDER BY length(w.raw) DESC LIMIT 1);
END;

CREATE TRIGGER watch_files_left AFTER UPDATE OF state, raw ON places
  WHEN old.parent IS NULL AND old.state IN('present','offline')
    AND (new.state NOT IN('present','offline') OR new.raw <> old.raw)
BEGIN
  UPDATE watches SET files = files - 1 WHERE id = (SELECT w.id FROM watches w WHERE substr(old.raw, 1, length(w.raw)) = w.raw AND (substr(old.raw, length(w.raw) + 1, 1) = CASE substr(w.raw, 1, 1) WHEN x'2f' THEN x'2f' ELSE x'5c' END OR substr(w.raw, -1) IN(x'2f', x'5c')) ORDER BY length(w.raw) DESC LIMIT 1);
END;

CREATE TRIGGER watch_files_new AFTER INSERT ON places
  WHEN new.parent IS NULL AND new.state IN('present','offline')
BEGIN
  UPDATE watches SET files = files + 1 WHERE id = (SELECT w.id FROM watches w WHERE substr(new.raw, 1, length(w.raw)) = w.raw AND (substr(new.raw, length(w.raw) + 1, 1) = CASE substr(w.raw, 1, 1) WHEN x'2f' THEN x'2f' ELSE x'5c' END OR substr(w.raw, -1) IN(x'2f', x'5c')) ORDER BY length(w.raw) DESC LIMIT 1);
END;

CREATE VIEW open_lanes AS
  SELECT name FROM lanes WHERE paused = 0 AND (SELECT paused FROM all_lanes) = 0;
