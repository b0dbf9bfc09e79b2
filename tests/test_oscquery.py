"""OSCQuery and the address table: every address of a show is there, in the form that hosts expect."""

from __future__ import annotations

import json
from typing import Any

import pytest
from osc_peer import FIXED, PARAMS, make_board

from liveart.core.board import Board
from liveart.core.event import Event
from liveart.core.layout import Layout
from liveart.core.oscquery import ATTRIBUTES, Difference, answer, difference, host_info, is_container, tree
from liveart.core.param import Param
from liveart.core.table import WORDS, rows, table_text

BOARD = make_board("paint", "nebula")


def leaves(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the nodes that take something, by address."""
    own = {node["FULL_PATH"]: node} if "TYPE" in node else {}
    return own | {address: leaf for below in node.get("CONTENTS", {}).values()
                  for address, leaf in leaves(below).items()}


def leaf(address: str) -> dict[str, Any]:
    """Return the node at an address of the test's show."""
    node = tree(BOARD.snapshot(), address)
    assert node is not None
    return node


def test_the_tree_has_every_address_and_the_words_and_is_json() -> None:
    root = tree(BOARD.snapshot())
    assert root is not None
    words = {row.address for row in WORDS if row.kind == "word" and "<" not in row.address}
    assert set(leaves(root)) == {*BOARD.layout.params, *words}
    assert json.loads(json.dumps(root, allow_nan=False)) == root


def test_each_node_has_what_the_proposal_requires_and_nothing_unknown() -> None:
    def check(path: str, node: dict[str, Any]) -> None:
        assert node["FULL_PATH"] == path
        assert set(node) <= set(ATTRIBUTES)
        assert "CONTENTS" in node or "TYPE" in node
        for name, below in node.get("CONTENTS", {}).items():
            check(f"{path.rstrip('/')}/{name}", below)

    root = tree(BOARD.snapshot())
    assert root is not None
    check("/", root)


@pytest.mark.parametrize(("name", "tag", "value", "span"), [
    ("opacity", "f", [1.0], [{"MIN": 0.0, "MAX": 1.0}]), ("voices", "i", [3], [{"MIN": 1, "MAX": 8}]),
    ("blend", "s", ["mix"], [{"VALS": ["mix", "add", "screen"]}]), ("mirror", "F", [False], None),
    ("speed", "f", [0.25], [{"MIN": -4.0, "MAX": 4.0}])])
def test_each_kind_has_its_type_value_and_range(name: str, tag: str, value: list[Any], span: Any) -> None:
    node = leaf(f"/liveart/paint/{name}")
    assert (node["TYPE"], node["VALUE"], node.get("RANGE"), node["ACCESS"]) == (tag, value, span, 3)


def test_a_trigger_can_be_written_but_not_read() -> None:
    node = leaf("/liveart/paint/strike")
    assert (node["TYPE"], node["ACCESS"], "VALUE" in node) == ("I", 2, False)


def test_a_word_can_have_words_below_it() -> None:
    node = leaf("/liveart/cue")
    assert (node["TYPE"], node["ACCESS"], "VALUE" in node) == ("s", 2, False)
    assert node["CONTENTS"]["next"]["TYPE"] == "I"


def test_the_value_is_the_live_one() -> None:
    board = make_board()
    board.put(Event("/liveart/paint/blend", "add", 0.0))
    assert answer(board.snapshot(), "/liveart/paint/blend", "VALUE") == (200, {"VALUE": ["add"]})


@pytest.mark.parametrize(("path", "query", "status"), [
    ("/", "", 200), ("/liveart/paint", "", 200), ("/liveart/paint/", "", 200), ("/liveart/paint/opacity", "TYPE", 200),
    ("/liveart/paint/strike", "VALUE", 204), ("/liveart/paint", "TYPE", 204), ("/liveart/paint/opacity", "HUE", 400),
    ("/liveart/pain", "", 404), ("/liveart/paint/opacity/more", "", 404), ("/liveart/nobody", "VALUE", 404)])
def test_an_answer_has_the_status_of_the_proposal(path: str, query: str, status: int) -> None:
    assert answer(BOARD.snapshot(), path, query)[0] == status


def test_a_branch_has_only_what_is_below_it() -> None:
    assert set(leaves(leaf("/liveart/paint"))) == {f"/liveart/paint/{param.name}" for param in PARAMS}


def test_host_info_says_where_osc_arrives_and_what_is_served() -> None:
    info = host_info("liveart 0.1.0", "127.0.0.1", 9000, "127.0.0.1", 8321)
    assert (info["OSC_IP"], info["OSC_PORT"], info["OSC_TRANSPORT"]) == ("127.0.0.1", 9000, "UDP")
    assert (info["WS_IP"], info["WS_PORT"]) == ("127.0.0.1", 8321)
    assert info["EXTENSIONS"]["VALUE"] is True
    assert info["EXTENSIONS"]["LISTEN"] is True
    assert info["EXTENSIONS"]["PATH_RENAMED"] is False


def test_notes_can_be_written_but_not_read_and_say_how() -> None:
    keys = Board(Layout.of([("keys", [Param("note", kind="notes", help="plays")])]))
    node = tree(keys.snapshot(), "/liveart/keys/note")
    assert node is not None
    assert (node["TYPE"], node["ACCESS"], node["RANGE"]) == ("f", 2, [{"MIN": 0.0, "MAX": 1.0}])
    assert "VALUE" not in node
    assert "/liveart/keys/note/60" in node["DESCRIPTION"]


def test_a_branch_that_came_or_went_is_named_once_by_its_topmost_node() -> None:
    level, tone = Param("level", 0.5), Param("tone", 0.5)
    before = Layout.of([("", FIXED), ("a", [level, tone]), ("gone", [level, tone]), ("c/deep", [level])])
    after = Layout.of([("", FIXED), ("a", [level, Param("hue", 0.5)]), ("new", [level, tone]),
                       ("c/deep", [Param("level", 0.5, 0.0, 2.0)])])
    told = difference(before, after)
    assert told.added == ("/liveart/a/hue", "/liveart/new")
    assert told.removed == ("/liveart/a/tone", "/liveart/gone")
    assert told.changed == ("/liveart/c/deep/level",)
    assert difference(after, after) == Difference((), (), ())


@pytest.mark.parametrize(("path", "is_one"), [("/", True), ("/liveart", True), ("/liveart/paint", True),
                                              ("/liveart/paint/", True), ("/liveart/pai", False),
                                              ("/liveart/paint/opacity", False), ("", True)])
def test_a_container_has_addresses_below_it(path: str, is_one: bool) -> None:
    assert is_container(BOARD.layout, path) is is_one


def test_the_table_has_a_row_for_each_address_and_each_word() -> None:
    table = rows(BOARD.layout)
    assert [row.address for row in table[: -len(WORDS)]] == list(BOARD.layout.params)
    assert table[-len(WORDS) :] == list(WORDS)
    assert {"/liveart/ping", "/liveart/listen", "/liveart/pong", "/liveart/error"} <= {row.address for row in WORDS}
    assert json.loads(json.dumps([row.to_dict() for row in table]))[0]["kind"] == "trigger"


def test_rows_say_range_and_default_as_people_write_them() -> None:
    shown = {row.address.rsplit("/", 1)[1]: (row.range, row.default) for row in rows(Layout.of([("a", PARAMS)]))}
    assert shown["opacity"] == ("0..1", 1.0)
    assert shown["voices"] == ("1..8", 3)
    assert shown["blend"] == ("mix | add | screen", "mix")
    assert shown["mirror"] == ("0 | 1", False)
    assert shown["strike"] == ("", None)


def test_the_text_of_the_table_is_aligned() -> None:
    layout = Layout.of([("", FIXED), ("a", [Param("hue", 0.5, help="colour", unit="turns")])])
    lines = table_text(rows(layout)).split("\n")
    assert lines[0].split() == ["address", "kind", "range", "default", "unit", "help"]
    hue = next(line for line in lines if "hue" in line)
    assert hue.split() == ["/liveart/a/hue", "float", "0..1", "0.5", "turns", "colour"]
    assert hue.index("colour") == lines[0].index("help")
