"""Prints how many page faults the turns of two sawtooth loads cost, after the first few."""
import resource


def faults_of(turn, turns):
    turn()
    start = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(turns):
        turn()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - start


def descend(depth):
    return depth and descend(depth - 1)


def worst_descent():
    """Some depth crosses the end of a chunk of the interpreter's stack."""
    return max(faults_of(lambda depth=depth: descend(depth), 500) for depth in range(5, 200, 3))


def large_blocks():
    return faults_of(lambda: [bytearray(8000) for _ in range(400)], 50)


print(worst_descent(), large_blocks())
