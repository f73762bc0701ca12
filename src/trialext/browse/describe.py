"""What the views and their columns mean, for Datasette and for readers of the configuration."""

from __future__ import annotations

__all__ = ["COLUMNS", "FACETS", "HIDDEN", "QUERIES", "VIEWS"]

VIEWS: dict[str, tuple[str, str]] = {
    "evidence": (
        "Evidence · 证据表",
        "One row per reported statistic, with the place in the text that it was read from. 每行一个统计结果，并附原文位置。",
    ),
    "documents": ("Documents · 文献", "The texts that were read. 已读入的文献原文。"),
    "trial_reports": (
        "Trials by document · 各文献中的试验",
        "What one document says of one trial. 一篇文献对一项试验的描述。",
    ),
    "document_drugs": ("Drugs by document · 各文献中的药物", "Drugs named in each document. 各文献提到的药物。"),
    "unexplained": (
        "Unexplained numbers · 未解释数字",
        "Numbers that look like an outcome statistic and stand in no row. 形似结局统计量、但未归入任何证据行的数字。",
    ),
    "synthesis": (
        "Results over documents · 跨文献汇总",
        "One line per trial, endpoint, measure, population and printed value. 按试验、终点、指标、人群和数值汇总。",
    ),
    "conflicts": (
        "Conflicts · 数值冲突",
        "The same trial, endpoint and measure with values that documents do not share. 同一试验同一终点在不同文献中数值不一。",
    ),
    "findings": ("Findings of checks · 校验结果", "Arithmetic and wording checks on rows. 对各行的算术与措辞校验。"),
    "sentences": (
        "Sentences · 语句",
        "Sentences that hold a row or an unexplained number. 含证据行或未解释数字的语句。",
    ),
    "mentions": ("Mentions · 名称标注", "Names that were recognised in the texts. 文中识别出的名称。"),
    "coverage": ("Coverage · 数字覆盖", "Numbers of each text by what claims them. 各文献中的数字按归属计数。"),
}

COLUMNS: dict[str, dict[str, str]] = {
    "evidence": {
        "id": "Stable id of the row: a hash of text, span, kind, measure and value. 稳定编号",
        "document": "Name of the text. 文献",
        "lang": "Language of the text: zh or en. 语言",
        "kind": "effect compares two groups, arm is one group, test is a p-value alone. 类型",
        "measure": "HR OR RR RD MD SMD IRR · median mean rate · p. 指标",
        "value": "The number as printed; percent as 43.3. 数值",
        "qualifier": "not reached, <, >, <=, >=, about. 限定",
        "unit": "months, years, weeks, days, %, or as printed; empty for ratios. 单位",
        "ci_level": "Confidence level in percent. 置信水平",
        "ci_low": "Lower bound as printed. 置信下限",
        "ci_high": "Upper bound as printed. 置信上限",
        "p_op": "Sign of the p-value. P 值符号",
        "p_value": "p-value as printed. P 值",
        "endpoint": "Code of the endpoint, or other:<name>. 终点",
        "numerator": "n of a rate printed as n/N. 分子",
        "denominator": "N of a rate printed as n/N. 分母",
        "spread_kind": "SD, SE, IQR or range. 离散类型",
        "spread_low": "Lower end, or the SD. 离散下限",
        "spread_high": "Upper end. 离散上限",
        "timepoint": "Of landmark values: 12 months, 5 years. 时间点",
        "experimental": "Parts of the first group, or of the group that the number belongs to (JSON). 试验组",
        "comparator": "Parts of the second group (JSON). 对照组",
        "regimen_parts": "Drugs that a regimen stands for (JSON). 方案组成",
        "trial": "Name of the trial as this text writes it. 试验名称",
        "trial_key": "Name that joins documents. 试验标识",
        "population": "Subgroup or patients at the statement. 人群",
        "analysis": "What is printed of the analysis: adjusted, ITT, interim … (JSON). 分析方式",
        "origin": "own, cited or pooled. 来源性质",
        "citations": "Citations at the statement (JSON). 引文",
        "sentence": "The sentence. 原句",
        "span_start": "First code point of the statistic in documents.text. 起点",
        "span_end": "One past its last code point. 终点位置",
        "also_at": "Where the same paragraph is printed again (JSON). 重复出现处",
        "checks": "Codes of failed checks (JSON). 未过校验",
        "printed": "The statistic as it stands in the text. 原文",
    },
    "documents": {
        "document": "Relative path, path#record or archive#member. 文献名",
        "text": "The text; spans count its code points. 原文",
        "lang": "zh or en. 语言",
        "title": "Title, where the format has one. 标题",
        "sha256": "Hash of the text. 文本哈希",
        "reader": "What read the file. 读取器",
        "stale": "1: the file could not be read again, rows are of an earlier reading. 旧数据",
        "chars": "Length in code points. 字符数",
    },
    "trial_reports": {
        "trial": "Name as this document writes it. 试验名称",
        "trial_key": "Name that joins documents. 试验标识",
        "phase": "1, 1/2, 2, 2/3, 3, 3b or 4. 分期",
        "n": "Randomised or enrolled. 入组例数",
        "registry_ids": "NCT, ChiCTR … (JSON). 注册号",
        "endpoint_outcomes": "Endpoints that were met or not (JSON). 终点结局",
        "status": "ongoing, enrolment_complete or reported. 状态",
    },
    "document_drugs": {"drug": "INN in lower case, or the code name. 药物", "mentions": "How often it is named. 次数"},
    "unexplained": {
        "text": "The number as printed. 原文",
        "shape": "What it looks like: ratio, ci, p, median, rate. 形态",
        "sentence": "The sentence. 原句",
    },
    "findings": {
        "evidence_id": "evidence.id. 证据编号",
        "code": "Code of the check. 校验代码",
        "severity": "error or note. 级别",
        "expected": "What arithmetic gives. 应为",
        "printed": "What the text says. 原文",
        "message": "The finding in a sentence. 说明",
    },
    "synthesis": {"sources": "Texts that print it; reposts count once. 独立来源数", "documents": "Texts (JSON). 文献"},
    "conflicts": {"values": "The differing values (JSON). 数值", "documents": "Texts (JSON). 文献"},
}

FACETS: dict[str, list[str | dict[str, str]]] = {
    "evidence": [
        *("kind", "endpoint", "measure", "trial_key", "document"),
        *({"array": "experimental"}, {"array": "comparator"}, {"array": "checks"}),
    ],
    "documents": ["lang", "reader"],
    "trial_reports": ["trial_key", "phase", "status"],
    "document_drugs": ["drug"],
    "findings": ["code", "severity", "document"],
    "unexplained": ["shape", "document"],
    "mentions": ["label"],
}

HIDDEN = (
    *("sentence_fts", "sentence_fts_data", "sentence_fts_idx", "sentence_fts_docsize", "sentence_fts_config"),
    *("document", "document_copy", "document_drug", "estimate", "finding", "layer", "meta", "sentence", "source"),
    *("trial_report", "unexplained_number"),
)
"""Tables behind the views: out of the list, so that people find the views."""

_ROW = (
    "document, endpoint, measure, value, ci_low, ci_high, p_op, p_value, unit, experimental, comparator,"
    " trial_key, population, timepoint, checks, sentence, id"
)
_HAS = "EXISTS (SELECT 1 FROM json_each({}) WHERE value = lower({}))"

QUERIES: dict[str, tuple[str, str, str]] = {
    "all_results_of_a_trial": (
        "All results of a trial · 某试验的全部结果",
        "trial: its name as a text writes it, or its key. 试验名称",
        f"SELECT {_ROW} FROM evidence WHERE trial = :trial OR trial_key = :trial\n"
        "  OR trial_key IN (SELECT trial_key FROM trial_reports WHERE trial = :trial)\n"
        "  OR trial_key = lower(replace(replace(:trial, '-', ''), ' ', ''))\n"
        "ORDER BY kind DESC, endpoint, document, span_start",
    ),
    "head_to_head": (
        "Head-to-head of two drugs · 两药直接比较",
        "Rows whose one group holds drug_a and whose other group holds drug_b (English INN). 两组各含其一（英文通用名）",
        f"SELECT {_ROW} FROM evidence WHERE kind <> 'arm' AND (\n"
        f"  ({_HAS.format('experimental', ':drug_a')} AND {_HAS.format('comparator', ':drug_b')}) OR\n"
        f"  ({_HAS.format('experimental', ':drug_b')} AND {_HAS.format('comparator', ':drug_a')}))\n"
        "ORDER BY trial_key, endpoint, document, span_start",
    ),
    "hazard_ratios_by_endpoint": (
        "Hazard ratios by endpoint · 按终点列出风险比",
        "endpoint: OS, PFS, DFS …; empty for all. 终点，空则全部",
        f"SELECT {_ROW} FROM evidence WHERE measure = 'HR' AND (:endpoint = '' OR endpoint = :endpoint)\n"
        "ORDER BY endpoint, value",
    ),
    "conflicts_between_documents": (
        "Conflicts between documents · 文献间数值冲突",
        "The same trial, endpoint, measure and population with differing values. 同一试验、终点与人群，数值不一",
        'SELECT trial_key, endpoint, measure, population, timepoint, "values", documents FROM conflicts\n'
        "ORDER BY trial_key, endpoint",
    ),
    "unexplained_numbers": (
        "Unexplained numbers · 未解释的数字",
        "Numbers that look like a result and stand in no row. 形似结果但未归入任何行",
        "SELECT document, text, shape, sentence, span_start, span_end FROM unexplained\nORDER BY document, span_start",
    ),
    "failed_checks": (
        "What failed a check · 校验未过",
        "Rows whose printed numbers disagree. 原文数字互相矛盾的行",
        "SELECT f.document, f.code, f.message, f.expected, f.printed, e.endpoint, e.measure, e.value, e.sentence, e.id\n"
        "FROM findings f JOIN evidence e ON e.id = f.evidence_id AND e.document = f.document\n"
        "WHERE f.severity = 'error' ORDER BY f.document, e.span_start",
    ),
    "what_people_corrected": (
        "What people reviewed · 人工复核",
        "Remarks on rows, the last first. 复核记录",
        "SELECT c.at, c.verdict, c.field, c.old, c.new, c.who, c.note, e.document, e.endpoint, e.measure, e.value,\n"
        "       c.evidence_id AS id\n"
        "FROM corrections c LEFT JOIN evidence e ON e.id = c.evidence_id ORDER BY c.id DESC",
    ),
}
"""Canned queries: name → (title, description, SQL)."""
