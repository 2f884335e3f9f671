"""The engine that draws: a request in, a picture out. It knows adapters by digest, and nobody by name.

`generation.request` is the plain-data door other folders may open without loading torch.
"""

import os

# At import the transformers library warns of a torchvision that this project deliberately does without.
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
