"""How messages are signed, and whose signatures are believed."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from connectors.options import Options
from models.environment.secrets import SecretRef


class RsaSigning(Options):
    """RSA with SHA-256, by a key of ours."""

    kind: Literal["rsa"]
    key: SecretRef = Field(description="Private key (PEM).")
    password: SecretRef | None = Field(default=None, description="Of the key, if it has one.")
    certificate: Path = Field(
        description="Its certificate (PEM), relative to the environment's folder."
    )


class NcaNodeSigning(Options):
    """Any algorithm that a signing server of the kind NCANode knows, GOST above all."""

    kind: Literal["ncanode"]
    url: str = Field(
        default="http://127.0.0.1:14579",
        pattern=r"^https?://[^/@]+/?$",
        description="Address of the server.",
    )
    key: SecretRef = Field(description="Key and certificate: base64 of a PKCS#12 file.")
    password: SecretRef = Field(description="Of that file.")
    key_alias: str | None = Field(default=None, description="Which key, where there are several.")
    within: float = Field(default=10, gt=0, description="Seconds for its answer.")


Signing = Annotated[RsaSigning | NcaNodeSigning, Field(discriminator="kind")]


class SignatureTrust(Options):
    """Whose signature an answer has to bear. One that bears another, or none, is not believed."""

    certificates: list[Path] = Field(
        min_length=1,
        description="Certificates of the body (PEM), relative to the environment's folder.",
    )
    by: Literal["rsa", "ncanode"] = Field(
        default="rsa", description="Who verifies: we ourselves, or a signing server (GOST)."
    )
    url: str | None = Field(
        default=None, pattern=r"^https?://[^/@]+/?$", description="Address of the signing server."
    )
    revocation: list[Literal["OCSP", "CRL"]] = Field(
        default=[], description="Where the signing server asks whether a certificate is revoked."
    )
    within: float = Field(default=10, gt=0, description="Seconds for the signing server's answer.")

    @model_validator(mode="after")
    def _server(self) -> Self:
        if (self.by == "ncanode") != (self.url is not None):
            raise ValueError("url: needed with `by: ncanode`, and only with it")
        if self.revocation and self.by != "ncanode":
            raise ValueError("revocation: needs `by: ncanode`")
        return self
