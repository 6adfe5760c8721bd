"""Worker processes here, against the contract of all executors."""

from digitizer.workers import WorkerPool
from tests.contracts.executor_suite import FOR_EVER, ExecutorSuite


class TestWorkerPool(ExecutorSuite):
    def opened(self, *, seconds_per_task: float = FOR_EVER) -> WorkerPool:
        return WorkerPool(2, seconds_per_task=seconds_per_task)
