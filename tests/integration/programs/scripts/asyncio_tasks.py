import asyncio
import gc


async def worker(number, queue, results):
    while (job := await queue.get()) is not None:
        await asyncio.sleep(0)
        results.append((number, sum({"n": i}["n"] for i in range(job))))
        queue.task_done()


async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def talk(port, client):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for i in range(50):
        writer.write(f"client {client} line {i}\n".encode())
        answers.append((await reader.readline()).decode().strip())
    writer.close()
    return answers


async def fail():
    await asyncio.sleep(0)
    raise ValueError("expected")


async def main():
    queue, results = asyncio.Queue(), []
    workers = [asyncio.create_task(worker(n, queue, results)) for n in range(20)]
    for job in range(2000):
        queue.put_nowait(job % 50)
    await queue.join()
    for _ in workers:
        queue.put_nowait(None)
    await asyncio.gather(*workers)
    print(len(results), sum(value for _, value in results))

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answers = await asyncio.gather(*(talk(port, c) for c in range(20)))
    print(sum(len(a) for a in answers), answers[19][49])
    server.close()
    await server.wait_closed()

    outcomes = await asyncio.gather(*(fail() for _ in range(300)), return_exceptions=True)
    print(len(outcomes), outcomes[0])
    del outcomes
    gc.collect()
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.01)
    except asyncio.TimeoutError:
        print("timed out")


asyncio.run(main())
