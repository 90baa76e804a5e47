import collections
import gc
import multiprocessing
import os
import sys

shared = {i: {"key": str(i), "values": [i, i + 1]} for i in range(20000)}


def count_words(lines):
    counts = collections.Counter(word for line in lines for word in line.split())
    gc.collect()
    return dict(counts), len(shared), os.getpid() != parent_pid.value


def answer(connection):
    while (question := connection.recv()) is not None:
        connection.send({k: v * 2 for k, v in question.items()})
    connection.close()


def remember_parent(pid):
    global parent_pid
    parent_pid = pid


if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[1])
    lines = [" ".join(f"word{(i * j) % 97}" for j in range(20)) for i in range(3000)]
    pid = context.Value("i", os.getpid())
    with context.Pool(3, initializer=remember_parent, initargs=(pid,)) as pool:
        parts = pool.map(count_words, [lines[i::6] for i in range(6)], chunksize=1)
    total = collections.Counter()
    for counts, size, elsewhere in parts:
        total.update(counts)
        print(size, elsewhere)
    print(sorted(total.items())[:5], sum(total.values()))

    ours, theirs = context.Pipe()
    child = context.Process(target=answer, args=(theirs,))
    child.start()
    for i in range(200):
        ours.send({j: [j] * (i % 7) for j in range(50)})
        last = ours.recv()
    ours.send(None)
    child.join()
    print(len(last), child.exitcode)
    failing = context.Process(target=sys.exit, args=(7,))
    failing.start()
    failing.join()
    print(failing.exitcode)
