"""What is known of a vendor before it is asked, and how it is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Vendor:
    """What is known of a provider before it is used.

    Attributes:
        name: The file's name.
        default_model: Asked when nobody names a model; None for a provider without models.
        key_variable: Environment variable with the API key, None where there is none.
        base_url_variable: Environment variable that moves the provider to another host, None if it has none.
        own_url: The vendor's own base URL; there, and only there, a key is required.
        price_id: The provider's name in genai-prices; None where calls cost nothing at all.
        cache_minimums: By the beginning of a model's name: the fewest tokens of a prefix that its prompt
            cache takes; the longest beginning that fits counts, "" is any model. Empty: there is no cache.
    """

    name: str
    default_model: str | None
    key_variable: str | None
    base_url_variable: str | None
    own_url: str | None
    price_id: str | None
    cache_minimums: Mapping[str, int] = field(default_factory=dict)

    def cached_from(self, model: str) -> int | None:
        """The fewest tokens of a prefix that the prompt cache takes; None where there is no cache."""
        fitting = [start for start in self.cache_minimums if model.startswith(start)]
        return self.cache_minimums[max(fitting, key=len)] if fitting else None


class Secret:
    """An API key that shows itself to nobody who does not ask for it by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The key itself, for the one line that hands it to the SDK."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__


@dataclass(frozen=True)
class Connection:
    """How to reach a provider.

    Attributes:
        base_url: Another host than the vendor's own; None at the vendor's.
        key: The API key; None where none is needed.
        settings: Settings only one provider reads, such as `openai_api`.
    """

    base_url: str | None = None
    key: Secret | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
