# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of reports, its filters and its search."""
