"""From a name, a folder or a zip to batches of images.

How a folder may be laid out is said in one file for each kind of data: `labelled/layouts.py`
(images with classes or without), `paired/pairs.py` and `unpaired/domains.py`.
"""
