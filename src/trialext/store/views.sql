-- The public views.  Columns may be added; the ones here keep their names and meaning.

CREATE VIEW documents AS
SELECT d.name AS document, d.text, d.lang, d.title, d.doi, d.pmid, d.sha256, d.reader,
       d.journal, d.year, d.authors, d.stale, d.chars, d.notes, d.id AS document_id, s.name AS source
FROM document d JOIN source s ON s.id = d.source_id;

CREATE VIEW evidence AS
SELECT e.id, d.name AS document, d.lang, e.kind, e.measure, e.value, e.qualifier, e.unit,
       e.ci_level, e.ci_low, e.ci_high, e.p_op, e.p_value, e.endpoint,
       e.numerator, e.denominator, e.spread_kind, e.spread_low, e.spread_high, e.timepoint,
       e.experimental, e.comparator, e.regimen_parts, e.trial, e.trial_key, e.population,
       e.analysis, e.origin, e.citations, s.text AS sentence, e.span_start, e.span_end, e.also_at,
       (SELECT json_group_array(f.code) FROM finding f
        WHERE f.estimate_key = e.key AND f.severity = 'error') AS checks,
       e.printed, e.rules, e.reasons, s.span_start AS sentence_start, s.span_end AS sentence_end,
       d.stale, e.document_id, e.key
FROM estimate e
JOIN document d ON d.id = e.document_id
JOIN sentence s ON s.key = e.sentence_key;

CREATE VIEW trial_reports AS
SELECT d.name AS document, t.trial, t.trial_key, t.phase, t.n, t.registry_ids, t.experimental,
       t.comparator, t.endpoint_outcomes, t.status, t.citations, t.spans, t.document_id
FROM trial_report t JOIN document d ON d.id = t.document_id;

CREATE VIEW document_drugs AS
SELECT d.name AS document, g.drug, g.mentions
FROM document_drug g JOIN document d ON d.id = g.document_id;

CREATE VIEW unexplained AS
SELECT d.name AS document, u.text, u.span_start, u.span_end, s.text AS sentence, u.shape
FROM unexplained_number u
JOIN document d ON d.id = u.document_id
JOIN sentence s ON s.key = u.sentence_key;

CREATE VIEW findings AS
SELECT e.id AS evidence_id, f.code, f.severity, f.expected, f.printed, f.message, d.name AS document
FROM finding f
JOIN estimate e ON e.key = f.estimate_key
JOIN document d ON d.id = e.document_id;

-- One line per trial, endpoint, measure, population and printed value of a comparison, over
-- all documents.  `sources` counts reposts of one text once.
CREATE VIEW synthesis AS
SELECT e.trial_key, e.endpoint, e.measure, e.population, e.value, e.ci_low, e.ci_high,
       json_group_array(DISTINCT d.name) AS documents,
       count(DISTINCT coalesce(c.same_as, d.id)) AS sources,
       json_group_array(DISTINCT d.lang) AS langs,
       min(e.p_op) AS p_op, min(e.p_value) AS p_value,
       min(e.experimental) AS experimental, min(e.comparator) AS comparator,
       json_group_array(DISTINCT e.id) AS evidence_ids
FROM estimate e
JOIN document d ON d.id = e.document_id
LEFT JOIN document_copy c ON c.document_id = d.id
WHERE e.kind = 'effect' AND e.trial_key IS NOT NULL AND e.value IS NOT NULL
GROUP BY e.trial_key, e.endpoint, e.measure, e.population, e.value, e.ci_low, e.ci_high;

-- The same trial, endpoint, measure and population with values that documents do not share:
-- a text that prints two analyses is no conflict with one that prints one of them.
CREATE VIEW conflicts AS
WITH printed AS (
    SELECT DISTINCT e.trial_key, e.endpoint, e.measure, e.population, e.timepoint, e.value,
           coalesce(c.same_as, d.id) AS source_id, d.name AS document
    FROM estimate e
    JOIN document d ON d.id = e.document_id
    LEFT JOIN document_copy c ON c.document_id = d.id
    WHERE e.kind = 'effect' AND e.trial_key IS NOT NULL AND e.endpoint IS NOT NULL AND e.value IS NOT NULL
),
apart AS (
    SELECT DISTINCT a.trial_key, a.endpoint, a.measure, a.population, a.timepoint
    FROM printed a
    JOIN printed b ON b.trial_key = a.trial_key AND b.endpoint = a.endpoint AND b.measure = a.measure
                  AND b.population IS a.population AND b.timepoint IS a.timepoint
                  AND b.source_id > a.source_id AND b.value <> a.value
    WHERE NOT EXISTS (
        SELECT 1 FROM printed x
        JOIN printed y ON y.trial_key = x.trial_key AND y.endpoint = x.endpoint AND y.measure = x.measure
                      AND y.population IS x.population AND y.timepoint IS x.timepoint AND y.value = x.value
        WHERE x.trial_key = a.trial_key AND x.endpoint = a.endpoint AND x.measure = a.measure
          AND x.population IS a.population AND x.timepoint IS a.timepoint
          AND x.source_id = a.source_id AND y.source_id = b.source_id)
)
SELECT p.trial_key, p.endpoint, p.measure, p.population, p.timepoint,
       json_group_array(DISTINCT p.value) AS "values",
       json_group_array(DISTINCT p.document) AS documents,
       json_group_array(json_object('value', p.value, 'document', p.document)) AS details
FROM printed p
JOIN apart a ON a.trial_key = p.trial_key AND a.endpoint = p.endpoint AND a.measure = p.measure
            AND a.population IS p.population AND a.timepoint IS p.timepoint
GROUP BY p.trial_key, p.endpoint, p.measure, p.population, p.timepoint;

-- What the rulers found, one row per mention.
CREATE VIEW mentions AS
SELECT d.name AS document, json_extract(m.value, '$[0]') AS label, json_extract(m.value, '$[1]') AS id, json_extract(m.value, '$[2]') AS span_start,
       json_extract(m.value, '$[3]') AS span_end, json_extract(m.value, '$[4]') AS rule, json_extract(m.value, '$[5]') AS inferred, l.document_id
FROM layer l JOIN document d ON d.id = l.document_id, json_each(l.mentions) m;

-- Every number of a text and what claims it (evidence, dose, age, n, follow-up, year, citation, ...).
CREATE VIEW numbers AS
SELECT d.name AS document, json_extract(n.value, '$[0]') AS span_start, json_extract(n.value, '$[1]') AS span_end, json_extract(n.value, '$[2]') AS kind,
       l.document_id
FROM layer l JOIN document d ON d.id = l.document_id, json_each(l.numbers) n;

-- The ledger per document: how many numbers of each kind.
CREATE VIEW coverage AS
SELECT document, kind, count(*) AS numbers FROM numbers GROUP BY document_id, kind;

-- Where a text stems from in its file: from span_start on it comes from `place`.
CREATE VIEW source_places AS
SELECT d.name AS document, json_extract(p.value, '$[0]') AS span_start, json_extract(p.value, '$[1]') AS place, l.document_id
FROM layer l JOIN document d ON d.id = l.document_id, json_each(l.places) p;

-- The place of every cell of a row of evidence.
CREATE VIEW estimate_spans AS
SELECT e.id AS evidence_id, d.name AS document, json_extract(s.value, '$[0]') AS cell, json_extract(s.value, '$[1]') AS span_start,
       json_extract(s.value, '$[2]') AS span_end, e.document_id, e.key
FROM estimate e JOIN document d ON d.id = e.document_id, json_each(e.spans) s;

CREATE VIEW sentences AS
SELECT d.name AS document, s.span_start, s.span_end, s.text, s.document_id, s.key
FROM sentence s JOIN document d ON d.id = s.document_id;
