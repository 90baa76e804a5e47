"""What a program that has done nothing sees of the collector, before it imports gc and after."""
import sys

print("gc" in sys.modules, "atexit" in sys.modules)
import gc  # noqa: E402

figures = [{name: number for name, number in sums.items() if name != "duration"} for sums in gc.get_stats()]
print(gc.get_count(), figures, gc.get_threshold(), gc.isenabled(), gc.callbacks, gc.garbage)
print(len(gc.get_objects()))
print(gc.collect())
print(gc.get_count(), len(gc.get_objects()))
del sys.modules["gc"], gc
import gc  # noqa: E402

told = []
gc.callbacks.append(lambda phase, info: told.append((phase, info["generation"])))
gc.collect()
print(told, len(gc.callbacks))
