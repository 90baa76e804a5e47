"""Streams records through generators: parse, filter, enrich, group in batches."""
import itertools


def lines(count):
    for number in range(count):
        yield f"{number},{number % 31},{number * 7 % 1000}"


def parse(source):
    for line in source:
        number, kind, value = line.split(",")
        yield {"number": int(number), "kind": int(kind), "value": float(value)}


def enrich(source):
    for record in source:
        yield {**record, "label": f"k{record['kind']}", "pair": (record["number"], record["value"])}


def batches(source, size):
    source = iter(source)
    while batch := list(itertools.islice(source, size)):
        yield batch


def main():
    stream = enrich(record for record in parse(lines(900_000)) if record["kind"] % 3)
    totals = [sum(record["value"] for record in batch) for batch in batches(stream, 500)]
    print(len(totals), sum(totals))


if __name__ == "__main__":
    main()
