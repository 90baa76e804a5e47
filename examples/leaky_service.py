"""A service that leaks cycles: it answers requests from a large cache, and each session becomes cyclic garbage.

A session refers to its requests and each request to its session, as sessions, tracebacks and callbacks do in real
services, so that counting alone never frees them when they expire. Only full collections do, and the cache, which
lives, makes each of them long: the service stops answering meanwhile. Prints a digest of its answers.

    exuvia compare examples/leaky_service.py
"""

import argparse
import collections
import hashlib
import random


class Review:
    def __init__(self, author, stars):
        self.author = author
        self.stars = stars


class Product:
    def __init__(self, number):
        self.title = f"product {number}"
        self.price = number * 7 % 1000 / 10
        self.reviews = [Review(f"author {(number * 31 + i) % 10_000}", (number + i) % 5 + 1) for i in range(4)]


class Session:
    def __init__(self, user):
        self.user = user
        self.requests = []


class Request:
    def __init__(self, session, products):
        self.session = session
        self.products = products
        self.on_cancel = lambda: session.requests.remove(self)
        session.requests.append(self)

    def answer(self):
        lines = [f"{p.title}: {p.price} {'*' * p.reviews[0].stars}" for p in self.products]
        return "\n".join(sorted(lines))


class Service:
    """Answers requests; a session expires when so many others have started since."""

    def __init__(self, products, sessions):
        self.cache = {number: Product(number) for number in range(products)}
        self.sessions = collections.deque(maxlen=sessions)

    def start_session(self, user):
        self.sessions.append(Session(user))
        return self.sessions[-1]

    def answer(self, session, wanted):
        return Request(session, [self.cache[number] for number in wanted]).answer()


def serve(service, requests, chance):
    digest = hashlib.sha256()
    for number in range(requests):
        if number % 5 == 0:
            session = service.start_session(chance.randrange(10_000))
        wanted = [chance.randrange(len(service.cache)) for _ in range(5)]
        digest.update(service.answer(session, wanted).encode())
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--products", type=int, default=150_000, help="products in the cache")
    parser.add_argument("--sessions", type=int, default=4_000, help="sessions that live at a time")
    parser.add_argument("--requests", type=int, default=150_000, help="requests to answer")
    options = parser.parse_args()
    service = Service(options.products, options.sessions)
    print(f"answers: {serve(service, options.requests, random.Random(1))[:16]}")


if __name__ == "__main__":
    main()
