"""Every kernel can be called from Python, as tests call them one by one; imported before anything of sim.

Processes that a test starts inherit it, so that the model is compiled once for all of them.
"""

from __future__ import annotations

import os

os.environ.setdefault("THROUGHGATE_KERNELS", "open")
