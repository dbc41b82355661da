"""`python -m server.launch`: everything on this machine, until Ctrl-C."""

import sys

from server.launch.main import main

sys.exit(main())
