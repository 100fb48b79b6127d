"""What threads share is settled before they start."""

from __future__ import annotations

import threading
import typing as t

from tap_economic.client.listing import Listing
from tap_economic.singer.encoder import RecordEncoder
from tests.support.running import run_tap
from tests.support.scripted import SELF, Answer

if t.TYPE_CHECKING:
    import pytest

    from tests.support.scripted import Serve

STREAMS = ("app_roles", "currencies", "payment_terms", "invoices_booked_document", "special_prices")


def test_how_a_stream_is_requested_decoded_and_encoded_is_settled_by_the_thread_that_writes(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def noting(settle: t.Callable[..., None]) -> t.Callable[..., None]:
        def settled(*args: t.Any, **kwargs: t.Any) -> None:
            threads.append(threading.current_thread())
            settle(*args, **kwargs)

        return settled

    monkeypatch.setattr(Listing, "__post_init__", noting(Listing.__post_init__))
    monkeypatch.setattr(RecordEncoder, "__init__", noting(RecordEncoder.__init__))
    api = serve(lambda r: SELF if r.path == "/rest/self" else Answer({"message": "No"}, 400))
    run = run_tap(api.url, *STREAMS, concurrency=8)
    assert run.results.keys() == set(STREAMS)
    assert len(threads) > 2 * len(STREAMS)
    assert set(threads) == {threading.main_thread()}
