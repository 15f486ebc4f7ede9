"""The token in the answer of a token endpoint (RFC 6749, section 5.1)."""

from connectors.errors import WrongAnswer
from connectors.rest.answer import Answer
from connectors.rest.auth import Token


def read_token(answer: Answer) -> Token:
    """The token and the seconds it is good for; for ever where the answer does not say.

    Raises:
        WrongAnswer: there is no token in the answer, or a life time that is no number. The
            answer is not shown: it may hold the token under another name.
    """
    document = answer.document
    token = document.get("access_token") if isinstance(document, dict) else None
    good_for = document.get("expires_in", float("inf")) if token else None
    if not isinstance(token, str) or not isinstance(good_for, int | float):
        raise WrongAnswer(
            answer.asked,
            "the answer has no access_token, or an expires_in that is no number",
            "Compare `token_url` with the description of the system that hands out tokens",
        )
    return token, float(good_for)
