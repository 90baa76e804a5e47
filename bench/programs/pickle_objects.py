"""Pickles and unpickles a graph of instances that share parts."""
import pickle
import random


class Order:
    def __init__(self, number, customer, lines):
        self.number, self.customer, self.lines = number, customer, lines


class Customer:
    def __init__(self, number):
        self.number, self.name, self.notes = number, f"customer {number}", {"vip": number % 7 == 0}


def main():
    rng = random.Random(4)
    customers = [Customer(number) for number in range(2000)]
    orders = [
        Order(number, rng.choice(customers), [(rng.randrange(500), rng.random()) for _ in range(5)])
        for number in range(20_000)
    ]
    size = 0
    for _ in range(6):
        data = pickle.dumps(orders, protocol=5)
        size += len(data)
        orders = pickle.loads(data)
    print(size, len({id(order.customer) for order in orders}))


if __name__ == "__main__":
    main()
