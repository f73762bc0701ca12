-- Tables of a trialext database.  Readers use the views of views.sql; the tables are the
-- project's own and may change with a migration.
--
-- Keys: a row of a document is numbered document_id * 2^20 + running number, so that a
-- document's rows keep their place and their order when it is read again.
-- Every span is in code points of document.text, half-open.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One call of `trialext extract` that wrote something.
CREATE TABLE runs (
    id        INTEGER PRIMARY KEY,
    version   TEXT NOT NULL,                 -- program version + digest of its code
    pack_hash TEXT NOT NULL,                 -- digest of all pattern packs in use
    packs     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(packs)),
    started   TEXT NOT NULL,                 -- UTC, ISO 8601
    finished  TEXT,                          -- null while it runs, and when it was killed
    status    TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'finished', 'interrupted')),
    files     INTEGER NOT NULL DEFAULT 0,    -- files looked at
    unchanged INTEGER NOT NULL DEFAULT 0,    -- files skipped since nothing had changed
    documents INTEGER NOT NULL DEFAULT 0,    -- documents written
    evidence  INTEGER NOT NULL DEFAULT 0,    -- rows of evidence written
    failures  INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One file.  `sha256` is of its bytes, null while its records are not all stored.
CREATE TABLE source (
    id     INTEGER PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE,
    path   TEXT,                             -- absolute; null for standard input
    sha256 TEXT CHECK (sha256 IS NULL OR length(sha256) = 64),
    run_id INTEGER NOT NULL REFERENCES runs (id)
) STRICT;
CREATE INDEX source_run ON source (run_id);
CREATE INDEX source_path ON source (path);

CREATE TABLE document (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    source_id  INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    run_id     INTEGER NOT NULL REFERENCES runs (id),
    digest     TEXT NOT NULL,                -- of text and metadata: is the record the same?
    lang       TEXT NOT NULL CHECK (lang IN ('zh', 'en')),
    title      TEXT,
    doi        TEXT,
    pmid       TEXT,
    journal    TEXT,
    year       INTEGER,
    authors    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(authors)),
    sha256     TEXT NOT NULL CHECK (length(sha256) = 64),
    reader     TEXT NOT NULL,
    stale      INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1)),
    chars      INTEGER NOT NULL CHECK (chars >= 0),
    notes      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(notes)),
    text       TEXT NOT NULL                 -- last: other columns are read without it
) STRICT;
CREATE INDEX document_source ON document (source_id);
CREATE INDEX document_run ON document (run_id);

-- What is shown over the text, one JSON array per document: see views mentions, numbers,
-- source_places.
CREATE TABLE layer (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    mentions    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(mentions)),
    numbers     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(numbers)),
    places      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(places))
) STRICT;

-- Sentences that hold evidence or an unexplained number.
CREATE TABLE sentence (
    key         INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    span_start  INTEGER NOT NULL CHECK (span_start >= 0),
    span_end    INTEGER NOT NULL,
    text        TEXT NOT NULL,
    CHECK (span_end >= span_start)
) STRICT;
CREATE INDEX sentence_document ON sentence (document_id);

CREATE TABLE estimate (
    key           INTEGER PRIMARY KEY,
    document_id   INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    sentence_key  INTEGER NOT NULL REFERENCES sentence (key) ON DELETE CASCADE,
    id            TEXT NOT NULL CHECK (length(id) >= 16),
    kind          TEXT NOT NULL CHECK (kind IN ('effect', 'arm', 'test')),
    measure       TEXT NOT NULL,
    value         REAL,
    qualifier     TEXT CHECK (qualifier IN ('not reached', '<', '>', '<=', '>=', 'about')),
    unit          TEXT,
    ci_level      REAL,
    ci_low        REAL,
    ci_high       REAL,
    p_op          TEXT CHECK (p_op IN ('=', '<', '>', '<=', '>=')),
    p_value       REAL,
    endpoint      TEXT CHECK (endpoint LIKE 'other:%' OR endpoint IN (
                      'OS', 'PFS', 'DFS', 'EFS', 'RFS', 'TTP', 'TTF', 'LRFS', 'DMFS', 'CSS', 'ORR', 'DCR', 'CBR',
                      'CR', 'PR', 'SD', 'PD', 'DOR', 'TTR', 'pCR', 'MPR', 'R0', 'AE', 'QOL', 'MORTALITY',
                      'RECURRENCE')),
    numerator     REAL,
    denominator   REAL,
    spread_kind   TEXT,
    spread_low    REAL,
    spread_high   REAL,
    timepoint     TEXT,
    experimental  TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(experimental)),
    comparator    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(comparator)),
    regimen_parts TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(regimen_parts)),
    trial         TEXT,
    trial_key     TEXT,
    population    TEXT,
    analysis      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(analysis)),
    origin        TEXT CHECK (origin IN ('own', 'cited', 'pooled')),
    citations     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(citations)),
    span_start    INTEGER NOT NULL CHECK (span_start >= 0),
    span_end      INTEGER NOT NULL,
    also_at       TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(also_at)),
    printed       TEXT NOT NULL DEFAULT '',
    spans         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(spans)),
    rules         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(rules)),
    reasons       TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(reasons)),
    CHECK (span_end > span_start),
    CHECK (p_value IS NULL OR p_op IS NOT NULL),
    CHECK (CASE kind
               WHEN 'effect' THEN measure IN ('HR', 'OR', 'RR', 'RD', 'MD', 'SMD', 'IRR', 'other')
               WHEN 'arm' THEN measure IN ('median', 'mean', 'rate', 'other')
               ELSE measure = 'p' AND value IS NULL AND p_value IS NOT NULL
           END)
) STRICT;
CREATE INDEX estimate_document ON estimate (document_id);
CREATE INDEX estimate_sentence ON estimate (sentence_key);
CREATE INDEX estimate_id ON estimate (id);
CREATE INDEX estimate_trial ON estimate (trial_key, endpoint, measure);

CREATE TABLE finding (
    estimate_key INTEGER NOT NULL REFERENCES estimate (key) ON DELETE CASCADE,
    seq          INTEGER NOT NULL,
    code         TEXT NOT NULL,
    severity     TEXT NOT NULL CHECK (severity IN ('error', 'note')),
    expected     TEXT NOT NULL,
    printed      TEXT NOT NULL,
    message      TEXT NOT NULL,
    PRIMARY KEY (estimate_key, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE trial_report (
    key               INTEGER PRIMARY KEY,
    document_id       INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    trial             TEXT NOT NULL,
    trial_key         TEXT NOT NULL,
    phase             TEXT CHECK (phase IN ('1', '1/2', '2', '2/3', '3', '3b', '4')),
    n                 INTEGER CHECK (n > 0),
    registry_ids      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(registry_ids)),
    experimental      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(experimental)),
    comparator        TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(comparator)),
    endpoint_outcomes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(endpoint_outcomes)),
    status            TEXT CHECK (status IN ('ongoing', 'enrolment_complete', 'reported')),
    citations         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(citations)),
    spans             TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(spans)),
    UNIQUE (document_id, trial)
) STRICT;
CREATE INDEX trial_report_trial ON trial_report (trial_key);

CREATE TABLE document_drug (
    document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    drug        TEXT NOT NULL,
    mentions    INTEGER NOT NULL CHECK (mentions > 0),
    PRIMARY KEY (document_id, drug)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_drug_drug ON document_drug (drug);

CREATE TABLE unexplained_number (
    document_id  INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    span_start   INTEGER NOT NULL CHECK (span_start >= 0),
    span_end     INTEGER NOT NULL,
    sentence_key INTEGER NOT NULL REFERENCES sentence (key) ON DELETE CASCADE,
    text         TEXT NOT NULL,
    shape        TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (document_id, span_start, span_end),
    CHECK (span_end > span_start)
) STRICT, WITHOUT ROWID;
CREATE INDEX unexplained_sentence ON unexplained_number (sentence_key);

-- Documents that are copies of another one (reposts): `same_as` stands for the group.
CREATE TABLE document_copy (
    document_id INTEGER PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    same_as     INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX document_copy_same ON document_copy (same_as);

-- What could not be read.  `document` is the name that the document has or would have had.
CREATE TABLE failures (
    document TEXT PRIMARY KEY,
    reason   TEXT NOT NULL,
    message  TEXT NOT NULL,
    source   TEXT NOT NULL,                  -- name of the file
    path     TEXT,                           -- where it lies
    at       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX failures_source ON failures (source);

-- What people said of rows.  No foreign key: a correction outlives the row it was made for
-- and finds it again by its stable id.
CREATE TABLE corrections (
    id          INTEGER PRIMARY KEY,
    evidence_id TEXT NOT NULL,
    verdict     TEXT NOT NULL CHECK (verdict IN ('right', 'wrong', 'corrected')),
    field       TEXT,
    old         TEXT,
    new         TEXT,
    who         TEXT,
    at          TEXT NOT NULL,
    note        TEXT
) STRICT;
CREATE INDEX corrections_evidence ON corrections (evidence_id);

-- Words of `sentence`, Han characters one by one (see store/search.py); keeps no text itself.
CREATE VIRTUAL TABLE sentence_fts USING fts5 (text, content = '', tokenize = 'unicode61');
