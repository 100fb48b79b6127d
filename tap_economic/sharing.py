"""What several readers use, and only one of them makes."""

from __future__ import annotations

import threading
import typing as t
from functools import cached_property

if t.TYPE_CHECKING:
    made_once = cached_property
else:

    class made_once(cached_property):  # noqa: N801 - a decorator, named as such
        """A cached property that one thread makes while others that want it wait.

        From Python 3.12 on, cached_property lets each of them make one: what is noted in the one
        that is replaced would be lost, and msgspec crashes where two threads look into a type for
        the first time.
        """

        def __init__(self, func: t.Callable[[t.Any], t.Any]) -> None:
            """Take the method that makes the value."""
            super().__init__(func)
            self._making = threading.RLock()

        def __get__(self, instance: object, owner: type | None = None) -> t.Any:  # noqa: ANN401 - as made
            """Return the value, made by the first who asks."""
            with self._making:
                return super().__get__(instance, owner)
