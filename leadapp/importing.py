"""`leadapp import-contacts`: a file of people, as another program exported it, in batches."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from pathlib import Path
