# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a head is any good: evaluation, comparison, drift, explanation, pages."""
