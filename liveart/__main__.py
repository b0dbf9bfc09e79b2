"""`python -m liveart` is the `liveart` command."""

import sys

from liveart.cli import main

if __name__ == "__main__":  # the workers are spawned and import this file anew
    sys.exit(main())
