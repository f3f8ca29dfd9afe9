"""Runs queries on rows: reads cases as JSON, and prints the rows of each one's result.

A case is {"query": text, "tables": {name: {"columns": {column: type}, "rows": [row]}}}; the rows' columns that are not
among the table's are added, as AzureDiagnostics does, of the type that their names end with.

The evaluator lacks two functions, which are put in here:
- ingestion_time() is a column of the rows, `_IngestionTime`;
- column_ifexists(name, default) is the column where a row has it, and otherwise the default.
A text is never null: https://learn.microsoft.com/kusto/query/scalar-data-types/null-values
"""

import json
import re
import sys

import duckdb_kql

TYPES = {
    "bool": "BOOLEAN",
    "datetime": "TIMESTAMP",
    "dynamic": "JSON",
    "int": "INTEGER",
    "long": "BIGINT",
    "real": "DOUBLE",
    "string": "VARCHAR",
}
# https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics
SUFFIXES = {"_s": "string", "_g": "string", "_d": "real", "_b": "bool", "_t": "datetime"}


def columns_of(table: dict) -> dict:
    added = {name for row in table["rows"] for name in row} - set(table["columns"])
    return {
        **table["columns"],
        **{name: SUFFIXES[name[-2:]] for name in sorted(added) if name != "_IngestionTime"},
        "_IngestionTime": "datetime",
    }


def cell(value: object, kind: str) -> object:
    if kind == "string":
        return value or ""
    return json.dumps(value) if kind == "dynamic" and value is not None else value


def run(connection: object, case: dict) -> list:
    known = set()
    for name, table in case["tables"].items():
        columns = columns_of(table)
        known |= set(columns)
        declared = ", ".join(f'"{column}" {TYPES[kind]}' for column, kind in columns.items())
        connection.execute(f'CREATE OR REPLACE TABLE "{name}" ({declared})')
        rows = [[cell(row.get(column), kind) for column, kind in columns.items()] for row in table["rows"]]
        if rows:
            marks = ", ".join("?" for _ in columns)
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
    query = case["query"].replace("ingestion_time()", "_IngestionTime")
    query = re.sub(
        r'column_ifexists\("(\w+)", (real\(null\)|"")\)',
        lambda found: found[1] if found[1] in known else found[2],
        query,
    )
    result = duckdb_kql.query(connection, query)
    return [dict(zip(result.columns, row)) for row in result.fetchall()]


def main() -> None:
    connection = duckdb_kql.connect()
    print(json.dumps([run(connection, case) for case in json.load(sys.stdin)]))


main()
