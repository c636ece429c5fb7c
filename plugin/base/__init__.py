# SPDX-License-Identifier: GPL-2.0-or-later
"""What every screen and algorithm needs of QGIS."""
