"""Splits, matches, and rewrites generated log text with regular expressions."""
import collections
import random
import re

LINE = re.compile(r"(?P<ip>\d+\.\d+\.\d+\.\d+) - (?P<user>\w+) \[(?P<when>[^\]]+)\] \"(?P<verb>[A-Z]+) (?P<path>\S+)\" (?P<status>\d{3}) (?P<size>\d+)")
WORD = re.compile(r"[a-z]+|\d+")


def line(rng):
    address = ".".join(str(rng.randrange(256)) for _ in range(4))
    return f'{address} - user{rng.randrange(90)} [2024-01-{rng.randrange(1, 29):02}] "GET /a/{rng.randrange(500)}?q=x" {rng.choice((200, 404))} {rng.randrange(9999)}'


def main():
    rng = random.Random(3)
    lines = [line(rng) for _ in range(80_000)]
    hits, words = collections.Counter(), collections.Counter()
    for text in lines:
        fields = LINE.match(text).groupdict()
        hits[fields["path"]] += int(fields["size"])
        words.update(WORD.findall(text))
    masked = re.sub(r"\d+\.\d+", lambda found: "x" * len(found.group()), "\n".join(lines))
    print(len(hits), sum(words.values()), masked.count("x"))


if __name__ == "__main__":
    main()
