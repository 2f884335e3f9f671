"""The recipe: from an empty folder to the miniature's weights (`python -m miniature --help`).

Each step is a command that leaves its result in the work folder (`place.Place`), and goes on where it was interrupted.
The networks and how they learn are one floor up (`networks`, `autoencoder`, `diffusion`, `loop`); here is what lies
around them: commands, progress, curves, sample sheets, the finished folder.
"""
