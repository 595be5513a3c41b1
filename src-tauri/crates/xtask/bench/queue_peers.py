"""Other queues on SQLite, on the same disk, each commit synced: one JSON line a figure.

    python queue_peers.py FOLDER     (the folder is empty)

huey deletes a task before it is done, so its `drain` is one commit a task; persist-queue marks it taken and then done,
which is two, as here. Work is an empty function, workers are threads.
"""

import json
import sys
import threading
import time
from pathlib import Path

from huey import SqliteHuey
from persistqueue import SQLiteAckQueue
from persistqueue.exceptions import Empty

JOBS = 400
LATENCIES = 60


def tell(peer, metric, value):
    print(json.dumps({"peer": peer, "metric": metric, "value": round(value, 3)}), flush=True)


def per_second(work, n):
    begun = time.perf_counter()
    work()
    return n / (time.perf_counter() - begun)


def percentiles(peer, waits):
    waits.sort()
    for name, share in (("p50", 50), ("p99", 99)):
        tell(peer, f"latency_{name}_ms", waits[len(waits) * share // 100] * 1000)


class Huey:
    """The queue, and a consumer of its own around each measurement."""

    def __init__(self, folder):
        self.huey = SqliteHuey(filename=str(folder / "huey.db"), fsync=True, results=False)
        self.seen = threading.Semaphore(0)
        self.at = 0.0
        self.task = self.huey.task()(self.work)

    def work(self):
        self.at = time.perf_counter()
        self.seen.release()

    def wait(self, n):
        for _ in range(n):
            self.seen.acquire()

    def consumer(self, workers):
        return self.huey.create_consumer(
            workers=workers, worker_type="thread", periodic=False, initial_delay=0.01, backoff=1.15, max_delay=0.1
        )

    def enqueue(self, n):
        for _ in range(n):
            self.task()

    def empty(self):
        self.huey.flush()

    def drain(self, workers):
        self.enqueue(JOBS)
        consumer = self.consumer(workers)

        def work():
            consumer.start()
            self.wait(JOBS)

        rate = per_second(work, JOBS)
        consumer.stop(graceful=True)
        return rate

    def latency(self):
        consumer = self.consumer(1)
        consumer.start()
        waits = []
        for _ in range(LATENCIES):
            time.sleep(0.05)
            begun = time.perf_counter()
            self.task()
            self.wait(1)
            waits.append(self.at - begun)
        consumer.stop(graceful=True)
        return waits


class PersistQueue:
    def __init__(self, folder):
        self.queue = SQLiteAckQueue(str(folder / "persistqueue"), multithreading=True, auto_commit=True)
        self.queue._putter.execute("PRAGMA synchronous=FULL")
        self.queue._getter.execute("PRAGMA synchronous=FULL")

    def enqueue(self, n):
        for subject in range(n):
            self.queue.put(subject)

    def empty(self):
        while self.take():
            pass

    def take(self):
        try:
            self.queue.ack(self.queue.get(block=False))
        except Empty:
            return False
        return True

    def drain(self, workers):
        self.enqueue(JOBS)

        def worker():
            while self.take():
                pass

        def work():
            threads = [threading.Thread(target=worker) for _ in range(workers)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        return per_second(work, JOBS)

    def latency(self):
        waits, bell = [], threading.Semaphore(0)

        def worker():
            for _ in range(LATENCIES):
                begun = self.queue.get()
                waits.append(time.perf_counter() - begun)
                self.queue.ack(begun)
                bell.release()

        thread = threading.Thread(target=worker)
        thread.start()
        for _ in range(LATENCIES):
            time.sleep(0.05)
            self.queue.put(time.perf_counter())
            bell.acquire()
        thread.join()
        return waits


def main():
    folder = Path(sys.argv[1])
    for peer, queue in (("huey", Huey(folder)), ("persist-queue", PersistQueue(folder))):
        tell(peer, "enqueue_1/s", per_second(lambda: queue.enqueue(JOBS), JOBS))
        queue.empty()
        for workers in (1, 4):
            tell(peer, f"drain_{workers}w/s", queue.drain(workers))
        percentiles(peer, queue.latency())


main()
