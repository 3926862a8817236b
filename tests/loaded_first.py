"""What the process has loaded from which the engine's processes are copied in tests: see conftest.py."""

from kritiek.build.engine.pool import spare_grammar

spare_grammar()
import kritiek.build.engine.worker  # noqa: E402, F401
