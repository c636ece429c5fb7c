# SPDX-License-Identifier: GPL-2.0-or-later
"""Words of French and English made comparable: folded, spelt well, found as phrases, what a sentence says of them."""
