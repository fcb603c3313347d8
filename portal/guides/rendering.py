"""A guide's Markdown as the HTML that its page shows."""

from __future__ import annotations

from typing import Any

from portal.core import markdown
from portal.guides.translating import ROWS, says_something


def render_body(body: dict[str, Any]) -> dict[str, Any]:
    """A guide's Markdown parts as safe HTML, in the structure that the page reads; without rows that say nothing."""
    block, line = markdown.to_html, markdown.to_inline_html
    body = {**body, **{name: [row for row in body[name] if says_something(name, row)] for name in ROWS if name in body}}
    return {
        "who": block(body.get("who", "")),
        "result": block(body.get("result", "")),
        "channels": {channel: block(text) for channel, text in body.get("channels", {}).items()},
        "prepare": [
            {"item": line(part["item"]), "note": line(part.get("note", ""))} for part in body.get("prepare", [])
        ],
        "looked_up": [line(text) for text in body.get("looked_up", [])],
        "steps": [
            {
                "title": step["title"],
                "text": block(step.get("text", "")),
                "guide": step.get("guide", ""),
                "picture": step.get("picture", ""),
                "picture_alt": step.get("picture_alt", ""),
            }
            for step in body.get("steps", [])
        ],
        "videos": [{**part, "transcript": block(part["transcript"])} for part in body.get("videos", [])],
        "tips": [line(text) for text in body.get("tips", [])],
        "mistakes": [line(text) for text in body.get("mistakes", [])],
        "questions": [
            {"question": part["question"], "answer": block(part["answer"])} for part in body.get("questions", [])
        ],
        "procedure_labels": dict(body.get("procedure_labels", {})),
    }
