"""The page as a browser without JavaScript sees it, and who may use its forms."""

from __future__ import annotations

import asyncio
import typing as t
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from starlette.responses import PlainTextResponse

from economic_sandbox.company import generate_company
from economic_sandbox.same_origin import SameOrigin
from economic_sandbox.server import Sandbox
from sandbox_support.small import tokens

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Message

FORMS = {
    "/page/time": {"events": "1", "days": "0"},
    "/page/faults": {"name": "html"},
    "/page/faults/remove": {},
    "/time?steps=1": {},
    "/faults?name=html": {},
}


@pytest.fixture(scope="module")
def _running() -> Iterator[Sandbox]:
    companies = {f"grant-{seed}": generate_company(seed, 5) for seed in (1, 2)}
    companies["grant-2"].name = "Drift & <Vind>"
    companies["grant-2"].role = "Sales"
    companies["grant-2"].modules = {14}
    with Sandbox(agreements=companies) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running: Sandbox) -> Sandbox:
    """Two agreements, as they were at first but for what has happened in their companies."""
    _running.clear()
    return _running


def shown(sandbox: Sandbox) -> str:
    response = requests.get(sandbox.page_url, timeout=10)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    return response.text


def submit(sandbox: Sandbox, path: str, form: dict[str, str], **headers: str) -> requests.Response:
    url = f"{sandbox.secure_url}{path}"
    return requests.post(url, data=form, headers=headers, timeout=10)


def test_the_page_shows_how_to_reach_the_apis(sandbox: Sandbox) -> None:
    page = shown(sandbox)
    for text in (
        sandbox.rest_url,
        sandbox.openapi_url,
        sandbox.app_secret_token,
        sandbox.agreement_grant_token,
        f"{sandbox.secure_url}/secure/api1/requestaccess.aspx?appPublicToken=sandbox",
        "GET requests only",
    ):
        assert text in page


def test_the_addresses_on_the_page_lead_somewhere(sandbox: Sandbox) -> None:
    links = [part.split('"')[0] for part in shown(sandbox).split('href="')[1:]]
    links = [link.replace("&amp;", "&") for link in links if not link.startswith("data:")]
    assert len(links) == 4
    for link in links:
        assert requests.get(urljoin(sandbox.page_url, link), timeout=10).status_code == 200


def test_the_page_shows_each_agreement(sandbox: Sandbox) -> None:
    page = shown(sandbox)
    for token, agreement in sandbox.agreements.items():
        assert token in page
        assert str(agreement.company.agreement_number) in page
    assert "Drift &amp; &lt;Vind&gt;" in page
    assert "<Vind>" not in page
    assert "<dd>Sales</dd>" in page
    assert "<dd>Dimension (afdeling/kvantum)</dd>" in page
    assert "revoked</strong>" not in page
    sandbox.agreements["grant-2"].is_revoked = True
    try:
        assert shown(sandbox).count("revoked</strong>") == 1
    finally:
        sandbox.agreements["grant-2"].is_revoked = False


def test_the_page_shows_the_requests_with_status_and_cost_the_newest_first(
    sandbox: Sandbox,
) -> None:
    for query in ("pagesize=5&filter=name$like:<b>", "sort=nonsense"):
        requests.get(f"{sandbox.rest_url}/customers?{query}", headers=tokens(sandbox), timeout=10)
    newest, oldest = shown(sandbox).split("<tbody>")[1].split("</tr>")[:2]
    assert "GET /rest/customers?sort=nonsense" in newest
    assert "<td>400</td>\n<td>3</td>" in newest
    assert "GET /rest/customers?pagesize=5&amp;filter=name$like:&lt;b&gt;" in oldest
    assert "<td>200</td>\n<td>3</td>" in oldest


def test_only_the_last_hundred_requests_are_shown(sandbox: Sandbox) -> None:
    for _ in range(101):
        requests.get(f"{sandbox.rest_url}/self", timeout=10)
    page = shown(sandbox)
    assert "101 requests, the newest first; the last 100 are shown" in page
    assert page.count("GET /rest/self") == 100


def test_an_event_is_chosen_and_told(sandbox: Sandbox) -> None:
    company = sandbox.agreements["grant-2"].company
    drafts = len(company.drafts)
    form = {"agreement": str(company.agreement_number), "event": "add_draft", "events": "2"}
    page = submit(sandbox, "/page/time", {**form, "days": "3"})
    assert "add_draft, add_draft, 3 days passed. It is now " in page.text
    assert page.text.count("<code>add_draft</code>") == 2
    assert len(company.drafts) == drafts + 2


def test_random_events_happen(sandbox: Sandbox) -> None:
    before = len(sandbox.simulation.history)
    page = submit(sandbox, "/page/time", {"events": "6", "days": "0"})
    assert "6 events happened. It is now " in page.text
    assert len(sandbox.simulation.history) == before + 6


def test_what_is_not_possible_is_told(sandbox: Sandbox) -> None:
    sandbox.company.drafts.clear()
    impossible = submit(sandbox, "/page/time", {"event": "delete_draft", "events": "1"})
    assert "not possible: the company has no draft. It is now " in impossible.text
    for path, form in (
        ("/page/time", {"events": "-1"}),
        ("/page/time", {"agreement": "7", "events": "1"}),
        ("/page/time", {"event": "rob_the_bank", "events": "1"}),
        ("/page/faults", {"name": "nonsense"}),
        ("/page/faults/remove", {"number": "999"}),
    ):
        answer = submit(sandbox, path, form)
        assert answer.status_code == 200
        assert '<p id="notice" role="status">Not possible: ' in answer.text
    assert sandbox.faults.active() == ()


def test_a_fault_is_added_shown_with_its_hits_and_removed(sandbox: Sandbox) -> None:
    form = {"name": "server_error", "path": "/rest/self", "at": "1", "lasts": "once", "amount": ""}
    assert "server_error, was added." in submit(sandbox, "/page/faults", form).text
    url = f"{sandbox.rest_url}/self"
    statuses = [requests.get(url, headers=tokens(sandbox), timeout=10).status_code for _ in "12"]
    assert statuses == [200, 500]
    assert "has hit 1 request." in shown(sandbox)
    (fault,) = sandbox.faults.active()
    removed = submit(sandbox, "/page/faults/remove", {"number": str(fault.number)})
    assert "server_error, was removed." in removed.text
    assert "No fault is active." in removed.text


def test_all_faults_are_removed_at_once(sandbox: Sandbox) -> None:
    for name in ("html", "reset"):
        submit(sandbox, "/page/faults", {"name": name})
    assert len(sandbox.faults.active()) == 2
    assert "All faults were removed." in submit(sandbox, "/page/faults/remove", {}).text
    assert sandbox.faults.active() == ()


def test_the_page_is_no_part_of_the_apis(sandbox: Sandbox) -> None:
    shown(sandbox)
    submit(sandbox, "/page/time", {"events": "0"})
    assert sandbox.requests == []


def state(sandbox: Sandbox) -> tuple[int, int]:
    return len(sandbox.faults.active()), sum(
        s.company.revision for s in sandbox.simulations.values()
    )


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "elsewhere.example"},
        {"Host": "[elsewhere"},
        {"Host": "127.0.0.1.elsewhere.example"},
    ],
    ids=str,
)
def test_no_other_site_controls_the_sandbox(
    sandbox: Sandbox, path: str, headers: dict[str, str]
) -> None:
    sandbox.faults.add("reset", "/rest/nothing")
    before = state(sandbox)
    assert submit(sandbox, path, FORMS[path], **headers).status_code == 403
    assert state(sandbox) == before


@pytest.mark.parametrize("path", ["/", "/time", "/faults"])
def test_no_other_site_reads_it_under_a_name_of_its_own(sandbox: Sandbox, path: str) -> None:
    url = f"{sandbox.secure_url}{path}"
    answer = requests.get(url, headers={"Host": "elsewhere.example"}, timeout=10)
    assert answer.status_code == 403
    assert sandbox.app_secret_token not in answer.text


@pytest.mark.parametrize("path", FORMS)
def test_programs_and_the_page_itself_control_it(sandbox: Sandbox, path: str) -> None:
    port = urlsplit(sandbox.page_url).port
    own: tuple[dict[str, str], ...] = (
        {},
        {"Origin": sandbox.secure_url, "Sec-Fetch-Site": "same-origin"},
        {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"},
        {"Host": f"[::1]:{port}"},
        {"Host": f"0.0.0.0:{port}"},  # as it is printed with --host 0.0.0.0
    )
    for headers in own:
        answer = submit(sandbox, path, FORMS[path], **headers)
        assert answer.status_code in {200, 303}


def test_beyond_the_loopback_interface_it_has_any_name() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/time",
        "query_string": b"",
        "server": ("172.17.0.2", 8080),
        "headers": [(b"host", b"sandbox:8080"), (b"origin", b"http://sandbox:8080")],
    }
    asyncio.run(SameOrigin(PlainTextResponse("done"))(scope, receive, send))
    assert sent[0]["status"] == 200


def test_the_page_allows_no_scripts_but_its_own(sandbox: Sandbox) -> None:
    policy = requests.get(sandbox.page_url, timeout=10).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
