# SPDX-License-Identifier: GPL-2.0-or-later
"""The workspace's layers and the atlas."""
