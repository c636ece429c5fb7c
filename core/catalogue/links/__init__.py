# SPDX-License-Identifier: GPL-2.0-or-later
"""From a record's links to what QGIS loads."""
