"""Facts about the listing of each stream, from the tap's declarations of it."""

from __future__ import annotations

import inspect
import typing as t

from contract.asking import Get, Listing
from contract.facts import terms as f
from contract.kinds.answers import Accepted
from contract.kinds.listings import AscendingBy, CountOf, FilteredBy
from contract.kinds.records import Typed
from contract.probe import Probe
from contract.published import enum_values
from tap_economic.replication.incremental import Incremental
from tap_economic.singer.families import (
    OpenAPIArrayStream,
    OpenAPIPagedStream,
    OpenAPISingleStream,
    OpenAPIStream,
    RestSingleStream,
    RestStream,
)
from tap_economic.streams import STREAMS

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.asking import Shape
    from tap_economic.replication.per_parent import Parent
    from tap_economic.singer.stream import EconomicStream

    Stream: t.TypeAlias = type[EconomicStream]

# When a body of the stream's endpoint was recorded. No public recording has a body of a service.
RECORDED = {
    "accounting_years": "2024",
    "accounts": "2026-08",
    "agreement": "2024",
    "customer_groups": "2024",
    "departmental_distributions": "2024",
    "departments": "2024",
    "invoices_booked_document": "2024",
    "invoices_drafts": "2024",
    "journals": "2019",
    "layouts": "2024",
    "orders_archived": "2019",
    "orders_drafts": "2019",
    "payment_terms": "2024",
    "payment_types": "2024",
    "product_groups": "2024",
    "products": "2026-08",
    "supplier_groups": "2024",
    "vat_types": "2024",
    "vat_zones": "2024",
}
# Those whose recording is whole, so that its rows could be counted.
COUNTED = {name: RECORDED[name] for name in RECORDED.keys() - {"accounts", "products"}}
COUNTED_LIVE = {"booked_entries": "2026-10-08"}
# Sorts that were tried one by one; the others were tried with a tool that asked for all.
SORTS_TRIED = {
    "currencies", "product_groups", "supplier_groups", "suppliers", "units", "vat_zones",
}  # fmt: skip
# Properties that come otherwise than the tap declares, which converts or withholds them.
OTHERWISE: dict[str, dict[str, str]] = {
    "accounting_year_entries": {"invoiceNumber": "integer"},  # published as text
    "webhooks": {"customHeaders": "array"},
}


def probes() -> Iterator[Probe]:
    """Yield the probes."""
    for stream in STREAMS:
        listing = listing_of(stream)
        yield _typed(stream, listing)
        if listing.shape == "collection" or (listing.shape == "cursor" and _is_counted(stream)):
            yield _counted(stream, listing)
        yield from _ordered(stream, listing)
        if stream.last_updated:
            yield _updated(stream, listing)


def listing_of(stream: Stream) -> Listing:
    """Return the first page of a stream, below the first parent where it has one."""
    get = Get("rest", stream.path)
    shape: Shape = "object" if issubclass(stream, RestSingleStream) else "collection"
    if issubclass(stream, OpenAPIStream):
        get, shape = f.service(stream.service, stream.path), "cursor"
        if issubclass(stream, OpenAPISingleStream):
            shape = "object"
        elif issubclass(stream, OpenAPIArrayStream | OpenAPIPagedStream):
            shape = "array"
    parent: Parent | None = getattr(stream.replication, "parent", None)
    if parent is not None:
        above = listing_of(t.cast("Stream", parent.stream))
        get = get.below(above, parent.in_parent)
        if stream.path.endswith("}"):  # a document of its own
            shape = "object"
    if shape == "collection":
        get = get.where(pagesize="1000")
    return Listing(get, shape)


def dotted(stream: Stream) -> str:
    """Return the name of a stream's class with its module."""
    return f"{stream.__module__}.{stream.__qualname__}"


def key_of(stream: Stream) -> tuple[str, ...]:
    """Return the properties of the stream's key that its records have, nested ones dotted."""
    elsewhere = stream.context_keys | stream.replication.path_keys
    keys = t.cast("tuple[str, ...]", stream.primary_keys)
    return tuple(
        ".".join(stream.copied_keys.get(key, (key,))) for key in keys if key not in elsewhere
    )


def _is_counted(stream: Stream) -> bool:
    return issubclass(stream, OpenAPIStream) and stream.counted


def _schema(stream: Stream) -> dict[str, t.Any]:
    source = inspect.getattr_static(stream, "schema").schema_source
    return t.cast("dict[str, t.Any]", source.get_schema(stream.name))


def _typed(stream: Stream, listing: Listing) -> Probe:
    confirmed = RECORDED.get(stream.name)
    return Probe(
        f"records of {stream.name} have the declared types",
        Typed(
            listing,
            _schema(stream),
            key_of(stream),
            enum_values(stream.name),
            OTHERWISE.get(stream.name, {}),
        ),
        f.RECORDED if confirmed else f.SCHEMA if listing.get.host == "rest" else f.SPEC,
        dotted(stream),
        confirmed,
        None if confirmed else f.MISTYPED,
    )


def _counted(stream: Stream, listing: Listing) -> Probe:
    count = listing.get
    if issubclass(stream, OpenAPIStream):
        count = f.service(stream.service, f"{stream.path}/count")
        if listing.get.parent:
            count = count.below(listing.get.parent, listing.get.parent_key)
    documented = f.SPEC if listing.shape == "cursor" else f.SCHEMA
    source = f.LIVE if stream.name in COUNTED_LIVE else f.RECORDED
    confirmed = (COUNTED | COUNTED_LIVE).get(stream.name)
    return Probe(
        f"{stream.name} are as many as counted, each with a key of its own",
        CountOf(listing, count, key_of(stream)),
        source if confirmed else documented,
        dotted(stream),
        confirmed,
        None if confirmed else f.MISCOUNTED,
    )


def _ordered(stream: Stream, listing: Listing) -> Iterator[Probe]:
    """Yield what the tap asks of the order of a listing."""
    sort = getattr(stream, "sort", None)
    if sort and listing.shape in {"collection", "array"}:
        query = {"sort": sort}
        if issubclass(stream, RestStream):
            listing = listing.where(**query)
            yield Probe(
                f"{stream.name} can be sorted by {sort}",
                Accepted(listing.get),
                f.LIVE,
                dotted(stream),
                "2026" if stream.name in SORTS_TRIED else "2026-08",
            )
        else:
            listing = listing.where(**query)
    is_read_by_key = getattr(stream, "keyset", False) or isinstance(stream.replication, Incremental)
    replication_key: object = stream.replication_key  # a property unless declared
    key = replication_key if isinstance(replication_key, str) else sort
    if not is_read_by_key or key is None or listing.shape == "object":
        return
    yield Probe(
        f"{stream.name} ascend by {key}" + (" if so sorted" if sort else ""),
        AscendingBy(listing, (key,), strictly=stream.unique),
        f.REST_DOCS.format("Sorting") if sort else f.SERVICE_DOCS.format("Cursor pagination"),
        dotted(stream),
        either_way=f.UNSORTED,
    )
    if _schema(stream)["properties"][key]["type"] != "integer":
        return
    for operator in ("gt", "lte"):
        yield Probe(
            f"{stream.name} are filtered by {key} with ${operator}",
            FilteredBy(listing, key, operator),
            f.LIVE,
            dotted(stream),
            "2026-08",
        )


def _updated(stream: Stream, listing: Listing) -> Probe:
    """What was changed since a day can be asked for, as the tap asks."""
    is_rest = listing.get.host == "rest"
    since = "lastUpdated$gte:2000-01-01" + ("T00:00:00Z" if is_rest else "")
    return Probe(
        f"{stream.name} are filtered by the day of their last change",
        Accepted(listing.where(filter=since).get),
        f.LIVE if is_rest else f.SPEC,
        dotted(stream),
        "2026" if is_rest else None,
        None if is_rest else f.FILTER_REFUSED,
    )
