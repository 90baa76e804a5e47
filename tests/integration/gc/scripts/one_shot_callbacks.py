"""Callbacks that keep what they are given and take themselves from the list."""
import gc

kept = []


def once(phase, info):
    if phase == "stop":
        kept.append(info)
        gc.callbacks.remove(once)


def last(phase, info):
    kept.append(info)
    gc.callbacks.clear()


for callback in (once, last):
    for generation in range(3):
        gc.callbacks.append(callback)
        gc.collect(generation)
        gc.collect(generation)
        later = [{"number": number} for number in range(200)]
        print(kept, any(info is each for info in kept for each in later))
