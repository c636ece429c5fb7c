# SPDX-License-Identifier: GPL-2.0-or-later
"""Vector files and tables of any OGR format, read and written."""
