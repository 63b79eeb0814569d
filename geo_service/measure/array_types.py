"""What arrays of numbers are called."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
AnyInts = NDArray[np.signedinteger[Any]]
Flags = NDArray[np.bool_]
Shapes = NDArray[np.object_]
"""Of geometries."""
