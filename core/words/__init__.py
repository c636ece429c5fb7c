# SPDX-License-Identifier: GPL-2.0-or-later
"""What a report's own words say: known names and phrases first, then a small text classifier.

The taxonomy knows names as wholes and phrases; the classifier, trained on the same names and on the types of real
reports, recognises what is worded otherwise. Measured in docs/learning.md.
"""

from .classifier import TextClassifier, load
from .reading import Reading, read

__all__ = ["Reading", "TextClassifier", "load", "read"]
