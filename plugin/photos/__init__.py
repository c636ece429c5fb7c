# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos: imported, seen, reviewed, learned from."""
