# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers of a pack: fetched, cut, styled, written."""
