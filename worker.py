"""One RQ worker and the clock that sweeps due rows: `python worker.py`, as many as wanted, on any machine."""

import sys

from leadapp.serving.worker import main

if __name__ == "__main__":
    sys.exit(main())
