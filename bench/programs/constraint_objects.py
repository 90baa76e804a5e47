"""An object-oriented simulation: tasks, packets and queues of a small operating system, and a chain of constraints."""
import collections


class Packet:
    def __init__(self, payload, hops):
        self.payload, self.hops = payload, hops


class Task:
    def __init__(self, name, successor):
        self.name, self.successor, self.inbox, self.done = name, successor, collections.deque(), 0

    def run(self, scheduler):
        packet = self.inbox.popleft()
        self.done += 1
        if len(packet.hops) < 6:
            scheduler.send(self.successor, Packet(packet.payload + [self.done], packet.hops + [self.name]))


class Scheduler:
    def __init__(self, count):
        self.tasks = {name: Task(name, (name * 5 + 1) % count) for name in range(count)}
        self.ready = collections.deque()

    def send(self, name, packet):
        self.tasks[name].inbox.append(packet)
        self.ready.append(name)

    def run(self):
        while self.ready:
            self.tasks[self.ready.popleft()].run(self)


class Cell:
    def __init__(self, value):
        self.value, self.followers = value, []

    def set(self, value):
        self.value = value
        for follower in self.followers:
            follower.update()


class Sum:
    def __init__(self, left, right):
        self.left, self.right, self.output = left, right, Cell(0)
        left.followers.append(self)
        right.followers.append(self)

    def update(self):
        self.output.set(self.left.value + self.right.value)


def constraint_chain(length):
    inputs = [Cell(number) for number in range(length)]
    total = inputs[0]
    for cell in inputs[1:]:
        total = Sum(total, cell).output
    for number, cell in enumerate(inputs):
        cell.set(number * 2)
    return total.value


def main():
    scheduler = Scheduler(64)
    for number in range(130_000):
        scheduler.send(number % 64, Packet([number], []))
    scheduler.run()
    print(sum(task.done for task in scheduler.tasks.values()), sum(constraint_chain(150) for _ in range(30)))


if __name__ == "__main__":
    main()
