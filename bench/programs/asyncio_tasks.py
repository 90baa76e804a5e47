"""Runs many short asyncio tasks that pass messages through queues."""
import asyncio


async def worker(inbox, outbox):
    while (job := await inbox.get()) is not None:
        number, future = job
        await asyncio.sleep(0)
        future.set_result({"number": number, "square": number * number})
        outbox.put_nowait(number)


async def request(inbox, number):
    future = asyncio.get_running_loop().create_future()
    await inbox.put((number, future))
    return (await future)["square"]


async def serve(requests):
    inbox, outbox = asyncio.Queue(100), asyncio.Queue()
    workers = [asyncio.create_task(worker(inbox, outbox)) for _ in range(10)]
    total = 0
    for start in range(0, requests, 1000):
        total += sum(await asyncio.gather(*(request(inbox, number) for number in range(start, start + 1000))))
    for _ in workers:
        await inbox.put(None)
    await asyncio.gather(*workers)
    return total, outbox.qsize()


def main():
    print(*asyncio.run(serve(70_000)))


if __name__ == "__main__":
    main()
