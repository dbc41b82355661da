"""Settings: one typed table; a bad one stops the start with a sentence."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

CLIENT = Path(__file__).resolve().parent.parent / "client" / "dist"
"""Where `make client` puts the form app."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can call the server there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class BadSetting(Exception):
    """A setting that cannot be used; the message names it and says what would do."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table."""

    name: str
    field: str
    read: Callable[[str], Any]
    default: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process."""

    home: Path
    host: str
    port: int
    database_url: str
    redis_url: str
    media_url: str
    media_max: int
    secret_key: str
    lang: str
    tz: str
    tls_cert: str
    tls_key: str
    lan: bool
    lan_demo: bool
    start_port: int
    client_dist: Path
    tiles_url: str
    workers: int
    demo: bool
    log: str
    metrics_token: str
    backup_dir: Path | None
    backup_hour: int
    backup_keep: int

    @property
    def spool(self) -> Path:
        return self.home / "spool"

    @property
    def tls(self) -> bool:
        return bool(self.tls_cert)

    @property
    def closed_to_demo(self) -> bool:
        """Whether others than this machine can come in, and nobody asked for the demo there."""
        return (self.lan or not is_loopback(self.host)) and not self.lan_demo

    @property
    def local_authority(self) -> bool:
        """Whether phones have to be told to trust this machine before https works for them."""
        return self.lan and self.tls_cert == str(self.home / "tls" / "server.crt")

    def environment(self) -> dict[str, str]:
        """The same settings for a child process."""
        return {s.name: _written(getattr(self, s.field)) for s in SETTINGS}


def _written(value: object) -> str:
    """As `read` takes it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else 0
    if not 0 < port < 65536:
        raise ValueError("a port is a number from 1 to 65535")
    return port


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise ValueError("a number from 1 on")
    return number


def _hour(text: str) -> int:
    hour = int(text)
    if not 0 <= hour < 24:
        raise ValueError("an hour from 0 to 23")
    return hour


def _folder(text: str) -> Path | None:
    return Path(text).absolute() if text else None


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("0 or 1")
    return text == "1"


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError("a time zone such as Asia/Shanghai") from unknown
    return text


def _path(text: str) -> Path:
    return Path(text).absolute() if text else CLIENT


def _lang(text: str) -> str:
    if text not in ("zh", "en"):
        raise ValueError("zh or en")
    return text


def _database(text: str) -> str:
    try:
        kind = make_url(text).get_backend_name() if text else "sqlite"
    except ArgumentError as fault:
        raise ValueError("sqlite:///path or postgresql://user@host/name") from fault
    if kind not in ("sqlite", "postgresql"):
        raise ValueError("sqlite:///path or postgresql://user@host/name")
    return text


def _media(text: str) -> str:
    if text and not text.startswith(("file:///", "s3://")):
        raise ValueError("file:///folder or s3://bucket?endpoint=https://…&region=…")
    return text


SETTINGS = (
    Setting("RUHU_HOME", "home", lambda t: Path(t).absolute(), "./var",
            "全部内置数据所在的文件夹", "folder of all embedded state"),
    Setting("RUHU_HOST", "host", str, "127.0.0.1", "监听的地址", "address to listen on"),
    Setting("RUHU_PORT", "port", _port, "8080", "监听的端口", "port to listen on"),
    Setting("RUHU_DATABASE_URL", "database_url", _database, "",
            "数据库；默认用 RUHU_HOME 里的 SQLite", "database; SQLite in RUHU_HOME by default"),
    Setting("RUHU_REDIS_URL", "redis_url", str, "",
            "Redis；默认由启动程序自带", "Redis; the launcher brings its own by default"),
    Setting("RUHU_MEDIA_URL", "media_url", _media, "",
            "照片存放处；默认 RUHU_HOME/media", "where photos are; RUHU_HOME/media by default"),
    Setting("RUHU_MEDIA_MAX", "media_max", _positive, str(20 * 1024 * 1024),
            "单个文件最多多少字节", "bytes that one file may have"),
    Setting("RUHU_SECRET_KEY", "secret_key", str, "",
            "主密钥；没有时生成在 RUHU_HOME/secret.key",
            "the one secret; made in RUHU_HOME/secret.key when absent"),
    Setting("RUHU_LANG", "lang", _lang, "zh", "默认语言", "language by default"),
    Setting("RUHU_TZ", "tz", _zone, "Asia/Shanghai", "办公室的时区", "the office's time zone"),
    Setting("RUHU_TLS_CERT", "tls_cert", str, "", "HTTPS 证书文件", "TLS certificate file"),
    Setting("RUHU_TLS_KEY", "tls_key", str, "", "HTTPS 私钥文件", "TLS key file"),
    Setting("RUHU_LAN", "lan", _flag, "0",
            "让局域网里的手机连进来", "let phones of the local network in"),
    Setting("RUHU_LAN_DEMO", "lan_demo", _flag, "0",
            "演示账号在局域网上也能用", "let the demo's accounts be used from the network, too"),
    Setting("RUHU_START_PORT", "start_port", _port, "8081",
            "开始页的端口（http）", "port of the start page (http)"),
    Setting("RUHU_CLIENT_DIST", "client_dist", _path, "",
            "填报应用所在的文件夹；默认 client/dist", "folder of the built form app; client/dist"),
    Setting("RUHU_TILES_URL", "tiles_url", str, "",
            "地图瓦片地址，如 https://…/{z}/{x}/{y}.png", "map tiles: https://…/{z}/{x}/{y}.png"),
    Setting("RUHU_WORKERS", "workers", _positive, "2", "后台任务进程数", "worker processes"),
    Setting("RUHU_DEMO", "demo", _flag, "0",
            "全新安装时放入演示数据", "put demo data into a new installation"),
    Setting("RUHU_LOG", "log", str, "info", "日志级别", "log level"),
    Setting("RUHU_METRICS_TOKEN", "metrics_token", str, "",
            "Prometheus 读取 /metrics 的口令；空着就不开", "token of /metrics; closed when empty"),
    Setting("RUHU_BACKUP_DIR", "backup_dir", _folder, "",
            "每夜备份到这个文件夹；空着就不备份", "folder of nightly backups; none when empty"),
    Setting("RUHU_BACKUP_HOUR", "backup_hour", _hour, "2",
            "每夜几点备份", "local hour of the nightly backup"),
    Setting("RUHU_BACKUP_KEEP", "backup_keep", _positive, "7",
            "保留最近几份备份", "how many nightly backups are kept"),
)  # fmt: skip


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; raises BadSetting. Makes the home folder and the secret."""
    given = os.environ if environment is None else environment
    values = {s.field: _value(s, given.get(s.name, "") or s.default) for s in SETTINGS}
    home: Path = values["home"]
    _make_home(home)
    values["database_url"] = values["database_url"] or f"sqlite:///{home / 'ruhu.sqlite'}"
    values["media_url"] = values["media_url"] or f"file://{home / 'media'}"
    values["secret_key"] = values["secret_key"] or _secret(home / "secret.key")
    if bool(values["tls_cert"]) != bool(values["tls_key"]):
        raise BadSetting(
            "RUHU_TLS_CERT 和 RUHU_TLS_KEY 要么都设，要么都不设\n"
            "RUHU_TLS_CERT and RUHU_TLS_KEY go together: set both or neither"
        )
    return Settings(**values)


def _value(setting: Setting, text: str) -> Any:
    try:
        return setting.read(text)
    except ValueError as fault:
        raise BadSetting(
            f"设置 {setting.name}={text!r} 不能用（{setting.zh}），写法见 docs/operations.md\n"
            f"{setting.name}={text!r} cannot be used: {fault}"
        ) from fault


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = home / f".probe-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as fault:
        raise BadSetting(
            f"数据文件夹 RUHU_HOME={home} 不能写入（{fault.strerror}），请换一个或改权限\n"
            f"RUHU_HOME={home} cannot be written to: {fault.strerror}"
        ) from fault


def _secret(path: Path) -> str:
    """Made once, by whoever comes first; mode 600."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path.read_text().strip()
