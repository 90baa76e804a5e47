"""Threads that make garbage and collect at the same time."""
import gc
import threading
import weakref


class Node:
    def __init__(self, up=None):
        self.up = up
        self.down = []


dead = []


def work(number):
    kept = []
    for step in range(60):
        root = Node()
        root.down = [Node(root) for _ in range(50)]
        for node in root.down:
            node.down.append(root)
        if step % 10 == 0:
            kept.append(root)
            weakref.finalize(root, dead.append, number)
        if step % 7 == number % 7:
            gc.collect()
    assert all(node.up is root for root in kept for node in root.down)


gc.set_threshold(200, 3, 3)
threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
gc.collect()
print(sorted(dead))
