<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1">
<context>
    <name>BacklogDock</name>
    <message>
        <location filename="../plugin/docks/backlog.py" line="483"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="82"/>
        <source>Send and receive</source>
        <translation>Envoyer et recevoir</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="85"/>
        <source>Number of reports</source>
        <translation>Nombre de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="87"/>
        <source>Only the reports that the map shows</source>
        <translation>Seulement les signalements visibles sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="175"/>
        <source>The reports are being read…</source>
        <translation>Lecture des signalements…</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="176"/>
        <source>Read the reports</source>
        <translation>Lecture des signalements</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="191"/>
        <source>No workspace is open.</source>
        <translation>Aucun espace de travail n'est ouvert.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="191"/>
        <source>Open {0}</source>
        <translation>Ouvrir {0}</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="197"/>
        <source>No workspace is open. Open one, or import photos to make one.</source>
        <translation>Aucun espace de travail n'est ouvert. Ouvrez-en un, ou importez des photos pour en créer un.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="197"/>
        <source>Open a workspace…</source>
        <translation>Ouvrir un espace de travail…</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="281"/>
        <source>{0} of {1}</source>
        <translation>{0} sur {1}</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="281"/>
        <source>{0} reports</source>
        <translation>{0} signalements</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="289"/>
        <source>The workspace holds no report yet. Import photos, or run the main job on a file of reports.</source>
        <translation>L'espace de travail ne contient pas encore de signalement. Importez des photos, ou lancez le traitement principal sur un fichier de signalements.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="289"/>
        <source>Import photos</source>
        <translation>Importer des photos</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="295"/>
        <source>No report fits the filter.</source>
        <translation>Aucun signalement ne correspond au filtre.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="295"/>
        <source>List all</source>
        <translation>Tout afficher</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="454"/>
        <source>Decision</source>
        <translation>Décision</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="461"/>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="473"/>
        <source>Send what was edited here, receive what is new</source>
        <translation>Envoyer ce qui a été modifié ici, recevoir les nouveautés</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="473"/>
        <source>No server is configured: edits wait here, nothing is lost.</source>
        <translation>Aucun serveur n'est configuré : les modifications attendent ici, rien n'est perdu.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="485"/>
        <source>{0} to send</source>
        <translation>{0} à envoyer</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="487"/>
        <source>{0} conflicts</source>
        <translation>{0} conflits</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog.py" line="86"/>
        <source>On the map</source>
        <translation>Sur la carte</translation>
    </message>
</context>
<context>
    <name>BacklogModel</name>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="113"/>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="113"/>
        <source>Place</source>
        <translation>Lieu</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="113"/>
        <source>Age</source>
        <translation>Âge</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="113"/>
        <source>Team</source>
        <translation>Équipe</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="144"/>
        <source>class given by a person</source>
        <translation>classe donnée par une personne</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="145"/>
        <source>edited here, not sent</source>
        <translation>modifié ici, pas envoyé</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="160"/>
        <source>{0} min</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="162"/>
        <source>{0} h</source>
        <translation>{0} h</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="165"/>
        <source>{0} d</source>
        <translation>{0} j</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="166"/>
        <source>{0} months</source>
        <translation>{0} mois</translation>
    </message>
    <message>
        <location filename="../plugin/docks/backlog_model.py" line="166"/>
        <source>{0} y</source>
        <translation>{0} ans</translation>
    </message>
</context>
<context>
    <name>CheckRules</name>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="35"/>
        <source>Check a rule book</source>
        <translation>Vérifier les règles d'affectation</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="38"/>
        <source>Lists what is wrong in a rule book before an incident goes astray: classes, communes and teams that do not exist, rules that can never apply, teams that get nothing, pairs of class and commune without a rule. Each finding has its line and what to do.</source>
        <translation>Liste ce qui ne va pas dans les règles avant qu'un dossier ne s'égare : classes, communes et équipes qui n'existent pas, règles qui ne peuvent jamais s'appliquer, équipes qui ne reçoivent rien, couples classe-commune sans règle. Chaque constat donne la ligne et ce qu'il faut faire.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="45"/>
        <source>Rule book (empty: the example of the metropolis)</source>
        <translation>Règles d'affectation (vide : l'exemple)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="54"/>
        <source>Findings</source>
        <translation>Constats</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="57"/>
        <source>Page of the findings</source>
        <translation>Page des constats</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="62"/>
        <source>Number of errors</source>
        <translation>Nombre d'erreurs</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="63"/>
        <source>Number of findings</source>
        <translation>Nombre de constats</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="98"/>
        <source>Error</source>
        <translation>Erreur</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="98"/>
        <source>Warning</source>
        <translation>Avertissement</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="98"/>
        <source>Information</source>
        <translation>Information</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="99"/>
        <source>Severity</source>
        <translation>Gravité</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="99"/>
        <source>Line</source>
        <translation>Ligne</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="99"/>
        <source>Finding</source>
        <translation>Constat</translation>
    </message>
    <message>
        <location filename="../plugin/processing/check_rules.py" line="99"/>
        <source>What to do</source>
        <translation>Que faire</translation>
    </message>
</context>
<context>
    <name>ClassPicker</name>
    <message>
        <location filename="../plugin/docks/class_picker.py" line="24"/>
        <source>Choose the class</source>
        <translation>Choisir la classe</translation>
    </message>
    <message>
        <location filename="../plugin/docks/class_picker.py" line="27"/>
        <source>Type a part of the name</source>
        <translation>Tapez une partie du nom</translation>
    </message>
    <message>
        <location filename="../plugin/docks/class_picker.py" line="28"/>
        <source>Search a class</source>
        <translation>Chercher une classe</translation>
    </message>
    <message>
        <location filename="../plugin/docks/class_picker.py" line="32"/>
        <source>Classes</source>
        <translation>Classes</translation>
    </message>
</context>
<context>
    <name>ClassesFromWords</name>
    <message>
        <location filename="../plugin/processing/classes_from_words.py" line="38"/>
        <source>Class from the words of a report</source>
        <translation>Classe d'après les mots du signalement</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classes_from_words.py" line="41"/>
        <source>Adds to each report the class that its category or its description names, and the words that say so. The category comes first: as a whole, then phrases in it; then the description. Words that speak of two classes, or of none, give no class: a person qualifies the report. Nothing is guessed.</source>
        <translation>Ajoute à chaque signalement la classe que désigne sa catégorie ou sa description, avec les mots qui le disent. La catégorie passe d'abord, entière puis par expressions, ensuite la description. Des mots qui désignent deux classes, ou aucune, ne donnent pas de classe : une personne qualifie le signalement. Rien n'est deviné.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classes_from_words.py" line="48"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classes_from_words.py" line="49"/>
        <source>Field with the category</source>
        <translation>Champ de la catégorie</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classes_from_words.py" line="49"/>
        <source>Field with the family of categories</source>
        <translation>Champ de la famille de catégories</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classes_from_words.py" line="49"/>
        <source>Field with the code of the category</source>
        <translation>Champ du code de la catégorie</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classes_from_words.py" line="49"/>
        <source>Field with the description</source>
        <translation>Champ de la description</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classes_from_words.py" line="56"/>
        <source>Reports with their class</source>
        <translation>Signalements avec leur classe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classes_from_words.py" line="77"/>
        <source>None of the fields is in the layer: choose the field with the category or the description.</source>
        <translation>Aucun de ces champs n'est dans la couche : choisissez le champ de la catégorie ou de la description.</translation>
    </message>
</context>
<context>
    <name>ClassifyPhotos</name>
    <message>
        <location filename="../plugin/processing/classify_photos.py" line="47"/>
        <source>Classify photos</source>
        <translation>Classer des photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classify_photos.py" line="50"/>
        <source>Adds to each photo of a layer (such as “Read a folder of photos” gives) the three classes that it most likely shows, with their confidence, or says that the model does not know. Works off line, on this computer: no photo leaves it. A class is a suggestion that a person confirms. Needs the package onnxruntime: see SIGM@communes › Diagnostic.</source>
        <translation>Ajoute à chaque photo d'une couche (comme celle que donne « Lire un dossier de photos ») les trois classes les plus probables avec leur confiance, ou dit que le modèle ne sait pas. Fonctionne hors connexion, sur cet ordinateur : aucune photo n'en sort. Une classe est une suggestion qu'une personne confirme. Demande le paquet onnxruntime : voir SIGM@communes › Diagnostic.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classify_photos.py" line="59"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classify_photos.py" line="60"/>
        <source>Field with the path of the photo</source>
        <translation>Champ du chemin de la photo</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classify_photos.py" line="70"/>
        <source>Folder of the model (empty: the default one)</source>
        <translation>Dossier du modèle (vide : celui par défaut)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classify_photos.py" line="79"/>
        <source>One view a photo (faster)</source>
        <translation>Une seule vue par photo (plus rapide)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classify_photos.py" line="93"/>
        <source>Classified photos</source>
        <translation>Photos classées</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classify_photos.py" line="114"/>
        <source>Model: {model}</source>
        <translation>Modèle : {model}</translation>
    </message>
    <message>
        <location filename="../plugin/processing/classify_photos.py" line="82"/>
        <source>Least confidence (empty: the model's own)</source>
        <translation>Confiance minimale (vide : celle du modèle)</translation>
    </message>
</context>
<context>
    <name>CommuneBox</name>
    <message>
        <location filename="../plugin/options.py" line="273"/>
        <source>All communes</source>
        <translation>Toutes les communes</translation>
    </message>
</context>
<context>
    <name>CommunesLayer</name>
    <message>
        <location filename="../plugin/processing/communes_layer.py" line="39"/>
        <source>Map of the communes</source>
        <translation>Carte des communes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/communes_layer.py" line="42"/>
        <source>Gives the map of the communes as a layer, without a network: the one that came with the plugin (the 92 communes of the Métropole Aix-Marseille-Provence), or the one that you refreshed. Its source, licence, date and accuracy are in the log.</source>
        <translation>Donne la carte des communes comme couche, sans réseau : celle livrée avec l'extension (les 92 communes de la Métropole Aix-Marseille-Provence), ou celle que vous avez actualisée. Sa source, sa licence, sa date et sa précision sont dans le journal.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/communes_layer.py" line="49"/>
        <source>With the inland waters that are in no commune</source>
        <translation>Avec les eaux intérieures qui ne sont dans aucune commune</translation>
    </message>
    <message>
        <location filename="../plugin/processing/communes_layer.py" line="54"/>
        <source>Communes</source>
        <translation>Communes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/communes_layer.py" line="55"/>
        <source>Number of communes</source>
        <translation>Nombre de communes</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <location filename="../plugin/desktop.py" line="38"/>
        <source>Open a workspace…</source>
        <translation>Ouvrir un espace de travail…</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="39"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="40"/>
        <source>Check the photos</source>
        <translation>Valider les photos</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="41"/>
        <source>Import photos</source>
        <translation>Importer des photos</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="68"/>
        <source>Open a workspace</source>
        <translation>Ouvrir un espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="68"/>
        <source>Workspaces (*.gpkg)</source>
        <translation>Espaces de travail (*.gpkg)</translation>
    </message>
</context>
<context>
    <name>DetailsDialog</name>
    <message>
        <location filename="../plugin/tasks.py" line="281"/>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
    <message>
        <location filename="../plugin/tasks.py" line="283"/>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
</context>
<context>
    <name>Diagnosis</name>
    <message>
        <location filename="../plugin/diagnosis.py" line="50"/>
        <source>QGIS {qgis}, Python {python}, Qt {qt}, SIGM@communes {ours}</source>
        <translation>QGIS {qgis}, Python {python}, Qt {qt}, SIGM@communes {ours}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="57"/>
        <source>QGIS 3.22 and Python 3.9 are the least.</source>
        <translation>Il faut au moins QGIS 3.22 et Python 3.9.</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="65"/>
        <source>Settings that are not taken: {said}</source>
        <translation>Réglages ignorés : {said}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="83"/>
        <source>onnxruntime {version}</source>
        <translation>onnxruntime {version}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="88"/>
        <source>onnxruntime does not start: {error}. Photos can't be classified, all else works.</source>
        <translation>onnxruntime ne démarre pas : {error}. La classification est désactivée, tout le reste marche.</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="90"/>
        <source>onnxruntime is missing: photos can't be classified, all else works.</source>
        <translation>onnxruntime absent : la classification est désactivée, tout le reste marche.</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="96"/>
        <source>Model {model}</source>
        <translation>Modèle {model}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="98"/>
        <source>The model can't be tried without onnxruntime.</source>
        <translation>Le modèle ne peut pas être essayé sans onnxruntime.</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="99"/>
        <source>The model can't be used: {error}</source>
        <translation>Le modèle est inutilisable : {error}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="104"/>
        <source>QGIS' Python could not be started on its own to try onnxruntime. {output}</source>
        <translation>Le Python de QGIS n'a pas pu être lancé à part pour essayer onnxruntime. {output}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="113"/>
        <source>The disk can't be read: {error}</source>
        <translation>Le disque est illisible : {error}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="116"/>
        <source>Disk: {free} GB free in {place}</source>
        <translation>Disque : {free} Go libres dans {place}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="123"/>
        <source>Network: switched off in the options. All that is off line works.</source>
        <translation>Réseau : désactivé dans les options. Tout ce qui est hors connexion marche.</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="137"/>
        <source>{network}: {address} answers</source>
        <translation>{network} : {address} répond</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="142"/>
        <source>Network: without a proxy</source>
        <translation>Réseau : sans proxy</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="145"/>
        <source>Network: by the proxy {where}</source>
        <translation>Réseau : par le proxy {where}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="152"/>
        <source>Map of the communes: {error}</source>
        <translation>Carte des communes : {error}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="155"/>
        <source>Map of the communes: {told}</source>
        <translation>Carte des communes : {told}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="159"/>
        <source>No workspace is chosen.</source>
        <translation>Aucun espace de travail n'est choisi.</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="165"/>
        <source>Workspace: {error}</source>
        <translation>Espace de travail : {error}</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="168"/>
        <source>Workspace {name} ({size} MB) is damaged: {damage}. Restore a copy.</source>
        <translation>L'espace de travail {name} ({size} Mo) est endommagé : {damage}. Restaurez une copie.</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="172"/>
        <source>Workspace {name} ({size} MB) is of version {version}; opening it brings it to {newest}.</source>
        <translation>L'espace de travail {name} ({size} Mo) est en version {version} ; l'ouvrir le fait passer en {newest}.</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="175"/>
        <source>Workspace: {name} ({size} MB, sound, {reports} reports, {waiting} edits not sent)</source>
        <translation>Espace de travail : {name} ({size} Mo, sain, {reports} signalements, {waiting} modifications non envoyées)</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="75"/>
        <source>shapely is missing in this QGIS: nothing can be placed in a commune.</source>
        <translation>shapely absent de ce QGIS : rien ne peut être rattaché à une commune.</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="77"/>
        <source>shapely does not start: {error}. Nothing can be placed in a commune.</source>
        <translation>shapely ne démarre pas : {error}. Rien ne peut être rattaché à une commune.</translation>
    </message>
    <message>
        <location filename="../plugin/diagnosis.py" line="150"/>
        <source>The map of the communes can't be read without shapely.</source>
        <translation>La carte des communes ne peut pas être lue sans shapely.</translation>
    </message>
</context>
<context>
    <name>DoctorDialog</name>
    <message>
        <location filename="../plugin/doctor.py" line="53"/>
        <source>Diagnostic — SIGM@communes</source>
        <translation>Diagnostic — SIGM@communes</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="81"/>
        <source>Copy the report</source>
        <translation>Copier le rapport</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="82"/>
        <source>Without passwords and keys</source>
        <translation>Sans mots de passe ni clés</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="84"/>
        <source>Check again</source>
        <translation>Vérifier à nouveau</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="110"/>
        <source>Looking…</source>
        <translation>Vérification…</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="148"/>
        <source>SIGM@communes: diagnostic</source>
        <translation>SIGM@communes : diagnostic</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="222"/>
        <source>in order</source>
        <translation>en ordre</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="223"/>
        <source>to be looked at</source>
        <translation>à regarder</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="224"/>
        <source>not in order</source>
        <translation>pas en ordre</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="225"/>
        <source>being looked at</source>
        <translation>en cours de vérification</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="242"/>
        <source>Install into the profile…</source>
        <translation>Installer dans le profil…</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="243"/>
        <source>From a folder of wheels…</source>
        <translation>Depuis un dossier de wheels…</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="244"/>
        <source>With another Python…</source>
        <translation>Avec un autre Python…</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="245"/>
        <source>Import a model…</source>
        <translation>Importer un modèle…</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="246"/>
        <source>Refresh the map…</source>
        <translation>Actualiser la carte…</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="247"/>
        <source>Choose a workspace…</source>
        <translation>Choisir un espace de travail…</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="248"/>
        <source>Bring it up to date</source>
        <translation>Mettre à jour</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="249"/>
        <source>Open the folder</source>
        <translation>Ouvrir le dossier</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="250"/>
        <source>Test the connection</source>
        <translation>Tester la connexion</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="251"/>
        <source>Proxy of QGIS…</source>
        <translation>Proxy de QGIS…</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="252"/>
        <source>Options…</source>
        <translation>Options…</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="282"/>
        <source>A Python that has pip</source>
        <translation>Un Python qui a pip</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="287"/>
        <source>Folder of a model (it holds model.onnx)</source>
        <translation>Dossier d'un modèle (il contient model.onnx)</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="296"/>
        <source>There is no model.onnx in this folder.</source>
        <translation>Il n'y a pas de model.onnx dans ce dossier.</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="303"/>
        <source>Choose a workspace</source>
        <translation>Choisir un espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="323"/>
        <source>Asking {address}…</source>
        <translation>Appel de {address}…</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="277"/>
        <source>Folder with the wheels</source>
        <translation>Dossier des wheels</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>The workspace is in use. End the edit session in QGIS or close the other program, then try again.</source>
        <translation>L'espace de travail est utilisé. Terminez l'édition dans QGIS ou fermez l'autre programme, puis réessayez.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>The workspace can only be read. Copy it to a folder where you may write, then open the copy.</source>
        <translation>L'espace de travail est en lecture seule. Copiez-le dans un dossier où vous pouvez écrire, puis ouvrez la copie.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>The workspace is of a newer version ({0}; this plugin knows {1}). Update the plugin.</source>
        <translation>L'espace de travail est d'une version plus récente ({0} ; cette extension connaît la {1}). Mettez l'extension à jour.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>The workspace is not there any more. Choose where it was moved to, or restore a copy.</source>
        <translation>L'espace de travail n'est plus là. Indiquez où il a été déplacé, ou restaurez une copie.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>This file is not a GeoPackage, or it is damaged. Choose another file.</source>
        <translation>Ce fichier n'est pas un GeoPackage, ou il est endommagé. Choisissez un autre fichier.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>This GeoPackage is not a workspace. Choose another file, or import its reports.</source>
        <translation>Ce GeoPackage n'est pas un espace de travail. Choisissez un autre fichier, ou importez ses signalements.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>The file is empty. Restore a copy, or delete it.</source>
        <translation>Le fichier est vide. Restaurez une copie, ou supprimez-le.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>This is a folder. Choose a file.</source>
        <translation>C'est un dossier. Choisissez un fichier.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>The disk is full. Free some space and try again; all that was finished is kept.</source>
        <translation>Le disque est plein. Libérez de l'espace et réessayez ; tout ce qui était terminé est conservé.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>The workspace can't be opened. Check that the folder exists and that you may write there.</source>
        <translation>L'espace de travail ne peut pas être ouvert. Vérifiez que le dossier existe et que vous pouvez y écrire.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>There is no such file or folder. Check the path.</source>
        <translation>Ce fichier ou dossier n'existe pas. Vérifiez le chemin.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>The disk can't be read or written. If it is a network drive, copy the workspace to this computer.</source>
        <translation>Le disque ne peut pas être lu ou écrit. Si c'est un lecteur réseau, copiez l'espace de travail sur cet ordinateur.</translation>
    </message>
    <message>
        <location filename="../plugin/error_text.py" line="25"/>
        <source>The report {0} is not in the workspace any more. Refresh the list.</source>
        <translation>Le signalement {0} n'est plus dans l'espace de travail. Actualisez la liste.</translation>
    </message>
</context>
<context>
    <name>ExportIncidents</name>
    <message>
        <location filename="../plugin/processing/export_incidents.py" line="37"/>
        <source>Export the incidents</source>
        <translation>Exporter les dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/export_incidents.py" line="40"/>
        <source>Writes the incidents of a workspace, with class, commune, group, team and reason, to a layer of any format that QGIS knows: GeoPackage, CSV, GeoJSON, Shapefile, a database… Of all communes, or of one. Incidents without a position are written without a geometry.</source>
        <translation>Écrit les dossiers d'un espace de travail, avec classe, commune, groupe, équipe et raison, dans une couche de tout format que connaît QGIS : GeoPackage, CSV, GeoJSON, Shapefile, base de données… Pour toutes les communes ou pour une seule. Les dossiers sans position sont écrits sans géométrie.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/export_incidents.py" line="48"/>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/processing/export_incidents.py" line="56"/>
        <source>INSEE code of one commune (empty: all)</source>
        <translation>Code INSEE d'une commune (vide : toutes)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/export_incidents.py" line="64"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/export_incidents.py" line="65"/>
        <source>Number of incidents</source>
        <translation>Nombre de dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/export_incidents.py" line="97"/>
        <source>No incident in the commune {insee}.</source>
        <translation>Aucun dossier dans la commune {insee}.</translation>
    </message>
</context>
<context>
    <name>FieldTexts</name>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="51"/>
        <source>Choose a field. The layer has: {known}.</source>
        <translation>Choisissez un champ. La couche a : {known}.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="52"/>
        <source>The layer has no field “{name}”. It has: {known}.</source>
        <translation>La couche n'a pas de champ « {name} ». Elle a : {known}.</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="35"/>
        <source>Search: words, address, class, number…</source>
        <translation>Chercher : mots, adresse, classe, numéro…</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="36"/>
        <source>Search in the reports</source>
        <translation>Chercher dans les signalements</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="39"/>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="40"/>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="41"/>
        <source>Team</source>
        <translation>Équipe</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="42"/>
        <source>Commune</source>
        <translation>Commune</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="45"/>
        <source>Period</source>
        <translation>Période</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="50"/>
        <source>Only what was edited here and waits to be sent</source>
        <translation>Seulement ce qui a été modifié ici et attend d'être envoyé</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="55"/>
        <source>Saved filters</source>
        <translation>Filtres enregistrés</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="77"/>
        <source>All</source>
        <translation>Tous</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="131"/>
        <source>Save this filter…</source>
        <translation>Enregistrer ce filtre…</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="135"/>
        <source>Remove</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="140"/>
        <source>Save this filter</source>
        <translation>Enregistrer ce filtre</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="140"/>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="184"/>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="188"/>
        <source>1 day</source>
        <translation>1 jour</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="189"/>
        <source>7 days</source>
        <translation>7 jours</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="190"/>
        <source>30 days</source>
        <translation>30 jours</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="191"/>
        <source>3 months</source>
        <translation>3 mois</translation>
    </message>
    <message>
        <location filename="../plugin/docks/filter_bar.py" line="192"/>
        <source>1 year</source>
        <translation>1 an</translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message>
        <location filename="../plugin/first_run.py" line="23"/>
        <source>Welcome to SIGM@communes</source>
        <translation>Bienvenue dans SIGM@communes</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="26"/>
        <source>Next</source>
        <translation>Suivant</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="27"/>
        <source>Back</source>
        <translation>Précédent</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="28"/>
        <source>Finish</source>
        <translation>Terminer</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="29"/>
        <source>Skip</source>
        <translation>Passer</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="41"/>
        <source>Your commune</source>
        <translation>Votre commune</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="41"/>
        <source>Commune</source>
        <translation>Commune</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="41"/>
        <source>What the screens and bulletins show first. You can type a part of its name. All others stay within reach.</source>
        <translation>Ce que les écrans et les bulletins montrent d'abord. Vous pouvez taper une partie du nom. Toutes les autres restent accessibles.</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="41"/>
        <source>Your workspace</source>
        <translation>Votre espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="41"/>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="41"/>
        <source>One GeoPackage file holds reports, photos, decisions and teams. If you have none yet, leave this empty: “Photos and reports to incidents…” makes one from your own photos and lists.</source>
        <translation>Un seul fichier GeoPackage contient signalements, photos, décisions et équipes. Si vous n'en avez pas encore, laissez vide : « Des photos et signalements aux dossiers… » en fait un à partir de vos photos et de vos listes.</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="41"/>
        <source>Report servers</source>
        <translation>Serveurs de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="41"/>
        <source>File of servers</source>
        <translation>Fichier des serveurs</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="41"/>
        <source>The file that lists the servers to exchange reports with, if your commune has any. Without it everything works off line. Passwords stay in QGIS' own authentication store.</source>
        <translation>Le fichier qui liste les serveurs avec lesquels échanger des signalements, si votre commune en a. Sans lui, tout marche hors connexion. Les mots de passe restent dans le coffre d'authentification de QGIS.</translation>
    </message>
    <message>
        <location filename="../plugin/first_run.py" line="80"/>
        <source>Given by your administrator ({variable}).</source>
        <translation>Fixé par votre administrateur ({variable}).</translation>
    </message>
</context>
<context>
    <name>GroupIncidents</name>
    <message>
        <location filename="../plugin/processing/group_incidents.py" line="39"/>
        <source>Group incidents that are one problem</source>
        <translation>Regrouper les dossiers d'un même problème</translation>
    </message>
    <message>
        <location filename="../plugin/processing/group_incidents.py" line="42"/>
        <source>A report belongs to the problem of its class whose first report is nearest, if that is within the distance and the problem was last reported no longer ago than the number of days; else it opens a new one. Adds the number of the problem and how many incidents it holds. Incidents without a position or a class stay alone.</source>
        <translation>Un signalement appartient au problème de sa classe dont le premier signalement est le plus proche, s'il est à moins de la distance et si le problème a été signalé pour la dernière fois dans le délai ; sinon il en ouvre un nouveau. Ajoute le numéro du problème et le nombre de dossiers qu'il réunit. Les dossiers sans position ou sans classe restent seuls.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/group_incidents.py" line="50"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/group_incidents.py" line="51"/>
        <source>Field with the class</source>
        <translation>Champ de la classe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/group_incidents.py" line="54"/>
        <source>Field with the time of the report</source>
        <translation>Champ de la date du signalement</translation>
    </message>
    <message>
        <location filename="../plugin/processing/group_incidents.py" line="59"/>
        <source>Distance (metres)</source>
        <translation>Distance (mètres)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/group_incidents.py" line="67"/>
        <source>Time (days)</source>
        <translation>Délai (jours)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/group_incidents.py" line="76"/>
        <source>Incidents with their problem</source>
        <translation>Dossiers avec leur problème</translation>
    </message>
    <message>
        <location filename="../plugin/processing/group_incidents.py" line="77"/>
        <source>Number of problems</source>
        <translation>Nombre de problèmes</translation>
    </message>
</context>
<context>
    <name>ImportPhotosDock</name>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="295"/>
        <source>Import photos</source>
        <translation>Importer des photos</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="72"/>
        <source>Empty the list</source>
        <translation>Vider la liste</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="79"/>
        <source>Files and what becomes of them</source>
        <translation>Fichiers et leur verdict</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="94"/>
        <source>Drop photos or folders here or on the map, or add them with the buttons.</source>
        <translation>Déposez des photos ou des dossiers ici ou sur la carte, ou ajoutez-les avec les boutons.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="99"/>
        <source>Place on the map</source>
        <translation>Placer sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="101"/>
        <source>Choose a photo in the list, then click where it was taken</source>
        <translation>Choisissez une photo dans la liste, puis cliquez où elle a été prise</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="365"/>
        <source>Import</source>
        <translation>Importer</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="105"/>
        <source>Export the verdicts…</source>
        <translation>Exporter les verdicts…</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="108"/>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="109"/>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="176"/>
        <source>Look at the photos</source>
        <translation>Lecture des photos</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="202"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="207"/>
        <source>Folder of photos</source>
        <translation>Dossier de photos</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="288"/>
        <source>Check the photos</source>
        <translation>Valider les photos</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="301"/>
        <source>New workspace</source>
        <translation>Nouvel espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="301"/>
        <source>Workspaces (*.gpkg)</source>
        <translation>Espaces de travail (*.gpkg)</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="337"/>
        <source>Export the verdicts</source>
        <translation>Exporter les verdicts</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="365"/>
        <source>Import {0} photos</source>
        <translation>Importer {0} photos</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="371"/>
        <source>{0} ready</source>
        <translation>{0} prêtes</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="372"/>
        <source>{0} without position</source>
        <translation>{0} sans position</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="373"/>
        <source>{0} outside the territory</source>
        <translation>{0} hors du territoire</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="374"/>
        <source>{0} already there</source>
        <translation>{0} déjà importées</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="375"/>
        <source>{0} unusable</source>
        <translation>{0} inutilisables</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="380"/>
        <source>{0} files: {1}</source>
        <translation>{0} fichiers : {1}</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="69"/>
        <source>Photos…</source>
        <translation>Photos…</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="69"/>
        <source>Folder…</source>
        <translation>Dossier…</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="73"/>
        <source>Add photos</source>
        <translation>Ajouter des photos</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="74"/>
        <source>Add all photos below a folder</source>
        <translation>Ajouter toutes les photos d'un dossier</translation>
    </message>
    <message>
        <location filename="../plugin/docks/import_photos.py" line="285"/>
        <source>Photos imported as reports: {0}.</source>
        <translation>Photos importées : {0}.</translation>
    </message>
</context>
<context>
    <name>InstallDialog</name>
    <message>
        <location filename="../plugin/doctor.py" line="438"/>
        <source>What the installation says</source>
        <translation>Ce que dit l'installation</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="441"/>
        <source>Install</source>
        <translation>Installer</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="454"/>
        <source>from the folder {folder}; nothing is downloaded</source>
        <translation>depuis le dossier {folder} ; rien n'est téléchargé</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="472"/>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="491"/>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="492"/>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="425"/>
        <source>Install what is missing</source>
        <translation>Installer ce qui manque</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="456"/>
        <source>by pip, from the package registry that pip uses on this computer (about 25 MB)</source>
        <translation>par pip, depuis le registre de paquets que pip utilise sur cet ordinateur (environ 25 Mo)</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="458"/>
        <source>shapely (BSD licence), to place points in communes</source>
        <translation>shapely (licence BSD), pour rattacher les points aux communes</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="459"/>
        <source>onnxruntime (MIT licence), to classify photos</source>
        <translation>onnxruntime (licence MIT), pour classer les photos</translation>
    </message>
    <message>
        <location filename="../plugin/doctor.py" line="462"/>
        <source>This QGIS lacks

{names}

It will be installed {source}, into {folder} (about 80 MB).

QGIS' own folders are not changed. To remove it, delete this folder.</source>
        <translation>Il manque à ce QGIS

{names}

L'installation se fait {source}, dans {folder} (environ 80 Mo).

Les dossiers de QGIS ne sont pas modifiés. Pour tout retirer, supprimez ce dossier.</translation>
    </message>
</context>
<context>
    <name>LocatePoints</name>
    <message>
        <location filename="../plugin/processing/locate_points.py" line="38"/>
        <source>Commune of each point</source>
        <translation>Commune de chaque point</translation>
    </message>
    <message>
        <location filename="../plugin/processing/locate_points.py" line="49"/>
        <source>Points</source>
        <translation>Points</translation>
    </message>
    <message>
        <location filename="../plugin/processing/locate_points.py" line="50"/>
        <source>Points with their commune</source>
        <translation>Points avec leur commune</translation>
    </message>
    <message>
        <location filename="../plugin/processing/locate_points.py" line="41"/>
        <source>Adds to each point its commune (INSEE code and name), whether the point is so near to a boundary that the commune is uncertain, whether it is outside the territory, and whether it is in the water of the Étang de Berre. Works off line with the embedded map of the communes. Of several points the first counts, and the commune is uncertain where they are not all in one; a line or an area counts where a point on it is.</source>
        <translation>Ajoute à chaque point sa commune (code INSEE et nom), et indique s'il est si près d'une limite que la commune est incertaine, s'il est hors du territoire ou s'il tombe dans l'étang de Berre. Fonctionne hors connexion avec la carte des communes embarquée. De plusieurs points, le premier compte, et la commune est incertaine s'ils ne sont pas tous dans la même ; une ligne ou une surface compte là où se trouve un point pris sur elle.</translation>
    </message>
</context>
<context>
    <name>MakeBulletin</name>
    <message>
        <location filename="../plugin/processing/make_bulletin.py" line="69"/>
        <source>Bulletin</source>
        <translation>Bulletin</translation>
    </message>
    <message>
        <location filename="../plugin/processing/make_bulletin.py" line="35"/>
        <source>Writes the bulletin of a workspace: one page that stands alone, in French and English, with maps, counts by class, team and week, the age of what is open, photos, and what is uncertain. For all communes, or for one. It prints on A4 and loads nothing from elsewhere.</source>
        <translation>Écrit le bulletin d'un espace de travail : une page autonome, en français et en anglais, avec cartes, décomptes par classe, équipe et semaine, ancienneté de ce qui est ouvert, photos et points incertains. Pour toutes les communes ou pour une seule. Elle s'imprime en A4 et ne charge rien d'ailleurs.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/make_bulletin.py" line="43"/>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/processing/make_bulletin.py" line="51"/>
        <source>INSEE code of one commune (empty: all)</source>
        <translation>Code INSEE d'une commune (vide : toutes)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/make_bulletin.py" line="59"/>
        <source>Rule book with the names of the teams (empty: the example of the metropolis)</source>
        <translation>Règles avec les noms des équipes (vide : l'exemple de la métropole)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/make_bulletin.py" line="68"/>
        <source>Title</source>
        <translation>Titre</translation>
    </message>
</context>
<context>
    <name>MissingTexts</name>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="61"/>
        <source>The package {name} is missing in this QGIS. SIGM@communes › Diagnostic installs it.</source>
        <translation>Le paquet {name} manque à ce QGIS. SIGM@communes › Diagnostic l'installe.</translation>
    </message>
</context>
<context>
    <name>ModelInfo</name>
    <message>
        <location filename="../plugin/processing/model_info.py" line="32"/>
        <source>About the model</source>
        <translation>À propos du modèle</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model_info.py" line="35"/>
        <source>Opens a model package, checks that this computer computes what its author got, and shows what it says of itself: name and version, classes, training data, licence, and the confidence below which it suggests nothing. Needs the package onnxruntime: see SIGM@communes › Diagnostic.</source>
        <translation>Ouvre un modèle, vérifie que cet ordinateur calcule ce que son auteur a obtenu, et montre ce qu'il dit de lui-même : nom et version, classes, données d'apprentissage, licence, et la confiance au-dessous de laquelle il ne suggère rien. Demande le paquet onnxruntime : voir SIGM@communes › Diagnostic.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model_info.py" line="42"/>
        <source>Folder of the model (empty: the default one)</source>
        <translation>Dossier du modèle (vide : celui par défaut)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model_info.py" line="51"/>
        <source>Page about the model</source>
        <translation>Page sur le modèle</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model_info.py" line="56"/>
        <source>Name and version</source>
        <translation>Nom et version</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model_info.py" line="57"/>
        <source>Classes</source>
        <translation>Classes</translation>
    </message>
</context>
<context>
    <name>NearestAsset</name>
    <message>
        <location filename="../plugin/processing/nearest_asset.py" line="43"/>
        <source>Nearest asset</source>
        <translation>Équipement le plus proche</translation>
    </message>
    <message>
        <location filename="../plugin/processing/nearest_asset.py" line="46"/>
        <source>Adds to each incident the nearest feature of a layer (street lights, roads, parks…) and the distance to it in metres on the ellipsoid; nothing where none is within the greatest distance. Inside an area the distance is 0. A rule book that asks how near a layer is finds the distance in the column near_ followed by the name given here.</source>
        <translation>Ajoute à chaque dossier l'entité la plus proche d'une couche (lampadaires, voies, parcs…) et sa distance en mètres sur l'ellipsoïde ; rien si aucune n'est à moins de la distance maximale. Dans une surface, la distance est 0. Des règles qui demandent la proximité d'une couche trouvent la distance dans la colonne near_ suivie du nom donné ici.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/nearest_asset.py" line="54"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/nearest_asset.py" line="55"/>
        <source>Assets</source>
        <translation>Équipements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/nearest_asset.py" line="56"/>
        <source>Field of the assets to copy</source>
        <translation>Champ des équipements à copier</translation>
    </message>
    <message>
        <location filename="../plugin/processing/nearest_asset.py" line="61"/>
        <source>Name of the assets in the result</source>
        <translation>Nom des équipements dans le résultat</translation>
    </message>
    <message>
        <location filename="../plugin/processing/nearest_asset.py" line="64"/>
        <source>Greatest distance (metres)</source>
        <translation>Distance maximale (mètres)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/nearest_asset.py" line="73"/>
        <source>Incidents with their nearest asset</source>
        <translation>Dossiers avec l'équipement le plus proche</translation>
    </message>
    <message>
        <location filename="../plugin/processing/nearest_asset.py" line="74"/>
        <source>Number of incidents with an asset</source>
        <translation>Nombre de dossiers avec un équipement</translation>
    </message>
</context>
<context>
    <name>OptionsPage</name>
    <message>
        <location filename="../plugin/options.py" line="95"/>
        <source>My commune</source>
        <translation>Ma commune</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="95"/>
        <source>What the screens and bulletins show first. None: all communes.</source>
        <translation>Ce que les écrans et les bulletins montrent d'abord. Aucune : toutes les communes.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="98"/>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="98"/>
        <source>The GeoPackage with the reports, photos and decisions.</source>
        <translation>Le GeoPackage des signalements, photos et décisions.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="99"/>
        <source>Report servers</source>
        <translation>Serveurs de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="99"/>
        <source>The file that lists the servers to exchange reports with. It holds no password.</source>
        <translation>Le fichier qui liste les serveurs avec lesquels échanger des signalements. Il ne contient aucun mot de passe.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="103"/>
        <source>Rule book</source>
        <translation>Règles d'affectation</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="103"/>
        <source>Which team takes what. None: the example of the metropolis.</source>
        <translation>Quelle équipe prend quoi. Vide : l'exemple de la métropole.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="106"/>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="106"/>
        <source>The folder of the photo classifier. None: the one that ships.</source>
        <translation>Le dossier du classifieur de photos. Vide : celui qui est livré.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="107"/>
        <source>Least confidence</source>
        <translation>Confiance minimale</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="107"/>
        <source>Below it the model says that it does not know. Lowest: the model's own thresholds.</source>
        <translation>Au-dessous, le modèle dit qu'il ne sait pas. Au plus bas : les seuils du modèle.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="111"/>
        <source>One view a photo</source>
        <translation>Une seule vue par photo</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="111"/>
        <source>Five times faster, and a little less often right.</source>
        <translation>Jusqu'à cinq fois plus rapide, un peu moins souvent juste.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="112"/>
        <source>Language of what is written</source>
        <translation>Langue de ce qui est écrit</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="112"/>
        <source>Of bulletins and class names. The screens speak the language of QGIS.</source>
        <translation>Celle des bulletins et des noms de classes. Les écrans parlent la langue de QGIS.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="116"/>
        <source>Use the network</source>
        <translation>Utiliser le réseau</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="116"/>
        <source>Switched off, no server is asked anything. Reports, photos and maps work off line.</source>
        <translation>Décoché, aucun serveur n'est appelé. Signalements, photos et cartes marchent hors connexion.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="120"/>
        <source>Patience with servers</source>
        <translation>Patience avec les serveurs</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="120"/>
        <source>Seconds without an answer after which a call is given up.</source>
        <translation>Secondes sans réponse après lesquelles un appel est abandonné.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="159"/>
        <source>the model's own</source>
        <translation>celle du modèle</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="172"/>
        <source>that of QGIS</source>
        <translation>celle de QGIS</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="192"/>
        <source>given by {variable}</source>
        <translation>fixé par {variable}</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="193"/>
        <source>Your administrator set this environment variable; it goes before what is chosen here.</source>
        <translation>Votre administrateur a fixé cette variable d'environnement ; elle l'emporte sur ce qui est choisi ici.</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="209"/>
        <source>Import settings…</source>
        <translation>Importer des réglages…</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="209"/>
        <source>Export settings…</source>
        <translation>Exporter les réglages…</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="251"/>
        <source>Settings (*.yaml *.yml *.json)</source>
        <translation>Réglages (*.yaml *.yml *.json)</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="243"/>
        <source>Import settings</source>
        <translation>Importer des réglages</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="259"/>
        <source>Export settings</source>
        <translation>Exporter les réglages</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="201"/>
        <source>the profile of QGIS</source>
        <translation>le profil de QGIS</translation>
    </message>
    <message>
        <location filename="../plugin/options.py" line="200"/>
        <source>“{value}”, given by {where} for “{name}”, is not taken.</source>
        <translation>« {value} », donné par {where} pour « {name} », est ignoré.</translation>
    </message>
</context>
<context>
    <name>PhotoTable</name>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="80"/>
        <source>ready, placed by hand</source>
        <translation>prête, placée à la main</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="82"/>
        <source>ready</source>
        <translation>prête</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="83"/>
        <source>no position: click on the map</source>
        <translation>sans position : cliquer sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="84"/>
        <source>impossible position: click on the map</source>
        <translation>position impossible : cliquer sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="85"/>
        <source>outside the territory</source>
        <translation>hors du territoire</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="86"/>
        <source>already there</source>
        <translation>déjà importée</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="87"/>
        <source>not a picture</source>
        <translation>pas une image</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="88"/>
        <source>can't be read</source>
        <translation>illisible</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="89"/>
        <source>too large</source>
        <translation>trop grande</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="103"/>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="103"/>
        <source>Verdict</source>
        <translation>Verdict</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="103"/>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_table.py" line="103"/>
        <source>Taken on</source>
        <translation>Prise le</translation>
    </message>
</context>
<context>
    <name>PhotoView</name>
    <message>
        <location filename="../plugin/docks/photo_view.py" line="99"/>
        <source>Photo</source>
        <translation>Photo</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_view.py" line="103"/>
        <source>Previous photo</source>
        <translation>Photo précédente</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_view.py" line="104"/>
        <source>Next photo</source>
        <translation>Photo suivante</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_view.py" line="105"/>
        <source>Turn the photo</source>
        <translation>Tourner la photo</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_view.py" line="106"/>
        <source>Show the whole photo</source>
        <translation>Voir toute la photo</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_view.py" line="159"/>
        <source>Photo {0}</source>
        <translation>Photo {0}</translation>
    </message>
    <message>
        <location filename="../plugin/docks/photo_view.py" line="173"/>
        <source>Only the thumbnail is there: {0}</source>
        <translation>Seule la vignette est là : {0}</translation>
    </message>
</context>
<context>
    <name>ReadReports</name>
    <message>
        <location filename="../plugin/processing/read_reports.py" line="45"/>
        <source>Read a file of reports</source>
        <translation>Lire un fichier de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/read_reports.py" line="48"/>
        <source>Reads citizens' reports from a CSV, GeoJSON, GeoPackage or other vector file, or from an Open311 answer saved as XML or JSON, whatever its encoding, separator and column names. Every record becomes a report or a row of the table of rejected records, with the reason. A position that is missing or impossible gives no point and is flagged, not repaired. Columns that have no place of their own are kept in extra, as JSON.</source>
        <translation>Lit des signalements d'un fichier CSV, GeoJSON, GeoPackage ou autre fichier vecteur, ou d'une réponse Open311 enregistrée en XML ou JSON, quels que soient l'encodage, le séparateur et les noms de colonnes. Chaque enregistrement devient un signalement ou une ligne de la table des rejets, avec la raison. Une position absente ou impossible ne donne pas de point ; elle est marquée, pas réparée. Les colonnes sans place à elles sont gardées dans extra, en JSON.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/read_reports.py" line="56"/>
        <source>File of reports</source>
        <translation>Fichier de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/read_reports.py" line="57"/>
        <source>Name of the source (empty: the file's)</source>
        <translation>Nom de la source (vide : celui du fichier)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/read_reports.py" line="62"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/read_reports.py" line="63"/>
        <source>Rejected records</source>
        <translation>Enregistrements rejetés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/read_reports.py" line="66"/>
        <source>Number of reports</source>
        <translation>Nombre de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/read_reports.py" line="67"/>
        <source>Number of rejected records</source>
        <translation>Nombre d'enregistrements rejetés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/read_reports.py" line="106"/>
        <source>{read} reports, {refused} rejected records</source>
        <translation>{read} signalements, {refused} enregistrements rejetés</translation>
    </message>
</context>
<context>
    <name>RefreshCommunes</name>
    <message>
        <location filename="../plugin/processing/refresh_communes.py" line="36"/>
        <source>Refresh the map of the communes</source>
        <translation>Actualiser la carte des communes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/refresh_communes.py" line="39"/>
        <source>Takes the communes of an intercommunal body (EPCI), any of France, from the State's service (needs the network) or from a file (GeoJSON, GeoPackage, Shapefile). The map is checked before it replaces the one in use: overlaps and gaps are told in the log. Without a file name it becomes your own map, which this plugin uses from then on.</source>
        <translation>Prend les communes d'un EPCI, de toute la France, auprès du service de l'État (demande le réseau) ou dans un fichier (GeoJSON, GeoPackage, Shapefile). La carte est vérifiée avant de remplacer celle en usage : recouvrements et trous sont dits dans le journal. Sans nom de fichier, elle devient votre propre carte, que cette extension utilise dès lors.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/refresh_communes.py" line="47"/>
        <source>File of communes (empty: the State's service)</source>
        <translation>Fichier de communes (vide : le service de l'État)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/refresh_communes.py" line="52"/>
        <source>EPCI (nine digits; empty: all communes of the file)</source>
        <translation>EPCI (neuf chiffres ; vide : toutes les communes du fichier)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/refresh_communes.py" line="60"/>
        <source>Map to write (empty: your own)</source>
        <translation>Carte à écrire (vide : la vôtre)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/refresh_communes.py" line="69"/>
        <source>Number of communes</source>
        <translation>Nombre de communes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/refresh_communes.py" line="81"/>
        <source>Give a file, or the number of an EPCI.</source>
        <translation>Donnez un fichier, ou le numéro d'un EPCI.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/refresh_communes.py" line="94"/>
        <source>{count} communes of {name}: {path}</source>
        <translation>{count} communes de {name} : {path}</translation>
    </message>
    <message>
        <location filename="../plugin/processing/refresh_communes.py" line="84"/>
        <source>The network is switched off in the options. Give a file.</source>
        <translation>Le réseau est désactivé dans les options. Donnez un fichier.</translation>
    </message>
</context>
<context>
    <name>ReportPane</name>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="52"/>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="85"/>
        <source>Report</source>
        <translation>Signalement</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="88"/>
        <source>This report is not in the workspace any more. Refresh the list.</source>
        <translation>Ce signalement n'est plus dans l'espace de travail. Actualisez la liste.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="98"/>
        <source>Choose a report in the list or on the map.</source>
        <translation>Choisissez un signalement dans la liste ou sur la carte.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="137"/>
        <source>none yet. Run the main job, or decide the class.</source>
        <translation>aucune pour l'instant. Lancez le traitement principal, ou décidez de la classe.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="145"/>
        <source>Nothing yet.</source>
        <translation>Rien pour l'instant.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="185"/>
        <source>Set the state: {0}</source>
        <translation>Passer à l'état : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="194"/>
        <source>class: {0}</source>
        <translation>classe : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="194"/>
        <source>decision taken back</source>
        <translation>décision retirée</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="196"/>
        <source>state: {0}</source>
        <translation>état : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="198"/>
        <source>moved to {0}</source>
        <translation>déplacé en {0}</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="200"/>
        <source>added on the map</source>
        <translation>ajouté sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="203"/>
        <source>attribute table or another program</source>
        <translation>table d'attributs ou autre programme</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="100"/>
        <source>{0} reports are chosen: correct the class or set the state of all of them.</source>
        <translation>{0} signalements choisis : corrigez la classe ou changez l'état de tous à la fois.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="132"/>
        <source>Team:</source>
        <translation>Équipe :</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="140"/>
        <source>State:</source>
        <translation>État :</translation>
    </message>
    <message>
        <location filename="../plugin/docks/report_pane.py" line="56"/>
        <source>Show or hide the history</source>
        <translation>Afficher ou masquer l'historique</translation>
    </message>
</context>
<context>
    <name>ReviewDock</name>
    <message>
        <location filename="../plugin/docks/review.py" line="29"/>
        <source>Check the photos</source>
        <translation>Valider les photos</translation>
    </message>
    <message>
        <location filename="../plugin/docks/review.py" line="47"/>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <location filename="../plugin/docks/review.py" line="50"/>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <location filename="../plugin/docks/review.py" line="51"/>
        <source>Take back the last decision (Ctrl+Z)</source>
        <translation>Revenir sur la dernière décision (Ctrl+Z)</translation>
    </message>
    <message>
        <location filename="../plugin/docks/review.py" line="53"/>
        <source>Keys: 1 2 3 a suggestion · L list · 0 no problem · Space skip · Ctrl+Z undo</source>
        <translation>Touches : 1 2 3 une suggestion · L liste · 0 aucun désordre · Espace passer · Ctrl+Z annuler</translation>
    </message>
    <message>
        <location filename="../plugin/docks/review.py" line="160"/>
        <source>No workspace is open. Open one, or import photos to make one.</source>
        <translation>Aucun espace de travail n'est ouvert. Ouvrez-en un, ou importez des photos pour en créer un.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/review.py" line="162"/>
        <source>All photos are checked. Thank you! The reports have their teams.</source>
        <translation>Toutes les photos sont validées, merci ! Les signalements ont leur équipe.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/review.py" line="164"/>
        <source>No photo waits: either none was imported and seen by the model, or a person has decided on all.</source>
        <translation>Aucune photo n'attend : aucune n'a été importée et vue par le modèle, ou une personne a décidé de toutes.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/review.py" line="187"/>
        <source>{0} a minute</source>
        <translation>{0} par minute</translation>
    </message>
    <message>
        <location filename="../plugin/docks/review.py" line="196"/>
        <source>the model was right: {0} ({1} photos)</source>
        <translation>précision confirmée {0} ({1} photos)</translation>
    </message>
    <message>
        <location filename="../plugin/docks/review.py" line="201"/>
        <source>No position</source>
        <translation>Sans position</translation>
    </message>
</context>
<context>
    <name>RouteIncidents</name>
    <message>
        <location filename="../plugin/processing/route_incidents.py" line="52"/>
        <source>Team in charge</source>
        <translation>Équipe chargée</translation>
    </message>
    <message>
        <location filename="../plugin/processing/route_incidents.py" line="55"/>
        <source>Gives each incident the team of the first rule whose conditions hold, else the default team, with the reason as a sentence in French and English. Reads the class and the INSEE code of the commune from the fields named here; commune, class_from, confidence, reported_at, ambiguous, outside, water and near_&lt;layer&gt; from the fields of these names, where they are there. The shipped rule book is an example to adapt.</source>
        <translation>Donne à chaque dossier l'équipe de la première règle dont les conditions sont remplies, sinon l'équipe par défaut, avec la raison en une phrase, en français et en anglais. Lit la classe et le code INSEE de la commune dans les champs nommés ici ; commune, class_from, confidence, reported_at, ambiguous, outside, water et near_&lt;couche&gt; dans les champs de ces noms, s'ils y sont. Les règles livrées sont un exemple à adapter.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/route_incidents.py" line="64"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/route_incidents.py" line="65"/>
        <source>Field with the class</source>
        <translation>Champ de la classe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/route_incidents.py" line="68"/>
        <source>Field with the INSEE code of the commune</source>
        <translation>Champ du code INSEE de la commune</translation>
    </message>
    <message>
        <location filename="../plugin/processing/route_incidents.py" line="73"/>
        <source>Rule book (empty: the example of the metropolis)</source>
        <translation>Règles d'affectation (vide : l'exemple)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/route_incidents.py" line="82"/>
        <source>Incidents with their team</source>
        <translation>Dossiers avec leur équipe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/route_incidents.py" line="106"/>
        <source>The layer has no INSEE code: rules that ask for a commune don't hold. Locate it first.</source>
        <translation>La couche n'a pas de code INSEE : les règles qui demandent une commune ne s'appliquent pas. Passez d'abord par « Commune de chaque point ».</translation>
    </message>
    <message>
        <location filename="../plugin/processing/route_incidents.py" line="111"/>
        <source>The rule book asks how near the layer “{layer}” is, and there is no field near_{layer}. Run “Nearest asset” with this name first.</source>
        <translation>Les règles demandent la proximité de la couche « {layer} », et il n'y a pas de champ near_{layer}. Passez d'abord par « Équipement le plus proche » avec ce nom.</translation>
    </message>
</context>
<context>
    <name>RunMainJob</name>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="40"/>
        <source>Photos and reports to incidents</source>
        <translation>Des photos et signalements aux dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="43"/>
        <source>Reads a folder of geotagged photos and lists of reports (CSV, GeoJSON, GeoPackage, Open311 JSON or XML). Classifies them, places them in a commune, groups those that are one problem, assigns a team with the reason. Writes workspace.gpkg and bulletin.html. Nothing is sent anywhere. A class given by the model is a suggestion that a person confirms.</source>
        <translation>Lit un dossier de photos géolocalisées et des listes de signalements (CSV, GeoJSON, GeoPackage, Open311 en JSON ou XML). Les classe, les rattache à une commune, regroupe ceux qui décrivent le même problème et affecte une équipe en donnant la raison. Écrit workspace.gpkg et bulletin.html. Rien n'est envoyé. Une classe donnée par le modèle est une suggestion qu'une personne confirme.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="53"/>
        <source>Folder of photos</source>
        <translation>Dossier de photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="56"/>
        <source>Files of reports</source>
        <translation>Fichiers de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="59"/>
        <source>Rule book (empty: the example of the metropolis)</source>
        <translation>Règles d'affectation (vide : l'exemple)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="77"/>
        <source>One view a photo (faster)</source>
        <translation>Une seule vue par photo (plus rapide)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="94"/>
        <source>Folder of the results</source>
        <translation>Dossier des résultats</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="95"/>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="96"/>
        <source>Bulletin</source>
        <translation>Bulletin</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="68"/>
        <source>Folder of the model (empty: the default one)</source>
        <translation>Dossier du modèle (vide : celui par défaut)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="91"/>
        <source>Title of the bulletin</source>
        <translation>Titre du bulletin</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="97"/>
        <source>Number of incidents</source>
        <translation>Nombre de dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="98"/>
        <source>Number of rejected files and records</source>
        <translation>Nombre de fichiers et d'enregistrements rejetés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/run_main_job.py" line="80"/>
        <source>Least confidence (empty: the model's own)</source>
        <translation>Confiance minimale (vide : celle du modèle)</translation>
    </message>
</context>
<context>
    <name>RuntimeInstallation</name>
    <message>
        <location filename="../plugin/install_runtime.py" line="53"/>
        <source>QGIS' own Python program was not found. Choose another Python for pip.</source>
        <translation>Le programme Python de QGIS est introuvable. Choisissez un autre Python pour pip.</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="65"/>
        <source>Looking for pip…</source>
        <translation>Recherche de pip…</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="78"/>
        <source>This Python has no pip: {program}. Install it (on Debian and Ubuntu the package python3-pip), put the wheel of pip into the folder of wheels, or choose another Python.</source>
        <translation>Ce Python n'a pas pip : {program}. Installez-le (sous Debian et Ubuntu, le paquet python3-pip), mettez le wheel de pip dans le dossier de wheels, ou choisissez un autre Python.</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="99"/>
        <source>The folder can't be made: {reason}</source>
        <translation>Le dossier ne peut pas être créé : {reason}</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="116"/>
        <source>Starting it to see whether it works here…</source>
        <translation>Essai pour voir s'il marche ici…</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="134"/>
        <source>The folder can't be written: {reason}</source>
        <translation>Le dossier ne peut pas être écrit : {reason}</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="154"/>
        <source>Stopped. Nothing was installed.</source>
        <translation>Arrêté. Rien n'a été installé.</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="57"/>
        <source>There is no wheel of {names} in {folder}. On a computer with a network: pip download --python-version {version} --only-binary=:all: {packages} pip</source>
        <translation>Il n'y a pas de wheel de {names} dans {folder}. Sur un ordinateur connecté : pip download --python-version {version} --only-binary=:all: {packages} pip</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="109"/>
        <source>Installing {names}…</source>
        <translation>Installation de {names}…</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="114"/>
        <source>pip could not install it:</source>
        <translation>pip n'a pas pu l'installer :</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="125"/>
        <source>It was installed, but does not start here:</source>
        <translation>Installé, mais ne démarre pas ici :</translation>
    </message>
    <message>
        <location filename="../plugin/install_runtime.py" line="137"/>
        <source>{versions}: installed in {folder}. It can be used at once.</source>
        <translation>{versions} : installé dans {folder}. Utilisable tout de suite.</translation>
    </message>
</context>
<context>
    <name>ScanPhotos</name>
    <message>
        <location filename="../plugin/processing/scan_photos.py" line="50"/>
        <source>Read a folder of photos</source>
        <translation>Lire un dossier de photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/scan_photos.py" line="53"/>
        <source>Gives a verdict on every file of a folder and of its subfolders. Photos with a position inside the territory become points, with the columns of QGIS' own import of geotagged photos. All other files go into the table, with the reason: no position, position impossible or outside the territory, not an image, unreadable, too large, duplicate of another file. No file is left out in silence, and none is changed.</source>
        <translation>Donne un verdict sur chaque fichier d'un dossier et de ses sous-dossiers. Les photos dont la position est dans le territoire deviennent des points, avec les colonnes de l'import de photos géolocalisées de QGIS. Tous les autres fichiers vont dans la table, avec la raison : sans position, position impossible ou hors du territoire, pas une image, illisible, trop grand, doublon d'un autre fichier. Aucun fichier n'est oublié en silence, aucun n'est modifié.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/scan_photos.py" line="63"/>
        <source>Folder of photos</source>
        <translation>Dossier de photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/scan_photos.py" line="64"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/scan_photos.py" line="65"/>
        <source>Files that are not on the map</source>
        <translation>Fichiers qui ne sont pas sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/processing/scan_photos.py" line="70"/>
        <source>Number of files</source>
        <translation>Nombre de fichiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/scan_photos.py" line="103"/>
        <source>{files} files: {placed} on the map</source>
        <translation>{files} fichiers, dont {placed} sur la carte</translation>
    </message>
</context>
<context>
    <name>Screens</name>
    <message>
        <location filename="../plugin/screens.py" line="27"/>
        <source>Diagnostic…</source>
        <translation>Diagnostic…</translation>
    </message>
    <message>
        <location filename="../plugin/screens.py" line="48"/>
        <source>First steps…</source>
        <translation>Premiers pas…</translation>
    </message>
    <message>
        <location filename="../plugin/screens.py" line="47"/>
        <source>Choose your commune and your workspace.</source>
        <translation>Choisissez votre commune et votre espace de travail.</translation>
    </message>
</context>
<context>
    <name>SigmaCommunesPlugin</name>
    <message>
        <location filename="../plugin/plugin.py" line="38"/>
        <source>Photos and reports to incidents…</source>
        <translation>Des photos et signalements aux dossiers…</translation>
    </message>
</context>
<context>
    <name>StageNames</name>
    <message>
        <location filename="../plugin/feedback.py" line="21"/>
        <source>Reading photos</source>
        <translation>Lecture des photos</translation>
    </message>
    <message>
        <location filename="../plugin/feedback.py" line="22"/>
        <source>Classifying photos</source>
        <translation>Classement des photos</translation>
    </message>
    <message>
        <location filename="../plugin/feedback.py" line="23"/>
        <source>Reading reports</source>
        <translation>Lecture des signalements</translation>
    </message>
    <message>
        <location filename="../plugin/feedback.py" line="24"/>
        <source>Finding classes</source>
        <translation>Recherche des classes</translation>
    </message>
    <message>
        <location filename="../plugin/feedback.py" line="25"/>
        <source>Finding communes</source>
        <translation>Recherche des communes</translation>
    </message>
    <message>
        <location filename="../plugin/feedback.py" line="26"/>
        <source>Grouping</source>
        <translation>Regroupement</translation>
    </message>
    <message>
        <location filename="../plugin/feedback.py" line="27"/>
        <source>Finding teams</source>
        <translation>Affectation des équipes</translation>
    </message>
    <message>
        <location filename="../plugin/feedback.py" line="28"/>
        <source>Writing the workspace</source>
        <translation>Écriture de l'espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/feedback.py" line="29"/>
        <source>Writing the bulletin</source>
        <translation>Écriture du bulletin</translation>
    </message>
</context>
<context>
    <name>Statistics</name>
    <message>
        <location filename="../plugin/processing/statistics.py" line="34"/>
        <source>Count incidents</source>
        <translation>Compter les dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/statistics.py" line="37"/>
        <source>Counts the incidents of each combination of the chosen fields that occurs: by default commune, class and team. With a field of times it counts per week as well; a week is named by its Monday (UTC).</source>
        <translation>Compte les dossiers de chaque combinaison des champs choisis : par défaut commune, classe et équipe. Avec un champ de date, compte aussi par semaine ; une semaine porte la date de son lundi (UTC).</translation>
    </message>
    <message>
        <location filename="../plugin/processing/statistics.py" line="43"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/statistics.py" line="44"/>
        <source>Fields to count by</source>
        <translation>Champs du décompte</translation>
    </message>
    <message>
        <location filename="../plugin/processing/statistics.py" line="54"/>
        <source>Field with the time (per week)</source>
        <translation>Champ de la date (par semaine)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/statistics.py" line="59"/>
        <source>Counts</source>
        <translation>Décomptes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/statistics.py" line="60"/>
        <source>Number of rows</source>
        <translation>Nombre de lignes</translation>
    </message>
</context>
<context>
    <name>Suggestions</name>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="54"/>
        <source>Correct…</source>
        <translation>Corriger…</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="55"/>
        <source>Choose another class (L)</source>
        <translation>Choisir une autre classe (L)</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="57"/>
        <source>No problem</source>
        <translation>Aucun désordre</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="58"/>
        <source>The photo shows nothing to repair (0)</source>
        <translation>La photo ne montre rien à réparer (0)</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="60"/>
        <source>Skip</source>
        <translation>Passer</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="61"/>
        <source>Decide later (Space)</source>
        <translation>Décider plus tard (Espace)</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="100"/>
        <source>Decided by a person: {0}</source>
        <translation>Décidé par une personne : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="102"/>
        <source>No suggestion: there is no photo that the model has seen. Choose the class yourself.</source>
        <translation>Pas de suggestion : aucune photo n'a été vue par le modèle. Choisissez la classe vous-même.</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="104"/>
        <source>The model does not know; its guesses ({0}):</source>
        <translation>Le modèle ne sait pas ; ses pistes ({0}) :</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="106"/>
        <source>Suggestion of the model ({0}):</source>
        <translation>Suggestion du modèle ({0}) :</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="118"/>
        <source>Confirm: {0} (key {1})</source>
        <translation>Confirmer : {0} (touche {1})</translation>
    </message>
    <message>
        <location filename="../plugin/docks/suggestions.py" line="119"/>
        <source>Confirm {0}, {1}</source>
        <translation>Confirmer {0}, {1}</translation>
    </message>
</context>
<context>
    <name>Tasks</name>
    <message>
        <location filename="../plugin/tasks.py" line="172"/>
        <source>Cancelled. What was finished before is kept.</source>
        <translation>Annulé. Ce qui était terminé est conservé.</translation>
    </message>
    <message>
        <location filename="../plugin/tasks.py" line="176"/>
        <source>Finished, but the project was closed meanwhile.</source>
        <translation>Terminé, mais le projet a été fermé entre-temps.</translation>
    </message>
    <message>
        <location filename="../plugin/tasks.py" line="176"/>
        <source>Show in this project</source>
        <translation>Afficher dans ce projet</translation>
    </message>
    <message>
        <location filename="../plugin/tasks.py" line="241"/>
        <source>An error of the plugin itself. Copy the details and report them.</source>
        <translation>Une erreur de l'extension elle-même. Copiez les détails et signalez-les.</translation>
    </message>
    <message>
        <location filename="../plugin/tasks.py" line="262"/>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
</context>
<context>
    <name>ToolboxGroups</name>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="36"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="37"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="38"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="39"/>
        <source>Territory</source>
        <translation>Territoire</translation>
    </message>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="40"/>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="41"/>
        <source>Publish</source>
        <translation>Publication</translation>
    </message>
</context>
<context>
    <name>WorkspaceFile</name>
    <message>
        <location filename="../plugin/workspace_file.py" line="124"/>
        <source>It can only be read: copy it to a folder where you may write, then open the copy.</source>
        <translation>Lecture seule : copiez-le dans un dossier où vous pouvez écrire, puis ouvrez la copie.</translation>
    </message>
    <message>
        <location filename="../plugin/workspace_file.py" line="133"/>
        <source>Workspace {0}</source>
        <translation>Espace de travail {0}</translation>
    </message>
    <message>
        <location filename="../plugin/workspace_file.py" line="216"/>
        <source>No workspace is open</source>
        <translation>Aucun espace de travail n'est ouvert</translation>
    </message>
</context>
<context>
    <name>WorkspaceLayers</name>
    <message>
        <location filename="../plugin/layers.py" line="104"/>
        <source>Reports · {0}</source>
        <translation>Signalements · {0}</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="107"/>
        <source>Tables</source>
        <translation>Tables</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="124"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="125"/>
        <source>Reports to edit</source>
        <translation>Signalements à modifier</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="126"/>
        <source>Communes</source>
        <translation>Communes</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="127"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="128"/>
        <source>Decisions</source>
        <translation>Décisions</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="129"/>
        <source>Changes that wait</source>
        <translation>Modifications en attente</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="155"/>
        <source>By class, grouped from afar</source>
        <translation>Par classe, regroupés de loin</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="158"/>
        <source>By class</source>
        <translation>Par classe</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="158"/>
        <source>By state</source>
        <translation>Par état</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="158"/>
        <source>By team</source>
        <translation>Par équipe</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="158"/>
        <source>Heat map</source>
        <translation>Carte de chaleur</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="204"/>
        <source>No team</source>
        <translation>Sans équipe</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="262"/>
        <source>open</source>
        <translation>ouvert</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="262"/>
        <source>closed</source>
        <translation>fermé</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="262"/>
        <source>unknown</source>
        <translation>inconnu</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="305"/>
        <source>a person</source>
        <translation>une personne</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="305"/>
        <source>the photo</source>
        <translation>la photo</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="305"/>
        <source>the words</source>
        <translation>les mots</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="335"/>
        <source>Number</source>
        <translation>Numéro</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="337"/>
        <source>Report</source>
        <translation>Signalement</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="338"/>
        <source>Source</source>
        <translation>Source</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="341"/>
        <source>Longitude</source>
        <translation>Longitude</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="342"/>
        <source>Latitude</source>
        <translation>Latitude</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="343"/>
        <source>INSEE code</source>
        <translation>Code INSEE</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="344"/>
        <source>Commune</source>
        <translation>Commune</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="345"/>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="346"/>
        <source>Population</source>
        <translation>Population</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="347"/>
        <source>Quartier</source>
        <translation>Quartier</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="377"/>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="349"/>
        <source>Confidence</source>
        <translation>Confiance</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="350"/>
        <source>Class given by</source>
        <translation>Classe donnée par</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="351"/>
        <source>Words found</source>
        <translation>Mots trouvés</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="352"/>
        <source>Team</source>
        <translation>Équipe</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="353"/>
        <source>Rule</source>
        <translation>Règle</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="355"/>
        <source>Why this team</source>
        <translation>Pourquoi cette équipe</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="356"/>
        <source>Same problem as</source>
        <translation>Même problème que</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="357"/>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="358"/>
        <source>Status of the source</source>
        <translation>Statut à la source</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="359"/>
        <source>Reported on</source>
        <translation>Signalé le</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="360"/>
        <source>Category of the source</source>
        <translation>Catégorie à la source</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="361"/>
        <source>Code of the category</source>
        <translation>Code de la catégorie</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="362"/>
        <source>Description</source>
        <translation>Description</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="363"/>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="364"/>
        <source>Agency of the source</source>
        <translation>Service à la source</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="365"/>
        <source>Near a boundary</source>
        <translation>Près d'une limite</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="366"/>
        <source>Outside the territory</source>
        <translation>Hors du territoire</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="367"/>
        <source>In the water</source>
        <translation>Dans l'eau</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="368"/>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="369"/>
        <source>File name</source>
        <translation>Nom du fichier</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="370"/>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="371"/>
        <source>Verdict</source>
        <translation>Verdict</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="372"/>
        <source>Reason</source>
        <translation>Raison</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="373"/>
        <source>Taken on</source>
        <translation>Prise le</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="374"/>
        <source>Taken on (UTC)</source>
        <translation>Prise le (UTC)</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="375"/>
        <source>Who</source>
        <translation>Qui</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="376"/>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="378"/>
        <source>Action</source>
        <translation>Action</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="379"/>
        <source>Field</source>
        <translation>Champ</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="380"/>
        <source>Before</source>
        <translation>Avant</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="381"/>
        <source>After</source>
        <translation>Après</translation>
    </message>
    <message>
        <location filename="../plugin/layers.py" line="382"/>
        <source>Written by</source>
        <translation>Écrit par</translation>
    </message>
</context>
</TS>
