# SPDX-License-Identifier: GPL-2.0-or-later
"""Bytes to reports: GeoReport, tables, GML, and the dates and positions in them."""
