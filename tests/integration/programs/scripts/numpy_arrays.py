import gc
import pickle

import numpy as np

generator = np.random.default_rng(7)
matrices = [generator.random((n, n)) for n in range(1, 60)]
print(sum(round(float(np.linalg.det(m @ m.T + np.eye(len(m)))) % 1000, 6) > 0 for m in matrices))

table = np.zeros(2000, dtype=[("name", "U12"), ("score", "f8"), ("payload", "O")])
for i, row in enumerate(table):
    row["name"], row["score"], row["payload"] = f"row {i}", i / 7, {"index": i, "rows": [i] * (i % 5)}
print(table["score"].sum().round(3), table["payload"][1999], table[::400]["name"].tolist())

objects = np.array([[{k: [v]} for k, v in enumerate(range(i))] for i in range(300)], dtype=object)
cyclic = np.empty(1000, dtype=object)
for i in range(1000):
    cyclic[i] = [cyclic]
copied = pickle.loads(pickle.dumps((table, objects)))
print(all(a == b for a, b in zip(objects, copied[1])), (copied[0]["score"] == table["score"]).all())
del cyclic, objects, copied
gc.collect()
strings = np.array([str(i) * (i % 40) for i in range(5000)])
print(np.unique(strings).size, np.char.upper(np.char.add(strings, "x"))[-1][:10])
