"""tracemalloc around a late install; argument: what starts first."""

import sys
import tracemalloc

import exuvia

before = [str(i) * 3 for i in range(20000)]
if sys.argv[1] == "tracing-first":
    tracemalloc.start()
    exuvia.install()
else:
    exuvia.install()
    tracemalloc.start()
during = [str(i) * 5 for i in range(20000)]
traced = tracemalloc.get_traced_memory()[0]
assert traced > 20000 * 50, traced
assert len(tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, __file__)]).traces) > 20000
tracemalloc.stop()
assert exuvia.is_active()
after = [str(i) * 7 for i in range(20000)]
in_use = exuvia.statistics()["blocks_in_use"]
assert in_use > 40000, in_use
del before[::2], during[::2], after[::2]
exuvia.install()
tracemalloc.start(5)
more = [{i: [i]} for i in range(10000)]
tracemalloc.stop()
del before, during, after, more
assert exuvia.statistics()["blocks_in_use"] < in_use - 35000
print("done")
