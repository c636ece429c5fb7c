# SPDX-License-Identifier: GPL-2.0-or-later
"""Sensors that report: observations read from where they are, and episodes found in them by rules that are data."""
