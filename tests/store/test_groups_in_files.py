"""A file made of groups is the same whichever of them are taken over, and each is found again."""

from __future__ import annotations

import pickle
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from briefings.store.laid import Grouped

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
GROUPS = st.dictionaries(NAMES, st.binary(max_size=6), max_size=8)
FRAMES = st.tuples(st.binary(max_size=4), st.binary(max_size=2), st.binary(max_size=4))


def made(data: bytes, seen: list[bytes]) -> Callable[[], bytes]:
    def make() -> bytes:
        seen.append(data)
        return data

    return make


@given(GROUPS, FRAMES, st.data())
def test_a_group_is_found_where_it_is_and_made_only_if_it_is_not_known(
    groups: dict[str, bytes], frame: tuple[bytes, bytes, bytes], data: st.DataObject
) -> None:
    seen: list[bytes] = []
    head, between, tail = frame
    whole = head + between.join(each for each in groups.values() if each) + tail

    def planned() -> Grouped:
        return Grouped(frame, ((name, made(each, seen)) for name, each in groups.items()))

    assert planned().render() == whole
    assert seen == list(groups.values())
    first = planned()
    assert b"".join(first.parts({})) == whole
    laid = pickle.loads(pickle.dumps(first.laid))
    found = {name: whole[start : start + length] for name, start, length in laid.places()}
    assert found == {name: each for name, each in groups.items() if each}
    known = data.draw(st.sets(st.sampled_from(sorted(found)))) if found else set()
    seen.clear()
    again = planned()
    assert b"".join(again.parts({name: found[name] for name in known})) == whole
    assert again.laid == laid
    assert seen == [each for name, each in groups.items() if name not in known]
