# SPDX-License-Identifier: GPL-2.0-or-later
"""What catalogues speak; one file for each protocol."""
