# SPDX-License-Identifier: GPL-2.0-or-later
"""One report: what it is, what is done with it, what is answered."""
