"""The engine that learns: photos and captions in, a LoRA file and a report out. It knows a token,
not a person.

`training.plan` is the plain-data door other folders may open without loading torch.
"""
