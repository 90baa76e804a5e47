"""Writes, reads, and aggregates comma-separated text."""
import collections
import csv
import io


def main():
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "region", "product", "amount", "comment"])
    for number in range(200_000):
        writer.writerow([number, f"region {number % 17}", f"product {number % 301}", number * 3 % 997 / 10, 'say "hi", twice'])
    text.seek(0)
    totals = collections.defaultdict(lambda: collections.defaultdict(float))
    rows = []
    for row in csv.DictReader(text):
        totals[row["region"]][row["product"]] += float(row["amount"])
        rows.append(row)
    rows.sort(key=lambda row: (row["product"], -float(row["amount"])))
    print(len(rows), f"{sum(sum(region.values()) for region in totals.values()):.1f}", rows[0]["id"])


if __name__ == "__main__":
    main()
