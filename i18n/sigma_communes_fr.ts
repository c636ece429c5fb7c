<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1">
<context>
    <name>LocatePoints</name>
    <message>
        <location filename="../plugin/processing/locate_points.py" line="42"/>
        <source>Commune of each point</source>
        <translation>Commune de chaque point</translation>
    </message>
    <message>
        <location filename="../plugin/processing/locate_points.py" line="45"/>
        <source>Territory</source>
        <translation>Territoire</translation>
    </message>
    <message>
        <location filename="../plugin/processing/locate_points.py" line="48"/>
        <source>Adds to each point its commune (INSEE code and name), whether the point is so near to a boundary that the commune is uncertain, whether it is outside the territory, and whether it is in the water of the Étang de Berre. Works off line with the embedded map of the communes.</source>
        <translation>Ajoute à chaque point sa commune (code INSEE et nom), et indique s'il est si près d'une limite que la commune est incertaine, s'il est hors du territoire ou s'il tombe dans l'étang de Berre. Fonctionne hors connexion avec la carte des communes embarquée.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/locate_points.py" line="56"/>
        <source>Points</source>
        <translation>Points</translation>
    </message>
    <message>
        <location filename="../plugin/processing/locate_points.py" line="57"/>
        <source>Points with their commune</source>
        <translation>Points avec leur commune</translation>
    </message>
</context>
<context>
    <name>RunMainJob</name>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="35"/>
        <source>Photos and reports to incidents</source>
        <translation>Des photos et signalements aux dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="38"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="41"/>
        <source>Reads a folder of geotagged photos and lists of reports (CSV, GeoJSON, GeoPackage, Open311 JSON or XML). Classifies them, places them in a commune, groups those that are one problem, assigns a team with the reason. Writes workspace.gpkg and bulletin.html. Nothing is sent anywhere. A class given by the model is a suggestion that a person confirms.</source>
        <translation>Lit un dossier de photos géolocalisées et des listes de signalements (CSV, GeoJSON, GeoPackage, Open311 en JSON ou XML). Les classe, les rattache à une commune, regroupe ceux qui décrivent le même problème et affecte une équipe en donnant la raison. Écrit workspace.gpkg et bulletin.html. Rien n'est envoyé. Une classe donnée par le modèle est une suggestion qu'une personne confirme.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="50"/>
        <source>Folder of photos</source>
        <translation>Dossier de photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="53"/>
        <source>Files of reports</source>
        <translation>Fichiers de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="58"/>
        <source>Rule book (empty: the example of the metropolis)</source>
        <translation>Règles d'affectation (vide : l'exemple de la métropole)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="66"/>
        <source>One view a photo (faster)</source>
        <translation>Une seule vue par photo (plus rapide)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="67"/>
        <source>Folder of the results</source>
        <translation>Dossier des résultats</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="68"/>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="69"/>
        <source>Bulletin</source>
        <translation>Bulletin</translation>
    </message>
</context>
<context>
    <name>SigmaCommunesPlugin</name>
    <message>
        <location filename="../plugin/plugin.py" line="36"/>
        <source>Photos and reports to incidents…</source>
        <translation>Des photos et signalements aux dossiers…</translation>
    </message>
</context>
</TS>
