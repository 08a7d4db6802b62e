"""`leadapp replay`: a file of leads sent through the front door as if they came in live."""

from leadapp.replaying.door import FrontDoorShut
from leadapp.replaying.reading import WrongMapping, parse_mapping, read_rows
from leadapp.replaying.sending import replay

__all__ = ["FrontDoorShut", "WrongMapping", "parse_mapping", "read_rows", "replay"]
