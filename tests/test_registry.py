"""The registry: parts by name, parts of one's own, and answers to every way of naming one wrongly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from liveart.core.registry import TABLES, find_part
from liveart.errors import PatchError

GOOD = "from liveart import Generator\nclass Good(Generator):\n    def make(self, now, z, params):\n        return z\n"


@pytest.mark.parametrize(("table", "name"), [(table, name) for table, names in TABLES.items() for name in names])
def test_every_entry_of_the_tables_points_to_a_class_of_the_package(table: str, name: str) -> None:
    module, _, word = TABLES[table][name].partition(":")
    assert module == f"liveart.{table}s.{name.replace('-', '_')}"
    assert word.isidentifier()


def test_a_near_name_is_suggested() -> None:
    with pytest.raises(PatchError, match='there is no generator "gann"'):
        find_part("generator", "gann")
    with pytest.raises(PatchError, match='Did you mean "file"'):
        find_part("sink", "fil")


def test_a_file_of_ones_own_is_found_from_the_patchs_folder_and_by_full_path(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text(GOOD)
    for name, folder in (("my.py:Good", tmp_path), ("my.py", tmp_path), (str(tmp_path / "my.py"), Path("."))):
        assert find_part("generator", name, folder).__name__ == "Good"


def test_a_file_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text(GOOD)
    find_part("generator", "my.py:Good", tmp_path)
    (tmp_path / "my.py").write_text(GOOD.replace("Good", "Better"))
    assert find_part("generator", "my.py", tmp_path).__name__ == "Better"


def test_a_file_has_the_same_module_name_in_every_process(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text(GOOD)
    code = (f"from liveart.core.registry import find_part\n"
            f"print(find_part('generator', {str(tmp_path / 'my.py')!r}).__module__)")
    names = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
             for _ in range(2)}
    assert names == {find_part("generator", "my.py", tmp_path).__module__}


@pytest.mark.parametrize(("text", "word", "says"), [
    (None, "Good", "does not exist"),
    ("class Good(:\n", "Good", "SyntaxError"),
    ("x = 1\ny = 1 / 0\n", "Good", r"my.py, line 2, can't be loaded: ZeroDivisionError"),
    (GOOD, "Goood", 'Did you mean "Good"'),
    (GOOD.replace("make", "mike"), "Good", "lacks the method make"),
    ("class Good:\n    pass\n", "Good", "is no generator"),
    (GOOD + GOOD.replace("Good(", "Other("), "", "defines 2 generators"),
    ("import liveart\n", "", "defines 0 generators"),
    ("from liveart import Param, Generator\np = Param('norm')\n", "Good", "ParamError"),
])
def test_a_broken_file_is_answered_with_what_is_wrong(tmp_path: Path, text: str | None, word: str, says: str) -> None:
    if text is not None:
        (tmp_path / "my.py").write_text(text)
    modules = {name for name in sys.modules if name.startswith("liveart_own")}
    with pytest.raises(PatchError, match=says) as caught:
        find_part("generator", f"my.py:{word}", tmp_path)
    assert caught.value.hint
    if word and text and "SyntaxError" in says:
        assert {name for name in sys.modules if name.startswith("liveart_own")} == modules


def test_a_source_is_no_sink(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text("from liveart import Source\nclass Hand(Source):\n    def tick(self, now):\n"
                                    "        return []\n")
    assert find_part("source", "my.py:Hand", tmp_path).__name__ == "Hand"
    with pytest.raises(PatchError, match=r"Hand in .* is no sink"):
        find_part("sink", "my.py:Hand", tmp_path)
