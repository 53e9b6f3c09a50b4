"""Let the tests import ``tools``, which lives at the root and is not part of the package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
