"""Lets the hostile tests use the samples of the reading tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "reading"))
