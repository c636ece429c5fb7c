# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line ``sigma-communes``.

A command imports what it needs when it runs, so that ``--help`` and a typing error answer at once.
"""

from __future__ import annotations

import click

from . import (
    addresses,
    catalogue,
    features,
    handling,
    incidents,
    learning,
    models,
    pack,
    persons,
    photos,
    reports,
    review,
    routing,
    sensors,
    syncing,
    territory,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="sigma-communes")
def main() -> None:
    """Photos and reports of public space: classified, placed in a commune, grouped, routed; off line."""


for command in (
    incidents.run,
    incidents.demo,
    photos.photos,
    photos.classify,
    territory.locate,
    incidents.route,
    routing.routing,
    territory.communes,
    addresses.addresses,
    models.model,
    reports.reports,
    reports.servers,
    catalogue.catalogue,
    pack.pack,
    persons.person,
    review.review,
    sensors.sensors,
    sensors.totem,
):
    main.add_command(command)
for command in (handling.handle, handling.history, handling.states, syncing.sync):
    reports.reports.add_command(command)
for command in (
    learning.evaluate,
    learning.learn,
    learning.adapt,
    learning.compare,
    learning.use,
    learning.back,
    learning.explain,
    learning.register,
    learning.export_examples,
    learning.import_examples,
    features.model_cache,
):
    models.model.add_command(command)
