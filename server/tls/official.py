"""A certificate that the office brings: looked at before anything listens."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from server.launch.refusal import CannotStart
from server.tls import files


def check(cert: Path, key: Path) -> None:
    """Raises CannotStart for a pair that no browser or no server would take."""
    certificate, secret = _certificate(cert), _key(key)
    if certificate.public_key() != secret.public_key():
        raise CannotStart(
            f"证书 {cert} 和私钥 {key} 不是一对（RUHU_TLS_CERT、RUHU_TLS_KEY）。",
            f"the certificate {cert} does not belong to the key {key} "
            "(RUHU_TLS_CERT, RUHU_TLS_KEY).",
        )
    _today(cert, certificate)


def _certificate(path: Path) -> x509.Certificate:
    try:
        return files.certificate(path)
    except OSError as fault:
        raise _unreadable("RUHU_TLS_CERT", path, fault.strerror or "") from fault
    except ValueError as fault:
        raise CannotStart(
            f"RUHU_TLS_CERT={path} 不是 PEM 格式的证书。",
            f"RUHU_TLS_CERT={path} is no certificate in PEM form.",
        ) from fault


def _key(path: Path) -> Any:
    try:
        return load_pem_private_key(path.read_bytes(), None)
    except OSError as fault:
        raise _unreadable("RUHU_TLS_KEY", path, fault.strerror or "") from fault
    except (ValueError, TypeError) as fault:
        raise CannotStart(
            f"RUHU_TLS_KEY={path} 不是没有密码的 PEM 格式私钥。",
            f"RUHU_TLS_KEY={path} is no private key in PEM form without a password.",
        ) from fault


def _unreadable(setting: str, path: Path, why: str) -> CannotStart:
    return CannotStart(
        f"{setting}={path} 不能读取（{why}）。", f"{setting}={path} cannot be read ({why})."
    )


def _today(path: Path, certificate: x509.Certificate) -> None:
    now = datetime.now(UTC)
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if last < now:
        raise CannotStart(
            f"证书 {path} 已于 {last:%Y-%m-%d} 到期。请换上新的。",
            f"the certificate {path} expired on {last:%Y-%m-%d}. Bring a new one.",
        )
    if first > now:
        raise CannotStart(
            f"证书 {path} 从 {first:%Y-%m-%d} 起才有效。请看看这台机器的日期。",
            f"the certificate {path} is not valid before {first:%Y-%m-%d}. "
            "Look at this machine's date.",
        )
