"""Sign-in at an OpenID Connect provider: authorization code with PKCE (RFC 7636), by authlib."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter
from httpx import HTTPError
from starlette.requests import Request
from starlette.responses import Response

from console.web.access import sessions, users
from console.web.access.rights import BOUNDED, known_roles
from console.web.access.sign_in import entered, local, page
from models import trail
from models.environment.console import OpenId, Role
from models.errors import TerezeError

router = APIRouter()


class NotLetIn(TerezeError):
    """The provider knows somebody, and its answer gives them no role here."""


def client(settings: OpenId) -> Any:
    """authlib's client of the provider."""
    made = OAuth().register(
        "provider",
        client_id=settings.client_id,
        client_secret=settings.client_secret.resolve() if settings.client_secret else None,
        server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": " ".join(settings.scopes), "code_challenge_method": "S256"},
    )
    assert made is not None, "register answers the client"
    return made


@router.get("/sign-in/open-id")
async def begin(request: Request, then: str = "/") -> Response:
    """To the provider."""
    state = request.app.state
    request.session["then"] = local(then)
    base = (state.environment.console.address or str(request.base_url)).rstrip("/")
    try:
        await _is_the_one(state.open_id, state.environment.console.sign_in.open_id)
        answer: Response = await state.open_id.authorize_redirect(
            request, f"{base}/sign-in/open-id/back"
        )
    except (HTTPError, OAuthError, KeyError, ValueError):
        return page(request, then=then, problem="provider", status=503)
    return answer


@router.get("/sign-in/open-id/back")
async def back(request: Request) -> Response:
    """From the provider: its answer is checked, the user made or changed, the session begun."""
    state = request.app.state
    settings: OpenId = state.environment.console.sign_in.open_id
    then = local(request.session.pop("then", "/"))
    try:
        await _is_the_one(state.open_id, settings)
        user = user_of(await _claims(state.open_id, request), settings)
    except NotLetIn:
        return page(request, then=then, problem="no_role", status=403)
    except (HTTPError, OAuthError, KeyError, ValueError):
        return page(request, then=then, problem="provider", status=401)
    moment = datetime.now(UTC)
    with state.database.engine().begin() as connection:
        users.put(connection, user, password=None, actor="flow:console")
        began = sessions.begin(connection, user.name, state.environment.console.sign_in, moment)
        trail.record(
            connection, actor=f"person:{user.name}", action="console_sign_in", subject=user.name,
            details={"issuer": settings.issuer},
        )  # fmt: skip
    return entered(request, began, then)


async def _is_the_one(known: Any, settings: OpenId) -> None:
    """Go on only where the provider is who it was declared to be (Discovery 1.0, 4.3).

    Raises:
        ValueError: another issuer is at that address.
    """
    metadata = await known.load_server_metadata()
    if metadata["issuer"].rstrip("/") != settings.issuer.rstrip("/"):
        raise ValueError(f"at {settings.issuer} is {metadata['issuer']}")


async def _claims(known: Any, request: Request) -> Mapping[str, Any]:
    """What the ID token says and, where the provider tells more there, its user info.

    Raises:
        ValueError: the user info is somebody else's (Core 1.0, 5.3.2).
    """
    token = await known.authorize_access_token(request)
    claims = dict(token["userinfo"])
    if "userinfo_endpoint" not in await known.load_server_metadata():
        return claims
    more = await known.userinfo(token=token)
    if more["sub"] != claims["sub"]:
        raise ValueError("the user info is of another person than the ID token")
    return claims | dict(more)


def user_of(claims: Mapping[str, Any], settings: OpenId) -> users.NewUser:
    """The user that the claims speak of.

    Raises:
        NotLetIn: none of their groups has a role here, or only one that is bounded to a region
            and no claim says which.
    """
    groups = claims.get(settings.roles.claim) or []
    groups = [groups] if isinstance(groups, str) else groups
    roles: set[Role] = {
        role for group in groups for role in settings.roles.groups.get(str(group), [])
    }
    if not roles:
        raise NotLetIn(
            "Signing in",
            "none of the provider's groups has a role here",
            "Ask who manages access to be put in a group, or map it in console.yaml",
        )
    subject, region = str(claims["sub"]), _claim(claims, settings.roles.region_claim)
    if region is None and BOUNDED.issuperset(roles):
        raise NotLetIn(
            "Signing in",
            "the provider does not say which region they see",
            "Ask who manages access to set the claim, or name it in console.yaml: region_claim",
        )
    return users.NewUser(
        name=f"{settings.client_id}:{subject}",
        shown=str(claims.get(settings.name_claim) or subject),
        roles=known_roles(roles),
        region=region,
        office=_claim(claims, settings.roles.office_claim),
        issuer=settings.issuer,
        subject=subject,
    )


def _claim(claims: Mapping[str, Any], name: str | None) -> str | None:
    value = claims.get(name) if name else None
    return None if value is None else str(value)
