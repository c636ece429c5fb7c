# SPDX-License-Identifier: GPL-2.0-or-later
"""With the servers: receive, send, conflicts."""
