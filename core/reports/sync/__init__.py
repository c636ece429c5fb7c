# SPDX-License-Identifier: GPL-2.0-or-later
"""Both ways between a workspace and the sources of its reports."""
