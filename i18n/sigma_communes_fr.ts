<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1">
<context>
    <name>BacklogDock</name>
    <message>
        <location filename="../plugin/reports/dock.py" line="665"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="102"/>
        <source>Send and receive</source>
        <translation>Envoyer et recevoir</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="125"/>
        <source>Number of reports</source>
        <translation>Nombre de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="127"/>
        <source>Only the reports that the map shows</source>
        <translation>Seulement les signalements visibles sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="225"/>
        <source>The reports are being read…</source>
        <translation>Lecture des signalements…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="226"/>
        <source>Read the reports</source>
        <translation>Lecture des signalements</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="241"/>
        <source>No workspace is open.</source>
        <translation>Aucun espace de travail n'est ouvert.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="241"/>
        <source>Open {0}</source>
        <translation>Ouvrir {0}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="247"/>
        <source>No workspace is open. Open one, or import photos to make one.</source>
        <translation>Aucun espace de travail n'est ouvert. Ouvrez-en un, ou importez des photos pour en créer un.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="247"/>
        <source>Open a workspace…</source>
        <translation>Ouvrir un espace de travail…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="377"/>
        <source>{0} of {1}</source>
        <translation>{0} sur {1}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="377"/>
        <source>{0} reports</source>
        <translation>{0} signalements</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="385"/>
        <source>The workspace holds no report yet. Import photos, or run the main job on a file of reports.</source>
        <translation>L'espace de travail ne contient pas encore de signalement. Importez des photos, ou lancez le traitement principal sur un fichier de signalements.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="385"/>
        <source>Import photos</source>
        <translation>Importer des photos</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="412"/>
        <source>No report fits the filter.</source>
        <translation>Aucun signalement ne correspond au filtre.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="391"/>
        <source>List all</source>
        <translation>Tout afficher</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="675"/>
        <source>No server is configured: edits wait here, nothing is lost.</source>
        <translation>Aucun serveur n'est configuré : les modifications attendent ici, rien n'est perdu.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="680"/>
        <source>{0} to send</source>
        <translation>{0} à envoyer</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="682"/>
        <source>{0} conflicts</source>
        <translation>{0} conflits</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="126"/>
        <source>On the map</source>
        <translation>Sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="115"/>
        <source>Decide the conflicts</source>
        <translation>Résoudre les conflits</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="405"/>
        <source>There is no conflict: what was edited here and on the servers goes together.</source>
        <translation>Aucun conflit : ce qui a été modifié ici et sur les serveurs va ensemble.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="407"/>
        <source>Nothing waits to be sent.</source>
        <translation>Rien n'attend d'être envoyé.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="409"/>
        <source>No report lies so near the centre of the map. Move the map, or take a longer way.</source>
        <translation>Aucun signalement si près du centre de la carte. Déplacez la carte, ou prenez une plus grande distance.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="411"/>
        <source>No report that fits lies on the map. Zoom out, or untick “On the map”.</source>
        <translation>Aucun signalement du filtre n'est sur la carte. Dézoomez, ou décochez « Sur la carte ».</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="672"/>
        <source>Receive</source>
        <translation>Recevoir</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="675"/>
        <source>Send what was edited here, receive what is new; you see first what leaves</source>
        <translation>Envoyer ce qui a été modifié ici, recevoir ce qui est nouveau ; vous voyez d'abord ce qui part</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="682"/>
        <source>1 conflict</source>
        <translation>1 conflit</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="690"/>
        <source>read {0} ago ({1})</source>
        <translation>à jour il y a {0} ({1})</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="673"/>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="305"/>
        <source>Count the reports</source>
        <translation>Compter les signalements</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="106"/>
        <source>List what was edited here and waits to be sent</source>
        <translation>Lister ce qui a été modifié ici et attend d'être envoyé</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="110"/>
        <source>List the conflicts, and what is gone on the server</source>
        <translation>Lister les conflits, et ce qui a disparu du serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="113"/>
        <source>Decide…</source>
        <translation>Trancher…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="672"/>
        <source>Send…</source>
        <translation>Envoyer…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="451"/>
        <source>Show on the map</source>
        <translation>Montrer sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="454"/>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="../plugin/reports/dock.py" line="459"/>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
</context>
<context>
    <name>BacklogModel</name>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="116"/>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="116"/>
        <source>Place</source>
        <translation>Lieu</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="116"/>
        <source>Age</source>
        <translation>Âge</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="116"/>
        <source>Team</source>
        <translation>Équipe</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="153"/>
        <source>class given by a person</source>
        <translation>classe donnée par une personne</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="154"/>
        <source>edited here, not sent</source>
        <translation>modifié ici, pas envoyé</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="170"/>
        <source>{0} min</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="172"/>
        <source>{0} h</source>
        <translation>{0} h</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="175"/>
        <source>{0} d</source>
        <translation>{0} j</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="176"/>
        <source>{0} months</source>
        <translation>{0} mois</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="176"/>
        <source>{0} y</source>
        <translation>{0} ans</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/model.py" line="155"/>
        <source>conflict: to be decided</source>
        <translation>conflit : à trancher</translation>
    </message>
</context>
<context>
    <name>BlurPhotos</name>
    <message>
        <location filename="../plugin/processing/photos/blur_photos.py" line="34"/>
        <source>Blur faces and number plates</source>
        <translation>Flouter les visages et les plaques</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/blur_photos.py" line="37"/>
        <source>Copies the photos of a folder into another one: upright, without position, date, camera or any other metadata, and with the faces and number plates that were found blurred for good. The detectors miss some: look at the copies before you publish them. With a workspace, the boxes that were drawn by hand count too, and its register keeps what left. A photo that can&apos;t be blurred is not copied, and the log says why.</source>
        <translation>Copie les photos d’un dossier dans un autre : droites, sans position, date, appareil ni autre métadonnée, les visages et les plaques trouvés floutés définitivement. Les détecteurs en manquent : regardez les copies avant de les publier. Avec un espace de travail, les cadres tracés à la main comptent aussi, et son registre garde ce qui est sorti. Une photo qui ne peut pas être floutée n’est pas copiée, et le journal dit pourquoi.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/blur_photos.py" line="46"/>
        <source>Folder of photos</source>
        <translation>Dossier de photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/blur_photos.py" line="47"/>
        <source>Workspace (GeoPackage)</source>
        <translation>Espace de travail (GeoPackage)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/blur_photos.py" line="52"/>
        <source>Copy without looking for faces and plates</source>
        <translation>Copier sans chercher visages ni plaques</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/blur_photos.py" line="57"/>
        <source>Folder of the copies</source>
        <translation>Dossier des copies</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/blur_photos.py" line="58"/>
        <source>Number of copies</source>
        <translation>Nombre de copies</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/blur_photos.py" line="59"/>
        <source>Files without a copy</source>
        <translation>Fichiers sans copie</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/blur_photos.py" line="60"/>
        <source>Faces blurred</source>
        <translation>Visages floutés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/blur_photos.py" line="61"/>
        <source>Number plates blurred</source>
        <translation>Plaques floutées</translation>
    </message>
</context>
<context>
    <name>CatalogueDock</name>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="58"/>
        <source>Catalogue</source>
        <translation>Catalogue</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="82"/>
        <source>Number of records</source>
        <translation>Nombre de fiches</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="85"/>
        <source>Health of the sources</source>
        <translation>Santé des sources</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="88"/>
        <source>Sources…</source>
        <translation>Sources…</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="288"/>
        <source>Harvest</source>
        <translation>Moissonner</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="92"/>
        <source>Read what is new in the sources</source>
        <translation>Lire ce qui est nouveau dans les sources</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="96"/>
        <source>Records found</source>
        <translation>Fiches trouvées</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="130"/>
        <source>What is read now</source>
        <translation>Ce qui est lu maintenant</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="131"/>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="140"/>
        <source>State of the index and the pack</source>
        <translation>État de l'index et du pack</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="143"/>
        <source>Make the pack…</source>
        <translation>Faire le pack…</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="211"/>
        <source>No workspace is open: it keeps the catalogue.</source>
        <translation>Aucun espace de travail n'est ouvert : c'est lui qui garde le catalogue.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="216"/>
        <source>Open {0}</source>
        <translation>Ouvrir {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="218"/>
        <source>Open a workspace…</source>
        <translation>Ouvrir un espace de travail…</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="235"/>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="271"/>
        <source>The first {0} of {1}</source>
        <translation>Les {0} premières sur {1}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="273"/>
        <source>The {0} best: add a word</source>
        <translation>Les {0} meilleures : ajoutez un mot</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="282"/>
        <source>The catalogue has no source yet. Choose those of your region, then harvest them.</source>
        <translation>Le catalogue n'a pas encore de source. Choisissez celles de votre région, puis moissonnez-les.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="282"/>
        <source>Choose sources…</source>
        <translation>Choisir des sources…</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="288"/>
        <source>The index is empty: nothing was harvested yet. Afterwards the search works without network.</source>
        <translation>L'index est vide : rien n'a encore été moissonné. Ensuite, la recherche marche sans réseau.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="294"/>
        <source>No record fits.</source>
        <translation>Aucune fiche ne correspond.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="294"/>
        <source>List all</source>
        <translation>Tout lister</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="405"/>
        <source>Favourites</source>
        <translation>Favoris</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="434"/>
        <source>Harvest the catalogue</source>
        <translation>Moissonner le catalogue</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="436"/>
        <source>The network is switched off in the options.</source>
        <translation>Le réseau est coupé dans les options.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="451"/>
        <source>Show what is new</source>
        <translation>Voir les nouvelles fiches</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="482"/>
        <source>not harvested yet</source>
        <translation>pas encore moissonnée</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="484"/>
        <source>● read {0} ago</source>
        <translation>● lue il y a {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="486"/>
        <source>○ unreachable for {0}</source>
        <translation>○ injoignable depuis {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="487"/>
        <source>○ never answered</source>
        <translation>○ n'a jamais répondu</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="496"/>
        <source>{0} min</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="498"/>
        <source>{0} h</source>
        <translation>{0} h</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="499"/>
        <source>{0} d</source>
        <translation>{0} j</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="527"/>
        <source>{0} records in the index</source>
        <translation>{0} fiches dans l'index</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="531"/>
        <source>{0}, {1} layers in your pack</source>
        <translation>{0}, {1} couches dans votre pack</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="532"/>
        <source>Offline: {0}.</source>
        <translation>Hors connexion : {0}.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="529"/>
        <source>{0} records in the index of {1}</source>
        <translation>{0} fiches dans l'index du {1}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="269"/>
        <source>{0} of {1} records</source>
        <translation>{0} sur {1} fiches</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="275"/>
        <source>More than {0} records: add a word</source>
        <translation>Plus de {0} fiches : ajoutez un mot</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="277"/>
        <source>The {0} best of {1}: add a word</source>
        <translation>{0} sur {1} : ajoutez un mot</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/dock.py" line="312"/>
        <source>Themes</source>
        <translation>Thèmes</translation>
    </message>
</context>
<context>
    <name>CatalogueFacets</name>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="43"/>
        <source>Search for a layer: words, producer, abbreviation…</source>
        <translation>Chercher une couche : mots, producteur, sigle…</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="44"/>
        <source>Search in the catalogue</source>
        <translation>Chercher dans le catalogue</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="46"/>
        <source>Theme</source>
        <translation>Thème</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="47"/>
        <source>Producer</source>
        <translation>Producteur</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="48"/>
        <source>Type</source>
        <translation>Type</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="49"/>
        <source>Licence</source>
        <translation>Licence</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="137"/>
        <source>My commune</source>
        <translation>Ma commune</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="82"/>
        <source>New</source>
        <translation>Nouvelles</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="53"/>
        <source>Only what is new since the last visit</source>
        <translation>Seulement ce qui est nouveau depuis la dernière visite</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="55"/>
        <source>Only favourites</source>
        <translation>Seulement les favoris</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="57"/>
        <source>Seen</source>
        <translation>Consultées</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="57"/>
        <source>Only what was looked at</source>
        <translation>Seulement les fiches consultées</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="82"/>
        <source>New ({0})</source>
        <translation>Nouvelles ({0})</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="138"/>
        <source>Only layers that touch {0}</source>
        <translation>Seulement les couches qui touchent {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="138"/>
        <source>Choose your commune in the options of QGIS, page SIGM@communes</source>
        <translation>Choisissez votre commune dans les options de QGIS, page SIGM@communes</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="186"/>
        <source>All</source>
        <translation>Tout</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="106"/>
        <source>the whole territory</source>
        <translation>tout le territoire</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="110"/>
        <source>Themes of {0}</source>
        <translation>Thèmes de {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="117"/>
        <source>Choose those of {0}</source>
        <translation>Choisir ceux de {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/facets.py" line="123"/>
        <source>Switched on for the whole territory</source>
        <translation>Retenu pour tout le territoire</translation>
    </message>
</context>
<context>
    <name>CatalogueLayer</name>
    <message>
        <location filename="../plugin/processing/catalogue/catalogue_layer.py" line="42"/>
        <source>Layer of a record</source>
        <translation>Couche d'une fiche</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/catalogue_layer.py" line="45"/>
        <source>Opens the best link of a record that was harvested: its service is asked which layer, CRS and format it has; a link that can&apos;t be loaded gives way to the next best one, and the log says why. The style, the attribution, the licence and the metadata of the record go with the layer. With kinds (wfs,geojson) only those are tried, the first one best. The provider and the URI that QGIS loads are outputs too.</source>
        <translation>Ouvre le meilleur lien d'une fiche moissonnée : son service est interrogé sur la couche, le SCR et le format ; un lien qui ne se charge pas laisse la place au suivant, et le journal dit pourquoi. Le style, l'attribution, la licence et les métadonnées de la fiche suivent la couche. Avec des types (wfs,geojson), seuls ceux-là sont essayés, le premier étant préféré. Le fournisseur et l'URI que QGIS charge sont aussi en sortie.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/catalogue_layer.py" line="54"/>
        <source>Record (its id)</source>
        <translation>Fiche (son identifiant)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/catalogue_layer.py" line="55"/>
        <source>Kinds of links, e.g. wms,wfs (empty: all)</source>
        <translation>Types de liens, par exemple wms,wfs (vide : tous)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/catalogue_layer.py" line="60"/>
        <source>CRS where the service has it (empty: the project&apos;s)</source>
        <translation>SCR, si le service le propose (vide : celui du projet)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/catalogue_layer.py" line="65"/>
        <source>Layer</source>
        <translation>Couche</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/catalogue_layer.py" line="66"/>
        <source>Kind of link</source>
        <translation>Type de lien</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/catalogue_layer.py" line="67"/>
        <source>Provider</source>
        <translation>Fournisseur</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/catalogue_layer.py" line="68"/>
        <source>URI</source>
        <translation>URI</translation>
    </message>
</context>
<context>
    <name>CatalogueLocator</name>
    <message>
        <location filename="../plugin/catalogue/locator.py" line="66"/>
        <source>Layers of the catalogue (SIGM@communes)</source>
        <translation>Couches du catalogue (SIGM@communes)</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/locator.py" line="88"/>
        <source>Favourites</source>
        <translation>Favoris</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/locator.py" line="88"/>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
</context>
<context>
    <name>CheckRules</name>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="36"/>
        <source>Check a rule book</source>
        <translation>Vérifier les règles d'affectation</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="39"/>
        <source>Lists what is wrong in a rule book before an incident goes astray: classes, communes and teams that do not exist, rules that can never apply, teams that get nothing, pairs of class and commune without a rule. Each finding has its line and what to do.</source>
        <translation>Liste ce qui ne va pas dans les règles avant qu'un dossier ne s'égare : classes, communes et équipes qui n'existent pas, règles qui ne peuvent jamais s'appliquer, équipes qui ne reçoivent rien, couples classe-commune sans règle. Chaque constat donne la ligne et ce qu'il faut faire.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="46"/>
        <source>Rule book (empty: the example of the metropolis)</source>
        <translation>Règles d'affectation (vide : l'exemple)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="55"/>
        <source>Findings</source>
        <translation>Constats</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="58"/>
        <source>Page of the findings</source>
        <translation>Page des constats</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="63"/>
        <source>Number of errors</source>
        <translation>Nombre d'erreurs</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="64"/>
        <source>Number of findings</source>
        <translation>Nombre de constats</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="101"/>
        <source>Error</source>
        <translation>Erreur</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="101"/>
        <source>Warning</source>
        <translation>Avertissement</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="101"/>
        <source>Information</source>
        <translation>Information</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="102"/>
        <source>Severity</source>
        <translation>Gravité</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="102"/>
        <source>Line</source>
        <translation>Ligne</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="102"/>
        <source>Finding</source>
        <translation>Constat</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/check_rules.py" line="102"/>
        <source>What to do</source>
        <translation>Que faire</translation>
    </message>
</context>
<context>
    <name>ChooseTeam</name>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="30"/>
        <source>Give reports to a team</source>
        <translation>Affecter des signalements à une équipe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="33"/>
        <source>Gives reports to a team, or to a commune, against the rules: those that are named, or those to which all the given filters apply. The choice is written down with its author and note, and no rule takes it back. All of them are given, or none.</source>
        <translation>Affecte des signalements à une équipe, ou à une commune, contre les règles : ceux qui sont nommés, ou ceux auxquels s'appliquent tous les filtres donnés. Le choix est consigné avec son auteur et sa note, et aucune règle ne revient dessus. Tous sont affectés, ou aucun.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="41"/>
        <source>Team (its name in the rule book), or a commune</source>
        <translation>Équipe (son nom dans les règles d'affectation), ou une commune</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="45"/>
        <source>Ids of reports, with commas between (empty: by the filters below)</source>
        <translation>Identifiants de signalements, séparés par des virgules (vide : selon les filtres ci-dessous)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="46"/>
        <source>Only from this source</source>
        <translation>Seulement de cette source</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="47"/>
        <source>Only in this state</source>
        <translation>Seulement dans cet état</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="48"/>
        <source>Only in this commune (INSEE code)</source>
        <translation>Seulement dans cette commune (code INSEE)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="49"/>
        <source>Only of this class</source>
        <translation>Seulement de cette classe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="50"/>
        <source>Only of this team now</source>
        <translation>Seulement de cette équipe aujourd'hui</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="51"/>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="56"/>
        <source>Number of reports</source>
        <translation>Nombre de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="73"/>
        <source>No report is named and no filter is given.</source>
        <translation>Aucun signalement n'est nommé et aucun filtre n'est donné.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="73"/>
        <source>Name reports, or give a filter: all reports at once is no choice.</source>
        <translation>Nommez des signalements, ou donnez un filtre : tous les signalements à la fois, ce n'est pas un choix.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/choose_team.py" line="80"/>
        <source>{0} reports</source>
        <translation>{0} signalements</translation>
    </message>
</context>
<context>
    <name>ClassPicker</name>
    <message>
        <location filename="../plugin/photos/class_picker.py" line="24"/>
        <source>Choose the class</source>
        <translation>Choisir la classe</translation>
    </message>
    <message>
        <location filename="../plugin/photos/class_picker.py" line="27"/>
        <source>Type a part of the name</source>
        <translation>Tapez une partie du nom</translation>
    </message>
    <message>
        <location filename="../plugin/photos/class_picker.py" line="28"/>
        <source>Search a class</source>
        <translation>Chercher une classe</translation>
    </message>
    <message>
        <location filename="../plugin/photos/class_picker.py" line="32"/>
        <source>Classes</source>
        <translation>Classes</translation>
    </message>
</context>
<context>
    <name>ClassesFromWords</name>
    <message>
        <location filename="../plugin/processing/incidents/classes_from_words.py" line="38"/>
        <source>Class from the words of a report</source>
        <translation>Classe d'après les mots du signalement</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/classes_from_words.py" line="49"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/classes_from_words.py" line="50"/>
        <source>Field with the category</source>
        <translation>Champ de la catégorie</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/classes_from_words.py" line="50"/>
        <source>Field with the family of categories</source>
        <translation>Champ de la famille de catégories</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/classes_from_words.py" line="50"/>
        <source>Field with the code of the category</source>
        <translation>Champ du code de la catégorie</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/classes_from_words.py" line="50"/>
        <source>Field with the description</source>
        <translation>Champ de la description</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/classes_from_words.py" line="57"/>
        <source>Reports with their class</source>
        <translation>Signalements avec leur classe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/classes_from_words.py" line="78"/>
        <source>None of the fields is in the layer: choose the field with the category or the description.</source>
        <translation>Aucun de ces champs n'est dans la couche : choisissez le champ de la catégorie ou de la description.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/classes_from_words.py" line="41"/>
        <source>Adds to each report the class that its category or its description tells, and the words that say so. A category that is known as a whole decides. Otherwise phrases count, and how much the words are like those of other reports. Words that speak of several classes, or of none, give no class: a person qualifies the report.</source>
        <translation>Ajoute à chaque signalement la classe que dit sa catégorie ou sa description, et les mots qui le disent. Une catégorie connue telle quelle décide. Sinon comptent les expressions, et la ressemblance des mots avec ceux d'autres signalements. Des mots qui désignent plusieurs classes, ou aucune, n'en donnent pas : une personne qualifie le signalement.</translation>
    </message>
</context>
<context>
    <name>ClassifyPhotos</name>
    <message>
        <location filename="../plugin/processing/photos/classify_photos.py" line="49"/>
        <source>Classify photos</source>
        <translation>Classer des photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/classify_photos.py" line="52"/>
        <source>Adds to each photo of a layer (such as “Read a folder of photos” gives) the three classes that it most likely shows, with their confidence, or says that the model does not know. Works off line, on this computer: no photo leaves it. A class is a suggestion that a person confirms. Needs the package onnxruntime: see SIGM@communes › Diagnostic.</source>
        <translation>Ajoute à chaque photo d'une couche (comme celle que donne « Lire un dossier de photos ») les trois classes les plus probables avec leur confiance, ou dit que le modèle ne sait pas. Fonctionne hors connexion, sur cet ordinateur : aucune photo n'en sort. Une classe est une suggestion qu'une personne confirme. Demande le paquet onnxruntime : voir SIGM@communes › Diagnostic.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/classify_photos.py" line="61"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/classify_photos.py" line="62"/>
        <source>Field with the path of the photo</source>
        <translation>Champ du chemin de la photo</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/classify_photos.py" line="72"/>
        <source>Folder of the model (empty: the default one)</source>
        <translation>Dossier du modèle (vide : celui par défaut)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/classify_photos.py" line="81"/>
        <source>One view a photo (faster)</source>
        <translation>Une seule vue par photo (plus rapide)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/classify_photos.py" line="95"/>
        <source>Classified photos</source>
        <translation>Photos classées</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/classify_photos.py" line="117"/>
        <source>Model: {model}</source>
        <translation>Modèle : {model}</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/classify_photos.py" line="84"/>
        <source>Least confidence (empty: the model&apos;s own)</source>
        <translation>Confiance minimale (vide : celle du modèle)</translation>
    </message>
</context>
<context>
    <name>CommuneBox</name>
    <message>
        <location filename="../plugin/setup/options.py" line="290"/>
        <source>All communes</source>
        <translation>Toutes les communes</translation>
    </message>
</context>
<context>
    <name>CommunePages</name>
    <message>
        <location filename="../plugin/map/atlas.py" line="101"/>
        <source>Atlas of the communes</source>
        <translation>Atlas des communes</translation>
    </message>
    <message>
        <location filename="../plugin/map/atlas.py" line="123"/>
        <source>Others</source>
        <translation>Autres</translation>
    </message>
    <message>
        <location filename="../plugin/map/atlas.py" line="152"/>
        <source>Reports on public space</source>
        <translation>Signalements sur l'espace public</translation>
    </message>
    <message>
        <location filename="../plugin/map/atlas.py" line="153"/>
        <source>As of {0}</source>
        <translation>Situation au {0}</translation>
    </message>
    <message>
        <location filename="../plugin/map/atlas.py" line="154"/>
        <source>reports</source>
        <translation>signalements</translation>
    </message>
    <message>
        <location filename="../plugin/map/atlas.py" line="156"/>
        <source>By state</source>
        <translation>Par état</translation>
    </message>
    <message>
        <location filename="../plugin/map/atlas.py" line="157"/>
        <source>What the symbols mean</source>
        <translation>Ce que montrent les symboles</translation>
    </message>
    <message>
        <location filename="../plugin/map/atlas.py" line="159"/>
        <source>Communes: IGN ADMIN EXPRESS, Licence Ouverte. Reports: {0}.</source>
        <translation>Communes : IGN ADMIN EXPRESS, Licence Ouverte. Signalements : {0}.</translation>
    </message>
    <message>
        <location filename="../plugin/map/atlas.py" line="155"/>
        <source>report</source>
        <translation>signalement</translation>
    </message>
</context>
<context>
    <name>CommunesLayer</name>
    <message>
        <location filename="../plugin/processing/territory/communes_layer.py" line="39"/>
        <source>Map of the communes</source>
        <translation>Carte des communes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/communes_layer.py" line="42"/>
        <source>Gives the map of the communes as a layer, without a network: the one that came with the plugin (the 92 communes of the Métropole Aix-Marseille-Provence), or the one that you refreshed. Its source, licence, date and accuracy are in the log.</source>
        <translation>Donne la carte des communes comme couche, sans réseau : celle livrée avec l'extension (les 92 communes de la Métropole Aix-Marseille-Provence), ou celle que vous avez actualisée. Sa source, sa licence, sa date et sa précision sont dans le journal.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/communes_layer.py" line="49"/>
        <source>With the inland waters that are in no commune</source>
        <translation>Avec les eaux intérieures qui ne sont dans aucune commune</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/communes_layer.py" line="54"/>
        <source>Communes</source>
        <translation>Communes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/communes_layer.py" line="55"/>
        <source>Number of communes</source>
        <translation>Nombre de communes</translation>
    </message>
</context>
<context>
    <name>CompareModels</name>
    <message>
        <location filename="../plugin/processing/model/compare_models.py" line="31"/>
        <source>Compare two versions of the model</source>
        <translation>Comparer deux versions du modèle</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/compare_models.py" line="34"/>
        <source>Counts which of two versions is right on decided photos that neither was taught, and says how sure the difference is (sign test: a small p-value means that it is not chance). For photos that the second was taught, versions speak that learned like it from the other places.</source>
        <translation>Compte laquelle de deux versions a raison sur des photos décidées que ni l'une ni l'autre n'a apprises, et dit si la différence est sûre (test des signes : une petite valeur p veut dire que ce n'est pas le hasard). Pour les photos que la seconde a apprises, parlent des versions qui ont appris comme elle des autres lieux.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/compare_models.py" line="41"/>
        <source>First version</source>
        <translation>Première version</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/compare_models.py" line="41"/>
        <source>Second version</source>
        <translation>Seconde version</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/compare_models.py" line="44"/>
        <source>Number of photos</source>
        <translation>Nombre de photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/compare_models.py" line="45"/>
        <source>Right, first version (0 to 1)</source>
        <translation>Juste, première version (0 à 1)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/compare_models.py" line="46"/>
        <source>Right, second version (0 to 1)</source>
        <translation>Juste, seconde version (0 à 1)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/compare_models.py" line="47"/>
        <source>p-value</source>
        <translation>Valeur p</translation>
    </message>
</context>
<context>
    <name>ConflictsDialog</name>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="46"/>
        <source>Conflicts</source>
        <translation>Conflits</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="52"/>
        <source>Reports with a conflict</source>
        <translation>Signalements en conflit</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="58"/>
        <source>Versions of the report</source>
        <translation>Versions du signalement</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="70"/>
        <source>All mine</source>
        <translation>Tout : moi</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="71"/>
        <source>All of the server</source>
        <translation>Tout : serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="73"/>
        <source>Keep it here, send no more</source>
        <translation>Garder ici, ne plus envoyer</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="74"/>
        <source>Decide</source>
        <translation>Trancher</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="76"/>
        <source>Later</source>
        <translation>Plus tard</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="165"/>
        <source>No conflict waits for a decision.</source>
        <translation>Aucun conflit n'attend de décision.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="171"/>
        <source>The server does not show this report any more (since {0}). What you edited stays here.</source>
        <translation>Le serveur ne montre plus ce signalement (depuis {0}). Ce que vous avez modifié reste ici.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="177"/>
        <source>Another service may mean another class and team: they are found anew.</source>
        <translation>Un autre service peut changer la classe et l'équipe : elles sont recalculées.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="179"/>
        <source>It was moved on both sides: place and team are found anew.</source>
        <translation>Il a été déplacé des deux côtés : lieu et équipe sont recalculés.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="180"/>
        <source>before</source>
        <translation>avant</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="180"/>
        <source>mine</source>
        <translation>moi</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="180"/>
        <source>server</source>
        <translation>serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="207"/>
        <source>Field</source>
        <translation>Champ</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="207"/>
        <source>Before</source>
        <translation>À l'origine</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="207"/>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="236"/>
        <source>merged: yours holds</source>
        <translation>fusionné : le vôtre</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="207"/>
        <source>Here</source>
        <translation>Chez moi</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="201"/>
        <source>On the server</source>
        <translation>Sur le serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="180"/>
        <source>pack</source>
        <translation>paquet</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="189"/>
        <source>Edited here and in an offline pack: {0}. Until you decide, your edit is not sent.</source>
        <translation>Modifié ici et dans un paquet hors connexion : {0}. Tant que vous n'avez pas décidé, votre modification ne part pas.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="201"/>
        <source>In the pack</source>
        <translation>Dans le paquet</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="203"/>
        <source>On the server, or in a pack</source>
        <translation>Sur le serveur, ou dans un paquet</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="204"/>
        <source>All of the pack</source>
        <translation>Tout du paquet</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="204"/>
        <source>All theirs</source>
        <translation>Tout de l'autre</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="225"/>
        <source>pack {0}</source>
        <translation>paquet {0}</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <location filename="../plugin/desktop.py" line="49"/>
        <source>Open a workspace…</source>
        <translation>Ouvrir un espace de travail…</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="50"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="51"/>
        <source>Check the photos</source>
        <translation>Valider les photos</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="52"/>
        <source>Import photos</source>
        <translation>Importer des photos</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="85"/>
        <source>Open a workspace</source>
        <translation>Ouvrir un espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="85"/>
        <source>Workspaces (*.gpkg)</source>
        <translation>Espaces de travail (*.gpkg)</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="53"/>
        <source>Catalogue</source>
        <translation>Catalogue</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="54"/>
        <source>Atlas…</source>
        <translation>Atlas…</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="112"/>
        <source>Atlas</source>
        <translation>Atlas</translation>
    </message>
    <message>
        <location filename="../plugin/desktop.py" line="103"/>
        <source>Open a workspace first: the atlas shows its reports.</source>
        <translation>Ouvrez d'abord un espace de travail : l'atlas montre ses signalements.</translation>
    </message>
</context>
<context>
    <name>DetailsDialog</name>
    <message>
        <location filename="../plugin/base/tasks.py" line="303"/>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
    <message>
        <location filename="../plugin/base/tasks.py" line="305"/>
        <source>Copy</source>
        <translation>Copier</translation>
    </message>
</context>
<context>
    <name>Diagnosis</name>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="54"/>
        <source>QGIS {qgis}, Python {python}, Qt {qt}, SIGM@communes {ours}</source>
        <translation>QGIS {qgis}, Python {python}, Qt {qt}, SIGM@communes {ours}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="61"/>
        <source>QGIS 3.22 and Python 3.9 are the least.</source>
        <translation>Il faut au moins QGIS 3.22 et Python 3.9.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="69"/>
        <source>Settings that are not taken: {said}</source>
        <translation>Réglages ignorés : {said}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="94"/>
        <source>onnxruntime {version}</source>
        <translation>onnxruntime {version}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="99"/>
        <source>onnxruntime does not start: {error}. Photos can&apos;t be classified, all else works.</source>
        <translation>onnxruntime ne démarre pas : {error}. La classification est désactivée, tout le reste marche.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="101"/>
        <source>onnxruntime is missing: photos can&apos;t be classified, all else works.</source>
        <translation>onnxruntime absent : la classification est désactivée, tout le reste marche.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="107"/>
        <source>Model {model}</source>
        <translation>Modèle {model}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="109"/>
        <source>The model can&apos;t be tried without onnxruntime.</source>
        <translation>Le modèle ne peut pas être essayé sans onnxruntime.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="110"/>
        <source>The model can&apos;t be used: {error}</source>
        <translation>Le modèle est inutilisable : {error}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="115"/>
        <source>QGIS&apos; Python could not be started on its own to try onnxruntime. {output}</source>
        <translation>Le Python de QGIS n'a pas pu être lancé à part pour essayer onnxruntime. {output}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="124"/>
        <source>The disk can&apos;t be read: {error}</source>
        <translation>Le disque est illisible : {error}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="127"/>
        <source>Disk: {free} GB free in {place}</source>
        <translation>Disque : {free} Go libres dans {place}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="134"/>
        <source>Network: switched off in the options. All that is off line works.</source>
        <translation>Réseau : désactivé dans les options. Tout ce qui est hors connexion marche.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="148"/>
        <source>{network}: {address} answers</source>
        <translation>{network} : {address} répond</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="190"/>
        <source>Network: without a proxy</source>
        <translation>Réseau : sans proxy</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="193"/>
        <source>Network: by the proxy {where}</source>
        <translation>Réseau : par le proxy {where}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="200"/>
        <source>Map of the communes: {error}</source>
        <translation>Carte des communes : {error}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="203"/>
        <source>Map of the communes: {told}</source>
        <translation>Carte des communes : {told}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="207"/>
        <source>No workspace is chosen.</source>
        <translation>Aucun espace de travail n'est choisi.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="213"/>
        <source>Workspace: {error}</source>
        <translation>Espace de travail : {error}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="216"/>
        <source>Workspace {name} ({size} MB) is damaged: {damage}. Restore a copy.</source>
        <translation>L'espace de travail {name} ({size} Mo) est endommagé : {damage}. Restaurez une copie.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="220"/>
        <source>Workspace {name} ({size} MB) is of version {version}; opening it brings it to {newest}.</source>
        <translation>L'espace de travail {name} ({size} Mo) est en version {version} ; l'ouvrir le fait passer en {newest}.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="223"/>
        <source>Workspace: {name} ({size} MB, sound, {reports} reports, {waiting} edits not sent)</source>
        <translation>Espace de travail : {name} ({size} Mo, sain, {reports} signalements, {waiting} modifications non envoyées)</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="79"/>
        <source>shapely is missing in this QGIS: nothing can be placed in a commune.</source>
        <translation>shapely absent de ce QGIS : rien ne peut être rattaché à une commune.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="81"/>
        <source>shapely does not start: {error}. Nothing can be placed in a commune.</source>
        <translation>shapely ne démarre pas : {error}. Rien ne peut être rattaché à une commune.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="198"/>
        <source>The map of the communes can&apos;t be read without shapely.</source>
        <translation>La carte des communes ne peut pas être lue sans shapely.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="154"/>
        <source>No report server is set up: everything works off line.</source>
        <translation>Aucun serveur de signalements n'est configuré : tout marche hors connexion.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="157"/>
        <source>Report servers: {names}</source>
        <translation>Serveurs de signalements : {names}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="162"/>
        <source>Report servers: {error}</source>
        <translation>Serveurs de signalements : {error}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="167"/>
        <source>Asking the server “{name}”…</source>
        <translation>Demande au serveur « {name} »…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="177"/>
        <source>Server “{name}”: {error}</source>
        <translation>Serveur « {name} » : {error}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="181"/>
        <source>Server “{name}” answers, with neither services nor reports. Check its address and kind.</source>
        <translation>Le serveur « {name} » répond, sans services ni signalements. Vérifiez son adresse et son type.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="183"/>
        <source>Server “{name}” answers: {services} services</source>
        <translation>Le serveur « {name} » répond : {services} services</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="185"/>
        <source>{said}; it takes nothing from us</source>
        <translation>{said} ; il ne prend rien de nous</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="232"/>
        <source>Photos: like those that the model was checked with</source>
        <translation>Photos : semblables à celles sur lesquelles le modèle a été vérifié</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="233"/>
        <source>{value} ({share} % of {photos} unanswered)</source>
        <translation>{value} ({share} % de {photos} sans réponse)</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="239"/>
        <source>Photos drift away from what the model knows: {said}. Check some of them, then let it learn.</source>
        <translation>Les photos s'éloignent de ce que le modèle connaît : {said}. En valider quelques-unes, puis le laisser apprendre.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/diagnosis.py" line="88"/>
        <source>pillow-heif is missing: HEIC photos (iPhone) can&apos;t be read.</source>
        <translation>pillow-heif manque : les photos HEIC (iPhone) ne peuvent pas être lues.</translation>
    </message>
</context>
<context>
    <name>DoctorDialog</name>
    <message>
        <location filename="../plugin/setup/doctor.py" line="66"/>
        <source>Diagnostic — SIGM@communes</source>
        <translation>Diagnostic — SIGM@communes</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="97"/>
        <source>Copy the report</source>
        <translation>Copier le rapport</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="98"/>
        <source>Without passwords and keys</source>
        <translation>Sans mots de passe ni clés</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="100"/>
        <source>Check again</source>
        <translation>Vérifier à nouveau</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="127"/>
        <source>Looking…</source>
        <translation>Recherche…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="172"/>
        <source>SIGM@communes: diagnostic</source>
        <translation>SIGM@communes : diagnostic</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="244"/>
        <source>in order</source>
        <translation>en ordre</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="245"/>
        <source>to be looked at</source>
        <translation>à regarder</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="247"/>
        <source>not in order</source>
        <translation>pas en ordre</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="248"/>
        <source>being looked at</source>
        <translation>en cours de vérification</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="268"/>
        <source>Install into the profile…</source>
        <translation>Installer dans le profil…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="269"/>
        <source>From a folder of wheels…</source>
        <translation>Depuis un dossier de wheels…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="270"/>
        <source>With another Python…</source>
        <translation>Avec un autre Python…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="271"/>
        <source>Import a model…</source>
        <translation>Importer un modèle…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="272"/>
        <source>Refresh the map…</source>
        <translation>Actualiser la carte…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="273"/>
        <source>Choose a workspace…</source>
        <translation>Choisir un espace de travail…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="274"/>
        <source>Bring it up to date</source>
        <translation>Mettre à jour</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="275"/>
        <source>Open the folder</source>
        <translation>Ouvrir le dossier</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="276"/>
        <source>Test the connection</source>
        <translation>Tester la connexion</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="277"/>
        <source>Proxy of QGIS…</source>
        <translation>Proxy de QGIS…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="278"/>
        <source>Options…</source>
        <translation>Options…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="313"/>
        <source>A Python that has pip</source>
        <translation>Un Python qui a pip</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="318"/>
        <source>Folder of a model (it holds model.onnx)</source>
        <translation>Dossier d'un modèle (il contient model.onnx)</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="327"/>
        <source>There is no model.onnx in this folder.</source>
        <translation>Il n'y a pas de model.onnx dans ce dossier.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="334"/>
        <source>Choose a workspace</source>
        <translation>Choisir un espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="354"/>
        <source>Asking {address}…</source>
        <translation>Appel de {address}…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="308"/>
        <source>Folder with the wheels</source>
        <translation>Dossier des wheels</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="279"/>
        <source>Test the servers</source>
        <translation>Tester les serveurs</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="280"/>
        <source>Look at the authentication…</source>
        <translation>Revoir l'authentification…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="246"/>
        <source>for your information</source>
        <translation>pour information</translation>
    </message>
</context>
<context>
    <name>EntryTexts</name>
    <message>
        <location filename="../plugin/catalogue/words.py" line="27"/>
        <source>updated {0}</source>
        <translation>mise à jour {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/words.py" line="32"/>
        <source>no layer to load</source>
        <translation>aucune couche à charger</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/words.py" line="45"/>
        <source>No favourite any more</source>
        <translation>Retirer des favoris</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/words.py" line="45"/>
        <source>Make it a favourite</source>
        <translation>Mettre dans les favoris</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/words.py" line="47"/>
        <source>Add to the map by the best link</source>
        <translation>Ajouter à la carte par le meilleur lien</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/words.py" line="49"/>
        <source>Take into the offline pack</source>
        <translation>Prendre dans le pack hors connexion</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/words.py" line="50"/>
        <source>Add to the map as {0}</source>
        <translation>Ajouter à la carte en {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/words.py" line="40"/>
        <source>+ Map</source>
        <translation>+ Carte</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/words.py" line="39"/>
        <source>+ Pack</source>
        <translation>+ Pack</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/words.py" line="39"/>
        <source>✓ Pack</source>
        <translation>✓ Pack</translation>
    </message>
</context>
<context>
    <name>EvaluateModel</name>
    <message>
        <location filename="../plugin/processing/model/evaluate_model.py" line="31"/>
        <source>Evaluate the model</source>
        <translation>Évaluer le modèle</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/evaluate_model.py" line="34"/>
        <source>Measures a version on photos that people decided on: macro-F1, precision and recall by class with intervals, calibration, what it leaves unanswered, by source, commune and camera. Out of source (photos and places that it was not taught) and in source (learned from the other places) stand side by side. The page shows the worst errors, and whether recent photos drift away.</source>
        <translation>Mesure une version sur des photos décidées par des personnes : macro-F1, précision et rappel par classe avec intervalles, calibration, ce qu'elle laisse sans réponse, par source, commune et appareil. Hors source (photos et lieux qu'elle n'a pas appris) et dans la source (apprise des autres lieux) sont côte à côte. La page montre les pires erreurs, et si les photos récentes dérivent.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/evaluate_model.py" line="43"/>
        <source>Folder of a version (empty: the one that runs)</source>
        <translation>Dossier d'une version (vide : celle qui tourne)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/evaluate_model.py" line="51"/>
        <source>Page with the figures</source>
        <translation>Page des chiffres</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/evaluate_model.py" line="57"/>
        <source>Macro-F1</source>
        <translation>Macro-F1</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/evaluate_model.py" line="58"/>
        <source>Number of photos</source>
        <translation>Nombre de photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/evaluate_model.py" line="78"/>
        <source>Drift: {value}: {share} % of {photos} photos unanswered</source>
        <translation>Dérive : {value} : {share} % de {photos} photos sans réponse</translation>
    </message>
</context>
<context>
    <name>ExplainPhoto</name>
    <message>
        <location filename="../plugin/processing/model/explain_photo.py" line="32"/>
        <source>Explain a suggestion</source>
        <translation>Expliquer une suggestion</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/explain_photo.py" line="35"/>
        <source>Covers the photo place by place with a grey patch and writes a picture in which the places are coloured without which the class loses most of its score. With a workspace it also names the confirmed photos that look most alike.</source>
        <translation>Couvre la photo, endroit par endroit, d'un carré gris et écrit une image où sont colorés les endroits sans lesquels la classe perd le plus de son score. Avec un espace de travail, nomme aussi les photos confirmées les plus ressemblantes.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/explain_photo.py" line="42"/>
        <source>Photo</source>
        <translation>Photo</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/explain_photo.py" line="43"/>
        <source>Class to explain (empty: the best one)</source>
        <translation>Classe à expliquer (vide : la meilleure)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/explain_photo.py" line="49"/>
        <source>Picture</source>
        <translation>Image</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/explain_photo.py" line="51"/>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
</context>
<context>
    <name>ExportDecisions</name>
    <message>
        <location filename="../plugin/processing/model/export_decisions.py" line="31"/>
        <source>Export what a version was taught</source>
        <translation>Exporter ce qu'une version a appris</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/export_decisions.py" line="34"/>
        <source>Writes the decisions that a version learned from as one file that another commune can import: the class, the time, the hash of the photo and its features. No photo, no name, no position; features are not nothing either, so give the file only to those who may know.</source>
        <translation>Écrit les décisions dont une version a appris dans un fichier qu'une autre commune peut importer : la classe, l'heure, l'empreinte de la photo et ses caractéristiques. Ni photo, ni nom, ni position ; des caractéristiques ne sont pourtant pas rien : ne donner le fichier qu'à qui de droit.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/export_decisions.py" line="41"/>
        <source>Folder of the version</source>
        <translation>Dossier de la version</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/export_decisions.py" line="42"/>
        <source>File with the decisions</source>
        <translation>Fichier des décisions</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/export_decisions.py" line="45"/>
        <source>Number of decisions</source>
        <translation>Nombre de décisions</translation>
    </message>
</context>
<context>
    <name>ExportDispatch</name>
    <message>
        <location filename="../plugin/processing/reports/export_dispatch.py" line="31"/>
        <source>Export what no server takes</source>
        <translation>Exporter ce qu'aucun serveur ne reçoit</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/export_dispatch.py" line="34"/>
        <source>Writes the reports with edits that wait or stay here to a CSV, GeoJSON or GeoPackage file for teams and partners: place, service, state, team, what was changed by whom, and why it is not on the server.</source>
        <translation>Écrit les signalements dont des modifications attendent ou restent ici dans un fichier CSV, GeoJSON ou GeoPackage pour les équipes et les partenaires : lieu, service, état, équipe, ce qui a été modifié et par qui, et pourquoi ce n'est pas sur le serveur.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/export_dispatch.py" line="41"/>
        <source>Only reports of this source (empty: all)</source>
        <translation>Seulement les signalements de cette source (à vide : tous)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/export_dispatch.py" line="46"/>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/export_dispatch.py" line="51"/>
        <source>Number of reports</source>
        <translation>Nombre de signalements</translation>
    </message>
</context>
<context>
    <name>ExportIncidents</name>
    <message>
        <location filename="../plugin/processing/publish/export_incidents.py" line="36"/>
        <source>Export the incidents</source>
        <translation>Exporter les dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/export_incidents.py" line="39"/>
        <source>Writes the incidents of a workspace, with class, commune, group, team and reason, to a layer of any format that QGIS knows: GeoPackage, CSV, GeoJSON, Shapefile, a database… Of all communes, or of one. Incidents without a position are written without a geometry.</source>
        <translation>Écrit les dossiers d'un espace de travail, avec classe, commune, groupe, équipe et raison, dans une couche de tout format que connaît QGIS : GeoPackage, CSV, GeoJSON, Shapefile, base de données… Pour toutes les communes ou pour une seule. Les dossiers sans position sont écrits sans géométrie.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/export_incidents.py" line="48"/>
        <source>INSEE code of one commune (empty: all)</source>
        <translation>Code INSEE d'une commune (vide : toutes)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/export_incidents.py" line="56"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/export_incidents.py" line="57"/>
        <source>Number of incidents</source>
        <translation>Nombre de dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/export_incidents.py" line="89"/>
        <source>No incident in the commune {insee}.</source>
        <translation>Aucun dossier dans la commune {insee}.</translation>
    </message>
</context>
<context>
    <name>ExtentMap</name>
    <message>
        <location filename="../plugin/catalogue/panel/extent_map.py" line="27"/>
        <source>Extent on the map</source>
        <translation>Emprise sur la carte</translation>
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
    <name>FieldWords</name>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="22"/>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="23"/>
        <source>Status</source>
        <translation>Statut</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="24"/>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="25"/>
        <source>Team</source>
        <translation>Équipe</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="26"/>
        <source>Description</source>
        <translation>Description</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="27"/>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="29"/>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="32"/>
        <source>Service</source>
        <translation>Service</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="37"/>
        <source>Photo</source>
        <translation>Photo</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="34"/>
        <source>In charge</source>
        <translation>Responsable</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="36"/>
        <source>Reply</source>
        <translation>Réponse</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="39"/>
        <source>New report</source>
        <translation>Nouveau signalement</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="40"/>
        <source>Deleted here</source>
        <translation>Supprimé ici</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="55"/>
        <source>open</source>
        <translation>ouvert</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="55"/>
        <source>closed</source>
        <translation>fermé</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="75"/>
        <source>you</source>
        <translation>vous</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/field_words.py" line="76"/>
        <source>another program</source>
        <translation>un autre programme</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="38"/>
        <source>Search: words, address, class, number…</source>
        <translation>Chercher : mots, adresse, classe, numéro…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="39"/>
        <source>Search in the reports</source>
        <translation>Chercher dans les signalements</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="42"/>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="43"/>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="44"/>
        <source>Team</source>
        <translation>Équipe</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="45"/>
        <source>Commune</source>
        <translation>Commune</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="49"/>
        <source>Period</source>
        <translation>Période</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="57"/>
        <source>Only what was edited here and waits to be sent</source>
        <translation>Seulement ce qui a été modifié ici et attend d'être envoyé</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="63"/>
        <source>Saved filters</source>
        <translation>Filtres enregistrés</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="88"/>
        <source>All</source>
        <translation>Tous</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="143"/>
        <source>Save this filter…</source>
        <translation>Enregistrer ce filtre…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="147"/>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="152"/>
        <source>Save this filter</source>
        <translation>Enregistrer ce filtre</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="152"/>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="209"/>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="213"/>
        <source>1 day</source>
        <translation>1 jour</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="214"/>
        <source>7 days</source>
        <translation>7 jours</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="215"/>
        <source>30 days</source>
        <translation>30 jours</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="216"/>
        <source>3 months</source>
        <translation>3 mois</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="217"/>
        <source>1 year</source>
        <translation>1 an</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="46"/>
        <source>District</source>
        <translation>Quartier</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="51"/>
        <source>Near</source>
        <translation>Près</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="52"/>
        <source>Near the centre of the map</source>
        <translation>Près du centre de la carte</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="58"/>
        <source>Only conflicts, and what is gone on the server</source>
        <translation>Seulement les conflits, et ce qui a disparu du serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/listing/filter_bar.py" line="59"/>
        <source>Only what I worked on</source>
        <translation>Seulement ce que j'ai traité</translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message>
        <location filename="../plugin/setup/first_run.py" line="25"/>
        <source>Welcome to SIGM@communes</source>
        <translation>Bienvenue dans SIGM@communes</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="28"/>
        <source>Next</source>
        <translation>Suivant</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="29"/>
        <source>Back</source>
        <translation>Précédent</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="30"/>
        <source>Finish</source>
        <translation>Terminer</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="31"/>
        <source>Skip</source>
        <translation>Passer</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="42"/>
        <source>Your commune</source>
        <translation>Votre commune</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="42"/>
        <source>Commune</source>
        <translation>Commune</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="42"/>
        <source>What the screens and bulletins show first. You can type a part of its name. All others stay within reach.</source>
        <translation>Ce que les écrans et les bulletins montrent d'abord. Vous pouvez taper une partie du nom. Toutes les autres restent accessibles.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="42"/>
        <source>Your workspace</source>
        <translation>Votre espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="42"/>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="42"/>
        <source>One GeoPackage file holds reports, photos, decisions and teams. If you have none yet, leave this empty: “Photos and reports to incidents…” makes one from your own photos and lists.</source>
        <translation>Un seul fichier GeoPackage contient signalements, photos, décisions et équipes. Si vous n'en avez pas encore, laissez vide : « Des photos et signalements aux dossiers… » en fait un à partir de vos photos et de vos listes.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="42"/>
        <source>Report servers</source>
        <translation>Serveurs de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="81"/>
        <source>Given by your administrator ({variable}).</source>
        <translation>Fixé par votre administrateur ({variable}).</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="42"/>
        <source>Servers</source>
        <translation>Serveurs</translation>
    </message>
    <message>
        <location filename="../plugin/setup/first_run.py" line="42"/>
        <source>The servers to exchange reports with, if your commune has any. Without one everything works off line. Passwords stay in QGIS&apos; own authentication store.</source>
        <translation>Les serveurs avec lesquels échanger des signalements, si votre commune en a. Sans serveur, tout marche hors connexion. Les mots de passe restent dans le coffre d'authentification de QGIS.</translation>
    </message>
</context>
<context>
    <name>FolderTexts</name>
    <message>
        <location filename="../plugin/processing/results_folder.py" line="26"/>
        <source>QGIS deletes temporary folders when it closes: choose a folder that lasts for these results.</source>
        <translation>QGIS supprime ses dossiers temporaires en se fermant : choisissez pour ces résultats un dossier durable.</translation>
    </message>
</context>
<context>
    <name>GroupIncidents</name>
    <message>
        <location filename="../plugin/processing/incidents/group_incidents.py" line="39"/>
        <source>Group incidents that are one problem</source>
        <translation>Regrouper les dossiers d'un même problème</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/group_incidents.py" line="42"/>
        <source>A report belongs to the problem of its class whose first report is nearest, if that is within the distance and the problem was last reported no longer ago than the number of days; else it opens a new one. Adds the number of the problem and how many incidents it holds. Incidents without a position or a class stay alone.</source>
        <translation>Un signalement appartient au problème de sa classe dont le premier signalement est le plus proche, s'il est à moins de la distance et si le problème a été signalé pour la dernière fois dans le délai ; sinon il en ouvre un nouveau. Ajoute le numéro du problème et le nombre de dossiers qu'il réunit. Les dossiers sans position ou sans classe restent seuls.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/group_incidents.py" line="50"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/group_incidents.py" line="51"/>
        <source>Field with the class</source>
        <translation>Champ de la classe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/group_incidents.py" line="54"/>
        <source>Field with the time of the report</source>
        <translation>Champ de la date du signalement</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/group_incidents.py" line="59"/>
        <source>Distance (metres)</source>
        <translation>Distance (mètres)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/group_incidents.py" line="67"/>
        <source>Time (days)</source>
        <translation>Délai (jours)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/group_incidents.py" line="76"/>
        <source>Incidents with their problem</source>
        <translation>Dossiers avec leur problème</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/group_incidents.py" line="77"/>
        <source>Number of problems</source>
        <translation>Nombre de problèmes</translation>
    </message>
</context>
<context>
    <name>Handling</name>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="197"/>
        <source>{0} reports: {1}</source>
        <translation>{0} signalements : {1}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="63"/>
        <source>Decision</source>
        <translation>Décision</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="322"/>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="114"/>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="122"/>
        <source>{0} stay as they are: after “{1}” only come: {2}</source>
        <translation>{0} restent tels quels : après « {1} » ne viennent que : {2}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="294"/>
        <source>Taken back.</source>
        <translation>Annulé.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="291"/>
        <source>{0} of {1} are taken back; the others were sent meanwhile.</source>
        <translation>{0} sur {1} sont annulés ; les autres ont été envoyés entre-temps.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="162"/>
        <source>Team</source>
        <translation>Équipe</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="200"/>
        <source>Hand on</source>
        <translation>Transmettre</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="245"/>
        <source>{0} replies wait; “⟳” sends them.</source>
        <translation>{0} réponses attendent ; « ⟳ » les envoie.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="245"/>
        <source>The reply waits; “⟳” sends it.</source>
        <translation>La réponse attend ; « ⟳ » l'envoie.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="248"/>
        <source>Reply</source>
        <translation>Réponse</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="266"/>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/handling.py" line="270"/>
        <source>This changes {0} reports. Go on?</source>
        <translation>{0} signalements vont changer. Continuer ?</translation>
    </message>
</context>
<context>
    <name>HarvestCatalogue</name>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="35"/>
        <source>Harvest catalogues</source>
        <translation>Moissonner les catalogues</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="38"/>
        <source>Reads catalogues of layers into a workspace, which is made where there is none: what is new, and what changed since the last time. They are then searched without a network. With an address the source is added first: CSW, GeoNetwork, OGC API Records, CKAN, OpenDataSoft, DCAT, the capabilities of a WMS, WMTS, WFS or OGC API Features, or a QGIS project. With a name alone it is a source of the workspace, or one that ships with the plugin (ampmetropole, datasud, geoplateforme, data-gouv-amp); without either, every source of the workspace is read. A source that fails does not stop the others; what was known stays.</source>
        <translation>Lit des catalogues de couches dans un espace de travail, créé s'il n'existe pas : ce qui est nouveau, et ce qui a changé depuis la dernière fois. On les cherche ensuite sans réseau. Avec une adresse, la source est d'abord ajoutée : CSW, GeoNetwork, OGC API Records, CKAN, OpenDataSoft, DCAT, les capacités d'un WMS, WMTS, WFS ou OGC API Features, ou un projet QGIS. Avec un nom seul, c'est une source de l'espace de travail, ou une de celles livrées avec l'extension (ampmetropole, datasud, geoplateforme, data-gouv-amp) ; sans l'un ni l'autre, toutes les sources de l'espace de travail sont lues. Une source en échec n'arrête pas les autres ; ce qui était connu reste.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="49"/>
        <source>Name of the source (empty: all of the workspace)</source>
        <translation>Nom de la source (vide : toutes celles de l'espace de travail)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="49"/>
        <source>Address of a source to add</source>
        <translation>Adresse d'une source à ajouter</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="49"/>
        <source>Its kind, e.g. csw, ckan, wms (empty: found by asking)</source>
        <translation>Son type, par exemple csw, ckan, wms (vide : trouvé en l'interrogeant)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="55"/>
        <source>Read everything again, and look for what is gone</source>
        <translation>Tout relire, et chercher ce qui a disparu</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="60"/>
        <source>Records read</source>
        <translation>Fiches lues</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="61"/>
        <source>New records</source>
        <translation>Fiches nouvelles</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="62"/>
        <source>Changed records</source>
        <translation>Fiches modifiées</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="63"/>
        <source>Records that are gone</source>
        <translation>Fiches disparues</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="64"/>
        <source>Records with flaws or unusable</source>
        <translation>Fiches incomplètes ou inutilisables</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/harvest_catalogue.py" line="65"/>
        <source>Sources that failed</source>
        <translation>Sources en échec</translation>
    </message>
</context>
<context>
    <name>HarvestTexts</name>
    <message>
        <location filename="../plugin/catalogue/sources.py" line="157"/>
        <source>{0} records read: {1} new, {2} changed.</source>
        <translation>{0} fiches lues : {1} nouvelles, {2} modifiées.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/sources.py" line="159"/>
        <source>No source answered; what was known stays. Check the network, then try again.</source>
        <translation>Aucune source n'a répondu ; ce qui était connu reste. Vérifiez le réseau, puis réessayez.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/sources.py" line="165"/>
        <source>{0} records, {1} new, {2} changed, {3} gone, {4} with flaws, {5} unusable</source>
        <translation>{0} fiches, {1} nouvelles, {2} modifiées, {3} disparues, {4} avec des défauts, {5} inutilisables</translation>
    </message>
</context>
<context>
    <name>ImportDecisions</name>
    <message>
        <location filename="../plugin/processing/model/import_decisions.py" line="34"/>
        <source>Learn from the decisions of several communes</source>
        <translation>Apprendre des décisions de plusieurs communes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/import_decisions.py" line="37"/>
        <source>Merges files that other communes exported and learns a new version from all of them. The order does not matter, a file given twice counts once, and of two decisions on one photo the later one holds. A file that is damaged, foreign or of another model is refused. Nothing is switched on.</source>
        <translation>Réunit des fichiers exportés par d'autres communes et en apprend une nouvelle version. L'ordre ne compte pas, un fichier donné deux fois compte une fois, et de deux décisions sur une photo la plus récente vaut. Un fichier abîmé, étranger ou d'un autre modèle est refusé. Rien n'est mis en service.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/import_decisions.py" line="44"/>
        <source>Files with decisions</source>
        <translation>Fichiers de décisions</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/import_decisions.py" line="47"/>
        <source>Folder of the new version</source>
        <translation>Dossier de la nouvelle version</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/import_decisions.py" line="48"/>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/import_decisions.py" line="49"/>
        <source>Number of decisions</source>
        <translation>Nombre de décisions</translation>
    </message>
</context>
<context>
    <name>ImportPhotosDock</name>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="299"/>
        <source>Import photos</source>
        <translation>Importer des photos</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="75"/>
        <source>Empty the list</source>
        <translation>Vider la liste</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="82"/>
        <source>Files and what becomes of them</source>
        <translation>Fichiers et leur verdict</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="97"/>
        <source>Drop photos or folders here or on the map, or add them with the buttons.</source>
        <translation>Déposez des photos ou des dossiers ici ou sur la carte, ou ajoutez-les avec les boutons.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="102"/>
        <source>Place on the map</source>
        <translation>Placer sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="104"/>
        <source>Choose a photo in the list, then click where it was taken</source>
        <translation>Choisissez une photo dans la liste, puis cliquez où elle a été prise</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="369"/>
        <source>Import</source>
        <translation>Importer</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="108"/>
        <source>Export the verdicts…</source>
        <translation>Exporter les verdicts…</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="111"/>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="112"/>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="176"/>
        <source>Look at the photos</source>
        <translation>Lecture des photos</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="202"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="207"/>
        <source>Folder of photos</source>
        <translation>Dossier de photos</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="292"/>
        <source>Check the photos</source>
        <translation>Valider les photos</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="305"/>
        <source>New workspace</source>
        <translation>Nouvel espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="305"/>
        <source>Workspaces (*.gpkg)</source>
        <translation>Espaces de travail (*.gpkg)</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="341"/>
        <source>Export the verdicts</source>
        <translation>Exporter les verdicts</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="369"/>
        <source>Import {0} photos</source>
        <translation>Importer {0} photos</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="375"/>
        <source>{0} ready</source>
        <translation>{0} prêtes</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="376"/>
        <source>{0} without position</source>
        <translation>{0} sans position</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="377"/>
        <source>{0} outside the territory</source>
        <translation>{0} hors du territoire</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="378"/>
        <source>{0} already there</source>
        <translation>{0} déjà importées</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="379"/>
        <source>{0} unusable</source>
        <translation>{0} inutilisables</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="384"/>
        <source>{0} files: {1}</source>
        <translation>{0} fichiers : {1}</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="72"/>
        <source>Photos…</source>
        <translation>Photos…</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="72"/>
        <source>Folder…</source>
        <translation>Dossier…</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="76"/>
        <source>Add photos</source>
        <translation>Ajouter des photos</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="77"/>
        <source>Add all photos below a folder</source>
        <translation>Ajouter toutes les photos d'un dossier</translation>
    </message>
    <message>
        <location filename="../plugin/photos/import_dock.py" line="289"/>
        <source>Photos imported as reports: {0}.</source>
        <translation>Photos importées : {0}.</translation>
    </message>
</context>
<context>
    <name>IncidentLocator</name>
    <message>
        <location filename="../plugin/catalogue/locator.py" line="112"/>
        <source>Reports by number or address (SIGM@communes)</source>
        <translation>Signalements par numéro ou adresse (SIGM@communes)</translation>
    </message>
</context>
<context>
    <name>InstallDialog</name>
    <message>
        <location filename="../plugin/setup/doctor.py" line="486"/>
        <source>What the installation says</source>
        <translation>Ce que dit l'installation</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="489"/>
        <source>Install</source>
        <translation>Installer</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="502"/>
        <source>from the folder {folder}; nothing is downloaded</source>
        <translation>depuis le dossier {folder} ; rien n'est téléchargé</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="521"/>
        <source>Stop</source>
        <translation>Arrêter</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="540"/>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="541"/>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="473"/>
        <source>Install what is missing</source>
        <translation>Installer ce qui manque</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="504"/>
        <source>by pip, from the package registry that pip uses on this computer (about 25 MB)</source>
        <translation>par pip, depuis le registre de paquets que pip utilise sur cet ordinateur (environ 25 Mo)</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="506"/>
        <source>shapely (BSD licence), to place points in communes</source>
        <translation>shapely (licence BSD), pour rattacher les points aux communes</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="507"/>
        <source>onnxruntime (MIT licence), to classify photos</source>
        <translation>onnxruntime (licence MIT), pour classer les photos</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="511"/>
        <source>This QGIS lacks

{names}

It will be installed {source}, into {folder} (about 80 MB).

QGIS&apos; own folders are not changed. To remove it, delete this folder.</source>
        <translation>Il manque à ce QGIS

{names}

L'installation se fait {source}, dans {folder} (environ 80 Mo).

Les dossiers de QGIS ne sont pas modifiés. Pour tout retirer, supprimez ce dossier.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/doctor.py" line="508"/>
        <source>pillow-heif (BSD licence), to read HEIC photos of iPhones</source>
        <translation>pillow-heif (licence BSD), pour lire les photos HEIC des iPhone</translation>
    </message>
</context>
<context>
    <name>LayerTexts</name>
    <message>
        <location filename="../plugin/catalogue/layers.py" line="305"/>
        <source>Add “{0}”</source>
        <translation>Ajouter « {0} »</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/layers.py" line="310"/>
        <source>The layer is on the map ({0}).</source>
        <translation>La couche est sur la carte ({0}).</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/layers.py" line="314"/>
        <source>{0} does not load; the next best link is on the map ({1}).</source>
        <translation>{0} ne se charge pas ; le lien suivant est sur la carte ({1}).</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/layers.py" line="327"/>
        <source>This record has no link to a layer. Open its metadata page to ask its producer.</source>
        <translation>Cette fiche n'a aucun lien vers une couche. Ouvrez ses métadonnées pour demander à son producteur.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/layers.py" line="329"/>
        <source>The layer can&apos;t be loaded: {0}</source>
        <translation>La couche ne peut pas être chargée : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/layers.py" line="331"/>
        <source>None of {0} links can be loaded; the first: {1}</source>
        <translation>Aucun des {0} liens ne peut être chargé ; le premier : {1}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/layers.py" line="336"/>
        <source>Open the metadata</source>
        <translation>Ouvrir les métadonnées</translation>
    </message>
</context>
<context>
    <name>LearnModel</name>
    <message>
        <location filename="../plugin/processing/model/learn_model.py" line="33"/>
        <source>Learn from the decisions</source>
        <translation>Apprendre des décisions</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/learn_model.py" line="36"/>
        <source>Makes a new version of the model from the photos that people decided on, in seconds, on this computer. Classes that the model did not know start working from about ten confirmed photos. The folder holds the version, its figures and its card; no photo. Nothing is switched on: compare it first, then use it.</source>
        <translation>Fait une nouvelle version du modèle à partir des photos décidées, en quelques secondes, sur cet ordinateur. Une classe que le modèle ne connaissait pas commence à marcher à partir d'une dizaine de photos confirmées. Le dossier contient la version, ses chiffres et sa fiche ; aucune photo. Rien n'est mis en service : comparer d'abord, puis utiliser.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/learn_model.py" line="44"/>
        <source>Version to build on (empty: the shipped one)</source>
        <translation>Version de départ (vide : celle qui est livrée)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/learn_model.py" line="52"/>
        <source>Measure it and compare it with the one that runs</source>
        <translation>La mesurer et la comparer à celle qui tourne</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/learn_model.py" line="57"/>
        <source>Folder of the new version</source>
        <translation>Dossier de la nouvelle version</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/learn_model.py" line="58"/>
        <source>Version</source>
        <translation>Version</translation>
    </message>
</context>
<context>
    <name>LearningBar</name>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="56"/>
        <source>Learn</source>
        <translation>Apprendre</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="57"/>
        <source>Makes a new version of the model; nothing is switched on</source>
        <translation>Fait une nouvelle version du modèle ; rien n'est mis en service</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="62"/>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="66"/>
        <source>Learn from all decisions</source>
        <translation>Apprendre de toutes les décisions</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="67"/>
        <source>Go back to the version before</source>
        <translation>Revenir à la version précédente</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="74"/>
        <source>Switch on</source>
        <translation>Activer</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="76"/>
        <source>Keep the old one</source>
        <translation>Garder l'ancien</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="109"/>
        <source>New decisions</source>
        <translation>Nouvelles décisions</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="134"/>
        <source>Learning from the decisions</source>
        <translation>Apprentissage</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="141"/>
        <source>Learning… You can go on checking photos.</source>
        <translation>Apprentissage… On peut continuer à valider.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="167"/>
        <source>Switching the model</source>
        <translation>Changement de version</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="174"/>
        <source>The photos that nobody has decided on get their new suggestions…</source>
        <translation>Les photos sans décision reçoivent leurs nouvelles suggestions…</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="179"/>
        <source>Version {0} runs now; {1} photos have its suggestion.</source>
        <translation>La version {0} tourne ; {1} photos ont sa suggestion.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="181"/>
        <source>{0} photos can&apos;t be read any more and keep the one they had.</source>
        <translation>{0} photos ne sont plus lisibles et gardent la leur.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="211"/>
        <source>New version {0}, learned from {1} photos</source>
        <translation>Nouvelle version {0}, apprise de {1} photos</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="218"/>
        <source>The model can learn from {0} new decisions (about {1} s)</source>
        <translation>Le modèle peut apprendre de {0} nouvelles décisions (environ {1} s)</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="222"/>
        <source>{0} new decisions; from {1} on the model can learn</source>
        <translation>{0} nouvelles décisions ; le modèle peut apprendre à partir de {1}</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="226"/>
        <source>The model knows all decisions</source>
        <translation>Le modèle connaît toutes les décisions</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="242"/>
        <source>It can&apos;t be compared with the one that runs: {0}</source>
        <translation>Elle ne peut être comparée à celle qui tourne : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="247"/>
        <source>Old</source>
        <translation>Ancien</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="247"/>
        <source>New</source>
        <translation>Nouvelles</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="249"/>
        <source>Macro-F1</source>
        <translation>Macro-F1</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="287"/>
        <source>On {0} photos that neither had learned: {1} better, {2} worse.</source>
        <translation>Sur {0} photos que ni l'un ni l'autre n'avait apprises : {1} mieux, {2} moins bien.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="293"/>
        <source>The difference may be chance.</source>
        <translation>La différence peut être due au hasard.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="294"/>
        <source>The new one is better.</source>
        <translation>Le nouveau est meilleur.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="291"/>
        <source>The old one is better.</source>
        <translation>L'ancien est meilleur.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="248"/>
        <source>Right</source>
        <translation>Juste</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="250"/>
        <source>Answered</source>
        <translation>Répond</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="251"/>
        <source>Right if answered</source>
        <translation>Juste s'il répond</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="254"/>
        <source>{0} (new, {1})</source>
        <translation>{0} (nouvelle, {1})</translation>
    </message>
    <message>
        <location filename="../plugin/photos/learning_bar.py" line="280"/>
        <source>It answers less often: {0} of the photos instead of {1}.</source>
        <translation>Elle répond moins souvent : {0} des photos au lieu de {1}.</translation>
    </message>
</context>
<context>
    <name>LearningTexts</name>
    <message>
        <location filename="../plugin/processing/learning_algorithm.py" line="36"/>
        <source>Workspace: what people decided of its photos</source>
        <translation>Espace de travail : ce qui a été décidé de ses photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/learning_algorithm.py" line="39"/>
        <source>Or a folder with manifest.csv (file, label, group, source)</source>
        <translation>Ou un dossier avec manifest.csv (file, label, group, source)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/learning_algorithm.py" line="42"/>
        <source>Give a workspace or a folder of photos, not both.</source>
        <translation>Donner un espace de travail ou un dossier de photos, pas les deux.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/learning_algorithm.py" line="49"/>
        <source>{photo}: people disagree ({said}); most say {kept}</source>
        <translation>{photo} : les avis divergent ({said}) ; la majorité dit {kept}</translation>
    </message>
    <message>
        <location filename="../plugin/processing/learning_algorithm.py" line="52"/>
        <source>{photo}: people disagree ({said}); it is left out</source>
        <translation>{photo} : les avis divergent ({said}) ; elle est laissée de côté</translation>
    </message>
    <message>
        <location filename="../plugin/processing/learning_algorithm.py" line="45"/>
        <source>Show photos without looking for faces and plates</source>
        <translation>Montrer les photos sans y chercher visages et plaques</translation>
    </message>
</context>
<context>
    <name>LinkReasons</name>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="29"/>
        <source>a web page to read, no layer</source>
        <translation>une page web à lire, pas une couche</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="30"/>
        <source>a document to read, no layer</source>
        <translation>un document à lire, pas une couche</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="31"/>
        <source>a catalogue, no layer</source>
        <translation>un catalogue, pas une couche</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="33"/>
        <source>a file of a format that is not loaded from here: download it</source>
        <translation>un fichier d'un format qui ne se charge pas d'ici : téléchargez-le</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="34"/>
        <source>another kind of link ({0})</source>
        <translation>un autre type de lien ({0})</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="35"/>
        <source>no layer ({0})</source>
        <translation>pas une couche ({0})</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="36"/>
        <source>the address is incomplete: the record does not say of which server</source>
        <translation>l'adresse est incomplète : la fiche ne dit pas de quel serveur</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="37"/>
        <source>a {0}: link would run code: refused</source>
        <translation>un lien {0}: exécuterait du code : refusé</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="38"/>
        <source>a file on somebody&apos;s own computer: refused</source>
        <translation>un fichier sur l'ordinateur de quelqu'un : refusé</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="39"/>
        <source>the address begins with {0}:, only http and https load</source>
        <translation>l'adresse commence par {0}:, seuls http et https se chargent</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="40"/>
        <source>the address can&apos;t be read</source>
        <translation>l'adresse est illisible</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="41"/>
        <source>the address holds a password: use an authentication of QGIS</source>
        <translation>l'adresse contient un mot de passe : utilisez une authentification de QGIS</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="42"/>
        <source>the service must be asked: it is when the layer is added</source>
        <translation>il faut interroger le service : c'est fait à l'ajout de la couche</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="44"/>
        <source>the {0} answers, and has no layers</source>
        <translation>le {0} répond, et n'a aucune couche</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="45"/>
        <source>the {0} has no layer “{2}”</source>
        <translation>le {0} n'a pas de couche « {2} »</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="46"/>
        <source>the {0} has {1} layers and the record does not say which</source>
        <translation>le {0} a {1} couches et la fiche ne dit pas laquelle</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="47"/>
        <source>the service has several layers: which one?</source>
        <translation>le service a plusieurs couches : laquelle ?</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="48"/>
        <source>the WMTS gives no tiles for this layer</source>
        <translation>le WMTS ne donne pas de tuiles pour cette couche</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="49"/>
        <source>the address is no template of tiles</source>
        <translation>l'adresse n'est pas un modèle de tuiles</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="50"/>
        <source>an ArcGIS address that names no layer service</source>
        <translation>une adresse ArcGIS qui ne désigne aucun service de couches</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="51"/>
        <source>needs QGIS {0} or newer</source>
        <translation>demande QGIS {0} ou plus récent</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="54"/>
        <source>its data lie on the computer of who made the project</source>
        <translation>ses données sont sur l'ordinateur de l'auteur du projet</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="55"/>
        <source>a layer that can&apos;t be loaded without its project</source>
        <translation>une couche qui ne se charge pas sans son projet</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="57"/>
        <source>leads to a web page, no file: it may ask for a sign-in, or have moved</source>
        <translation>mène à une page web, pas à un fichier : il faut peut-être se connecter, ou il a déménagé</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="56"/>
        <source>what is there is no layer</source>
        <translation>ce qui s'y trouve n'est pas une couche</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="43"/>
        <source>no such service is there</source>
        <translation>ce service ne s'y trouve pas</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="58"/>
        <source>access is refused: choose an authentication for this source</source>
        <translation>accès refusé : choisissez une authentification pour cette source</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="59"/>
        <source>nothing is at this address any more</source>
        <translation>il n'y a plus rien à cette adresse</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="60"/>
        <source>the server wants fewer calls: try again later</source>
        <translation>le serveur veut moins de demandes : réessayez plus tard</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="61"/>
        <source>the server refuses the call</source>
        <translation>le serveur refuse la demande</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="62"/>
        <source>the server has a fault: try again later</source>
        <translation>le serveur est en panne : réessayez plus tard</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="63"/>
        <source>no such server is known: check the network</source>
        <translation>ce serveur est inconnu : vérifiez le réseau</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="64"/>
        <source>the server can&apos;t be reached</source>
        <translation>le serveur est injoignable</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="65"/>
        <source>the server does not answer</source>
        <translation>le serveur ne répond pas</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="66"/>
        <source>the connection was lost</source>
        <translation>la connexion a été perdue</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="67"/>
        <source>the proxy refuses or does not answer: check the network settings of QGIS</source>
        <translation>le proxy refuse ou ne répond pas : vérifiez les réglages réseau de QGIS</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="68"/>
        <source>the server&apos;s certificate is not trusted</source>
        <translation>le certificat du serveur n'est pas reconnu</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="71"/>
        <source>the network is switched off in the options</source>
        <translation>le réseau est coupé dans les options</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="69"/>
        <source>the answer can&apos;t be read</source>
        <translation>la réponse est illisible</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="70"/>
        <source>the answer is too large</source>
        <translation>la réponse est trop grosse</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="32"/>
        <source>a style, which goes along with a layer</source>
        <translation>un style, qui accompagne une couche</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="52"/>
        <source>leads into a private network, where its catalogue is not</source>
        <translation>mène à un réseau privé, où son catalogue n’est pas</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/link_reasons.py" line="53"/>
        <source>a project from the network may not open such a source ({0})</source>
        <translation>un projet venu du réseau ne peut pas ouvrir une telle source ({0})</translation>
    </message>
</context>
<context>
    <name>LocatePoints</name>
    <message>
        <location filename="../plugin/processing/territory/locate_points.py" line="38"/>
        <source>Commune of each point</source>
        <translation>Commune de chaque point</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/locate_points.py" line="49"/>
        <source>Points</source>
        <translation>Points</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/locate_points.py" line="50"/>
        <source>Points with their commune</source>
        <translation>Points avec leur commune</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/locate_points.py" line="41"/>
        <source>Adds to each point its commune (INSEE code and name), whether the point is so near to a boundary that the commune is uncertain, whether it is outside the territory, and whether it is in the water of the Étang de Berre. Works off line with the embedded map of the communes. Of several points the first counts, and the commune is uncertain where they are not all in one; a line or an area counts where a point on it is.</source>
        <translation>Ajoute à chaque point sa commune (code INSEE et nom), et indique s'il est si près d'une limite que la commune est incertaine, s'il est hors du territoire ou s'il tombe dans l'étang de Berre. Fonctionne hors connexion avec la carte des communes embarquée. De plusieurs points, le premier compte, et la commune est incertaine s'ils ne sont pas tous dans la même ; une ligne ou une surface compte là où se trouve un point pris sur elle.</translation>
    </message>
</context>
<context>
    <name>MakeBulletin</name>
    <message>
        <location filename="../plugin/processing/publish/make_bulletin.py" line="54"/>
        <source>Bulletin</source>
        <translation>Bulletin</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/make_bulletin.py" line="35"/>
        <source>Writes the bulletin of a workspace: one page that stands alone, in French and English, with maps, counts by class, team and week, the age of what is open, photos, and what is uncertain. For all communes, or for one. It prints on A4 and loads nothing from elsewhere.</source>
        <translation>Écrit le bulletin d'un espace de travail : une page autonome, en français et en anglais, avec cartes, décomptes par classe, équipe et semaine, ancienneté de ce qui est ouvert, photos et points incertains. Pour toutes les communes ou pour une seule. Elle s'imprime en A4 et ne charge rien d'ailleurs.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/make_bulletin.py" line="44"/>
        <source>INSEE code of one commune (empty: all)</source>
        <translation>Code INSEE d'une commune (vide : toutes)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/make_bulletin.py" line="53"/>
        <source>Title</source>
        <translation>Titre</translation>
    </message>
</context>
<context>
    <name>MakePack</name>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="44"/>
        <source>Make an offline pack</source>
        <translation>Faire un paquet hors connexion</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="59"/>
        <source>Commune (INSEE code or name)</source>
        <translation>Commune (code INSEE ou nom)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="67"/>
        <source>All communes, one pack each</source>
        <translation>Toutes les communes, un paquet chacune</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="68"/>
        <source>Records, addresses and files, one a line</source>
        <translation>Fiches, adresses et fichiers, un par ligne</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="76"/>
        <source>Layers of the project whose data are files</source>
        <translation>Couches du projet dont les données sont des fichiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="84"/>
        <source>Workspace with reports and catalogue (empty: no reports)</source>
        <translation>Espace de travail avec signalements et catalogue (vide : pas de signalements)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="93"/>
        <source>Metres beyond the commune</source>
        <translation>Mètres autour de la commune</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="98"/>
        <source>Megabytes for all pictures together</source>
        <translation>Mégaoctets pour toutes les images ensemble</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="103"/>
        <source>One ZIP instead of a folder</source>
        <translation>Un ZIP au lieu d'un dossier</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="104"/>
        <source>Folder of the packs</source>
        <translation>Dossier des paquets</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="105"/>
        <source>Project of the pack</source>
        <translation>Projet du paquet</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="106"/>
        <source>Number of layers that were left out</source>
        <translation>Nombre de couches laissées de côté</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="119"/>
        <source>“{name}” has no file: give its record or its address.</source>
        <translation>« {name} » n'a pas de fichier : indiquez sa fiche ou son adresse.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="172"/>
        <source>Left out: {title}: {reason}</source>
        <translation>Laissé de côté : {title} : {reason}</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/make_pack.py" line="47"/>
        <source>Makes one folder (or ZIP) that a commune takes to a place without network: the layers chosen, cut to the commune; its reports, to edit; their photos with faces and plates blurred, without metadata; styles; a project that opens in QGIS and QField; and a list of what is inside with source, date and licence, and of what is not and why. Layers are records of the catalogue, addresses of services or files, one a line, or layers of the project whose data are files. Every layer of the pack is opened without network before it is called ready. A pack that is complete and from the same sources is not made again when all communes are asked for.</source>
        <translation>Fait un dossier (ou un ZIP) que la commune emporte là où il n'y a pas de réseau : les couches choisies, découpées à la commune ; ses signalements, à corriger ; leurs photos, visages et plaques floutés, sans métadonnées ; les styles ; un projet qui s'ouvre dans QGIS et QField ; et la liste de ce qu'il contient, avec source, date et licence, et de ce qui manque et pourquoi. Les couches sont des fiches du catalogue, des adresses de services ou des fichiers, un par ligne, ou des couches du projet dont les données sont des fichiers. Chaque couche du paquet est ouverte sans réseau avant qu'il soit dit prêt. Quand toutes les communes sont demandées, un paquet complet et issu des mêmes sources n'est pas refait.</translation>
    </message>
</context>
<context>
    <name>MissingTexts</name>
    <message>
        <location filename="../plugin/base/error_text.py" line="30"/>
        <source>The package {name} is missing in this QGIS. SIGM@communes › Diagnostic installs it.</source>
        <translation>Le paquet {name} manque à ce QGIS. SIGM@communes › Diagnostic l'installe.</translation>
    </message>
</context>
<context>
    <name>ModelInfo</name>
    <message>
        <location filename="../plugin/processing/model/model_info.py" line="32"/>
        <source>About the model</source>
        <translation>À propos du modèle</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/model_info.py" line="35"/>
        <source>Opens a model package, checks that this computer computes what its author got, and shows what it says of itself: name and version, classes, training data, licence, and the confidence below which it suggests nothing. Needs the package onnxruntime: see SIGM@communes › Diagnostic.</source>
        <translation>Ouvre un modèle, vérifie que cet ordinateur calcule ce que son auteur a obtenu, et montre ce qu'il dit de lui-même : nom et version, classes, données d'apprentissage, licence, et la confiance au-dessous de laquelle il ne suggère rien. Demande le paquet onnxruntime : voir SIGM@communes › Diagnostic.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/model_info.py" line="42"/>
        <source>Folder of the model (empty: the default one)</source>
        <translation>Dossier du modèle (vide : celui par défaut)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/model_info.py" line="51"/>
        <source>Page about the model</source>
        <translation>Page sur le modèle</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/model_info.py" line="56"/>
        <source>Name and version</source>
        <translation>Nom et version</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/model_info.py" line="57"/>
        <source>Classes</source>
        <translation>Classes</translation>
    </message>
</context>
<context>
    <name>NearestAsset</name>
    <message>
        <location filename="../plugin/processing/incidents/nearest_asset.py" line="43"/>
        <source>Nearest asset</source>
        <translation>Équipement le plus proche</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/nearest_asset.py" line="46"/>
        <source>Adds to each incident the nearest feature of a layer (street lights, roads, parks…) and the distance to it in metres on the ellipsoid; nothing where none is within the greatest distance. Inside an area the distance is 0. A rule book that asks how near a layer is finds the distance in the column near_ followed by the name given here.</source>
        <translation>Ajoute à chaque dossier l'entité la plus proche d'une couche (lampadaires, voies, parcs…) et sa distance en mètres sur l'ellipsoïde ; rien si aucune n'est à moins de la distance maximale. Dans une surface, la distance est 0. Des règles qui demandent la proximité d'une couche trouvent la distance dans la colonne near_ suivie du nom donné ici.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/nearest_asset.py" line="54"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/nearest_asset.py" line="55"/>
        <source>Assets</source>
        <translation>Équipements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/nearest_asset.py" line="56"/>
        <source>Field of the assets to copy</source>
        <translation>Champ des équipements à copier</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/nearest_asset.py" line="61"/>
        <source>Name of the assets in the result</source>
        <translation>Nom des équipements dans le résultat</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/nearest_asset.py" line="64"/>
        <source>Greatest distance (metres)</source>
        <translation>Distance maximale (mètres)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/nearest_asset.py" line="73"/>
        <source>Incidents with their nearest asset</source>
        <translation>Dossiers avec l'équipement le plus proche</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/nearest_asset.py" line="74"/>
        <source>Number of incidents with an asset</source>
        <translation>Nombre de dossiers avec un équipement</translation>
    </message>
</context>
<context>
    <name>OptionsPage</name>
    <message>
        <location filename="../plugin/setup/options.py" line="95"/>
        <source>My commune</source>
        <translation>Ma commune</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="95"/>
        <source>What the screens and bulletins show first. None: all communes.</source>
        <translation>Ce que les écrans et les bulletins montrent d'abord. Aucune : toutes les communes.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="98"/>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="98"/>
        <source>The GeoPackage with the reports, photos and decisions.</source>
        <translation>Le GeoPackage des signalements, photos et décisions.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="101"/>
        <source>Report servers</source>
        <translation>Serveurs de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="105"/>
        <source>Rule book</source>
        <translation>Règles d'affectation</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="105"/>
        <source>Which team takes what. None: the example of the metropolis.</source>
        <translation>Quelle équipe prend quoi. Vide : l'exemple de la métropole.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="108"/>
        <source>Model</source>
        <translation>Modèle</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="108"/>
        <source>The folder of the photo classifier. None: the one that ships.</source>
        <translation>Le dossier du classifieur de photos. Vide : celui qui est livré.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="111"/>
        <source>Least confidence</source>
        <translation>Confiance minimale</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="111"/>
        <source>Below it the model says that it does not know. Lowest: the model&apos;s own thresholds.</source>
        <translation>Au-dessous, le modèle dit qu'il ne sait pas. Au plus bas : les seuils du modèle.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="115"/>
        <source>One view a photo</source>
        <translation>Une seule vue par photo</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="115"/>
        <source>Five times faster, and a little less often right.</source>
        <translation>Jusqu'à cinq fois plus rapide, un peu moins souvent juste.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="122"/>
        <source>Language of what is written</source>
        <translation>Langue de ce qui est écrit</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="122"/>
        <source>Of bulletins and class names. The screens speak the language of QGIS.</source>
        <translation>Celle des bulletins et des noms de classes. Les écrans parlent la langue de QGIS.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="126"/>
        <source>Use the network</source>
        <translation>Utiliser le réseau</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="126"/>
        <source>Switched off, no server is asked anything. Reports, photos and maps work off line.</source>
        <translation>Décoché, aucun serveur n'est appelé. Signalements, photos et cartes marchent hors connexion.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="130"/>
        <source>Patience with servers</source>
        <translation>Patience avec les serveurs</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="130"/>
        <source>Seconds without an answer after which a call is given up.</source>
        <translation>Secondes sans réponse après lesquelles un appel est abandonné.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="176"/>
        <source>the model&apos;s own</source>
        <translation>celle du modèle</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="189"/>
        <source>that of QGIS</source>
        <translation>celle de QGIS</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="209"/>
        <source>given by {variable}</source>
        <translation>fixé par {variable}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="210"/>
        <source>Your administrator set this environment variable; it goes before what is chosen here.</source>
        <translation>Votre administrateur a fixé cette variable d'environnement ; elle l'emporte sur ce qui est choisi ici.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="226"/>
        <source>Import settings…</source>
        <translation>Importer des réglages…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="226"/>
        <source>Export settings…</source>
        <translation>Exporter les réglages…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="268"/>
        <source>Settings (*.yaml *.yml *.json)</source>
        <translation>Réglages (*.yaml *.yml *.json)</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="260"/>
        <source>Import settings</source>
        <translation>Importer des réglages</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="276"/>
        <source>Export settings</source>
        <translation>Exporter les réglages</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="218"/>
        <source>the profile of QGIS</source>
        <translation>le profil de QGIS</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="217"/>
        <source>“{value}”, given by {where} for “{name}”, is not taken.</source>
        <translation>« {value} », donné par {where} pour « {name} », est ignoré.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="101"/>
        <source>The servers to exchange reports with. Passwords stay in QGIS&apos; own authentication store.</source>
        <translation>Les serveurs avec lesquels échanger des signalements. Les mots de passe restent dans le coffre d'authentification de QGIS.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="118"/>
        <source>Remember photos that were looked at</source>
        <translation>Se souvenir des photos déjà examinées</translation>
    </message>
    <message>
        <location filename="../plugin/setup/options.py" line="118"/>
        <source>Keeps numbers of each photo, never a picture: a second look takes no time.</source>
        <translation>Garde des nombres tirés de chaque photo, jamais une image : un deuxième passage est immédiat.</translation>
    </message>
</context>
<context>
    <name>PhotoRetention</name>
    <message>
        <location filename="../plugin/processing/photos/photo_retention.py" line="32"/>
        <source>Delete photos kept for long enough</source>
        <translation>Supprimer les photos gardées assez longtemps</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/photo_retention.py" line="35"/>
        <source>Shows, by the rules of a file, which photos a workspace has kept for long enough: those fetched from report servers whose reports are closed, files that no report names, old thumbnails. Deletes them only where “Delete” is ticked, and writes each into the register. Photos outside of the workspace's own folder are never deleted.</source>
        <translation>Montre, selon les règles d’un fichier, quelles photos un espace de travail a gardées assez longtemps : celles des serveurs de signalements dont les signalements sont clos, les fichiers dont aucun signalement ne parle, les vieilles miniatures. Ne les supprime que si « Supprimer » est coché, et inscrit chacune au registre. Les photos hors du dossier propre à l’espace de travail ne sont jamais supprimées.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/photo_retention.py" line="43"/>
        <source>Workspace (GeoPackage)</source>
        <translation>Espace de travail (GeoPackage)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/photo_retention.py" line="48"/>
        <source>Rules (empty: the example)</source>
        <translation>Règles (vide : l’exemple)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/photo_retention.py" line="53"/>
        <source>Delete</source>
        <translation>Supprimer</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/photo_retention.py" line="54"/>
        <source>Number of files</source>
        <translation>Nombre de fichiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/photo_retention.py" line="55"/>
        <source>Bytes</source>
        <translation>Octets</translation>
    </message>
</context>
<context>
    <name>PhotoTable</name>
    <message>
        <location filename="../plugin/photos/table.py" line="88"/>
        <source>ready, placed by hand</source>
        <translation>prête, placée à la main</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="90"/>
        <source>ready</source>
        <translation>prête</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="91"/>
        <source>no position: click on the map</source>
        <translation>sans position : cliquer sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="92"/>
        <source>impossible position: click on the map</source>
        <translation>position impossible : cliquer sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="93"/>
        <source>outside the territory</source>
        <translation>hors du territoire</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="94"/>
        <source>already there</source>
        <translation>déjà importée</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="95"/>
        <source>not a picture</source>
        <translation>pas une image</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="96"/>
        <source>can&apos;t be read</source>
        <translation>illisible</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="97"/>
        <source>too large</source>
        <translation>trop grande</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="111"/>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="111"/>
        <source>Verdict</source>
        <translation>Verdict</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="111"/>
        <source>Position</source>
        <translation>Position</translation>
    </message>
    <message>
        <location filename="../plugin/photos/table.py" line="111"/>
        <source>Taken on</source>
        <translation>Prise le</translation>
    </message>
</context>
<context>
    <name>PhotoView</name>
    <message>
        <location filename="../plugin/photos/view.py" line="253"/>
        <source>Photo</source>
        <translation>Photo</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="141"/>
        <source>Previous photo</source>
        <translation>Photo précédente</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="142"/>
        <source>Next photo</source>
        <translation>Photo suivante</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="143"/>
        <source>Turn the photo</source>
        <translation>Tourner la photo</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="144"/>
        <source>Show the whole photo</source>
        <translation>Voir toute la photo</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="212"/>
        <source>Photo {0}</source>
        <translation>Photo {0}</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="229"/>
        <source>Only the thumbnail is there: {0}</source>
        <translation>Seule la vignette est là : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="147"/>
        <source>Draw a box to blur in every copy (Insert: by keyboard; arrows move it, Shift+arrows size it)</source>
        <translation>Tracer un cadre à flouter dans toute copie (Inser : au clavier ; flèches : déplacer, Maj+flèches : agrandir ou réduire)</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="150"/>
        <source>Delete the chosen box (Delete)</source>
        <translation>Supprimer le cadre choisi (Suppr)</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="151"/>
        <source>Show what would be blurred automatically</source>
        <translation>Montrer ce qui serait flouté automatiquement</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="269"/>
        <source>Faces and number plates</source>
        <translation>Visages et plaques d’immatriculation</translation>
    </message>
    <message>
        <location filename="../plugin/photos/view.py" line="285"/>
        <source>{0} faces or number plates found. Choose one and press Delete where there is none.</source>
        <translation>{0} visages ou plaques trouvés. Choisissez un cadre et appuyez sur Suppr là où il n’y en a pas.</translation>
    </message>
</context>
<context>
    <name>PositionSketch</name>
    <message>
        <location filename="../plugin/reports/exchange/position_sketch.py" line="52"/>
        <source>{0} and {1} are {2} m apart</source>
        <translation>{0} et {1} : {2} m d'écart</translation>
    </message>
</context>
<context>
    <name>PrintAtlas</name>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="41"/>
        <source>Atlas (PDF)</source>
        <translation>Atlas (PDF)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="44"/>
        <source>Prints one page for each commune that has reports: the map, and how many there are of each state and of each symbol. A template of your own (Layout › Save as template) can take the place of the shipped one; its words come from the variables @sigma_title, @sigma_subtitle, @sigma_total, @sigma_by_state, @sigma_by_symbol and @sigma_sources. In the desktop, SIGM@communes › Atlas opens the same pages in the layout designer of QGIS.</source>
        <translation>Imprime une page par commune où il y a des signalements : la carte, et combien il y en a par état et par symbole. Un modèle à vous (Mise en page › Enregistrer comme modèle) peut remplacer celui qui est fourni ; ses textes viennent des variables @sigma_title, @sigma_subtitle, @sigma_total, @sigma_by_state, @sigma_by_symbol et @sigma_sources. Dans QGIS, SIGM@communes › Atlas ouvre les mêmes pages dans le composeur de mise en page.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="59"/>
        <source>INSEE codes of the communes, with commas between (empty: all that have reports)</source>
        <translation>Codes INSEE des communes, séparés par des virgules (vide : toutes celles qui ont des signalements)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="67"/>
        <source>Symbols</source>
        <translation>Symboles</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="67"/>
        <source>By class</source>
        <translation>Par classe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="67"/>
        <source>By state</source>
        <translation>Par état</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="67"/>
        <source>By team</source>
        <translation>Par équipe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="76"/>
        <source>Template of the page (empty: the shipped one)</source>
        <translation>Modèle de la page (vide : celui qui est fourni)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="84"/>
        <source>Resolution (dots per inch)</source>
        <translation>Résolution (points par pouce)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="89"/>
        <source>Atlas</source>
        <translation>Atlas</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="90"/>
        <source>Pages</source>
        <translation>Pages</translation>
    </message>
    <message>
        <location filename="../plugin/processing/publish/print_atlas.py" line="129"/>
        <source>The atlas could not be printed: {0}</source>
        <translation>L'atlas n'a pas pu être imprimé : {0}</translation>
    </message>
</context>
<context>
    <name>PullReports</name>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="34"/>
        <source>Receive reports from a server</source>
        <translation>Recevoir les signalements d'un serveur</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="37"/>
        <source>Reads a report server (Open311), a collection of OGC API Features, a layer of a WFS or a folder of files into a workspace, which is made where there is none: what is new, and what changed since the last time. Nothing that was edited here is lost; where the server changed the same, a conflict waits for a decision. A read that was interrupted goes on where it was.</source>
        <translation>Lit un serveur de signalements (Open311), une collection OGC API Features, une couche WFS ou un dossier de fichiers dans un espace de travail, créé s'il n'existe pas : ce qui est nouveau, et ce qui a changé depuis la dernière fois. Rien de ce qui a été modifié ici n'est perdu ; là où le serveur a changé la même chose, un conflit attend une décision. Une lecture interrompue reprend où elle en était.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="47"/>
        <source>Only since (YYYY-MM-DD; empty: all)</source>
        <translation>Seulement depuis (AAAA-MM-JJ ; à vide : tout)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="52"/>
        <source>Read everything again, and look for what is gone</source>
        <translation>Tout relire, et chercher ce qui a disparu</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="55"/>
        <source>Fetch photos too</source>
        <translation>Récupérer aussi les photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="56"/>
        <source>New reports</source>
        <translation>Nouveaux signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="57"/>
        <source>Changed reports</source>
        <translation>Signalements modifiés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="58"/>
        <source>Unchanged reports</source>
        <translation>Signalements inchangés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="59"/>
        <source>Rejected records</source>
        <translation>Enregistrements écartés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="60"/>
        <source>Open conflicts</source>
        <translation>Conflits ouverts</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="61"/>
        <source>Read up to</source>
        <translation>Lu jusqu'à</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="75"/>
        <source>“{0}” is no date: write it as 2026-01-31.</source>
        <translation>« {0} » n'est pas une date : l'écrire comme 2026-01-31.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/pull_reports.py" line="90"/>
        <source>{new} new, {changed} changed, {unchanged} unchanged, {rejected} rejected; {conflicts} conflicts.</source>
        <translation>{new} nouveaux, {changed} modifiés, {unchanged} inchangés, {rejected} écartés ; {conflicts} conflits.</translation>
    </message>
</context>
<context>
    <name>PushReports</name>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="30"/>
        <source>Send reports to a server</source>
        <translation>Envoyer les signalements à un serveur</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="33"/>
        <source>Without confirmation, lists what would leave a workspace for a server, edit by edit, and sends nothing. With it, sends what persons made and changed: new reports, states, comments, fields. Whatever happens on the way, nothing is sent twice and nothing is lost; what the server does not take stays here, with its reason, for the dispatch export.</source>
        <translation>Sans confirmation, liste ce qui partirait d'un espace de travail vers un serveur, modification par modification, et n'envoie rien. Avec elle, envoie ce que des personnes ont créé et modifié : nouveaux signalements, états, commentaires, champs. Quoi qu'il arrive en route, rien n'est envoyé deux fois et rien n'est perdu ; ce que le serveur ne reçoit pas reste ici, avec sa raison, pour l'export.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="43"/>
        <source>I looked at what leaves: send it</source>
        <translation>J'ai vu ce qui part : envoyer</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="46"/>
        <source>Send photos of new reports too</source>
        <translation>Envoyer aussi les photos des nouveaux signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="48"/>
        <source>Edits that can leave</source>
        <translation>Modifications qui peuvent partir</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="54"/>
        <source>New reports taken</source>
        <translation>Nouveaux signalements reçus par le serveur</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="55"/>
        <source>Reports changed there</source>
        <translation>Signalements modifiés là-bas</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="56"/>
        <source>Taken, without an id yet</source>
        <translation>Reçus, encore sans identifiant</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="57"/>
        <source>Perhaps taken: looked for again at the next send</source>
        <translation>Peut-être reçus : recherchés de nouveau au prochain envoi</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="58"/>
        <source>Refused by the server</source>
        <translation>Refusés par le serveur</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="59"/>
        <source>Stay here: the server does not take them</source>
        <translation>Restent ici : le serveur ne les prend pas</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="60"/>
        <source>Wait for a decision</source>
        <translation>Attendent une décision</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="93"/>
        <source>stays here</source>
        <translation>reste ici</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="91"/>
        <source>would leave</source>
        <translation>partirait</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/push_reports.py" line="95"/>
        <source>Nothing was sent: confirm to send.</source>
        <translation>Rien n'a été envoyé : confirmer pour envoyer.</translation>
    </message>
</context>
<context>
    <name>ReadReports</name>
    <message>
        <location filename="../plugin/processing/reports/read_reports.py" line="46"/>
        <source>Read a file of reports</source>
        <translation>Lire un fichier de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/read_reports.py" line="49"/>
        <source>Reads citizens&apos; reports from a CSV, GeoJSON, GeoPackage or other vector file, or from an Open311 answer saved as XML or JSON, whatever its encoding, separator and column names. Every record becomes a report or a row of the table of rejected records, with the reason. A position that is missing or impossible gives no point and is flagged, not repaired. Columns that have no place of their own are kept in extra, as JSON.</source>
        <translation>Lit des signalements d'un fichier CSV, GeoJSON, GeoPackage ou autre fichier vecteur, ou d'une réponse Open311 enregistrée en XML ou JSON, quels que soient l'encodage, le séparateur et les noms de colonnes. Chaque enregistrement devient un signalement ou une ligne de la table des rejets, avec la raison. Une position absente ou impossible ne donne pas de point ; elle est marquée, pas réparée. Les colonnes sans place à elles sont gardées dans extra, en JSON.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/read_reports.py" line="57"/>
        <source>File of reports</source>
        <translation>Fichier de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/read_reports.py" line="58"/>
        <source>Name of the source (empty: the file&apos;s)</source>
        <translation>Nom de la source (vide : celui du fichier)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/read_reports.py" line="63"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/read_reports.py" line="64"/>
        <source>Rejected records</source>
        <translation>Enregistrements écartés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/read_reports.py" line="67"/>
        <source>Number of reports</source>
        <translation>Nombre de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/read_reports.py" line="68"/>
        <source>Number of rejected records</source>
        <translation>Nombre d'enregistrements rejetés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/read_reports.py" line="107"/>
        <source>{read} reports, {refused} rejected records</source>
        <translation>{read} signalements, {refused} enregistrements rejetés</translation>
    </message>
</context>
<context>
    <name>ReasonDialog</name>
    <message>
        <location filename="../plugin/reports/pane/reason_dialog.py" line="17"/>
        <source>The reason; it stays in the history:</source>
        <translation>Le motif ; il reste dans l’historique :</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/reason_dialog.py" line="20"/>
        <source>Reason</source>
        <translation>Motif</translation>
    </message>
</context>
<context>
    <name>RecordPage</name>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="52"/>
        <source>The chosen record</source>
        <translation>La fiche choisie</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="64"/>
        <source>Open the metadata</source>
        <translation>Ouvrir les métadonnées</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="70"/>
        <source>More</source>
        <translation>Suite</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="81"/>
        <source>Links of the record</source>
        <translation>Liens de la fiche</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="89"/>
        <source>Add this link</source>
        <translation>Ajouter ce lien</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="91"/>
        <source>Copy the link</source>
        <translation>Copier le lien</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="141"/>
        <source>No favourite any more</source>
        <translation>Retirer des favoris</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="141"/>
        <source>Make it a favourite</source>
        <translation>Mettre dans les favoris</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="185"/>
        <source>{0} links, the first {1}:</source>
        <translation>{0} liens, les {1} premiers :</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="185"/>
        <source>Links: {0}</source>
        <translation>Liens : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="185"/>
        <source>The record has no link: ask its producer.</source>
        <translation>La fiche n'a aucun lien : demandez à son producteur.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="204"/>
        <source>Can&apos;t be loaded: {0}</source>
        <translation>Ne peut pas être chargé : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Producer</source>
        <translation>Producteur</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Contact</source>
        <translation>Contact</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Licence</source>
        <translation>Licence</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Constraints</source>
        <translation>Contraintes</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Updated on</source>
        <translation>Mise à jour le</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Published on</source>
        <translation>Publiée le</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Created on</source>
        <translation>Créée le</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Seen here since</source>
        <translation>Connue ici depuis le</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Extent</source>
        <translation>Emprise</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Scale</source>
        <translation>Échelle</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>CRS</source>
        <translation>SCR</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Themes</source>
        <translation>Thèmes</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Keywords</source>
        <translation>Mots-clés</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Lineage</source>
        <translation>Généalogie</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Found in</source>
        <translation>Trouvée dans</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="214"/>
        <source>Identifier</source>
        <translation>Identifiant</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="237"/>
        <source>not given</source>
        <translation>non indiquée</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="239"/>
        <source>{0}° to {1}° east, {2}° to {3}° north</source>
        <translation>{0}° à {1}° est, {2}° à {3}° nord</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/record_page.py" line="233"/>
        <source>{0}: {1}</source>
        <translation>{0} : {1}</translation>
    </message>
</context>
<context>
    <name>RefreshCommunes</name>
    <message>
        <location filename="../plugin/processing/territory/refresh_communes.py" line="36"/>
        <source>Refresh the map of the communes</source>
        <translation>Actualiser la carte des communes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/refresh_communes.py" line="39"/>
        <source>Takes the communes of an intercommunal body (EPCI), any of France, from the State&apos;s service (needs the network) or from a file (GeoJSON, GeoPackage, Shapefile). The map is checked before it replaces the one in use: overlaps and gaps are told in the log. Without a file name it becomes your own map, which this plugin uses from then on.</source>
        <translation>Prend les communes d'un EPCI, de toute la France, auprès du service de l'État (demande le réseau) ou dans un fichier (GeoJSON, GeoPackage, Shapefile). La carte est vérifiée avant de remplacer celle en usage : recouvrements et trous sont dits dans le journal. Sans nom de fichier, elle devient votre propre carte, que cette extension utilise dès lors.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/refresh_communes.py" line="47"/>
        <source>File of communes (empty: the State&apos;s service)</source>
        <translation>Fichier de communes (vide : le service de l'État)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/refresh_communes.py" line="52"/>
        <source>EPCI (nine digits; empty: all communes of the file)</source>
        <translation>EPCI (neuf chiffres ; vide : toutes les communes du fichier)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/refresh_communes.py" line="60"/>
        <source>Map to write (empty: your own)</source>
        <translation>Carte à écrire (vide : la vôtre)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/refresh_communes.py" line="69"/>
        <source>Number of communes</source>
        <translation>Nombre de communes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/refresh_communes.py" line="81"/>
        <source>Give a file, or the number of an EPCI.</source>
        <translation>Donnez un fichier, ou le numéro d'un EPCI.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/refresh_communes.py" line="94"/>
        <source>{count} communes of {name}: {path}</source>
        <translation>{count} communes de {name} : {path}</translation>
    </message>
    <message>
        <location filename="../plugin/processing/territory/refresh_communes.py" line="84"/>
        <source>The network is switched off in the options. Give a file.</source>
        <translation>Le réseau est désactivé dans les options. Donnez un fichier.</translation>
    </message>
</context>
<context>
    <name>RefreshPack</name>
    <message>
        <location filename="../plugin/processing/catalogue/refresh_pack.py" line="32"/>
        <source>Refresh an offline pack</source>
        <translation>Mettre à jour un paquet hors connexion</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/refresh_pack.py" line="35"/>
        <source>Brings into a pack only what changed since it was made: layers whose file or service gives something else, and the reports of the commune. What was edited in the pack stays, field by field, until it has come home. Close the pack in QGIS first: if it is edited meanwhile, it is left as it was.</source>
        <translation>N'apporte dans un paquet que ce qui a changé depuis : les couches dont le fichier ou le service donne autre chose, et les signalements de la commune. Ce qui a été corrigé dans le paquet y reste, champ par champ, tant qu'il n'a pas été rapporté. Fermez d'abord le paquet dans QGIS : s'il est modifié entre-temps, il reste tel quel.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/refresh_pack.py" line="42"/>
        <source>Folder of the pack</source>
        <translation>Dossier du paquet</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/refresh_pack.py" line="47"/>
        <source>Workspace (empty: where the pack came from)</source>
        <translation>Espace de travail (vide : celui d'où vient le paquet)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/refresh_pack.py" line="55"/>
        <source>Fetch the pictures of services again</source>
        <translation>Aller rechercher les images des services</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/refresh_pack.py" line="58"/>
        <source>Number of layers that came anew</source>
        <translation>Nombre de couches renouvelées</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/refresh_pack.py" line="59"/>
        <source>Number of edits that wait in the pack</source>
        <translation>Nombre de corrections qui attendent dans le paquet</translation>
    </message>
</context>
<context>
    <name>RegisterModel</name>
    <message>
        <location filename="../plugin/processing/model/register_model.py" line="31"/>
        <source>Page for the register of algorithms</source>
        <translation>Page pour le registre des algorithmes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/register_model.py" line="34"/>
        <source>Writes, in French, what French law asks to be told of an algorithm that takes part in a decision: its purpose, data, operations, parameters and their weights, its figures and limits, what people decide, and whom to ask. It comes from the version&apos;s own figures; what is not known is marked.</source>
        <translation>Écrit, en français, ce que la loi demande de dire d'un algorithme qui contribue à une décision : sa finalité, ses données, ses opérations, ses paramètres et leur pondération, ses chiffres et limites, ce que décident les personnes, et à qui s'adresser. Tout vient des chiffres de la version ; ce qui n'est pas connu est marqué.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/register_model.py" line="41"/>
        <source>Folder of the version</source>
        <translation>Dossier de la version</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/register_model.py" line="42"/>
        <source>Who answers for it</source>
        <translation>Administration responsable</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/register_model.py" line="42"/>
        <source>Whom to ask (address, e-mail)</source>
        <translation>Contact (adresse, courriel)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/register_model.py" line="47"/>
        <source>Page</source>
        <translation>Page</translation>
    </message>
</context>
<context>
    <name>ReplyBox</name>
    <message>
        <location filename="../plugin/reports/pane/reply_box.py" line="35"/>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/reply_box.py" line="64"/>
        <source>A note of ours; it is sent nowhere.</source>
        <translation>Une note interne ; elle n'est envoyée nulle part.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/reply_box.py" line="64"/>
        <source>Keep the note</source>
        <translation>Garder la note</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/reply_box.py" line="66"/>
        <source>Leaves with the next sending, after you have confirmed it.</source>
        <translation>Part au prochain envoi, après votre confirmation.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/reply_box.py" line="66"/>
        <source>Queue</source>
        <translation>Mettre en attente</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/reply_box.py" line="68"/>
        <source>To {0} persons; what stands in braces is filled in for each.</source>
        <translation>À {0} personnes ; ce qui est entre accolades est rempli pour chacune.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/reply_box.py" line="71"/>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Entrée</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/reply_box.py" line="72"/>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/reply_box.py" line="72"/>
        <source>Reply</source>
        <translation>Réponse</translation>
    </message>
</context>
<context>
    <name>ReportPane</name>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="66"/>
        <source>History</source>
        <translation>Historique</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="163"/>
        <source>Report</source>
        <translation>Signalement</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="167"/>
        <source>This report is not in the workspace any more. Refresh the list.</source>
        <translation>Ce signalement n'est plus dans l'espace de travail. Actualisez la liste.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="183"/>
        <source>Choose a report in the list or on the map.</source>
        <translation>Choisissez un signalement dans la liste ou sur la carte.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="230"/>
        <source>none yet. Run the main job, or decide the class.</source>
        <translation>aucune pour l'instant. Lancez le traitement principal, ou décidez de la classe.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="239"/>
        <source>Nothing yet.</source>
        <translation>Rien pour l'instant.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="317"/>
        <source>Set the state: {0}</source>
        <translation>Passer à l'état : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="326"/>
        <source>class: {0}</source>
        <translation>classe : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="326"/>
        <source>decision taken back</source>
        <translation>décision retirée</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="328"/>
        <source>state: {0}</source>
        <translation>état : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="330"/>
        <source>added on the map</source>
        <translation>ajouté sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="339"/>
        <source>attribute table or another program</source>
        <translation>table d'attributs ou autre programme</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="225"/>
        <source>Team:</source>
        <translation>Équipe :</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="233"/>
        <source>State:</source>
        <translation>État :</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="70"/>
        <source>Show or hide the history</source>
        <translation>Afficher ou masquer l'historique</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="137"/>
        <source>Reply</source>
        <translation>Répondre</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="101"/>
        <source>A text by state, for the person who reported</source>
        <translation>Un texte par état, pour la personne qui a signalé</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="108"/>
        <source>Note…</source>
        <translation>Note…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="109"/>
        <source>Write a note of ours; it is sent nowhere</source>
        <translation>Écrire une note interne ; elle n'est envoyée nulle part</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="112"/>
        <source>Other team…</source>
        <translation>Autre équipe…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="113"/>
        <source>Choose the team yourself, against the rules</source>
        <translation>Choisir soi-même l'équipe, contre les règles</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="116"/>
        <source>Hand on…</source>
        <translation>Transmettre…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="117"/>
        <source>To another team, a commune or a partner, with a note</source>
        <translation>À une autre équipe, une commune ou un partenaire, avec une note</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="185"/>
        <source>{0} reports are chosen: class, state, team and reply go for all of them.</source>
        <translation>{0} signalements choisis : classe, état, équipe et réponse valent pour tous.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="289"/>
        <source>{0} are “{1}”: that may not follow</source>
        <translation>{0} sont « {1} » : cet état ne peut pas suivre</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="332"/>
        <source>team: as the rules say</source>
        <translation>équipe : selon les règles</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="344"/>
        <source>note</source>
        <translation>note</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="345"/>
        <source>reply</source>
        <translation>réponse</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="346"/>
        <source>sent</source>
        <translation>envoyé</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="347"/>
        <source>comment of the server</source>
        <translation>commentaire du serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="348"/>
        <source>conflict decided</source>
        <translation>conflit tranché</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="349"/>
        <source>no longer on the server</source>
        <translation>n'est plus sur le serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="350"/>
        <source>on the server again</source>
        <translation>de retour sur le serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="351"/>
        <source>moved by the server</source>
        <translation>déplacé par le serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="352"/>
        <source>another service on the server</source>
        <translation>autre service sur le serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/report_pane.py" line="198"/>
        <source>{0} reports are chosen.</source>
        <translation>{0} signalements sont choisis.</translation>
    </message>
</context>
<context>
    <name>ReportsStatus</name>
    <message>
        <location filename="../plugin/processing/reports/reports_status.py" line="33"/>
        <source>What waits in a workspace</source>
        <translation>Ce qui attend dans un espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/reports_status.py" line="36"/>
        <source>Lists the reports with edits that wait: to be sent, to be decided, or to stay here because their server does not take them; with who edited what and when. No server is asked.</source>
        <translation>Liste les signalements dont des modifications attendent : d'être envoyées, d'être tranchées, ou de rester ici parce que leur serveur ne les reçoit pas ; avec qui a modifié quoi et quand. Aucun serveur n'est interrogé.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/reports_status.py" line="43"/>
        <source>What waits</source>
        <translation>Ce qui attend</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/reports_status.py" line="51"/>
        <source>To be sent</source>
        <translation>À envoyer</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/reports_status.py" line="52"/>
        <source>Stay here</source>
        <translation>Restent ici</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/reports_status.py" line="53"/>
        <source>Conflicts</source>
        <translation>Conflits</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/reports_status.py" line="54"/>
        <source>Perhaps taken</source>
        <translation>Peut-être reçus</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/reports_status.py" line="55"/>
        <source>Gone from their server</source>
        <translation>Disparus de leur serveur</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/reports_status.py" line="72"/>
        <source>{source}: read {read}; {to_send} to send, {kept} stay here, {conflicts} conflicts</source>
        <translation>{source} : lu {read} ; {to_send} à envoyer, {kept} restent ici, {conflicts} conflits</translation>
    </message>
</context>
<context>
    <name>ResolveConflict</name>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="31"/>
        <source>Decide a conflict</source>
        <translation>Trancher un conflit</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="34"/>
        <source>Decides the conflicts of one report, or the one of a field: the version of this workspace holds, that of the server, or another value (field=value; a position is lon=… and lat=…, separated by semicolons). What differs from the server then waits to be sent. The decision is kept in the history.</source>
        <translation>Tranche les conflits d'un signalement, ou celui d'un champ : la version de cet espace de travail vaut, ou celle du serveur, ou une autre valeur (champ=valeur ; une position s'écrit lon=… et lat=…, séparés par des points-virgules). Ce qui diffère du serveur attend ensuite d'être envoyé. La décision est conservée dans l'historique.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="42"/>
        <source>Id of the report</source>
        <translation>Identifiant du signalement</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="43"/>
        <source>What was edited here</source>
        <translation>Ce qui a été modifié ici</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="43"/>
        <source>What the server has</source>
        <translation>Ce qu'a le serveur</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="43"/>
        <source>Another value</source>
        <translation>Une autre valeur</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="44"/>
        <source>What holds</source>
        <translation>Ce qui vaut</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="45"/>
        <source>Only this field (empty: all conflicts)</source>
        <translation>Seulement ce champ (à vide : tous les conflits)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="50"/>
        <source>Other values (field=value; …)</source>
        <translation>Autres valeurs (champ=valeur ; …)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="56"/>
        <source>Number of decided conflicts</source>
        <translation>Nombre de conflits tranchés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="87"/>
        <source>“{0}” is not field=value.</source>
        <translation>« {0} » n'est pas de la forme champ=valeur.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/resolve_conflict.py" line="93"/>
        <source>{0} is a number, in degrees.</source>
        <translation>{0} est un nombre, en degrés.</translation>
    </message>
</context>
<context>
    <name>ReturnPack</name>
    <message>
        <location filename="../plugin/processing/catalogue/return_pack.py" line="34"/>
        <source>Bring an offline pack home</source>
        <translation>Rapporter un paquet hors connexion</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/return_pack.py" line="37"/>
        <source>Brings what was edited in a pack into the workspace, where it waits for the report server like any other edit: changed fields, moved points, new reports, new photos. What was changed on both sides, differently, becomes a conflict that a person decides. A pack that comes home twice changes nothing the second time.</source>
        <translation>Rapporte dans l'espace de travail ce qui a été corrigé dans un paquet ; cela y attend le serveur de signalements comme toute autre correction : champs changés, points déplacés, nouveaux signalements, nouvelles photos. Ce qui a été changé différemment des deux côtés devient un conflit qu'une personne tranche. Un paquet rapporté deux fois ne change rien la seconde fois.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/return_pack.py" line="44"/>
        <source>Folder of the pack</source>
        <translation>Dossier du paquet</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/return_pack.py" line="50"/>
        <source>Who edited in the pack</source>
        <translation>Qui a corrigé dans le paquet</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/return_pack.py" line="53"/>
        <source>Number of edits</source>
        <translation>Nombre de corrections</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/return_pack.py" line="54"/>
        <source>Number of new reports</source>
        <translation>Nombre de nouveaux signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/return_pack.py" line="55"/>
        <source>Number of new photos</source>
        <translation>Nombre de nouvelles photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/return_pack.py" line="56"/>
        <source>Number of conflicts</source>
        <translation>Nombre de conflits</translation>
    </message>
</context>
<context>
    <name>ReviewDock</name>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="34"/>
        <source>Check the photos</source>
        <translation>Valider les photos</translation>
    </message>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="55"/>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="58"/>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="59"/>
        <source>Take back the last decision (Ctrl+Z)</source>
        <translation>Revenir sur la dernière décision (Ctrl+Z)</translation>
    </message>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="61"/>
        <source>Keys: 1 2 3 a suggestion · L list · 0 no problem · Space skip · Ctrl+Z undo</source>
        <translation>Touches : 1 2 3 une suggestion · L liste · 0 aucun désordre · Espace passer · Ctrl+Z annuler</translation>
    </message>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="186"/>
        <source>No workspace is open. Open one, or import photos to make one.</source>
        <translation>Aucun espace de travail n'est ouvert. Ouvrez-en un, ou importez des photos pour en créer un.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="188"/>
        <source>All photos are checked. Thank you! The reports have their teams.</source>
        <translation>Toutes les photos sont validées, merci ! Les signalements ont leur équipe.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="190"/>
        <source>No photo waits: either none was imported and seen by the model, or a person has decided on all.</source>
        <translation>Aucune photo n'attend : aucune n'a été importée et vue par le modèle, ou une personne a décidé de toutes.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="215"/>
        <source>{0} a minute</source>
        <translation>{0} par minute</translation>
    </message>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="224"/>
        <source>the model was right: {0} ({1} photos)</source>
        <translation>précision confirmée {0} ({1} photos)</translation>
    </message>
    <message>
        <location filename="../plugin/photos/review_dock.py" line="229"/>
        <source>No position</source>
        <translation>Sans position</translation>
    </message>
</context>
<context>
    <name>ReviewQueue</name>
    <message>
        <location filename="../plugin/processing/model/review_queue.py" line="35"/>
        <source>Photos to look at next</source>
        <translation>Photos à regarder ensuite</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/review_queue.py" line="38"/>
        <source>Lists the photos that nobody has decided on, those first from which the model would learn most: it hesitates, or sees something new, and nothing like it is in the list yet; new places first. Photos that it has not looked at closely follow, the least sure first.</source>
        <translation>Liste les photos sans décision, d'abord celles qui apprendraient le plus au modèle : il hésite, ou voit du nouveau, et rien de semblable n'est encore dans la liste ; les lieux nouveaux d'abord. Suivent les photos qu'il n'a pas regardées de près, les moins sûres d'abord.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/review_queue.py" line="46"/>
        <source>How many</source>
        <translation>Combien</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/review_queue.py" line="55"/>
        <source>Photos to look at</source>
        <translation>Photos à regarder</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/review_queue.py" line="56"/>
        <source>Number of rows</source>
        <translation>Nombre de lignes</translation>
    </message>
</context>
<context>
    <name>RouteIncidents</name>
    <message>
        <location filename="../plugin/processing/incidents/route_incidents.py" line="52"/>
        <source>Team in charge</source>
        <translation>Équipe chargée</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/route_incidents.py" line="55"/>
        <source>Gives each incident the team of the first rule whose conditions hold, else the default team, with the reason as a sentence in French and English. Reads the class and the INSEE code of the commune from the fields named here; commune, class_from, confidence, reported_at, ambiguous, outside, water and near_&lt;layer&gt; from the fields of these names, where they are there. The shipped rule book is an example to adapt.</source>
        <translation>Donne à chaque dossier l'équipe de la première règle dont les conditions sont remplies, sinon l'équipe par défaut, avec la raison en une phrase, en français et en anglais. Lit la classe et le code INSEE de la commune dans les champs nommés ici ; commune, class_from, confidence, reported_at, ambiguous, outside, water et near_&lt;couche&gt; dans les champs de ces noms, s'ils y sont. Les règles livrées sont un exemple à adapter.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/route_incidents.py" line="64"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/route_incidents.py" line="65"/>
        <source>Field with the class</source>
        <translation>Champ de la classe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/route_incidents.py" line="68"/>
        <source>Field with the INSEE code of the commune</source>
        <translation>Champ du code INSEE de la commune</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/route_incidents.py" line="73"/>
        <source>Rule book (empty: the example of the metropolis)</source>
        <translation>Règles d'affectation (vide : l'exemple)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/route_incidents.py" line="82"/>
        <source>Incidents with their team</source>
        <translation>Dossiers avec leur équipe</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/route_incidents.py" line="106"/>
        <source>The layer has no INSEE code: rules that ask for a commune don&apos;t hold. Locate it first.</source>
        <translation>La couche n'a pas de code INSEE : les règles qui demandent une commune ne s'appliquent pas. Passez d'abord par « Commune de chaque point ».</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/route_incidents.py" line="111"/>
        <source>The rule book asks how near the layer “{layer}” is, and there is no field near_{layer}. Run “Nearest asset” with this name first.</source>
        <translation>Les règles demandent la proximité de la couche « {layer} », et il n'y a pas de champ near_{layer}. Passez d'abord par « Équipement le plus proche » avec ce nom.</translation>
    </message>
</context>
<context>
    <name>RunMainJob</name>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="41"/>
        <source>Photos and reports to incidents</source>
        <translation>Des photos et signalements aux dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="44"/>
        <source>Reads a folder of geotagged photos and lists of reports (CSV, GeoJSON, GeoPackage, Open311 JSON or XML). Classifies them, places them in a commune, groups those that are one problem, assigns a team with the reason. Writes workspace.gpkg and bulletin.html. Nothing is sent anywhere. A class given by the model is a suggestion that a person confirms.</source>
        <translation>Lit un dossier de photos géolocalisées et des listes de signalements (CSV, GeoJSON, GeoPackage, Open311 en JSON ou XML). Les classe, les rattache à une commune, regroupe ceux qui décrivent le même problème et affecte une équipe en donnant la raison. Écrit workspace.gpkg et bulletin.html. Rien n'est envoyé. Une classe donnée par le modèle est une suggestion qu'une personne confirme.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="54"/>
        <source>Folder of photos</source>
        <translation>Dossier de photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="57"/>
        <source>Files of reports</source>
        <translation>Fichiers de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="60"/>
        <source>Rule book (empty: the example of the metropolis)</source>
        <translation>Règles d'affectation (vide : l'exemple)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="78"/>
        <source>One view a photo (faster)</source>
        <translation>Une seule vue par photo (plus rapide)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="95"/>
        <source>Folder of the results</source>
        <translation>Dossier des résultats</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="96"/>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="97"/>
        <source>Bulletin</source>
        <translation>Bulletin</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="69"/>
        <source>Folder of the model (empty: the default one)</source>
        <translation>Dossier du modèle (vide : celui par défaut)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="92"/>
        <source>Title of the bulletin</source>
        <translation>Titre du bulletin</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="98"/>
        <source>Number of incidents</source>
        <translation>Nombre de dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="99"/>
        <source>Number of rejected files and records</source>
        <translation>Nombre de fichiers et d'enregistrements rejetés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/run_main_job.py" line="81"/>
        <source>Least confidence (empty: the model&apos;s own)</source>
        <translation>Confiance minimale (vide : celle du modèle)</translation>
    </message>
</context>
<context>
    <name>RuntimeInstallation</name>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="54"/>
        <source>QGIS&apos; own Python program was not found. Choose another Python for pip.</source>
        <translation>Le programme Python de QGIS est introuvable. Choisissez un autre Python pour pip.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="68"/>
        <source>Looking for pip…</source>
        <translation>Recherche de pip…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="81"/>
        <source>This Python has no pip: {program}. Install it (on Debian and Ubuntu the package python3-pip), put the wheel of pip into the folder of wheels, or choose another Python.</source>
        <translation>Ce Python n'a pas pip : {program}. Installez-le (sous Debian et Ubuntu, le paquet python3-pip), mettez le wheel de pip dans le dossier de wheels, ou choisissez un autre Python.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="102"/>
        <source>The folder can&apos;t be made: {reason}</source>
        <translation>Le dossier ne peut pas être créé : {reason}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="125"/>
        <source>Starting it to see whether it works here…</source>
        <translation>Essai pour voir s'il marche ici…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="143"/>
        <source>The folder can&apos;t be written: {reason}</source>
        <translation>Le dossier ne peut pas être écrit : {reason}</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="163"/>
        <source>Stopped. Nothing was installed.</source>
        <translation>Arrêté. Rien n'a été installé.</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="60"/>
        <source>There is no wheel of {names} in {folder}. On a computer with a network: pip download --python-version {version} --only-binary=:all: {packages} pip</source>
        <translation>Il n'y a pas de wheel de {names} dans {folder}. Sur un ordinateur connecté : pip download --python-version {version} --only-binary=:all: {packages} pip</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="118"/>
        <source>Installing {names}…</source>
        <translation>Installation de {names}…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="123"/>
        <source>pip could not install it:</source>
        <translation>pip n'a pas pu l'installer :</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="134"/>
        <source>It was installed, but does not start here:</source>
        <translation>Installé, mais ne démarre pas ici :</translation>
    </message>
    <message>
        <location filename="../plugin/setup/install_runtime.py" line="146"/>
        <source>{versions}: installed in {folder}. It can be used at once.</source>
        <translation>{versions} : installé dans {folder}. Utilisable tout de suite.</translation>
    </message>
</context>
<context>
    <name>ScanPhotos</name>
    <message>
        <location filename="../plugin/processing/photos/scan_photos.py" line="51"/>
        <source>Read a folder of photos</source>
        <translation>Lire un dossier de photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/scan_photos.py" line="54"/>
        <source>Gives a verdict on every file of a folder and of its subfolders. Photos with a position inside the territory become points, with the columns of QGIS&apos; own import of geotagged photos. All other files go into the table, with the reason: no position, position impossible or outside the territory, not an image, unreadable, too large, duplicate of another file. No file is left out in silence, and none is changed.</source>
        <translation>Donne un verdict sur chaque fichier d'un dossier et de ses sous-dossiers. Les photos dont la position est dans le territoire deviennent des points, avec les colonnes de l'import de photos géolocalisées de QGIS. Tous les autres fichiers vont dans la table, avec la raison : sans position, position impossible ou hors du territoire, pas une image, illisible, trop grand, doublon d'un autre fichier. Aucun fichier n'est oublié en silence, aucun n'est modifié.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/scan_photos.py" line="64"/>
        <source>Folder of photos</source>
        <translation>Dossier de photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/scan_photos.py" line="65"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/scan_photos.py" line="66"/>
        <source>Files that are not on the map</source>
        <translation>Fichiers qui ne sont pas sur la carte</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/scan_photos.py" line="71"/>
        <source>Number of files</source>
        <translation>Nombre de fichiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/photos/scan_photos.py" line="104"/>
        <source>{files} files: {placed} on the map</source>
        <translation>{files} fichiers, dont {placed} sur la carte</translation>
    </message>
</context>
<context>
    <name>Screens</name>
    <message>
        <location filename="../plugin/setup/screens.py" line="30"/>
        <source>Diagnostic…</source>
        <translation>Diagnostic…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/screens.py" line="51"/>
        <source>First steps…</source>
        <translation>Premiers pas…</translation>
    </message>
    <message>
        <location filename="../plugin/setup/screens.py" line="50"/>
        <source>Choose your commune and your workspace.</source>
        <translation>Choisissez votre commune et votre espace de travail.</translation>
    </message>
</context>
<context>
    <name>SearchCatalogue</name>
    <message>
        <location filename="../plugin/processing/catalogue/search_catalogue.py" line="45"/>
        <source>Search the catalogue</source>
        <translation>Chercher dans le catalogue</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/search_catalogue.py" line="48"/>
        <source>Searches what was harvested into a workspace, without a network: with or without accents, plural or singular, abbreviations such as PLUi, the last word may be a beginning. Gives one feature a record, the best first, with its extent (none where the record has none). With a commune, only what touches it. A thematic bundle (roads, lighting, cleanliness, parks, urbanism, networks, cadastre) takes the place of the words. The field id is what “Layer of a record” takes.</source>
        <translation>Cherche, sans réseau, dans ce qui a été moissonné dans un espace de travail : avec ou sans accents, au pluriel ou au singulier, avec des sigles comme PLUi, le dernier mot pouvant être un début. Donne une entité par fiche, les meilleures d'abord, avec son emprise (aucune si la fiche n'en a pas). Avec une commune, seulement ce qui la touche. Un bouquet thématique (roads, lighting, cleanliness, parks, urbanism, networks, cadastre) tient lieu de mots. Le champ id est ce que demande « Couche d'une fiche ».</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/search_catalogue.py" line="58"/>
        <source>Words (empty: all records)</source>
        <translation>Mots (vide : toutes les fiches)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/search_catalogue.py" line="58"/>
        <source>Commune (INSEE code or name; empty: everywhere)</source>
        <translation>Commune (code INSEE ou nom ; vide : partout)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/search_catalogue.py" line="58"/>
        <source>Kinds of links, e.g. wms,wfs (empty: all)</source>
        <translation>Types de liens, par exemple wms,wfs (vide : tous)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/search_catalogue.py" line="58"/>
        <source>Thematic bundle in the place of words</source>
        <translation>Bouquet thématique à la place des mots</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/search_catalogue.py" line="65"/>
        <source>At most so many</source>
        <translation>Nombre maximal</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/search_catalogue.py" line="70"/>
        <source>Records</source>
        <translation>Fiches</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/search_catalogue.py" line="71"/>
        <source>Number of records</source>
        <translation>Nombre de fiches</translation>
    </message>
    <message>
        <location filename="../plugin/processing/catalogue/search_catalogue.py" line="104"/>
        <source>{found} of {count} records</source>
        <translation>{found} fiches sur {count}</translation>
    </message>
</context>
<context>
    <name>ServerDialog</name>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="297"/>
        <source>Report server</source>
        <translation>Serveur de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="191"/>
        <source>Town of …</source>
        <translation>Ville de …</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="217"/>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="217"/>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="217"/>
        <source>Kind</source>
        <translation>Type</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="217"/>
        <source>Goes with every call</source>
        <translation>Joint à chaque appel</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="217"/>
        <source>Goes with what is sent</source>
        <translation>Joint à chaque envoi</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="217"/>
        <source>Authentication</source>
        <translation>Authentification</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="333"/>
        <source>Give it a name.</source>
        <translation>Donnez-lui un nom.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="336"/>
        <source>An address begins with https:// or http://.</source>
        <translation>Une adresse commence par https:// ou http://.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="338"/>
        <source>There is no such folder.</source>
        <translation>Ce dossier n'existe pas.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="352"/>
        <source>Passwords and keys do not belong here: choose an authentication below. ({0})</source>
        <translation>Mots de passe et clés n'ont pas leur place ici : choisissez une authentification ci-dessous. ({0})</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="196"/>
        <source>Recognise it by asking</source>
        <translation>Le reconnaître en l’interrogeant</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="198"/>
        <source>GeoReport v2, of no known make</source>
        <translation>GeoReport v2, sans particularité connue</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="231"/>
        <source>Test</source>
        <translation>Essayer</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="232"/>
        <source>Ask the server what it is, and whether it answers; nothing is sent</source>
        <translation>Demander au serveur ce qu’il est et s’il répond ; rien n’est envoyé</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="239"/>
        <source>Parameters that this server wants with each call, as name=value</source>
        <translation>Paramètres que ce serveur veut à chaque appel, sous la forme nom=valeur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="240"/>
        <source>What the server is told of us with each report or reply, as name=value</source>
        <translation>Ce que le serveur apprend de nous avec chaque signalement ou réponse, sous la forme nom=valeur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="272"/>
        <source>Asking the server…</source>
        <translation>Le serveur est interrogé…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="282"/>
        <source>It answers: {0}</source>
        <translation>Il répond : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="285"/>
        <source>{0}; it takes: {1}</source>
        <translation>{0} ; il accepte : {1}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="285"/>
        <source>nothing from us</source>
        <translation>rien de notre part</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="293"/>
        <source>It is not clear what it is: {0}</source>
        <translation>On ne sait pas ce que c’est : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="294"/>
        <source>Choose its kind yourself, or press OK again to keep it as a GeoReport server.</source>
        <translation>Choisissez le type vous-même, ou appuyez encore sur OK pour le garder comme serveur GeoReport.</translation>
    </message>
</context>
<context>
    <name>ServerList</name>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="60"/>
        <source>File of servers</source>
        <translation>Fichier des serveurs</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="63"/>
        <source>Report servers</source>
        <translation>Serveurs de signalements</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="64"/>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="64"/>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="64"/>
        <source>Kind</source>
        <translation>Type</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="76"/>
        <source>Add…</source>
        <translation>Ajouter…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="77"/>
        <source>Edit…</source>
        <translation>Modifier…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="78"/>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="92"/>
        <source>Kept in this file (none: that of the command line):</source>
        <translation>Gardés dans ce fichier (vide : celui de la ligne de commande) :</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/server_list.py" line="118"/>
        <source>No server yet: everything works off line, and what you edit waits here.</source>
        <translation>Aucun serveur : tout marche hors connexion, et ce que vous modifiez attend ici.</translation>
    </message>
</context>
<context>
    <name>ServerTexts</name>
    <message>
        <location filename="../plugin/processing/report_server.py" line="33"/>
        <source>Server (its name in the settings, its address, or a folder of files)</source>
        <translation>Serveur (son nom dans les réglages, son adresse, ou un dossier de fichiers)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/report_server.py" line="37"/>
        <source>Authentication (empty: that of the settings)</source>
        <translation>Authentification (à vide : celle des réglages)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/report_server.py" line="41"/>
        <source>The network is switched off in the options.</source>
        <translation>Le réseau est coupé dans les options.</translation>
    </message>
</context>
<context>
    <name>SigmaCommunesPlugin</name>
    <message>
        <location filename="../plugin/plugin.py" line="39"/>
        <source>Photos and reports to incidents…</source>
        <translation>Des photos et signalements aux dossiers…</translation>
    </message>
</context>
<context>
    <name>SourcesDialog</name>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="58"/>
        <source>Sources of the catalogue</source>
        <translation>Sources du catalogue</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="56"/>
        <source>Source</source>
        <translation>Source</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="56"/>
        <source>Records</source>
        <translation>Fiches</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="56"/>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="64"/>
        <source>Test</source>
        <translation>Essayer</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="66"/>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="68"/>
        <source>Harvest all</source>
        <translation>Tout moissonner</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="82"/>
        <source>Find out by asking</source>
        <translation>Le demander au serveur</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="84"/>
        <source>Add</source>
        <translation>Ajouter</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="88"/>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="89"/>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="90"/>
        <source>Kind</source>
        <translation>Type</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="91"/>
        <source>Authentication</source>
        <translation>Authentification</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="96"/>
        <source>What came of it</source>
        <translation>Ce que cela a donné</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="100"/>
        <source>Tick what your commune uses, then harvest. The search needs no network afterwards.</source>
        <translation>Cochez ce que votre commune utilise, puis moissonnez. Ensuite, la recherche se passe de réseau.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="105"/>
        <source>Another source:</source>
        <translation>Une autre source :</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="182"/>
        <source>Remove “{0}” and its {1} records? They come back when it is harvested again.</source>
        <translation>Retirer « {0} » et ses {1} fiches ? Elles reviennent à la prochaine moisson.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="201"/>
        <source>{0} records went with the source.</source>
        <translation>{0} fiches sont parties avec la source.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="216"/>
        <source>“{0}” was added: {1}. Harvest it now.</source>
        <translation>« {0} » a été ajoutée : {1}. Moissonnez-la maintenant.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="238"/>
        <source>It answers: {0} records on its first page, for instance “{1}”.</source>
        <translation>Elle répond : {0} fiches sur sa première page, par exemple « {1} ».</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="238"/>
        <source>It answers, and has no record.</source>
        <translation>Elle répond, et n'a aucune fiche.</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="249"/>
        <source>One moment…</source>
        <translation>Un instant…</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/panel/sources_dialog.py" line="263"/>
        <source>It does not work: {0}</source>
        <translation>Cela ne marche pas : {0}</translation>
    </message>
</context>
<context>
    <name>StageNames</name>
    <message>
        <location filename="../plugin/base/feedback.py" line="22"/>
        <source>Reading photos</source>
        <translation>Lecture des photos</translation>
    </message>
    <message>
        <location filename="../plugin/base/feedback.py" line="23"/>
        <source>Classifying photos</source>
        <translation>Classement des photos</translation>
    </message>
    <message>
        <location filename="../plugin/base/feedback.py" line="24"/>
        <source>Reading reports</source>
        <translation>Lecture des signalements</translation>
    </message>
    <message>
        <location filename="../plugin/base/feedback.py" line="25"/>
        <source>Finding classes</source>
        <translation>Recherche des classes</translation>
    </message>
    <message>
        <location filename="../plugin/base/feedback.py" line="26"/>
        <source>Finding communes</source>
        <translation>Recherche des communes</translation>
    </message>
    <message>
        <location filename="../plugin/base/feedback.py" line="27"/>
        <source>Grouping</source>
        <translation>Regroupement</translation>
    </message>
    <message>
        <location filename="../plugin/base/feedback.py" line="28"/>
        <source>Finding teams</source>
        <translation>Affectation des équipes</translation>
    </message>
    <message>
        <location filename="../plugin/base/feedback.py" line="29"/>
        <source>Writing the workspace</source>
        <translation>Écriture de l'espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/base/feedback.py" line="30"/>
        <source>Writing the bulletin</source>
        <translation>Écriture du bulletin</translation>
    </message>
    <message>
        <location filename="../plugin/base/feedback.py" line="31"/>
        <source>Cutting layers</source>
        <translation>Découpage des couches</translation>
    </message>
    <message>
        <location filename="../plugin/base/feedback.py" line="32"/>
        <source>Making packs</source>
        <translation>Fabrication des paquets</translation>
    </message>
</context>
<context>
    <name>Statistics</name>
    <message>
        <location filename="../plugin/processing/incidents/statistics.py" line="34"/>
        <source>Count incidents</source>
        <translation>Compter les dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/statistics.py" line="37"/>
        <source>Counts the incidents of each combination of the chosen fields that occurs: by default commune, class and team. With a field of times it counts per week as well; a week is named by its Monday (UTC).</source>
        <translation>Compte les dossiers de chaque combinaison des champs choisis : par défaut commune, classe et équipe. Avec un champ de date, compte aussi par semaine ; une semaine porte la date de son lundi (UTC).</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/statistics.py" line="43"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/statistics.py" line="44"/>
        <source>Fields to count by</source>
        <translation>Champs du décompte</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/statistics.py" line="54"/>
        <source>Field with the time (per week)</source>
        <translation>Champ de la date (par semaine)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/statistics.py" line="59"/>
        <source>Counts</source>
        <translation>Décomptes</translation>
    </message>
    <message>
        <location filename="../plugin/processing/incidents/statistics.py" line="60"/>
        <source>Number of rows</source>
        <translation>Nombre de lignes</translation>
    </message>
</context>
<context>
    <name>Suggestions</name>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="56"/>
        <source>Correct…</source>
        <translation>Corriger…</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="57"/>
        <source>Choose another class (L)</source>
        <translation>Choisir une autre classe (L)</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="59"/>
        <source>No problem</source>
        <translation>Aucun désordre</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="60"/>
        <source>The photo shows nothing to repair (0)</source>
        <translation>La photo ne montre rien à réparer (0)</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="62"/>
        <source>Skip</source>
        <translation>Passer</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="63"/>
        <source>Decide later (Space)</source>
        <translation>Décider plus tard (Espace)</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="100"/>
        <source>Decided by a person: {0}</source>
        <translation>Décidé par une personne : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="104"/>
        <source>No suggestion: there is no photo that the model has seen. Choose the class yourself.</source>
        <translation>Pas de suggestion : aucune photo n'a été vue par le modèle. Choisissez la classe vous-même.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="106"/>
        <source>The model does not know; its guesses ({0}):</source>
        <translation>Le modèle ne sait pas ; ses pistes ({0}) :</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="108"/>
        <source>Suggestion of the model ({0}):</source>
        <translation>Suggestion du modèle ({0}) :</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="120"/>
        <source>Confirm: {0} (key {1})</source>
        <translation>Confirmer : {0} (touche {1})</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="121"/>
        <source>Confirm {0}, {1}</source>
        <translation>Confirmer {0}, {1}</translation>
    </message>
    <message>
        <location filename="../plugin/photos/suggestions.py" line="102"/>
        <source>Suggestion of the words, {0}:</source>
        <translation>Suggestion des mots, {0} :</translation>
    </message>
</context>
<context>
    <name>Sync</name>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="123"/>
        <source>Send and receive</source>
        <translation>Envoyer et recevoir</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="84"/>
        <source>The network is switched off in the options. Your edits wait here.</source>
        <translation>Le réseau est coupé dans les options. Vos modifications attendent ici.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="84"/>
        <source>No report server is set up. Your edits wait here, nothing is lost.</source>
        <translation>Aucun serveur de signalements n'est configuré. Vos modifications attendent ici, rien n'est perdu.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="89"/>
        <source>Options…</source>
        <translation>Options…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="155"/>
        <source>{0}: {1}</source>
        <translation>{0} : {1}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="161"/>
        <source>Decide the conflicts…</source>
        <translation>Résoudre les conflits…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="163"/>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="195"/>
        <source>1 new report</source>
        <translation>1 nouveau signalement</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="195"/>
        <source>{0} new reports</source>
        <translation>{0} nouveaux signalements</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="195"/>
        <source>1 changed</source>
        <translation>1 modifié</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="195"/>
        <source>{0} changed</source>
        <translation>{0} modifiés</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="195"/>
        <source>1 is gone there</source>
        <translation>1 a disparu là-bas</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="195"/>
        <source>{0} are gone there</source>
        <translation>{0} ont disparu là-bas</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="195"/>
        <source>1 can&apos;t be read</source>
        <translation>1 illisible</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="195"/>
        <source>{0} can&apos;t be read</source>
        <translation>{0} illisibles</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="195"/>
        <source>1 conflict</source>
        <translation>1 conflit</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="195"/>
        <source>{0} conflicts</source>
        <translation>{0} conflits</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="205"/>
        <source>1 sent</source>
        <translation>1 envoyé</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="205"/>
        <source>{0} sent</source>
        <translation>{0} envoyés</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="205"/>
        <source>1 taken, its number follows</source>
        <translation>1 reçu, son numéro suivra</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="205"/>
        <source>{0} taken, numbers follow</source>
        <translation>{0} reçus, numéros à venir</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="205"/>
        <source>1 unclear: ask again</source>
        <translation>1 incertain : redemander</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="205"/>
        <source>{0} unclear: ask again</source>
        <translation>{0} incertains : redemander</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="205"/>
        <source>1 refused</source>
        <translation>1 refusé</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="205"/>
        <source>{0} refused</source>
        <translation>{0} refusés</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="217"/>
        <source>nothing new, all is up to date</source>
        <translation>rien de nouveau, tout est à jour</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="165"/>
        <source>See…</source>
        <translation>Voir…</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="188"/>
        <source>1 change stays here: {0}</source>
        <translation>1 modification reste ici : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync.py" line="189"/>
        <source>{0} changes stay here: {1}</source>
        <translation>{0} modifications restent ici : {1}</translation>
    </message>
</context>
<context>
    <name>SyncPage</name>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="48"/>
        <source>Send and receive</source>
        <translation>Envoyer et recevoir</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="50"/>
        <source>Only what is ticked leaves. What is not ticked waits here; nothing is lost.</source>
        <translation>Seul ce qui est coché part. Le reste attend ici ; rien n'est perdu.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="53"/>
        <source>What will leave</source>
        <translation>Ce qui va partir</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="54"/>
        <source>Report</source>
        <translation>Signalement</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="54"/>
        <source>Change</source>
        <translation>Modification</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="54"/>
        <source>By</source>
        <translation>Par</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="68"/>
        <source>Only receive</source>
        <translation>Recevoir seulement</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="95"/>
        <source>… and {0} more</source>
        <translation>… et {0} autres</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="97"/>
        <source>{0} stay here</source>
        <translation>{0} restent ici</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="116"/>
        <source>{0} — stays here: {1}</source>
        <translation>{0} — reste ici : {1}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="133"/>
        <source>{0}: {1} → {2}</source>
        <translation>{0} : {1} → {2}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="150"/>
        <source>Send 1 change and receive</source>
        <translation>Envoyer 1 modification et recevoir</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="150"/>
        <source>Send {0} changes and receive</source>
        <translation>Envoyer {0} modifications et recevoir</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/sync_page.py" line="97"/>
        <source>1 stays here</source>
        <translation>1 reste ici</translation>
    </message>
</context>
<context>
    <name>SyncReports</name>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="36"/>
        <source>Send and receive</source>
        <translation>Envoyer et recevoir</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="39"/>
        <source>One round with each server of the options, as the button “⟳” does it: receives what is new and what changed, gives new reports their place and team, and, where confirmed, sends what waited before the round. Without confirmation nothing leaves. What both sides changed becomes a conflict and stays until a person decides. A server that fails stops no other; it is named at the end, and the algorithm fails.</source>
        <translation>Un échange avec chaque serveur des options, comme le bouton « ⟳ » : reçoit ce qui est nouveau et ce qui a changé, donne aux nouveaux signalements leur lieu et leur équipe et, si vous confirmez, envoie ce qui attendait avant l'échange. Sans confirmation, rien ne part. Ce qui a changé des deux côtés devient un conflit et reste jusqu'à ce que quelqu'un tranche. Un serveur en échec n'arrête pas les autres ; il est nommé à la fin, et l'algorithme échoue.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="48"/>
        <source>Names of servers, with commas between (empty: all)</source>
        <translation>Noms de serveurs, séparés par des virgules (vide : tous)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="53"/>
        <source>I looked at what leaves: send it</source>
        <translation>J'ai vu ce qui part : envoyer</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="62"/>
        <source>Edits that waited</source>
        <translation>Modifications qui attendaient</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="63"/>
        <source>New reports</source>
        <translation>Nouveaux signalements</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="64"/>
        <source>Changed reports</source>
        <translation>Signalements modifiés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="65"/>
        <source>New conflicts</source>
        <translation>Nouveaux conflits</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="66"/>
        <source>Reports sent</source>
        <translation>Signalements envoyés</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="67"/>
        <source>Stay here: the server does not take them</source>
        <translation>Restent ici : le serveur ne les prend pas</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="92"/>
        <source>There is no server {0}.</source>
        <translation>Il n'y a pas de serveur {0}.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="92"/>
        <source>No server is set up.</source>
        <translation>Aucun serveur n'est configuré.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/reports/sync_reports.py" line="92"/>
        <source>Add it in the options of SIGM@communes.</source>
        <translation>Ajoutez-le dans les options de SIGM@communes.</translation>
    </message>
</context>
<context>
    <name>Tasks</name>
    <message>
        <location filename="../plugin/base/tasks.py" line="187"/>
        <source>Cancelled. What was finished before is kept.</source>
        <translation>Annulé. Ce qui était terminé est conservé.</translation>
    </message>
    <message>
        <location filename="../plugin/base/tasks.py" line="191"/>
        <source>Finished, but the project was closed meanwhile.</source>
        <translation>Terminé, mais le projet a été fermé entre-temps.</translation>
    </message>
    <message>
        <location filename="../plugin/base/tasks.py" line="191"/>
        <source>Show in this project</source>
        <translation>Afficher dans ce projet</translation>
    </message>
    <message>
        <location filename="../plugin/base/tasks.py" line="258"/>
        <source>An error of the plugin itself. Copy the details and report them.</source>
        <translation>Une erreur de l'extension elle-même. Copiez les détails et signalez-les.</translation>
    </message>
    <message>
        <location filename="../plugin/base/tasks.py" line="279"/>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
</context>
<context>
    <name>TeamDialog</name>
    <message>
        <location filename="../plugin/reports/pane/team_dialog.py" line="37"/>
        <source>Hand on</source>
        <translation>Transmettre</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/team_dialog.py" line="37"/>
        <source>Another team</source>
        <translation>Autre équipe</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/team_dialog.py" line="63"/>
        <source>Team or commune</source>
        <translation>Équipe ou commune</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/team_dialog.py" line="48"/>
        <source>Commune: {0}</source>
        <translation>Commune : {0}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/team_dialog.py" line="64"/>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/team_dialog.py" line="57"/>
        <source>Why, and what they should know</source>
        <translation>Pourquoi, et ce qu'ils doivent savoir</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/team_dialog.py" line="59"/>
        <source>Not ours: it leaves our services</source>
        <translation>Hors compétence : il quitte nos services</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/team_dialog.py" line="66"/>
        <source>The state becomes “Assigned”, or “Not ours”; the note stays in the history.</source>
        <translation>L'état devient « Affecté », ou « Hors compétence » ; la note reste dans l'historique.</translation>
    </message>
    <message>
        <location filename="../plugin/reports/pane/team_dialog.py" line="66"/>
        <source>Your choice holds against the rules, until you take it back.</source>
        <translation>Votre choix prime sur les règles, jusqu'à ce que vous l'annuliez.</translation>
    </message>
</context>
<context>
    <name>ToolboxGroups</name>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="35"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="36"/>
        <source>Incidents</source>
        <translation>Dossiers</translation>
    </message>
    <message>
        <location filename="../plugin/processing/algorithm.py" line="37"/>
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
    <message>
        <location filename="../plugin/processing/algorithm.py" line="38"/>
        <source>Catalogue</source>
        <translation>Catalogue</translation>
    </message>
</context>
<context>
    <name>UseModel</name>
    <message>
        <location filename="../plugin/processing/model/use_model.py" line="33"/>
        <source>Use a version of the model, or step back</source>
        <translation>Utiliser une version du modèle, ou revenir en arrière</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/use_model.py" line="36"/>
        <source>Lets a learned version run from now on, or goes back to the one before. With a workspace, the photos that nobody has decided on get the suggestions of the version that runs then; what other versions said stays under their names, and decisions are not touched. A version that does not fit is refused, and the present one runs on.</source>
        <translation>Met en service une version apprise, ou revient à la précédente. Avec un espace de travail, les photos sans décision reçoivent les suggestions de la version qui tourne alors ; ce que d'autres versions ont dit reste sous leur nom, et les décisions ne changent pas. Une version qui ne convient pas est refusée, et la présente continue.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/use_model.py" line="44"/>
        <source>Folder of the version</source>
        <translation>Dossier de la version</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/use_model.py" line="47"/>
        <source>Go back to the version before</source>
        <translation>Revenir à la version précédente</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/use_model.py" line="50"/>
        <source>Workspace whose photos get new suggestions</source>
        <translation>Espace de travail dont les photos reçoivent de nouvelles suggestions</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/use_model.py" line="58"/>
        <source>Version that runs</source>
        <translation>Version qui tourne</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/use_model.py" line="59"/>
        <source>Number of photos with its suggestion</source>
        <translation>Nombre de photos avec sa suggestion</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/use_model.py" line="72"/>
        <source>Give the folder of a version, or choose to go back.</source>
        <translation>Donner le dossier d'une version, ou choisir de revenir en arrière.</translation>
    </message>
    <message>
        <location filename="../plugin/processing/model/use_model.py" line="86"/>
        <source>{0} photos can&apos;t be read any more.</source>
        <translation>{0} photos ne sont plus lisibles.</translation>
    </message>
</context>
<context>
    <name>WhyButton</name>
    <message>
        <location filename="../plugin/photos/why.py" line="89"/>
        <source>Why?</source>
        <translation>Pourquoi ?</translation>
    </message>
    <message>
        <location filename="../plugin/photos/why.py" line="50"/>
        <source>Show which parts of the photo the suggestion hangs on, and the confirmed photos most alike</source>
        <translation>Montrer de quelles parties de la photo dépend la suggestion, et les photos confirmées les plus ressemblantes</translation>
    </message>
    <message>
        <location filename="../plugin/photos/why.py" line="87"/>
        <source>Looking…</source>
        <translation>Recherche…</translation>
    </message>
    <message>
        <location filename="../plugin/photos/why.py" line="108"/>
        <source>{0}: no part of the photo alone makes it.</source>
        <translation>{0} : aucune partie de la photo ne suffit à l'expliquer.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/why.py" line="111"/>
        <source>{0}: coloured is what it hangs on; without the strongest part it loses {1} points.</source>
        <translation>{0} : en couleur, ce dont elle dépend ; sans la partie la plus forte, elle perd {1} points.</translation>
    </message>
    <message>
        <location filename="../plugin/photos/why.py" line="140"/>
        <source>Confirmed photos most alike</source>
        <translation>Photos confirmées les plus ressemblantes</translation>
    </message>
</context>
<context>
    <name>WorkspaceFile</name>
    <message>
        <location filename="../plugin/workspace_file.py" line="127"/>
        <source>It can only be read: copy it to a folder where you may write, then open the copy.</source>
        <translation>Lecture seule : copiez-le dans un dossier où vous pouvez écrire, puis ouvrez la copie.</translation>
    </message>
    <message>
        <location filename="../plugin/workspace_file.py" line="141"/>
        <source>Workspace {0}</source>
        <translation>Espace de travail {0}</translation>
    </message>
    <message>
        <location filename="../plugin/workspace_file.py" line="241"/>
        <source>No workspace is open</source>
        <translation>Aucun espace de travail n'est ouvert</translation>
    </message>
</context>
<context>
    <name>WorkspaceLayers</name>
    <message>
        <location filename="../plugin/map/layers.py" line="132"/>
        <source>Reports · {0}</source>
        <translation>Signalements · {0}</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="135"/>
        <source>Tables</source>
        <translation>Tables</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="152"/>
        <source>Reports</source>
        <translation>Signalements</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="153"/>
        <source>Reports to edit</source>
        <translation>Signalements à modifier</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="155"/>
        <source>Communes</source>
        <translation>Communes</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="156"/>
        <source>Photos</source>
        <translation>Photos</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="157"/>
        <source>Decisions</source>
        <translation>Décisions</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="158"/>
        <source>Changes that wait</source>
        <translation>Modifications en attente</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="185"/>
        <source>By class, grouped from afar</source>
        <translation>Par classe, regroupés de loin</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="188"/>
        <source>By class</source>
        <translation>Par classe</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="188"/>
        <source>By state</source>
        <translation>Par état</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="188"/>
        <source>By team</source>
        <translation>Par équipe</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="188"/>
        <source>Heat map</source>
        <translation>Carte de chaleur</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="258"/>
        <source>No team</source>
        <translation>Sans équipe</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="315"/>
        <source>open</source>
        <translation>ouvert</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="315"/>
        <source>closed</source>
        <translation>fermé</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="315"/>
        <source>unknown</source>
        <translation>inconnu</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="391"/>
        <source>a person</source>
        <translation>une personne</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="391"/>
        <source>the photo</source>
        <translation>la photo</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="391"/>
        <source>the words</source>
        <translation>les mots</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="422"/>
        <source>Number</source>
        <translation>Numéro</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="424"/>
        <source>Report</source>
        <translation>Signalement</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="425"/>
        <source>Source</source>
        <translation>Source</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="428"/>
        <source>Longitude</source>
        <translation>Longitude</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="429"/>
        <source>Latitude</source>
        <translation>Latitude</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="430"/>
        <source>INSEE code</source>
        <translation>Code INSEE</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="431"/>
        <source>Commune</source>
        <translation>Commune</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="432"/>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="433"/>
        <source>Population</source>
        <translation>Population</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="434"/>
        <source>Quartier</source>
        <translation>Quartier</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="466"/>
        <source>Class</source>
        <translation>Classe</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="436"/>
        <source>Confidence</source>
        <translation>Confiance</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="437"/>
        <source>Class given by</source>
        <translation>Classe donnée par</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="438"/>
        <source>Words found</source>
        <translation>Mots trouvés</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="439"/>
        <source>Team</source>
        <translation>Équipe</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="440"/>
        <source>Rule</source>
        <translation>Règle</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="442"/>
        <source>Why this team</source>
        <translation>Pourquoi cette équipe</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="443"/>
        <source>Same problem as</source>
        <translation>Même problème que</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="444"/>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="445"/>
        <source>Status of the source</source>
        <translation>Statut à la source</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="446"/>
        <source>Reported on</source>
        <translation>Signalé le</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="447"/>
        <source>Category of the source</source>
        <translation>Catégorie à la source</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="448"/>
        <source>Code of the category</source>
        <translation>Code de la catégorie</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="449"/>
        <source>Description</source>
        <translation>Description</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="450"/>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="451"/>
        <source>Agency of the source</source>
        <translation>Service à la source</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="452"/>
        <source>Near a boundary</source>
        <translation>Près d'une limite</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="453"/>
        <source>Outside the territory</source>
        <translation>Hors du territoire</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="454"/>
        <source>In the water</source>
        <translation>Dans l'eau</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="455"/>
        <source>File</source>
        <translation>Fichier</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="456"/>
        <source>File name</source>
        <translation>Nom du fichier</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="457"/>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="458"/>
        <source>Verdict</source>
        <translation>Verdict</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="459"/>
        <source>Reason</source>
        <translation>Raison</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="460"/>
        <source>Taken on</source>
        <translation>Prise le</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="463"/>
        <source>Taken on (UTC)</source>
        <translation>Prise le (UTC)</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="464"/>
        <source>Who</source>
        <translation>Qui</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="465"/>
        <source>When</source>
        <translation>Quand</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="467"/>
        <source>Action</source>
        <translation>Action</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="468"/>
        <source>Field</source>
        <translation>Champ</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="469"/>
        <source>Before</source>
        <translation>À l'origine</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="470"/>
        <source>After</source>
        <translation>Après</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="471"/>
        <source>Written by</source>
        <translation>Écrit par</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="154"/>
        <source>Photos and their direction</source>
        <translation>Photos et leur direction</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="461"/>
        <source>Direction (degrees from north)</source>
        <translation>Direction (degrés depuis le nord)</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="462"/>
        <source>Camera</source>
        <translation>Appareil</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="223"/>
        <source>From afar, by group of classes</source>
        <translation>De loin, par famille de classes</translation>
    </message>
    <message>
        <location filename="../plugin/map/layers.py" line="392"/>
        <source>the photo and the words</source>
        <translation>la photo et les mots</translation>
    </message>
</context>
<context>
    <name>WorkspaceTexts</name>
    <message>
        <location filename="../plugin/processing/workspace_algorithm.py" line="21"/>
        <source>Workspace</source>
        <translation>Espace de travail</translation>
    </message>
    <message>
        <location filename="../plugin/processing/workspace_algorithm.py" line="25"/>
        <source>Rule book with the names of the teams (empty: the example of the metropolis)</source>
        <translation>Règles avec les noms des équipes (vide : l'exemple de la métropole)</translation>
    </message>
    <message>
        <location filename="../plugin/processing/workspace_algorithm.py" line="29"/>
        <source>Who does it (empty: you)</source>
        <translation>Qui le fait (vide : vous)</translation>
    </message>
</context>
<context>
    <name>_BrowserText</name>
    <message>
        <location filename="../plugin/catalogue/browser.py" line="191"/>
        <source>Favourites</source>
        <translation>Favoris</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/browser.py" line="194"/>
        <source>Seen</source>
        <translation>Consultées récemment</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/browser.py" line="197"/>
        <source>Nothing here yet: search in the Catalogue panel</source>
        <translation>Rien pour l'instant : cherchez dans le panneau Catalogue</translation>
    </message>
    <message>
        <location filename="../plugin/catalogue/browser.py" line="200"/>
        <source>No workspace is open</source>
        <translation>Aucun espace de travail n'est ouvert</translation>
    </message>
</context>
<context>
    <name>_Choice</name>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="286"/>
        <source>mine</source>
        <translation>moi</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="285"/>
        <source>server</source>
        <translation>serveur</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="286"/>
        <source>other</source>
        <translation>autre</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="294"/>
        <source>Another value for {0}</source>
        <translation>Autre valeur pour {0}</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="316"/>
        <source>latitude, longitude</source>
        <translation>latitude, longitude</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="362"/>
        <source>Give latitude and longitude in degrees: 43.2965, 5.3698</source>
        <translation>Donnez latitude et longitude en degrés : 43.2965, 5.3698</translation>
    </message>
    <message>
        <location filename="../plugin/reports/exchange/conflicts.py" line="285"/>
        <source>pack</source>
        <translation>paquet</translation>
    </message>
</context>
</TS>
