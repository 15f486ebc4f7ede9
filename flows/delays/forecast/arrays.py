"""The arrays that forecasts are counted in. Moments are seconds since 1970; infinite: not known."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DAY = 86_400.0
