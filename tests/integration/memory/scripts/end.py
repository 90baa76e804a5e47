"""Objects of every size die in the interpreter's last moments, and after them."""

import atexit
import threading
import weakref


class Late:
    instances = []

    def __init__(self, size):
        self.payload = [bytes(size), {"size": size}]
        Late.instances.append(self)

    def __del__(self):
        self.again = [bytes(len(self.payload[0])), dict(self.payload[1])]


for size in range(0, 3000, 7):
    Late(size).itself = Late(size)
atexit.register(lambda: [Late(size) for size in range(600)])
weakref.finalize(Late.instances[0], lambda: [str(i) for i in range(1000)])
stop = threading.Event()


def churn():
    while True:
        [str(i) * 20 for i in range(100)]


for _ in range(3):
    threading.Thread(target=churn, daemon=True).start()
print("end", flush=True)
