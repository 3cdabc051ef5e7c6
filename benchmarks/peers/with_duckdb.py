"""The yardstick in DuckDB: SQL's null is three-valued as the rules are.

What many rules ask are columns of a view on the file (a table made of it first takes no less time); one query answers all
rules on single lines and a few those on groups. Codes of digits are grouped as numbers, and what is dear runs on what a
cheap query left over, as in the polars form.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb

from benchmarks.answers import COLUMNS, OF_LINE_RULES, Answer, Answers

_REACH: Final = 5_000_000
_KEYS: Final = "place, agency, project, project_name, book, requested"
_BLANKABLE: Final = ("basic", "function_code", "dept_economic_code", "gov_economic_code", "fund_source")

_SHARED: Final = """
    coalesce(NOT basic, project_kind NOT IN ('人员类', '公用经费')) AND NOT coalesce(
        (function_code >= '227' AND function_code < '228') OR (function_code >= '230' AND function_code < '234'), false
    ) AS project_line,
    requested >= prior_approved AND requested > 0 AS kept,
    requested > prior_approved AND requested > 0 AS raised,
    coalesce(requested <> 0, true) AS funded,
    coalesce(prior_current, prior_approved) AS adjusted
"""
_PLACE: Final = "CAST(entity AS BIGINT) * 100 + fiscal_year - 2000 AS place"
_AGENCY: Final = "place * 1000000 + CAST(agency AS BIGINT)"

LINES: Final[Mapping[str, tuple[str | None, str]]] = {
    "B02": (
        None,
        ("debt_funded AND ((dept_economic_code >= '301' AND dept_economic_code < '304')"
        " OR (gov_economic_code >= '501' AND gov_economic_code < '503')"
        " OR (gov_economic_code >= '505' AND gov_economic_code < '506')"
        " OR (gov_economic_code >= '509' AND gov_economic_code < '51'))"),
    ),
    "Z01": ("project_line", "basis IS NULL"),
    "Z02": ("project_line AND basis_expires IS NOT NULL", "year(basis_expires) < fiscal_year AND funded"),
    "Z03": ("project_line AND end_year IS NOT NULL", "end_year < fiscal_year AND funded"),
    "Z04": ("project_line", "life = '一次性' AND prior_approved > 0 AND funded"),
    "Z05": (
        "project_line AND prior_approved > 0",
        "fiscal_year - start_year >= 5 AND abs(requested - prior_approved) * 50 <= prior_approved",
    ),
    "Z06": ("project_line", "requested = prior_approved AND requested > 0"),
    "Z08": (
        "project_line AND adjusted > 0",
        "(prior_executed * 2 < adjusted AND kept) OR (prior_executed * 5 < adjusted * 4 AND raised)",
    ),
    "Z09": (None, "carryover * 5 > requested AND kept"),
    "Z10": (None, "carryover > 0 AND fiscal_year - carryover_year >= 2"),
    "Z12": (
        None,
        ("abs(standard_value * quantity - requested) * 100"
        " > CASE WHEN abs(requested) > 10000 THEN abs(requested) WHEN requested IS NOT NULL THEN 10000 END"),
    ),
    "Z13": (None, "unit_price > standard_value"),
    "Z14": ("project_line", "coalesce(targets, 0) = 0"),
    "Z16": ("project_line AND targets > 0", "targets_numeric * 2 < targets"),
    "Z17": ("project_line", "prior_approved = 0 AND requested >= 5000000 AND NOT evaluated_before"),
    "Z18": ("project_line", "(evaluation_score < 60 AND kept) OR (evaluation_score < 80 AND raised)"),
    "Z23": (
        "project_line AND NOT coalesce(contains(project_name, '科研'), false) AND funded",
        "dept_economic_code >= '301' AND dept_economic_code < '302' AND project_kind = '特定目标类'",
    ),
}


def connection() -> duckdb.DuckDBPyConnection:
    """A database in memory; the order of rows means nothing to the rules."""
    return duckdb.connect(":memory:", config={"preserve_insertion_order": False})


def load(con: duckdb.DuckDBPyConnection, path: Path, *, kind: str = "VIEW", groups: bool = True) -> None:
    """The columns as the view or the table in memory ``lines``."""
    columns = ", ".join(COLUMNS if groups else OF_LINE_RULES)
    place = f", {_PLACE}" if groups else ""
    con.execute(f"CREATE TEMP {kind} lines AS SELECT {columns}{place}, {_SHARED} FROM read_parquet('{path}')")


def _asked(code: str, applies: str | None, condition: str) -> str:
    found = f"list(line_id) FILTER (WHERE ({applies or 'true'}) AND ({condition})) AS {code}_found"
    if applies is None:
        return f"{found}, count_if(NOT ({condition})) AS {code}_clear, 0 AS {code}_away"
    clear = f"count_if(NOT ({condition}) AND coalesce({applies}, true)) AS {code}_clear"
    return f"{found}, {clear}, count_if(NOT ({applies})) AS {code}_away"


def _one(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    result = con.execute(query)
    names = [d[0] for d in result.description or ()]
    return dict(zip(names, result.fetchone() or (), strict=True))


def line_rules(con: duckdb.DuckDBPyConnection) -> dict[str, Answer]:
    """The rules on single lines in one query."""
    row = _one(con, f"SELECT count(*) AS n, {', '.join(_asked(c, *t) for c, t in LINES.items())} FROM lines")
    return {c: Answer.of(row[f"{c}_found"] or (), row[f"{c}_clear"], row[f"{c}_away"], row["n"]) for c in LINES}


def _of_groups(con: duckdb.DuckDBPyConnection, units: str, key: str) -> Answer:
    """Groups with ``applies`` and ``condition`` brought down to an answer."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE units AS {units}")
    row = _one(
        con,
        "SELECT count(*) AS n, count_if(NOT condition AND coalesce(applies, true)) AS clear,"
        " count_if(NOT applies) AS away FROM units",
    )
    found = con.execute(f"SELECT {key}, lines FROM units WHERE applies AND condition").fetchall()
    return Answer.of(found, row["clear"], row["away"], row["n"])


_OF_PLACE: Final = "CAST(place // 100 AS VARCHAR), place % 100 + 2000"
_OF_AGENCY: Final = (
    "CAST(unit // 100000000 AS VARCHAR), unit // 1000000 % 100 + 2000, lpad(CAST(unit % 1000000 AS VARCHAR), 6, '0')"
)


def beyond_total(con: duckdb.DuckDBPyConnection) -> Answer:
    """K04: an unknown amount counts as nothing or more where no amount of the entity and year is negative."""
    return _of_groups(con, """
        WITH p AS (
            SELECT place, project, count(*) AS lines, max(total_amount) AS total,
                min(spent_to_date) + coalesce(sum_no_overflow(requested) FILTER (WHERE project_line), 0) AS together,
                bool_or((requested IS NULL AND coalesce(project_line, true))
                        OR coalesce(project_line IS NULL AND requested <> 0, false)) AS doubt
            FROM lines GROUP BY place, project
        ), negative AS (SELECT DISTINCT place FROM lines WHERE requested < 0)
        SELECT place, project, lines, total > 0 AS applies, CASE
            WHEN together > total AND (NOT doubt OR place NOT IN (SELECT place FROM negative)) THEN true
            WHEN together <= total AND NOT doubt THEN false END AS condition
        FROM p
    """, f"{_OF_PLACE}, project")  # fmt: skip


def repeated(con: duckdb.DuckDBPyConnection) -> Answer:
    """Q04: first what may repeat at all (one project, one amount), then all keys on the few that are left."""
    keys = ", ".join((_KEYS, *_BLANKABLE))
    likes = " AND ".join(f"coalesce(a.{c} = b.{c}, true)" for c in _BLANKABLE)
    named = "place, agency, project, project_name, book"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE few AS
        SELECT line_id, {keys}, count(*) OVER (PARTITION BY {keys}) AS same FROM lines
        SEMI JOIN (
            SELECT project, requested FROM lines WHERE requested <> 0 GROUP BY ALL HAVING count(*) > 1
        ) AS twice USING (project, requested)
    """)
    con.execute(f"CREATE OR REPLACE TEMP TABLE blanks AS SELECT line_id, {keys} FROM lines WHERE requested IS NULL")
    found = [r[0] for r in con.execute("SELECT line_id FROM few WHERE same > 1").fetchall()]
    row = _one(con, f"""
        WITH grey AS (
            SELECT a.line_id FROM few AS a JOIN few AS b USING ({_KEYS})
            WHERE a.same = 1 AND a.line_id <> b.line_id AND {likes}
            UNION
            SELECT a.line_id FROM (
                SELECT * FROM lines SEMI JOIN blanks USING (project) WHERE requested <> 0
            ) AS a JOIN blanks AS b USING ({named})
            WHERE {likes} AND a.line_id NOT IN (SELECT line_id FROM few WHERE same > 1)
        )
        SELECT (SELECT count(*) FROM lines) AS n, (SELECT count(*) FROM lines WHERE requested = 0) AS zero,
            (SELECT count(*) FROM grey) + (SELECT count(*) FROM blanks) AS grey
    """)  # fmt: skip
    n, zero, grey = row["n"], row["zero"], row["grey"]
    return Answer(found, len(found), n - len(found) - zero - grey, grey, zero)


def outliers(con: duckdb.DuckDBPyConnection) -> Answer:
    """Q05: robust scores of logarithms within function 款 and economic code."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE coded AS
        SELECT line_id, place, requested, CAST(dept_economic_code AS BIGINT) AS economic,
            CASE WHEN strlen(function_code) >= 5 THEN CAST(function_code[:5] AS BIGINT) END AS heading,
            (place * 100000 + heading) * 100000 + economic AS peers
        FROM lines
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE sizes AS
        WITH odd AS (
            SELECT place, heading, economic FROM coded WHERE requested IS NULL OR heading IS NULL OR economic IS NULL
        ), shaken AS (SELECT DISTINCT place, heading, economic FROM odd),
        logs AS (
            SELECT peers, median(ln(requested)) AS centre, count(*) AS size FROM coded
            WHERE requested > 0 AND peers IS NOT NULL GROUP BY peers
        )
        SELECT * FROM logs WHERE NOT EXISTS (
            SELECT 1 FROM shaken AS s WHERE s.place = peers // 10000000000
            AND coalesce(s.heading = peers // 100000 % 100000, true) AND coalesce(s.economic = peers % 100000, true)
        )
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE near AS
        SELECT line_id, peers, abs(ln(requested) - centre) AS away FROM coded
        JOIN (SELECT * FROM sizes WHERE size >= 8) AS large USING (peers) WHERE requested > 0
    """)
    found = con.execute("""
        WITH scale AS (SELECT peers, median(away) AS mad, avg(away) AS mean FROM near GROUP BY peers)
        SELECT line_id FROM near JOIN scale USING (peers)
        WHERE away > 3.5 * CASE WHEN mad > 0 THEN mad / 0.6745 ELSE mean * 1.2533 END
    """).fetchall()
    row = _one(con, """
        SELECT (SELECT count(*) FROM lines) AS n, (SELECT count(*) FROM lines WHERE requested <= 0) AS nothing,
            (SELECT coalesce(sum(size), 0) FROM sizes WHERE size < 8) AS small, (SELECT count(*) FROM near) AS near
    """)  # fmt: skip
    return Answer.of([r[0] for r in found], row["near"] - len(found), row["nothing"] + int(row["small"]), row["n"])


def uniform(con: duckdb.DuckDBPyConnection) -> Answer:
    """Z07: agencies without half of their rates within two reaches of their median are passed over first."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE rates AS
        SELECT unit, CASE WHEN eligible IS NULL THEN NULL WHEN rate > 4e12 THEN 4000000000000
            WHEN rate < -4e12 THEN -4000000000000 ELSE CAST(round_even(rate, 0) AS BIGINT) END AS share
        FROM (
            SELECT {_AGENCY} AS unit, (requested - prior_approved) / prior_approved * 1e9 AS rate, project_line AND prior_approved > 0 AND NOT (
                (dept_economic_code >= '301' AND dept_economic_code < '302')
                OR (dept_economic_code >= '303' AND dept_economic_code < '304')
            ) AS eligible FROM lines
        ) WHERE coalesce(eligible, true)
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE agencies AS
        SELECT unit, median(share) AS middle, count(share) AS known, count(*) AS whole FROM rates GROUP BY unit
    """)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE uniform AS
        WITH hopeful AS (
            SELECT unit, any_value(known) AS known, any_value(whole) AS whole FROM rates JOIN agencies USING (unit)
            WHERE known >= 5 AND known * 2 >= whole AND abs(share - middle) <= {2 * _REACH}
            GROUP BY unit HAVING count(*) >= 5 AND count(*) * 2 >= any_value(whole)
        ), windows AS (
            SELECT unit, known, whole, abs(share) <= {_REACH} AS flat, count(*) OVER (
                PARTITION BY unit ORDER BY share RANGE BETWEEN {_REACH} PRECEDING AND {_REACH} FOLLOWING
            ) AS inside FROM rates JOIN hopeful USING (unit) WHERE share IS NOT NULL
        )
        SELECT unit, max(inside) FILTER (WHERE NOT flat) AS alike FROM windows GROUP BY unit
        HAVING alike >= 5 AND alike * 2 >= any_value(whole)
            AND alike > coalesce(max(inside) FILTER (WHERE flat), 0) + any_value(whole) - any_value(known)
    """)
    found = con.execute(f"SELECT {_OF_AGENCY}, alike FROM uniform").fetchall()
    row = _one(con, f"""
        SELECT (SELECT count(DISTINCT {_AGENCY}) FROM lines) AS n, count(*) AS seen, count_if(
            (whole = known OR whole < 5) AND unit NOT IN (SELECT unit FROM uniform)) AS clear FROM agencies
    """)  # fmt: skip
    return Answer.of(found, row["clear"], row["n"] - row["seen"], row["n"])


def round_amounts(con: duckdb.DuckDBPyConnection) -> Answer:
    """Z22: agencies most of whose project amounts are whole 100,000 元."""
    return _of_groups(con, f"""
        WITH counted AS (
            SELECT {_AGENCY} AS unit, project_line AND requested > 0 AS counted,
                project_line AND requested > 0 AND requested % 100000 = 0 AS even FROM lines
        ), units AS (
            SELECT unit, count_if(counted) AS size, count_if(even) AS even, bool_or(counted IS NULL) AS doubt,
                bool_or(even IS NULL) AS doubt_even FROM counted GROUP BY unit
        )
        SELECT unit, even AS lines, CASE WHEN size >= 10 THEN true WHEN NOT doubt THEN false END AS applies,
            CASE WHEN even * 5 > size * 3 THEN CASE WHEN NOT doubt THEN true END
                WHEN NOT doubt_even THEN false END AS condition
        FROM units
    """, _OF_AGENCY)  # fmt: skip


def rules(con: duckdb.DuckDBPyConnection) -> Answers:
    """The whole yardstick on the table in memory."""
    return {
        **line_rules(con),
        "K04": beyond_total(con),
        "Q04": repeated(con),
        "Q05": outliers(con),
        "Z07": uniform(con),
        "Z22": round_amounts(con),
    }


def all_rules(path: Path) -> Answers:
    """File to findings."""
    with connection() as con:
        load(con, path)
        return rules(con)


def only_lines(path: Path) -> Answers:
    """File to findings of the rules on single lines."""
    with connection() as con:
        load(con, path, groups=False)
        return line_rules(con)
