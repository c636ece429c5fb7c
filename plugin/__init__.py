# SPDX-License-Identifier: GPL-2.0-or-later
"""All that knows Qt or QGIS, thin, in folders by feature: reports, photos, catalogue, map, setup, processing."""
