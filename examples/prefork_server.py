"""A prefork server: loads its data, then forks workers that share it, as gunicorn does with --preload.

The data should exist once in memory. But a full collection of stock Python writes to every object it examines, so the
first one in a worker gives that worker a private copy of all of it. Each worker answers a number of requests and
collects now and then, as long-lived workers do. Prints the digest of all answers.

    exuvia compare examples/prefork_server.py
"""

import argparse
import gc
import hashlib
import os
import random


class Place:
    def __init__(self, number):
        self.name = f"place {number}"
        self.position = (number * 17 % 36_000 / 100, number * 29 % 18_000 / 100)
        self.neighbours = []


def load_map(size):
    places = [Place(number) for number in range(size)]
    for number, place in enumerate(places):
        place.neighbours = [(places[(number + 37 * i + 1) % size], i + 1) for i in range(3)]
    return places


def walk(places, chance):
    """A random walk from one of the places that are often asked for: the answer to one request."""
    place = places[chance.randrange(len(places) // 50)]
    distance = 0
    for _ in range(20):
        place, length = chance.choice(place.neighbours)
        distance += length
    return f"{place.name} {distance}\n"


def work(places, number, requests, collections):
    chance = random.Random(number)
    digest = hashlib.sha256()
    for request in range(requests):
        digest.update(walk(places, chance).encode())
        if request % (requests // collections) == 0:
            gc.collect()
    return digest.digest()


def start_worker(places, number, options):
    """Forks a worker. Yields the end of a pipe from which its digest can be read."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(reader)
        os.write(writer, work(places, number, options.requests, options.collections))
        os._exit(0)
    os.close(writer)
    return reader


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--places", type=int, default=200_000, help="objects that the workers share")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--requests", type=int, default=10_000, help="requests a worker")
    parser.add_argument("--collections", type=int, default=4, help="full collections a worker")
    options = parser.parse_args()
    places = load_map(options.places)
    digest = hashlib.sha256()
    for reader in [start_worker(places, number, options) for number in range(options.workers)]:
        digest.update(os.read(reader, 32))
        os.close(reader)
    for _ in range(options.workers):
        os.wait()
    print(f"answers: {digest.hexdigest()[:16]}")


if __name__ == "__main__":
    main()
