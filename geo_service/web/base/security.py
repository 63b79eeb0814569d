"""Headers of every answer: nothing foreign, nothing inline, nothing guessed."""

from urllib.parse import urlsplit

from flask import Flask, Response

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}

_ONLY_HTTPS = "max-age=31536000"


def tile_source(tile_url: str | None) -> str:
    """Return the host of a tile address as a policy names it; empty where it is our own.

    >>> tile_source("https://{s}.tiles.example:8443/{z}/{x}/{y}.png")
    'https://*.tiles.example:8443'
    """
    if not tile_url:
        return ""
    parts = urlsplit(tile_url)
    if not parts.netloc:
        return ""
    host = parts.netloc.rpartition("@")[2].replace("{s}", "*")
    return f"{parts.scheme or 'https'}://{host}"


def content_policy(tile_url: str | None = None) -> str:
    """Return the Content-Security-Policy of pages."""
    policy = dict(_POLICY)
    source = tile_source(tile_url)
    if source:
        policy["img-src"] += f" {source}"
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def init_app(app: Flask, tile_url: str | None, *, https: bool) -> None:
    """Add the headers to every answer of `app`; `https` tells browsers to use nothing else."""
    policy = content_policy(tile_url)

    @app.after_request
    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if https:
            response.headers["Strict-Transport-Security"] = _ONLY_HTTPS
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        return response
