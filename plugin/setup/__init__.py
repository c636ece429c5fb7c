# SPDX-License-Identifier: GPL-2.0-or-later
"""The first run, the options, the doctor."""
