"""Inserts rows into a database in memory and reads them back as objects."""
import collections
import sqlite3

Reading = collections.namedtuple("Reading", "sensor moment value note")


def main():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE reading (sensor INTEGER, moment INTEGER, value REAL, note TEXT)")
    rows = ((number % 500, number, number / 3, f"note {number % 1000}") for number in range(120_000))
    database.executemany("INSERT INTO reading VALUES (?, ?, ?, ?)", rows)
    total = 0
    for _ in range(3):
        readings = [Reading(*row) for row in database.execute("SELECT * FROM reading ORDER BY sensor, moment")]
        by_sensor = collections.defaultdict(list)
        for reading in readings:
            by_sensor[reading.sensor].append(reading)
        total += sum(len(series) for series in by_sensor.values())
    print(total, len(by_sensor))


if __name__ == "__main__":
    main()
