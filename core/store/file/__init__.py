# SPDX-License-Identifier: GPL-2.0-or-later
"""The file below the tables: connection, migrations, lock, geometry, time."""
