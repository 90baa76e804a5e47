"""Builds many short strings: formatting, splitting, joining, replacing, encoding."""


def slug(number):
    words = f"Item {number:06d} / part-{number % 97} (rev {number % 13})".lower().split()
    return "-".join(word.strip("()/") for word in words).replace("--", "-")


def main():
    seen = set()
    size = 0
    for number in range(450_000):
        text = slug(number)
        parts = text.split("-")
        seen.add(parts[1][:4] + parts[-1])
        size += len(text.encode()) + len(text.title()) + len("".join(reversed(parts)))
    print(size, len(seen))


if __name__ == "__main__":
    main()
