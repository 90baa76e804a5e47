"""A batch job with a burst: most of its memory is needed once, for a short time, and the job goes on for long.

It reads a month of orders into objects, sums them up, keeps one order in a hundred, and then works on with little.
The orders that are kept lie scattered over all the memory the burst needed: an allocator that gives back only what is
wholly empty keeps most of it to the end. Prints the totals.

    exuvia compare examples/burst_job.py
"""

import argparse
import random


class Order:
    def __init__(self, number, chance):
        self.number = number
        self.customer = f"customer {chance.randrange(20_000)}"
        self.lines = [(f"article {chance.randrange(5_000)}", chance.randrange(1, 9)) for _ in range(3)]

    def pieces(self):
        return sum(count for _, count in self.lines)


def read_orders(count, chance):
    return [Order(number, chance) for number in range(count)]


def sum_by_customer(orders):
    totals = {}
    for order in orders:
        totals[order.customer] = totals.get(order.customer, 0) + order.pieces()
    return totals


def burst(count, chance):
    """Everything in memory at once; afterwards only the totals and the orders to be checked by hand are left."""
    orders = read_orders(count, chance)
    totals = sum_by_customer(orders)
    return totals, [order for order in orders if chance.random() < 0.01]


def long_tail(totals, suspicious, rounds):
    """The rest of the job, in little memory."""
    checked = 0
    for round_number in range(rounds):
        for order in suspicious:
            text = f"{order.customer}/{order.pieces()}/{round_number}"
            checked = (checked * 31 + len(text) + totals[order.customer]) % 1_000_003
    return checked


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=200, help="work after the burst")
    options = parser.parse_args()
    totals, suspicious = burst(options.orders, random.Random(2))
    print(f"{options.orders} orders of {len(totals)} customers, {len(suspicious)} to check")
    print(f"checked: {long_tail(totals, suspicious, options.rounds)}")
    return suspicious


if __name__ == "__main__":
    to_be_checked_by_hand = main()  # kept: the job's result
