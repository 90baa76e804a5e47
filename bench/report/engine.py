"""The collector engine on the smallest host: what a full collection costs a container."""
import subprocess

TITLE = "The collector engine"


def run(context):
    command = [context.build / "bench/gc_bench", "--objects", str(int(float(context.objects.split(",")[0])))]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(output)
    yield {"lines": output.splitlines()}


def markdown(result):
    yield ("Full collections of live heaps on `hosts/tiny`, by number of workers: median nanoseconds a container and side "
           "memory; *no roots* is the worst case, in which the exact step must examine everything.")
    yield ""
    yield "```"
    yield from result["lines"]
    yield "```"
