"""Every "no" becomes a page or a line with a sentence; nothing technical is ever shown."""

from __future__ import annotations

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, StatementError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import IntegerConverter, Map

from ..domain.refusals import Limited, Refused
from ._again import with_a_new_token
from ._typed import typed_texts


class _Id(IntegerConverter):
    """A number in an address that no id column can hold leads nowhere: 404."""

    regex = "[0-9]{1,10}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = _Id
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StatementError, _database)
    app.register_error_handler(OverflowError, _too_large)
    app.register_error_handler(Exception, _unexpected)


def refusal_text(refusal: Refused) -> str:
    """The sentence of a refusal in the reader's language."""
    return _(refusal.text) % refusal.params if refusal.params else _(refusal.text)


def refused(refusal: Refused) -> Response:
    response = _page(refusal.status, refusal_text(refusal))
    if isinstance(refusal, Limited):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _http(error: HTTPException) -> Response:
    if error.code and 300 <= error.code < 400:
        return make_response(error.get_response())
    if isinstance(error, SecurityError):
        # A host that is not ours: no address can be built from it, so there is no page either.
        return make_response(_("Máy chủ này không nhận tên miền đó."), 400, {"Content-Type": "text/plain"})
    sentences = {
        400: _("Yêu cầu không đọc được. Hãy tải lại trang rồi thử lại."),
        401: _("Phiên làm việc đã hết, hãy đăng nhập lại."),
        403: _("Bạn không có quyền làm việc này."),
        404: _("Không tìm thấy nội dung này."),
        405: _("Địa chỉ này không nhận cách gửi đó."),
        413: _("Nội dung gửi lên quá lớn."),
        429: _("Bạn thử quá nhiều lần. Hãy đợi một phút rồi thử lại."),
    }
    code = error.code or 500
    response = _page(code, sentences.get(code, _("Yêu cầu không thực hiện được.")))
    if code == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "")
    return response


def _csrf(_error: CSRFError) -> Response:
    page = None if _for_script() else with_a_new_token()
    return page or _page(400, _("Trang đã mở quá lâu hoặc phiên đã đổi. Hãy tải lại trang rồi gửi lại."))


def _database(error: StatementError) -> Response:
    """A value no database can hold (a surrogate, a number beyond 64 bits) is bad input, not our fault."""
    if isinstance(error, OperationalError):
        return _unexpected(error, 503)
    if isinstance(error.orig, (OverflowError, UnicodeError, ValueError)) or getattr(
        error.orig, "sqlstate", ""
    ) in {"22003", "22021", "22P05"}:
        return _page(404 if request.method == "GET" else 422, _("Giá trị gửi lên không đọc được."))
    return _unexpected(error)


def _too_large(_error: OverflowError) -> Response:
    """SQLite's driver refuses numbers beyond 64 bits before SQLAlchemy can wrap its refusal."""
    return _page(404 if request.method == "GET" else 422, _("Giá trị gửi lên không đọc được."))


def _unexpected(error: Exception, code: int = 500) -> Response:
    # Quoted: an address may hold line ends, which would begin lines of their own in the log.
    current_app.logger.error("%r %r failed", request.method, request.path, exc_info=error)
    return _page(code, _("Có lỗi ở máy chủ. Những gì đã lưu vẫn còn; hãy thử lại sau ít phút."))


def _for_script() -> bool:
    return bool(request.headers.get("HX-Request") or request.headers.get("X-Requested-With"))


def _page(code: int, sentence: str) -> Response:
    """A whole page, or one line for htmx and scripts."""
    if _for_script():
        return make_response(render_template("errors/_line.html", code=code, sentence=sentence), code)
    typed = typed_texts()
    return make_response(render_template("errors/page.html", code=code, sentence=sentence, typed=typed), code)
