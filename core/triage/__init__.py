# SPDX-License-Identifier: GPL-2.0-or-later
"""Evidence to class, commune, group and team: the stages that all jobs share."""
