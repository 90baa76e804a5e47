"""Live heaps to collect: each builder returns one object that holds about `count` containers."""
import random


class Attributes:
    def __init__(self, number):
        self.number = number
        self.name = None
        self.peer = None


class Slots:
    __slots__ = ("number", "name", "peer")

    def __init__(self, number):
        self.number = number
        self.name = None
        self.peer = None


class Link:
    __slots__ = ("next",)

    def __init__(self, following):
        self.next = following


def record(number):
    """Four containers, as a JSON document has them."""
    return {"id": number, "name": f"user-{number}", "tags": ["a", "b", number],
            "place": {"x": number * 0.5, "y": -number * 0.5}, "scores": [number, number + 1]}


def records(count):
    return [record(number) for number in range(count // 4)]


def instances(make, count):
    made = [make(number) for number in range(count)]
    for first, second in zip(made, made[1:]):
        first.peer = second
    return made


def attributes(count):
    return instances(Attributes, count)


def slots(count):
    return instances(Slots, count)


def linked(count):
    head = None
    for _ in range(count):
        head = Link(head)
    return head


def nested_tuples(count):
    inner = [[number] for number in range(count // 4)]  # a tuple of atoms would be untracked
    return [(one, (one, (one, number))) for number, one in enumerate(inner)]


def suspended(held):
    yield held


def generators(count):
    """Each has begun, so that its end closes it."""
    made = [suspended(number) for number in range(count)]
    for one in made:
        next(one)
    return made


def closure(held):
    def use():
        return held
    return use


def functions(count):
    """A function, its tuple of cells, and a cell each."""
    return [closure(number) for number in range(count // 3)]


def mixed(count):
    share = count // 5
    return [records(share), attributes(share), slots(share), nested_tuples(share), linked(share)]


ORDERED = {"records": records, "attributes": attributes, "slots": slots, "tuples": nested_tuples,
           "linked": linked, "mixed": mixed, "generators": generators, "functions": functions}


def shuffled_instances(make, count):
    made = [make(number) for number in range(count)]
    order = made[:]
    random.Random(1).shuffle(order)
    for first, second in zip(order, order[1:]):
        first.peer = second
    return order


def shuffled_links(count):
    links = [Link(None) for _ in range(count)]
    random.Random(1).shuffle(links)
    for first, second in zip(links, links[1:]):
        first.next = second
    return links[0]


def shuffled_list(items):
    random.Random(1).shuffle(items)
    return items


def shuffled_records(count):
    """Records whose parts lie far from them: the parts are made first and dealt out at random."""
    share = count // 4
    tags = shuffled_list([["a", "b", number] for number in range(share)])
    places = shuffled_list([{"x": number * 0.5} for number in range(share)])
    scores = shuffled_list([[number, number + 1] for number in range(share)])
    made = [{"id": number, "name": f"user-{number}", "tags": tags[number], "place": places[number],
             "scores": scores[number]} for number in range(share)]
    return shuffled_list(made)


def shuffled_tuples(count):
    inner = shuffled_list([[number] for number in range(count // 4)])
    middle = shuffled_list([(one, number) for number, one in enumerate(inner)])
    return shuffled_list([(one, (one, number)) for number, one in enumerate(middle)])


def shuffled_mixed(count):
    share = count // 5
    return [shuffled_records(share), shuffled_instances(Attributes, share), shuffled_instances(Slots, share),
            shuffled_tuples(share), shuffled_links(share)]


SHUFFLED = {"records": shuffled_records, "attributes": lambda count: shuffled_instances(Attributes, count),
            "slots": lambda count: shuffled_instances(Slots, count), "tuples": shuffled_tuples,
            "linked": shuffled_links, "mixed": shuffled_mixed,
            "generators": lambda count: shuffled_list(generators(count)),
            "functions": lambda count: shuffled_list(functions(count))}


def dicts(count):
    """Cycles of two dicts and a list."""
    for _ in range(count // 3):
        one = {}
        one["other"] = {"back": one, "items": [one]}
        yield one


def dead_records(count):
    for one in records(count):
        one["me"] = one
        yield one


def dead_instances(make, count):
    for number in range(count // 2):
        one, other = make(number), make(number)
        one.peer, other.peer = other, one
        yield one


def dead_tuples(count):
    for number in range(count // 4):
        inner = [number]
        inner.append((inner, (inner, (inner, number))))
        yield inner


def dead_links(count):
    """One cycle of all."""
    last = first = Link(None)
    for _ in range(count - 1):
        first = Link(first)
    last.next = first
    yield first


def dead_generators(count):
    for _ in range(count // 2):
        held = []
        one = suspended(held)
        next(one)
        held.append(one)
        yield one


def dead_functions(count):
    for _ in range(count // 4):
        held = []
        held.append(closure(held))
        yield held


GARBAGE = {"dicts": dicts, "records": dead_records,
           "attributes": lambda count: dead_instances(Attributes, count),
           "slots": lambda count: dead_instances(Slots, count), "tuples": dead_tuples, "linked": dead_links,
           "generators": dead_generators, "functions": dead_functions}


def dead_mixed(count):
    for kind in ("records", "attributes", "slots", "tuples", "linked"):
        yield from GARBAGE[kind](count // 5)


GARBAGE["mixed"] = dead_mixed


def litter(kind, count):
    """About `count` containers in unreachable cycles."""
    for _ in GARBAGE[kind](count):
        pass


def drop_links(heap):
    """Takes linked lists apart without the recursion that dropping their heads would need."""
    for link in [heap] if isinstance(heap, Link) else [part for part in heap if isinstance(part, Link)]:
        while link is not None:
            following, link.next = link.next, None
            link = following
