# SPDX-License-Identifier: GPL-2.0-or-later
"""The core library: no QGIS, no Qt, no screen."""

VERSION = "0.1.0"
