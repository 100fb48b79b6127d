"""The options of an agreement that is to be served: its company, the app's role, its modules."""

from __future__ import annotations

import dataclasses
import typing as t

from economic_sandbox.apis.access import MODULE_NUMBERS
from economic_sandbox.company import generate_company
from economic_sandbox.company.model.basics import ROLES

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from economic_sandbox.company import Company

# The modules that make a difference in the APIs. Without Inventory, products have no stock.
MODULES = {**MODULE_NUMBERS, "Inventory": 15}
_ROLE = "SuperUser"


@dataclasses.dataclass(frozen=True)
class AgreementOptions:
    """How an agreement differs from the default one.

    Attributes:
        name: The name of the company; the generator's own if empty.
        seed: The seed of the company.
        invoices: The number of its booked invoices.
        role: The role of the app, one of ROLES.
        without: The modules that it lacks, of MODULES.
        revoked: Whether its user has revoked the grant.
    """

    name: str = ""
    seed: int = 1
    invoices: int = 200
    role: str = _ROLE
    without: tuple[str, ...] = ()
    revoked: bool = False

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: There is no such role or module, or no invoice.
        """
        _check("role", self.role, ROLES.values())
        for module in self.without:
            _check("module", module, MODULES)
        if self.invoices < 1:
            message = "invoices must be at least 1"
            raise ValueError(message)

    def company(self, today: datetime.date) -> Company:
        """Generate the company.

        Args:
            today: The last day of its history.

        Raises:
            ValueError: ``today`` is too early for two closed years.
        """
        company = generate_company(self.seed, self.invoices, today)
        company.name = self.name or company.name
        company.role = self.role
        company.modules -= {MODULES[module] for module in self.without}
        return company


def described(text: str, defaults: Mapping[str, t.Any]) -> AgreementOptions:
    """Parse a description such as ``name=Holding A/S,seed=2,without=Project+Dimension,revoked``.

    Args:
        text: The description.
        defaults: The options that it does not name.

    Raises:
        ValueError: The text is not valid.
    """
    options = dict(defaults)
    for part in filter(None, text.split(",")):
        name, equals, value = part.partition("=")
        _check("option", name, _PARSERS)
        if (name == "revoked") == bool(equals):
            message = f"{name} takes no value" if equals else f"{name} needs a value: {name}=..."
            raise ValueError(message)
        options[name] = _PARSERS[name](name, value)
    return AgreementOptions(**options)


def _check(what: str, name: str, known: Iterable[str]) -> None:
    if name not in known:
        message = f"there is no {what} {name!r}; there are {', '.join(known)}"
        raise ValueError(message)


def _text(_: str, value: str) -> str:
    return value


def _number(name: str, value: str) -> int:
    if not value.isdecimal():
        message = f"{name} must be a whole number"
        raise ValueError(message)
    return int(value)


def _names(_: str, value: str) -> tuple[str, ...]:
    return tuple(value.split("+"))


def _flag(_: str, __: str) -> bool:
    return True


_PARSERS = {
    "name": _text,
    "seed": _number,
    "invoices": _number,
    "role": _text,
    "without": _names,
    "revoked": _flag,
}
