import gc
import os
import sys
import threading

rows = [{"id": i, "name": str(i)} for i in range(30000)]


def child(number):
    rows.append([number] * 1000)
    kept = [str(i) * (i % 30) for i in range(20000)]
    del rows[::2]
    gc.collect()
    print("child", number, len(rows), len(kept), flush=True)
    if number % 2:
        os._exit(number)
    sys.exit(number)


stop = threading.Event()


def churn():
    while not stop.is_set():
        [str(i) for i in range(500)]


churning = threading.Thread(target=churn)
churning.start()
for number in range(6):
    pid = os.fork()
    if pid == 0:
        stop.set()
        child(number)
    print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
stop.set()
churning.join()
grandchild = os.fork()
if grandchild == 0:
    if os.fork() == 0:
        print("grandchild", len(rows), flush=True)
        os._exit(0)
    os.wait()
    os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]))
os.execv(sys.executable, [sys.executable, "-c", "print('executed', sum(len(str(i)) for i in range(1000)))"])
