"""PostgreSQL can neither store nor compare a NUL character: none comes in by an address or a form. Nor do bytes that
are no text."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.formparser import FormDataParser

from leadapp.web.problems import speaks_problems
from leadapp.workflow.errors import Invalid

_NUL = "\0"


class Form(ImmutableMultiDict[str, Any]):
    """What a form sent, without the NUL characters that no keyboard types."""

    def __init__(self, sent: Any = None) -> None:
        fields: ImmutableMultiDict[str, Any] = ImmutableMultiDict(sent)
        super().__init__([(_without(name), _without(value)) for name, value in fields.items(multi=True)])


class FormParser(FormDataParser):
    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.cls = Form


def init_app(app: Flask) -> None:
    # Not a class of our own: the one that is there already belongs to an extension.
    app.request_class = type("Request", (app.request_class,), {"form_data_parser_class": FormParser})
    app.before_request(_refuse)


def _refuse() -> None:
    """There is nothing at an address that holds one; to a program, a filter that does is named."""
    if _NUL in request.path:
        abort(404)
    if not _is_text(request.query_string):
        abort(400, "What stands behind the question mark is no text. Nothing was kept or changed.")
    for name, value in request.args.items(multi=True):
        if _NUL in value:
            if speaks_problems(request.path):
                raise Invalid((name, "This holds a NUL character, which matches nothing."))
            abort(404)


def _is_text(sent: bytes) -> bool:
    try:
        sent.decode()
    except UnicodeDecodeError:
        return False
    return True


def _without(value: Any) -> Any:
    return value.replace(_NUL, "") if isinstance(value, str) else value
