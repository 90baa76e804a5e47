import gc
import hashlib
import queue
import threading
from concurrent.futures import ThreadPoolExecutor


class Node:
    def __init__(self, parent):
        self.parent = parent
        self.children = []


def grow(seed):
    root = Node(None)
    nodes = [root]
    for i in range(4000):
        node = Node(nodes[(i * seed) % len(nodes)])
        node.parent.children.append(node)
        nodes.append(node)
    if seed % 3 == 0:
        gc.collect()
    return hashlib.sha256(repr([len(n.children) for n in nodes]).encode()).hexdigest()


with ThreadPoolExecutor(8) as pool:
    print(*pool.map(grow, range(1, 25)), sep="\n")

# Objects made by one thread and dropped by another.
handover = queue.SimpleQueue()
totals = []


def consume():
    total = 0
    while (item := handover.get()) is not None:
        total += len(item["text"]) + sum(item["numbers"])
    totals.append(total)


consumers = [threading.Thread(target=consume) for _ in range(4)]
for thread in consumers:
    thread.start()
for i in range(40000):
    handover.put({"text": "x" * (i % 90), "numbers": list(range(i % 11)), "made": (i, str(i))})
for _ in consumers:
    handover.put(None)
for thread in consumers:
    thread.join()
print(sum(totals))

local = threading.local()


def short(i):
    local.value = {"i": [i]}


for i in range(300):
    thread = threading.Thread(target=short, args=(i,), daemon=i % 50 == 0)
    thread.start()
    thread.join()
print(threading.active_count())
