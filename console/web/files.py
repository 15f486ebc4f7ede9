"""Files of the console: its own, and plotly's script from its wheel. Nothing from another host."""

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
            answer: Response = self.file_response(PLOTLY, PLOTLY.stat(), scope)
        else:
            answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = FOR_EVER
        return answer


def files() -> StaticFiles:
    """The application that hands them out."""
    return Kept(directory=STATIC)
