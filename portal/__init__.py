"""Gần Dân: the portal through which a province gets its people to use online public services."""

from __future__ import annotations

import json
import os
from functools import partial

from flask import Flask, Response
from whitenoise import WhiteNoise

from portal import wiring
from portal.config import ROOT, Config
from portal.core import access, clock, errors, logs, page_cache, pages, rate_limits, requests, security
from portal.core.alive import Alive
from portal.core.assets import Assets, build_assets
from portal.core.content import ContentWatch
from portal.core.db import db
from portal.core.i18n import LocaleMiddleware, init_babel
from portal.core.notices import NoticeBoard
from portal.core.profile import load_profile
from portal.core.profile_values import read_values


def create_app(config: Config | None = None) -> Flask:
    """The application; raises ConfigurationError where the environment is wrong."""
    config = config or Config.from_env(os.environ)
    logs.configure(config.log_level)
    profile = load_profile(config.profile)
    colours = profile.colours
    assets = build_assets(
        ROOT / "static", config.data_dir / "static", theme=colours.sheet, logo=profile.logo, swaps=colours.swaps
    )
    renderer = pages.Renderer(config, profile, assets, ROOT / "templates")

    app = Flask("portal", static_folder=None, template_folder=None)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            # No parameters in errors, which are logged: they hold what people typed.
            "hide_parameters": True,
            # A connection for every thread.
            "pool_size": config.web_threads,
            # Vietnamese as it is: escaped, it takes twice the room and is read four times as slowly.
            "json_serializer": partial(json.dumps, ensure_ascii=False),
        },
        TRUSTED_HOSTS=list(config.trusted_hosts),
        MAX_CONTENT_LENGTH=1_000_000,
        # Nobody needs to be told which methods an address takes.
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.debug = config.debug
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.compact = True  # type: ignore[attr-defined]
    db.init_app(app)
    init_babel(app)
    pages.init_renderer(app, renderer)
    errors.init_errors(app, renderer)
    requests.init_requests(app, config)
    rate_limits.init_rate_limits(app, config)
    wiring.register(app)
    access.require_declarations(app)
    _serve(app, config, assets)
    return app


def _serve(app: Flask, config: Config, assets: Assets) -> None:
    """What stands between the server and the views: page cache, headers, languages, static files."""
    https = config.site_url.startswith("https://")
    with app.app_context():
        engine = db.engine
    watch = ContentWatch(engine)
    board = NoticeBoard(engine)
    pages.renderer(app).follow(watch, partial(read_values, engine), board)
    page_cache.init_page_cache(app, config, watch, lambda version: board.moments(version, clock.now()), https=https)

    @app.after_request
    def secure(response: Response) -> Response:
        if not isinstance(response, page_cache.ReadyResponse):
            security.add_headers(response.headers, https=https)
        return response

    files = WhiteNoise(
        LocaleMiddleware(app.wsgi_app, pages.renderer(app).profile.languages),
        root=str(assets.folder),
        prefix="static/",
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=lambda headers, _path, _url: security.add_headers(headers, https=https),
    )
    app.wsgi_app = Alive(files)  # type: ignore[method-assign]
