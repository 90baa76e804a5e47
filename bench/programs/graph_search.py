"""Shortest paths and components of a random graph held in dictionaries and sets."""
import heapq
import random


def build(rng, nodes, edges):
    graph = {node: {} for node in range(nodes)}
    for _ in range(edges):
        a, b = rng.randrange(nodes), rng.randrange(nodes)
        graph[a][b] = graph[b][a] = rng.randrange(1, 100)
    return graph


def distances(graph, start):
    best, heap = {}, [(0, start)]
    while heap:
        cost, node = heapq.heappop(heap)
        if node in best:
            continue
        best[node] = cost
        for neighbour, weight in graph[node].items():
            if neighbour not in best:
                heapq.heappush(heap, (cost + weight, neighbour))
    return best


def components(graph):
    unseen, found = set(graph), []
    while unseen:
        component = {next(iter(unseen))}
        frontier = set(component)
        while frontier:
            frontier = {near for node in frontier for near in graph[node]} - component
            component |= frontier
        unseen -= component
        found.append(len(component))
    return found


def main():
    graph = build(random.Random(5), 30_000, 80_000)
    reached = [distances(graph, start) for start in range(0, 30_000, 5_000)]
    print(sum(sum(costs.values()) for costs in reached), len(components(graph)))


if __name__ == "__main__":
    main()
