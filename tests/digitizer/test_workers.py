"""Worker processes here, against the contract of all executors."""

import multiprocessing
import os
import signal

from digitizer.workers import WorkerPool, result_of
from tests.contracts.executor_suite import FOR_EVER, ExecutorSuite


class TestWorkerPool(ExecutorSuite):
    def opened(self, *, seconds_per_task: float = FOR_EVER) -> WorkerPool:
        return WorkerPool(2, seconds_per_task=seconds_per_task)

    def test_an_interrupt_at_the_birth_of_a_worker_ends_none(self) -> None:
        """Ctrl-C goes to all processes of a terminal, whether they are ready or not."""
        with self.opened() as workers:
            future = workers.submit(os.getpid)
            born = multiprocessing.active_children()
            for each in born:
                os.kill(each.pid or 0, signal.SIGINT)
            assert result_of(future) in {each.pid for each in born}
