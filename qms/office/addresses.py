"""Where links lead, as office files write it."""

from urllib.parse import quote


def link_address(target: str) -> str:
    """A web address as it is; a path in the pack with its blanks and signs escaped."""
    if "://" in target or target.startswith("mailto:"):
        return quote(target, safe="%/:?#[]@!$&'()*+,;=-._~")
    return quote(target, safe="/#-._~()!,+")
