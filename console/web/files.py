"""Files of the console: its own, and plotly's script from its wheel. Nothing from another host."""

import gzip
from functools import cache
from pathlib import Path

import plotly
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from console.web.rendering import STATIC

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
FOR_EVER = "public, max-age=31536000, immutable"


class Kept(StaticFiles):
    """Files whose address changes with their content, so that browsers may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; `plotly.js` is the one that came with the library."""
        if path == "plotly.js":
            answer: Response = Response(zipped_plotly(), media_type="text/javascript")
            answer.headers["Content-Encoding"] = "gzip"  # every browser that runs it reads that
        else:
            answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = FOR_EVER
        return answer


@cache
def zipped_plotly() -> bytes:
    """Zipped once: it has megabytes, and zipping them holds up all who wait."""
    return gzip.compress(PLOTLY.read_bytes(), 6, mtime=0)


def files() -> StaticFiles:
    """The application that hands them out."""
    return Kept(directory=STATIC)
