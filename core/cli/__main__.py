# SPDX-License-Identifier: GPL-2.0-or-later
"""``python -m sigma_communes.core.cli``."""

from ...__main__ import main

main()
