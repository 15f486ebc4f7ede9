"""Answers of a gateway, written by hand."""

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def envelope(inside: str) -> bytes:
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{inside}</s:Body></s:Envelope>'.encode()


def sync(data: str, code: str = "SCSS001", message: str = "ok") -> bytes:
    """`data` is the element with that name, or nothing."""
    return envelope(
        '<n:SendMessageResponse xmlns:n="http://bip.bee.kz/SyncChannel/v10/Types"><response>'
        "<responseInfo><messageId>m-1</messageId><responseDate>2026-05-04T09:30:00</responseDate>"
        f"<status><code>{code}</code><message>{message}</message></status>"
        "<sessionId>{0d2f8a5e-0000-4000-8000-000000000000}</sessionId></responseInfo>"
        f"<responseData>{data}</responseData></response></n:SendMessageResponse>"
    )


def asynchronous(name: str, inside: str) -> bytes:
    return envelope(
        f'<n:{name}Response xmlns:n="http://bip.bee.kz/AsyncChannel/v10/Types">'
        f"<response>{inside}</response></n:{name}Response>"
    )


def fault(code: str, detail: str = "") -> bytes:
    return envelope(
        f"<s:Fault><faultcode>{code}</faultcode><faultstring>refused</faultstring>"
        f"<detail>{detail}</detail></s:Fault>"
    )


def error_info(code: str) -> str:
    return (
        '<c:ErrorInfo xmlns:c="http://bip.bee.kz/common/v10/Types">'
        f"<errorCode>{code}</errorCode><errorMessage>no route</errorMessage>"
        "<errorDate>2026-05-04T09:30:00</errorDate></c:ErrorInfo>"
    )
