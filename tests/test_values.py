"""The value block: whole snapshots, also from another process, and no reader that waits for a dead writer."""

from __future__ import annotations

import multiprocessing
from multiprocessing.shared_memory import SharedMemory

import numpy as np
import pytest
from boards import layout, put, write_rows

from liveart.core import values
from liveart.core.board import Board
from liveart.core.layout import Layout
from liveart.core.param import Param
from liveart.core.values import ValueBlock, block_bytes
from liveart.errors import LiveartError

WIDE = Layout.of([("p", [Param(f"a{k}") for k in range(400)])])


def interrupt(buffer: bytearray) -> None:
    """Leave the block as a writer does that stops in the middle of a write."""
    np.frombuffer(buffer, np.uint64, 1)[0] += np.uint64(1)


def test_a_reader_in_another_block_over_the_same_memory_sees_what_the_board_says() -> None:
    plan, buffer = layout(), bytearray(block_bytes(layout()))
    board = Board(plan, block=ValueBlock(buffer, plan))
    reader = ValueBlock(buffer, plan)
    assert (reader.read().numbers == plan.starts()).sum() >= plan.count - 1  # all but the tempo in the header
    put(board, "p/level", 0.9, 5.0)
    assert reader.read()["/liveart/p/level"] == 0.9
    assert reader.read().received_ns == 5_000_000_000


def test_a_snapshot_is_the_same_object_while_nothing_was_written_and_can_not_be_written() -> None:
    plan, buffer = layout(), bytearray(block_bytes(layout()))
    board = Board(plan, block=ValueBlock(buffer, plan))
    reader = ValueBlock(buffer, plan)
    first = reader.read()
    assert reader.read() is first
    put(board, "p/level", 0.9)
    assert reader.read() is not first
    assert first["/liveart/p/level"] == 0.5
    assert not first.numbers.flags.writeable


def test_no_read_is_torn_while_another_process_writes() -> None:
    memory = SharedMemory(create=True, size=block_bytes(WIDE))
    block = ValueBlock(memory.buf, WIDE)
    block.write(np.zeros(WIDE.count))
    writer = multiprocessing.get_context("spawn").Process(target=write_rows, args=(memory.name, WIDE, 5000))
    writer.start()
    seen = [0.0]
    while writer.is_alive() or seen[-1] < 5000:
        numbers = block.read().numbers
        assert (numbers == numbers[0]).all()
        assert numbers[0] >= seen[-1]
        if numbers[0] != seen[-1]:
            seen.append(float(numbers[0]))
        assert writer.exitcode in (None, 0)
    writer.join()
    block.release()
    memory.close()
    memory.unlink()
    assert seen[-1] == 5000


def test_a_writer_that_stops_in_the_middle_leaves_the_last_snapshot() -> None:
    plan, buffer = layout(), bytearray(block_bytes(layout()))
    board = Board(plan, block=ValueBlock(buffer, plan))
    reader = ValueBlock(buffer, plan)
    before = reader.read()
    interrupt(buffer)
    assert reader.read() is before
    put(board, "p/level", 0.9)  # the next writer mends the block
    assert reader.read()["/liveart/p/level"] == 0.9


def test_a_first_read_that_never_gets_a_whole_snapshot_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "_FIRST_WAIT", 0.01)
    buffer = bytearray(block_bytes(WIDE))
    interrupt(buffer)
    with pytest.raises(LiveartError, match="writer stopped"):
        ValueBlock(buffer, WIDE).read()


def test_numbers_of_another_layout_are_refused_and_spoil_nothing() -> None:
    block = ValueBlock(bytearray(block_bytes(WIDE)), WIDE)
    block.write(np.ones(WIDE.count))
    with pytest.raises(ValueError, match="layout"):
        block.write(np.ones(3))
    assert (block.read().numbers == 1.0).all()


def test_a_released_block_lets_its_shared_memory_be_closed() -> None:
    memory = SharedMemory(create=True, size=block_bytes(WIDE))
    block = ValueBlock(memory.buf, WIDE)
    block.read()
    block.release()
    block.release()
    memory.close()
    memory.unlink()
