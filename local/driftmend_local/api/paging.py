"""Cutting a list into pages, with the page size that a test may have set."""

import base64
import binascii

from .gateway import on_reset
from .request import AwsError

_sizes = {}


@on_reset
def forget_sizes():
    _sizes.clear()


def set_size(service, action, size):
    """From now on answers of this operation hold at most `size` items."""
    _sizes[service, action] = size


def size_of(service, action):
    return _sizes.get((service, action))


def page(call, items, token, default, error="ValidationError"):
    """(the items of the page that `token` points to, the token of the next page or None)."""
    items = list(items)
    start = _offset(token, error)
    size = min(filter(None, (size_of(call.service, call.action), default)), default=len(items))
    end = start + max(int(size), 1)
    return items[start:end], (_token(end) if end < len(items) else None)


def _token(offset):
    return base64.urlsafe_b64encode(f"page:{offset}".encode()).decode().rstrip("=")


def _offset(token, error):
    if not token:
        return 0
    try:
        word, _, offset = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(":")
        if word == "page":
            return int(offset)
    except (ValueError, binascii.Error):
        pass
    raise AwsError(error, f"The token '{token}' is invalid")
