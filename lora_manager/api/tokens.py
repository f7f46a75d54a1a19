"""Routes of access tokens: a way in for scripts, where the host has a login."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from lora_manager.api.access import Access
from lora_manager.api.parameters import current_visitor, row_id
from lora_manager.api.rate_limit import costly
from lora_manager.api.refusal import Refusal
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import Empty, TokenBody
from lora_manager.api.visitor import Visitor, settings_change
from lora_manager.application import Application

TOKENS_A_MINUTE = 20
NO_LOGIN = "This web UI asks for no login, so scripts need no token."
BY_A_TOKEN = "A token makes and revokes no tokens: do it on the page, in Library."


def tokens_router(app: Application, access: Access) -> APIRouter:
    """Return the routes under `tokens`. Everybody sees and revokes their own."""
    router = APIRouter(route_class=Route)

    def user(visitor: Visitor) -> str:
        if visitor.by == "token":
            raise Refusal(403, "by_a_token", BY_A_TOKEN)
        if not access.login.is_on() or visitor.user_name is None:
            raise Refusal(409, "no_login", NO_LOGIN)
        return visitor.user_name

    @router.get("/tokens")
    def list_tokens(visitor: Visitor = current_visitor()) -> Response:
        name = visitor.user_name
        return json_response({"items": [] if name is None else [vars(token) for token in app.tokens.of(name)]})

    @router.post("/tokens", dependencies=[Depends(settings_change), Depends(costly(TOKENS_A_MINUTE))])
    def make_token(body: TokenBody, visitor: Visitor = current_visitor()) -> Response:
        made = app.tokens.make(body.name, user(visitor))
        return json_response({**vars(made.row), "token": made.token}, 201)

    @router.delete("/tokens/{token_id}", dependencies=[Depends(settings_change)])
    def revoke_token(body: Empty, token_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        app.tokens.revoke(token_id, user(visitor))
        return json_response({"revoked": True})

    return router
