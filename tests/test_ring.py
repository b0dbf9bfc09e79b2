"""The sample ring against a plain list: nothing altered, nothing repeated, and losses counted exactly."""

from __future__ import annotations

import multiprocessing
from multiprocessing.shared_memory import SharedMemory

import numpy as np
import pytest
from boards import write_samples
from hypothesis import given
from hypothesis import strategies as st

from liveart.core.ring import SampleRing, ring_bytes


def ramp(start: int, count: int, channels: int = 2) -> np.ndarray:
    """Return samples that tell their own running number: [count, channels]."""
    return np.repeat(np.arange(start, start + count, dtype=np.float32)[:, None], channels, axis=1)


STEPS = st.lists(st.tuples(st.sampled_from(("write", "read", "into", "all")), st.integers(0, 40)), max_size=60)


@given(st.integers(4, 40), st.integers(1, 3), STEPS)
def test_any_mix_of_writes_and_reads_gives_the_written_samples_in_order(
        frames: int, channels: int, steps: list[tuple[str, int]]) -> None:
    ring = SampleRing(frames, channels)
    reader, written, place = ring.reader(), 0, 0
    for what, count in steps:
        lost = reader.lost
        if what == "write":
            count = min(count, frames)
            ring.write(ramp(written, count, channels))
            written += count
            continue
        if what == "into":
            out = np.full((count, channels), -1.0, np.float32)
            got = out[: reader.read_into(out)]
            assert (out[len(got) :] == -1.0).all()
        else:
            got = reader.read(None if what == "all" else count)
        if written - place <= ring.safe:
            assert reader.lost == lost  # nothing is lost that fits in three quarters of the ring
        place += reader.lost - lost
        assert (got == ramp(place, len(got), channels)).all()
        place += len(got)
        assert reader.place == place
        assert len(got) == min(written - place + len(got), count if what != "all" else frames)


def test_a_lapped_reader_goes_on_from_the_middle_of_the_ring_and_knows_its_loss() -> None:
    ring = SampleRing(100, 2)
    reader = ring.reader()
    for start in range(0, 400, 50):
        ring.write(ramp(start, 50))
    assert (reader.read() == ramp(350, 50)).all()
    assert reader.lost == 350


def test_a_reader_may_begin_in_the_past_and_several_read_the_same() -> None:
    ring = SampleRing(100, 1)
    ring.write(ramp(0, 60, 1))
    late, early = ring.reader(), ring.reader(back=20)
    assert (late.ready, early.ready) == (0, 20)
    ring.write(ramp(60, 10, 1))
    assert (late.read() == ramp(60, 10, 1)).all()
    assert (early.read() == ramp(40, 30, 1)).all()


def test_a_block_as_large_as_the_ring_is_taken_and_a_larger_one_refused() -> None:
    ring = SampleRing(10, 1)
    ring.write(ramp(0, 10, 1))
    assert ring.written == 10
    with pytest.raises(ValueError, match="11 frames"):
        ring.write(ramp(0, 11, 1))


def test_a_ring_too_small_to_be_safe_is_refused() -> None:
    with pytest.raises(ValueError, match="3 frames"):
        SampleRing(3, 2)


def test_a_reader_finds_its_place_when_the_writer_starts_again_on_a_clean_ring() -> None:
    buffer = bytearray(ring_bytes(40, 1))
    ring = SampleRing(40, 1, buffer)
    ring.write(ramp(0, 30, 1))
    reader = ring.reader()
    buffer[:] = bytes(len(buffer))
    ring.write(ramp(0, 5, 1))
    assert len(reader.read()) == 0
    ring.write(ramp(5, 5, 1))
    assert (reader.read() == ramp(5, 5, 1)).all()


def test_the_epoch_is_seen_by_all_who_share_the_ring() -> None:
    buffer = bytearray(ring_bytes(8, 1))
    SampleRing(8, 1, buffer).epoch = 12.25
    assert SampleRing(8, 1, buffer).epoch == 12.25


def test_samples_from_another_process_arrive_whole_and_in_order() -> None:
    memory = SharedMemory(create=True, size=ring_bytes(4096, 2))
    ring = SampleRing(4096, 2, memory.buf)
    reader = ring.reader()
    writer = multiprocessing.get_context("spawn").Process(target=write_samples, args=(memory.name, 4096, 2000, 256))
    writer.start()
    got = 0
    while reader.place < 2000 * 256:
        samples, end = reader.read(), reader.place
        assert (samples == ramp(end - len(samples), len(samples))).all()
        got += len(samples)
        assert writer.exitcode in (None, 0)
    writer.join()
    assert got + reader.lost == 2000 * 256
    ring.release()
    ring.release()
    memory.close()
    memory.unlink()
