"""A line that is wrapped again after an edit is wrapped as if it had been wrapped at once."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument

from seedtui.tui.widgets import long_lines
from seedtui.tui.widgets.long_lines import LongLines, height_of

texts = st.text(st.sampled_from("ab   한e\u0301\u3000\t\n👩\u200d"), max_size=80) | st.text("ab  ", max_size=400)


def state(wrapped: WrappedDocument) -> tuple[object, ...]:
    return (
        wrapped._wrap_offsets,
        wrapped._offset_to_line_info,
        wrapped._line_index_to_offsets,
        wrapped._tab_width_cache,
        wrapped.height,
        [wrapped.get_sections(row) for row in range(wrapped.document.line_count)],
    )


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(0, 12), st.lists(st.tuples(st.integers(), st.integers(0, 6), st.text("a b한\n", max_size=9))))
def test_edits_are_wrapped_as_the_whole_text_is(text: str, width: int, edits: list[tuple[int, int, str]]) -> None:
    step, long_lines._STEP = long_lines._STEP, 10  # type: ignore[misc]
    try:
        document = Document(text)
        wrapped = LongLines(document, width)
        for place, length, new in edits:
            at = place % (len(document.text) + 1)
            start, end = (
                document.get_location_from_index(at),
                document.get_location_from_index(min(at + length, len(document.text))),
            )
            result = document.replace_range(start, end, new)
            wrapped.wrap_range(start, end, result.end_location)
            anew = WrappedDocument(document, width)
            assert state(wrapped) == state(anew)
    finally:
        long_lines._STEP = step  # type: ignore[misc]


@example("a\t", 2, 2)
@given(texts, st.integers(0, 12), st.integers(1, 9))
def test_a_height_is_counted_as_far_as_it_matters(text: str, width: int, most: int) -> None:
    document = Document(text)
    height = WrappedDocument(document, width, 4).height
    assert min(height_of(document, width, 4, most), most) == min(height, most)
