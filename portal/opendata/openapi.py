"""The description of `/api/v1` (OpenAPI 3.1): of every address that there is, whichever domain answers it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from portal.adoption import api_document
from portal.core.i18n import Locale
from portal.core.problems import MIMETYPE
from portal.opendata import openapi_schemas as schemas
from portal.opendata.asking import MOST_LIMIT, USUAL_LIMIT
from portal.opendata.model import Dataset
from portal.opendata.registry import DATASETS
from portal.opendata.sets_figures import INDICATORS, OBSERVATIONS, PUBLISHED, WITHDRAWN

VERSION = "1.1.0"
_Node = dict[str, Any]


def document(site_url: str, locale: Locale) -> _Node:
    """The whole description, in a language."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": str(_("API đọc dữ liệu")), "version": VERSION,
            "description": str(
                _("Đọc không cần khóa, gửi số liệu thì cần. Lỗi theo RFC 9457. Hỏi kèm ETag thì chỉ tải khi đã đổi.")
            ),
        },
        "servers": [{"url": f"{site_url}{locale.prefix}/api/v1"}],
        "paths": _with_pushes({**_paths_of_data(), **_paths_of_domains()}),
        "components": {
            "schemas": {
                **schemas.shared(), **{schemas.name_of(one): schemas.page_of(one) for one in DATASETS},
                **api_document.SCHEMAS,
            },
            "securitySchemes": dict(api_document.SECURITY_SCHEMES),
            "responses": {
                "Problem": {
                    "description": str(_("Chi tiết lỗi (RFC 9457), bằng ngôn ngữ của địa chỉ.")),
                    "headers": {
                        "Retry-After": {
                            "description": str(_("Chờ bao nhiêu giây, khi là 429 hay 503.")),
                            "schema": {"type": "integer"},
                        }
                    },
                    "content": {MIMETYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
        },
    }  # fmt: skip


def _with_pushes(paths: dict[str, _Node]) -> dict[str, _Node]:
    return {path: {**found, **api_document.PATHS.get(path, {})} for path, found in paths.items()}


def _paths_of_data() -> dict[str, _Node]:
    whole = [schemas.name_of(one) for one in DATASETS]
    every = tuple(dict.fromkeys(name for one in DATASETS for name in one.filters))
    slug = {"name": "slug", "in": "path", "required": True, "schema": {"enum": [one.slug for one in DATASETS]}}
    return {
        "/openapi.json": _operation("openapi", _("Bản mô tả này"), {"type": "object"}),
        "/datasets": _operation("datasets", _("Mọi tập dữ liệu, với tệp và phiên bản"), _ref("Datasets")),
        "/datasets/{slug}": _operation(
            "dataset", _("Các dòng của một tập dữ liệu"), {"anyOf": [_ref(name) for name in whole]},
            [slug, *_parameters(every)],
        ),
        "/indicators": _of(INDICATORS, "indicators"),
        "/observations": _of(OBSERVATIONS, "observations"),
        "/withdrawn-observations": _of(WITHDRAWN, "withdrawnObservations"),
        "/published-figures": _of(PUBLISHED, "publishedFigures"),
    }  # fmt: skip


def _paths_of_domains() -> dict[str, _Node]:
    text = {"type": "string", "maxLength": 200}
    number = {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}
    return {
        "/search": _operation(
            "search", _("Tìm hướng dẫn, thủ tục"), _ref("SearchResults"),
            [_query("q", _("Từ cần tìm, có dấu hay không dấu"), text), _query("limit", _("Số kết quả"), number)],
        ),
        "/places": _operation(
            "places", _("Tìm địa bàn hôm nay và trước đây"), _ref("Places"),
            [_query("q", _("Tên, có dấu hay không dấu"), text)],
        ),
        "/teams": _operation(
            "teams", _("Tổ công nghệ số cộng đồng của một xã, phường"), _ref("Teams"),
            [{**_query("place", _("Mã định danh của địa bàn"), {"type": "string"}), "required": True}],
        ),
    }  # fmt: skip


def _of(dataset: Dataset, name: str) -> _Node:
    return _operation(name, _(dataset.title), _ref(schemas.name_of(dataset)), _parameters(dataset.filters))


def _parameters(filters: tuple[str, ...]) -> list[_Node]:
    period = {"type": "string", "pattern": r"^\d{4}(-(q[1-4]|\d{2}(-\d{2})?))?$"}
    known: dict[str, tuple[str, _Node]] = {
        "indicator": (_("mã chỉ số"), {"type": "string"}),
        "place": (_("mã định danh của địa bàn"), {"type": "string"}),
        "agency": (_("mã định danh của cơ quan"), {"type": "string"}),
        "kind": (_("loại kỳ: day, month, quarter, year"), {"enum": ["day", "month", "quarter", "year"]}),
        "from": (_("từ ngày hay kỳ này"), period),
        "to": (_("đến hết ngày hay kỳ này"), period),
        "since": (_("chỉ những số vào cổng, hay bị rút, từ lúc này"), {"type": "string", "format": "date-time"}),
        "limit": (
            _("số dòng mỗi trang"),
            {"type": "integer", "minimum": 1, "maximum": MOST_LIMIT, "default": USUAL_LIMIT},
        ),
        "cursor": (_("trang tiếp theo, lấy từ địa chỉ trong “next”"), {"type": "string"}),
    }  # fmt: skip
    return [_query(name, *known[name]) for name in (*filters, "limit", "cursor")]


def _query(name: str, meaning: str, schema: _Node) -> _Node:
    return {"name": name, "in": "query", "description": str(meaning), "schema": schema}


def _ref(name: str) -> _Node:
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(name: str, summary: str, schema: _Node, parameters: list[_Node] | None = None) -> _Node:
    success: _Node = {
        "description": str(summary),
        "headers": {
            "ETag": {"description": str(_("Dấu của bản này")), "schema": {"type": "string"}},
            "Access-Control-Allow-Origin": {"description": "*", "schema": {"const": "*"}},
        },
        "content": {"application/json": {"schema": schema}},
    }
    wrong = {code: {"$ref": "#/components/responses/Problem"} for code in ("400", "404", "429", "503")}
    return {
        "get": {
            "operationId": name, "summary": str(summary), "parameters": parameters or [],
            "responses": {"200": success, "304": {"description": str(_("Chưa có gì đổi"))}, **wrong},
        }
    }  # fmt: skip
