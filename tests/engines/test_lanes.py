from __future__ import annotations

from watcher.engines.lanes import Lanes


def test_a_host_has_one_item_out_at_a_time() -> None:
    lanes: Lanes[str] = Lanes()

    assert lanes.add("a", "1") == "1"
    assert lanes.add("a", "2") is None
    assert lanes.add("b", "3") == "3"
    assert lanes.done("a") == "2"
    assert lanes.done("a") is None
    assert lanes.add("a", "4") == "4"


def test_items_wait_in_the_order_they_came() -> None:
    lanes: Lanes[int] = Lanes()
    lanes.add("a", 0)
    for number in range(1, 5):
        lanes.add("a", number)

    assert [lanes.done("a") for _ in range(5)] == [1, 2, 3, 4, None]


def test_what_waits_can_be_taken_out() -> None:
    lanes: Lanes[int] = Lanes()
    lanes.add("a", 0)
    lanes.add("a", 1)

    assert lanes.clear() == [1]
    assert lanes.done("a") is None
