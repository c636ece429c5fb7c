# SPDX-License-Identifier: GPL-2.0-or-later
"""From decisions to weights: the heads and what is fitted in them."""
