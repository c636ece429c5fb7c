# SPDX-License-Identifier: GPL-2.0-or-later
"""Who has reports: a server, a folder, a collection, a layer; one interface for all."""
