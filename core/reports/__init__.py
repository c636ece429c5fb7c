# SPDX-License-Identifier: GPL-2.0-or-later
"""Citizens' reports: from files and from report servers."""
