"""What all workers must do, here or on other PCs. A test module subclasses ExecutorSuite and gives ``opened``."""

from __future__ import annotations

import os
import time
from abc import abstractmethod
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from digitizer.requests import page_request
from digitizer.workers import Workers, result_of
from ocr.errors import PageError, PageFault
from ocr.work import PageRequest, process_page
from tests.helpers.workspaces import NULL_ENGINE, tiny_page

FOR_EVER = 3600.0
"""Seconds that no test waits."""
SOON = 2.0
"""Seconds after which one that hangs is stopped; an ordinary tiny page takes a tenth of that."""


def request(folder: Path, number: int = 1) -> PageRequest:
    return page_request(NULL_ENGINE, tiny_page(folder / f"{number}.png", number), 0)


class ExecutorSuite:
    """Contract for all executors of pages."""

    @abstractmethod
    def opened(self, *, seconds_per_task: float = FOR_EVER) -> Workers:
        """Two processes at work."""

    def test_answers_are_those_of_the_function(self, tmp_path: Path) -> None:
        asked = [request(tmp_path, number) for number in range(1, 6)]
        with self.opened() as workers:
            futures = [workers.submit(process_page, each) for each in asked]
            answers = [result_of(future) for future in futures]
            assert workers.processes == 2
        for each, answer in zip(asked, answers, strict=True):
            at_home = process_page(each)
            assert (answer.text, answer.recipe, answer.image, answer.flags) == (
                at_home.text, at_home.recipe, at_home.image, at_home.flags,
            )  # fmt: skip

    def test_what_is_wrong_with_a_page_comes_as_its_fault(self, tmp_path: Path) -> None:
        broken, gone = request(tmp_path), request(tmp_path, 2)
        broken.source.write_bytes(b"%PDF-1.4 ")
        gone.source.unlink()
        with self.opened() as workers:
            for asked, fault in ((broken, PageFault.DAMAGED), (gone, PageFault.UNREADABLE)):
                with pytest.raises(PageError) as caught:
                    result_of(workers.submit(process_page, asked))
                assert caught.value.fault is fault

    def test_one_death_costs_one_page(self, tmp_path: Path) -> None:
        with self.opened() as workers:
            futures = [workers.submit(process_page, request(tmp_path, number)) for number in range(1, 5)]
            killer = workers.submit(os._exit, 137)
            with pytest.raises(PageError) as caught:
                result_of(killer)
            assert caught.value.fault is PageFault.CRASHED
            assert all(result_of(future).image for future in futures)
            assert result_of(workers.submit(process_page, request(tmp_path))).image

    def test_memory_is_limited(self) -> None:
        with self.opened() as workers:
            with pytest.raises(PageError) as caught:
                result_of(workers.submit(bytearray, 1 << 40))
            assert caught.value.fault is PageFault.CRASHED

    def test_one_that_hangs_is_stopped_and_the_next_is_served(self, tmp_path: Path) -> None:
        with self.opened(seconds_per_task=SOON) as workers:
            with pytest.raises(PageError) as caught:
                result_of(workers.submit(time.sleep, FOR_EVER))
            assert caught.value.fault is PageFault.TIMEOUT
            assert result_of(workers.submit(process_page, request(tmp_path))).image

    def test_a_second_try_gets_over_a_death_but_not_over_a_fault(self, tmp_path: Path) -> None:
        broken = request(tmp_path)
        broken.source.write_bytes(b"")
        with self.opened() as workers:
            for fn, argument, fault in ((os._exit, 1, PageFault.CRASHED), (process_page, broken, PageFault.EMPTY)):
                with pytest.raises(PageError) as caught:
                    workers.run(fn, argument)
                assert caught.value.fault is fault

    def test_what_is_cancelled_is_not_waited_for(self, tmp_path: Path) -> None:
        with self.opened(seconds_per_task=SOON) as workers:
            hanging = [workers.submit(time.sleep, FOR_EVER) for _ in range(4)]
            assert hanging[-1].cancel()
            with pytest.raises(CancelledError):
                hanging[-1].result()
            workers.shutdown(cancel_futures=True)
        assert all(future.done() for future in hanging)

    def test_left_by_an_exception_it_ends_at_once(self) -> None:
        with pytest.raises(ZeroDivisionError), self.opened(seconds_per_task=SOON) as workers:
            workers.submit(time.sleep, FOR_EVER)
            raise ZeroDivisionError

    def test_after_its_end_nothing_is_taken(self) -> None:
        workers = self.opened()
        workers.shutdown()
        with pytest.raises(RuntimeError):
            workers.submit(os.getpid)
