# SPDX-License-Identifier: GPL-2.0-or-later
"""What a record says: ISO 19139 and 19115-3, Dublin Core, extents, licences."""
