"""Many posters from one process."""

from __future__ import annotations

import io

import pytest

from portal.sharing import drawing_process
from portal.sharing.drawing_process import DrawingBusyError, PosterPress
from portal.sharing.poster import Sheet
from tests.unit.sharing.posters import pictures, poster, words_of


def test_each_poster_is_a_file_of_its_own() -> None:
    with PosterPress(Sheet.A4) as press:
        made = [press.draw(poster(title=title)) for title in ("Việc một", "Việc hai")]
    assert ["Việc một" in words_of(pdf) for pdf in made] == [True, False]
    assert [len(pictures(pdf)) for pdf in made] == [1, 1]


def test_together_they_are_the_pages_of_one() -> None:
    file = io.BytesIO()
    with PosterPress(Sheet.CARD, together=True) as press:
        assert [press.draw(poster(title=title)) for title in ("Việc một", "Việc hai")] == [b"", b""]
        press.finish(file)
    assert len(pictures(file.getvalue())) == 2


def test_the_process_ends_with_its_press() -> None:
    with PosterPress(Sheet.A4) as press:
        pass
    assert press._process.poll() is not None


@pytest.mark.parametrize("together", [False, True])
def test_a_process_that_is_gone_or_hangs_is_told(monkeypatch: pytest.MonkeyPatch, together: bool) -> None:
    with PosterPress(Sheet.A4, together=together) as press:
        press._process.kill()
        press._process.wait()
        with pytest.raises(DrawingBusyError):
            press.draw(poster())
    monkeypatch.setattr(drawing_process, "_SECONDS", 0.01)
    with PosterPress(Sheet.A4, together=together) as press, pytest.raises(DrawingBusyError):
        press.draw(poster())
