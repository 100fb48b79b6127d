"""Requests page after page over a plain socket and discards the bytes.

    python discard.py CONFIG invoices|entries ROWS

Its time is that of the server: no program that reads page by page can be faster.
"""

from __future__ import annotations

import http
import http.client
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

_PAGE = 1000
_TARGETS = {
    "invoices": "/rest/invoices/booked?pagesize=1000&filter=bookedInvoiceNumber$gt:{last}",
    "entries": "/openapi/bookedEntriesapi/v4.0.0/booked-entries?cursor={last}",
}


def main() -> None:
    """Read one listing, whose keys are known to be 1, 2, 3 and so on."""
    config = json.loads(Path(sys.argv[1]).read_bytes())
    target, rows = _TARGETS[sys.argv[2]], int(sys.argv[3])
    connection = http.client.HTTPConnection(urlsplit(config["rest_url"]).netloc)
    room = memoryview(bytearray(1 << 20))
    for last in range(0, rows, _PAGE):
        connection.request("GET", target.format(last=last))
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            sys.exit(f"The server responded with {response.status}.")
        while response.readinto(room):
            pass
    connection.close()
    sys.stdout.write(json.dumps({"rows": rows}) + "\n")


if __name__ == "__main__":
    main()
