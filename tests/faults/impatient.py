"""`python -m tests.faults.impatient web ...` or `worker`: a real process whose watch waits for seconds only."""

from __future__ import annotations

import sys
from datetime import timedelta

from gunicorn.app.wsgiapp import run

from leadapp import watch
from leadapp.machine.illness import Limits
from leadapp.serving import worker


def main() -> int:
    a_second = timedelta(seconds=1)
    watch.LIMITS, watch.LOOK_SECONDS = Limits(gone_for=a_second, late_for=a_second, over_after=3 * a_second), 0.2
    role, *arguments = sys.argv[1:]
    if role == "worker":
        return worker.main()
    sys.argv = ["gunicorn", *arguments]
    return run()


if __name__ == "__main__":
    sys.exit(main())
