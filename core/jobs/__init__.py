# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person asks for, one file for each kind of wish."""
