# SPDX-License-Identifier: GPL-2.0-or-later
"""What every room needs: whole files or none, YAML with a schema, metres on WGS 84, shapely bound to its own GEOS."""
