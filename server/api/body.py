"""Reading a body: inflated in a stream, with a cap, so that no bomb goes off."""

import zlib
from collections.abc import Iterator

import orjson
import zstandard
from flask import Request, Response
from werkzeug.exceptions import ClientDisconnected

from store.errors import Refusal

_CHUNK = 64 * 1024


class TooLarge(Refusal):
    """The body is larger than this route takes, as sent or once inflated."""

    code = "body_too_large"


class UnsupportedEncoding(Refusal):
    """Content-Encoding may be identity, gzip or zstd."""

    code = "unsupported_encoding"


class Malformed(Refusal):
    """The body cannot be inflated, or came only in part."""

    code = "malformed_body"


def inflated(request: Request, most: int) -> bytes:
    """The whole body; raises TooLarge, UnsupportedEncoding, Malformed."""
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    raw = _raw(request)
    try:
        if encoding == "gzip":
            return _capped(_gunzip(raw), most)
        if encoding == "zstd":
            return _capped(_unzstd(_capped(raw, most)), most)
        if encoding == "identity":
            return _capped(raw, most)
    except (zlib.error, zstandard.ZstdError) as damage:
        raise Malformed(f"the {encoding} body is damaged") from damage
    except ClientDisconnected as cut:
        raise Malformed("the body ended before its length") from cut
    raise UnsupportedEncoding("send identity, gzip or zstd", encoding=encoding)


def _raw(request: Request) -> Iterator[bytes]:
    while data := request.stream.read(_CHUNK):
        yield data


def _gunzip(raw: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(wbits=31)
    for data in raw:
        while data and not inflater.eof:
            yield inflater.decompress(data, _CHUNK)
            data = inflater.unconsumed_tail
    yield inflater.flush()
    if not inflater.eof:
        raise zlib.error("truncated")


def _unzstd(data: bytes) -> Iterator[bytes]:
    """`decompress(max_output_size=)` trusts the header, so the stream is read in pieces."""
    with zstandard.ZstdDecompressor(max_window_size=2**23).stream_reader(data) as reader:
        while piece := reader.read(_CHUNK):
            yield piece
    whole = zstandard.ZstdDecompressor(max_window_size=2**23).decompressobj()
    whole.decompress(data)  # small by now: the reader came to its end within the cap
    if not whole.eof:
        raise zstandard.ZstdError("truncated")


def _capped(pieces: Iterator[bytes], most: int) -> bytes:
    kept = bytearray()
    for piece in pieces:
        kept += piece
        if len(kept) > most:
            raise TooLarge(f"at most {most} bytes", limit=str(most))
    return bytes(kept)


def packed(request: Request, body: bytes, status: int = 200) -> Response:
    """A JSON answer, compressed as the device offered and where it pays."""
    offered = request.headers.get("Accept-Encoding", "")
    headers = {"Vary": "Accept-Encoding"}
    if len(body) > 500 and "zstd" in offered:
        body = zstandard.ZstdCompressor(level=3).compress(body)
        headers["Content-Encoding"] = "zstd"
    elif len(body) > 500 and "gzip" in offered:
        squeeze = zlib.compressobj(6, wbits=31)
        body = squeeze.compress(body) + squeeze.flush()
        headers["Content-Encoding"] = "gzip"
    return Response(body, status, headers, content_type="application/json")


def json(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, content_type="application/json")
