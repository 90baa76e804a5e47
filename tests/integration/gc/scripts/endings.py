"""The order and the effects of weak references, finalizers and resurrection."""
import gc
import weakref

log = []


class Node:
    def __init__(self, name, *others):
        self.name = name
        self.others = list(others)


class Final(Node):
    def __del__(self):
        log.append(f"del {self.name}")


class Back(Final):
    def __del__(self):
        super().__del__()
        saved.append(self)


class Fails(Node):
    def __del__(self):
        raise ValueError(self.name)


def ring(kind, *names):
    nodes = [kind(name) for name in names]
    for one, other in zip(nodes, nodes[1:] + nodes[:1]):
        one.others.append(other)
    return nodes


def show(title, *more):
    found = gc.collect()
    print(title, found, *more, *log)
    log.clear()


gc.disable()
gc.collect()
saved = []

ring(Final, *"abcdef")
show("finalizers in order:")

nodes = ring(Final, *"gh")
references = [weakref.ref(node, lambda reference, name=node.name: log.append("gone " + name)) for node in nodes]
plain = weakref.ref(nodes[0])
inner = weakref.ref(nodes[1], lambda reference: log.append("never"))
nodes[0].reference = inner
del nodes, inner
show("callbacks before finalizers:")
print([reference() for reference in references], plain())

ring(Back, "i", "j")
gc.collect()
print("resurrected:", [node.name for node in saved], log, [gc.is_finalized(node) for node in saved])
log.clear()
saved.clear()
show("finalized once:")

import sys  # noqa: E402

sys.unraisablehook = lambda told: log.append(f"unraisable {told.exc_value}")
ring(Fails, "k", "l")
show("errors:")


# What the program sees while garbage is disposed of.
anchor = Node("anchor")
anchor.others.append(anchor)
token = Node("token")
holder = [token]


class Looks(Node):
    def __del__(self):
        objects = gc.get_objects()
        log.append(any(item is anchor for item in objects))
        log.append(any(item is holder for item in gc.get_referrers(token)))
        log.append(gc.is_tracked(anchor))
        log.append(any(item is anchor for item in gc.get_objects(generation=2)))
        log.append(gc.collect())
        self.others.append([self])
        log.append(len([n for n in (Node("x") for _ in range(10)) if n.others.append(n) is None]))


ring(Looks, "m")
show("within a finalizer:")
show("made within:")

looker = ring(Node, "n")[0]
reference = weakref.ref(looker, lambda _: log.extend((any(o is anchor for o in gc.get_objects()), gc.collect())))
del looker
show("within a callback:")


# Freed by hand while it is being collected.
class Cuts(Node):
    def __del__(self):
        log.append("cuts " + self.name)
        for other in self.others:
            other.others.clear()


ring(Cuts, *"opq")
show("cut:")


# New links to old garbage, frozen in the middle, callbacks changed.
class Meddles(Node):
    def __del__(self):
        gc.freeze()
        gc.unfreeze()
        gc.callbacks.append(print)
        gc.callbacks.remove(print)
        anchor.others.append(Node("grown"))
        log.append("meddled")


ring(Meddles, "r", "s")
show("meddled:", len(anchor.others))
show("afterwards:")


# Weak containers and finalize.
table = weakref.WeakValueDictionary()
keys = weakref.WeakKeyDictionary()
bag = weakref.WeakSet()
for number, node in enumerate(ring(Node, *"tuv")):
    table[number] = keys[node] = node
    bag.add(node)
    weakref.finalize(node, log.append, "finalize " + node.name)
del node
keys.clear()
show("weak containers:", len(table), len(keys), len(bag))


# Generators and coroutines that are part of garbage.
def generate(node):
    try:
        node.others.append(me[0])
        yield 1
    finally:
        log.append("closed " + node.name)


me = [None]
node = Node("w")
me[0] = generate(node)
next(me[0])
del node
me.clear()
show("generator:")

tuples = ring(Node, "x")
tuples[0].pair = (tuples[0], {"key": (tuples[0], {1: tuples[0]})})
del tuples
show("tuples:")
