"""Everyday work of many kinds; prints digests of the results."""

import ast
import collections
import copy
import csv
import dataclasses
import decimal
import fractions
import hashlib
import heapq
import io
import itertools
import json
import pickle
import re
import sqlite3
import weakref
import xml.etree.ElementTree as xml
import zlib


@dataclasses.dataclass
class Point:
    x: int
    y: float
    tags: list = dataclasses.field(default_factory=list)


def digest(value):
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


rows = [{"id": i, "name": f"name {i}", "tags": [str(i % 7)] * (i % 5), "price": i / 3} for i in range(20000)]
text = json.dumps(rows)
print("json", digest(json.loads(text)))
print("pickle", digest(pickle.loads(pickle.dumps([Point(i, i / 2, [i]) for i in range(5000)]))))
print("copy", digest(copy.deepcopy(rows[:2000])))
print("re", digest(re.findall(r"name (\d+)", text)[::100]))
print("zlib", digest(zlib.decompress(zlib.compress(text.encode()))[-50:]))
source = "\n".join(f"def f{i}(a, b=[{i}]):\n    return {{a: b, 'k{i}': (a, {i})}}" for i in range(1500))
print("ast", digest(ast.dump(ast.parse(source))))
exec(compile(source, "made", "exec"))
table = io.StringIO()
csv.DictWriter(table, rows[0]).writerows(rows[:5000])
print("csv", digest(list(csv.reader(io.StringIO(table.getvalue())))))
root = xml.Element("root")
for row in rows[:5000]:
    xml.SubElement(root, "row", {k: str(v) for k, v in row.items()}).text = row["name"]
print("xml", digest([e.attrib for e in xml.fromstring(xml.tostring(root))][::100]))
heap = [(hash(i) * 7919 % 10007, i) for i in range(20000)]
heapq.heapify(heap)
print("heap", digest([heapq.heappop(heap) for _ in range(20000)]))
print("decimal", digest(sum(decimal.Decimal(i) / 7 for i in range(1, 5000))))
print("fractions", digest(sum(fractions.Fraction(1, i) for i in range(1, 400))))
print("big", digest([3**i % 10**40 for i in range(0, 3000, 7)]))
print("deque", digest(list(itertools.islice(collections.deque(range(100000), 5000), 0, None, 100))))
with sqlite3.connect(":memory:") as database:
    database.execute("create table t (a integer, b text)")
    database.executemany("insert into t values (?, ?)", ((i, str(i)) for i in range(10000)))
    print("sqlite", digest(database.execute("select sum(a), max(b) from t group by a % 100").fetchall()))
points = [Point(i, 0) for i in range(1000)]
watched = weakref.WeakSet(points) if Point.__hash__ else [weakref.ref(p) for p in points]
del points[::2]
print("weak", len([w for w in watched if w() is not None]))
long = "".join(chr(65 + i % 26) for i in range(300000))
print("slices", digest([long[i : i + i % 700] for i in range(0, 300000, 91)]))
growing = []
for i in range(200000):
    growing.append(i)
    if i % 1000 == 999:
        del growing[: i % 500]
print("list", digest(growing[::500]))
