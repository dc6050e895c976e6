"""The language of the page's own address: found in each request, and told to the browser."""

import json
import re
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.languages import asked_for, catalog, spoken_language

COOKIE = "language"
PAGE, CONFIG = ("/",), ("/config", "/config/")
HEAD = "<head>"
JS = Path(__file__).with_name("say.js").read_text("utf-8")
SAID = re.compile(r"""\bsay\(\s*"((?:[^"\\]|\\.)+)\"""")  # by JavaScript


class SpokenLanguage:
    """Lets what answers a request know its language, and gives the page its `lang` and `say`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in PAGE + CONFIG:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookies = SimpleCookie(headers.get("cookie", ""))
        chosen = cookies[COOKIE].value if COOKIE in cookies else None
        language = asked_for(chosen, headers.get("accept-language"))
        spoken_language.set(language)
        page = scope["path"] in PAGE
        await self.app(scope, receive, Told(send, language) if page else send)


class Told:
    """Sends a page with its language in its head, whole: it is not long."""

    def __init__(self, send: Send, language: str) -> None:
        self.send, self.language = send, language
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = MutableHeaders(raw=self.start["headers"])
        if headers.get("content-type", "").startswith("text/html") and self.body:
            self.body = told(self.body.decode(), self.language).encode()
            headers["content-length"] = str(len(self.body))
            headers["vary"] = "Accept-Language, Cookie"
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": self.body})


def told(page: str, language: str) -> str:
    """A page whose head says its language, to who reads it and to its scripts."""
    words = {one: text for one, text in catalog(language).items() if one in script_texts()}
    given = json.dumps({"language": language, "words": words}, ensure_ascii=False)
    safe = given.replace("</", "<\\/")  # which would end the script
    script = f"<script>\n{JS.replace('GIVEN', safe)}</script>"
    page = page.replace('lang="en"', f'lang="{language}"', 1)
    return page.replace(HEAD, HEAD + script, 1)


@cache
def script_texts() -> frozenset[str]:
    """The texts that our JavaScript says."""
    scripts = Path(__file__).parent.parent.rglob("*.js")
    return frozenset(text for path in scripts for text in SAID.findall(path.read_text("utf-8")))
