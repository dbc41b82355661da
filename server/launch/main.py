"""Start in order, watch, stop in the opposite order."""

import os
import signal
import sys
import threading
import time
from dataclasses import replace

from server import config
from server.config import BadSetting, Settings
from server.launch import database, demo, ground, lan, ready, valkey
from server.launch.children import Child
from server.launch.refusal import CannotStart

THREADS = 64
WEB_WORKERS = 2
WATCH = 0.2
PATIENCE = 15.0


def main() -> int:
    """0 after Ctrl-C, 1 where it could not start."""
    began = time.monotonic()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = config.read()
        with ground.only_one(settings.home):
            settings = lan.certified(settings, os.environ.get("RUHU_HOST", ""))
            ground.ports_are_free(settings)
            return _live(settings, stop, began)
    except (BadSetting, CannotStart) as why:
        print(f"\n{why}\n", file=sys.stderr)
        return 1


def _live(settings: Settings, stop: threading.Event, began: float) -> int:
    children: list[Child] = []
    try:
        settings = _courier(settings, children, stop)
        found = database.brought_up(settings)
        told = {**os.environ, **settings.environment()}
        visited = demo.wanted(settings, found.is_new)
        if visited:
            ready.say("正在准备演示数据", "preparing the demo township")
            demo.prepare(settings, told)
        for child in _services(settings, told):
            children.append(child)
            child.start()
        url = ready.wait(settings, children, stop)
        ready.greet(settings, url, time.monotonic() - began)
        ready.tell_logins(demo.logins(settings), found.administrator)
        if visited and not stop.is_set():
            ready.say("几台手机开始走访", "scripted phones begin their visits")
            children.append(demo.phones(settings, url, told))
            children[-1].start()
        _watch(settings, children, stop)
    finally:
        ready.say("正在停止", "stopping")
        for child in reversed(children):
            child.stop(PATIENCE)
    ready.say("已停止，数据都在", f"stopped; everything is kept in {settings.home}")
    return 0


def _courier(settings: Settings, children: list[Child], stop: threading.Event) -> Settings:
    """Redis as given, or our own. Raises CannotStart."""
    if settings.redis_url:
        return settings
    server, url = valkey.prepared(settings.home)
    children.append(server)
    server.start()
    for _ in range(100):
        if valkey.answers(url) or stop.is_set():
            return replace(settings, redis_url=url)
        if not server.alive:
            break
        time.sleep(0.1)
    log = settings.home / "logs" / "valkey.log"
    raise CannotStart(f"Valkey 没有启动，见 {log}", f"Valkey did not start, see {log}")


def _services(settings: Settings, told: dict[str, str]) -> list[Child]:
    logs = settings.home / "logs"
    web = [*_granian(settings, settings.port), "--workers", str(WEB_WORKERS)]
    web += ["--blocking-threads", str(THREADS)]
    if settings.tls:
        web += ["--ssl-certificate", settings.tls_cert, "--ssl-keyfile", settings.tls_key]
        web += ["--ssl-protocol-min", "tls1.2"]
    worker = [sys.executable, "worker.py"]
    return [
        Child("web", [*web, "wsgi:app"], told, logs / "web.log"),
        *_door(settings, told),
        Child("relay", [*worker, "relay"], told, logs / "relay.log"),
        *(
            Child(f"worker-{n}", [*worker, "work"], told, logs / f"worker-{n}.log")
            for n in range(1, settings.workers + 1)
        ),
    ]


def _door(settings: Settings, told: dict[str, str]) -> list[Child]:
    """By plain http, where phones do not trust our https yet."""
    if not settings.local_authority:
        return []
    start = [*_granian(settings, settings.start_port), "--workers", "1", "--factory"]
    start += ["--blocking-threads", "8"]
    log = settings.home / "logs" / "start.log"
    return [Child("start", [*start, "server.start.door:create"], told, log)]


def _granian(settings: Settings, port: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    return [*command, "--host", settings.host, "--port", str(port), "--log-level", "warning"]


def _watch(settings: Settings, children: list[Child], stop: threading.Event) -> None:
    """Start again what died, after a growing pause."""
    while not stop.wait(WATCH):
        for child in children:
            if child.alive:
                continue
            if child.name == "demo" and child.code == 0:
                demo.finished(settings.home)
                children.remove(child)
                break
            if not child.again_at:
                child.sweep()
                wait = child.plan_restart()
                ready.say(
                    f"{child.name} 已退出（{child.code}），{wait:.1f} 秒后重新启动",
                    f"{child.name} ended ({child.code}), again in {wait:.1f} s",
                )
            elif time.monotonic() >= child.again_at:
                child.again_at = 0.0
                child.start()
