"""`python -m miniature`: the recipe's commands (`miniature.recipe.commands`)."""

import sys

from miniature.recipe.commands import main

if __name__ == "__main__":  # rendering starts further processes, which import this file again
    sys.exit(main())
