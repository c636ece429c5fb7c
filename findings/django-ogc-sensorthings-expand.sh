#!/usr/bin/env bash
# django-ogc-sensorthings 1.2.0: a list of Datastreams with $expand gives each of them the Thing and the ObservedProperty
# of the first; and $orderby=phenomenonTime on Observations is answered with 500.
#
# One would expect, after OGC 18-088 (9.3.2.1 $expand, 9.3.3.2 $orderby), each Datastream's own neighbours, as the same
# server gives them when one Datastream is asked for alone, and observations in the order of their time.
# The product asks for each Datastream alone there, and puts observations in order by id.
#
# Installs the package in a temporary folder, makes two Datastreams of two things, asks. Ends with 1 where that changed.
set -euo pipefail
folder=$(mktemp -d); server=""
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check django-ogc-sensorthings==1.2.0 Django==5.2.19
cd "$folder"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > sta_settings.py <<PY
from uuid import UUID
SECRET_KEY = "x"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "sta_urls"
USE_TZ = True
INSTALLED_APPS = ["sensorthings.versions.v1_1", "sensorthings.versions.v1_1.backends.django"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "sta.sqlite3"}}
SENSORTHINGS_V1_1_SERVICE_URL = "http://127.0.0.1:$port/sta"
SENSORTHINGS_V1_1_BACKEND_ADAPTER = "sensorthings.versions.v1_1.backends.django.adapter.DjangoBackendAdapter"
SENSORTHINGS_V1_1_ID_TYPE = UUID
SENSORTHINGS_V1_1_ID_DELIMITER = "'"
PY
cat > sta_urls.py <<'PY'
from django.urls import include, path
urlpatterns = [path("sta/", include("sensorthings.versions.v1_1.urls"))]
PY
export DJANGO_SETTINGS_MODULE=sta_settings PYTHONPATH=.
env/bin/python -m django migrate > /dev/null
env/bin/python -m django runserver --noreload "127.0.0.1:$port" > server.log 2>&1 &
server=$!
cat > ask.py <<'PY'
import json, sys, time, urllib.error, urllib.parse, urllib.request

base = f"http://127.0.0.1:{sys.argv[1]}/sta/v1.1"
for _ in range(100):
    try:
        urllib.request.urlopen(f"{base}/").close()
        break
    except OSError:
        time.sleep(0.2)


def post(collection, body):
    request = urllib.request.Request(f"{base}/{collection}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Location"].rpartition("(")[2].strip("')")


def get(path):
    with urllib.request.urlopen(f"{base}/{path}") as answer:
        return json.load(answer)


sensor = post("Sensors", {"name": "s", "description": "-", "encodingType": "application/pdf", "metadata": "https://example.org"})
made = {}
for name in ("first", "second"):
    thing = post("Things", {"name": name, "description": "-", "properties": {}})
    prop = post("ObservedProperties", {"name": name, "description": "-", "definition": f"https://example.org/{name}"})
    made[name] = post("Datastreams", {
        "name": name, "description": "-", "unitOfMeasurement": {"name": "%", "symbol": "%", "definition": "ucum:%"},
        "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        "Thing": {"@iot.id": thing}, "Sensor": {"@iot.id": sensor}, "ObservedProperty": {"@iot.id": prop}})
expand = "$expand=Thing,ObservedProperty"
listed = {one["name"]: (one["Thing"]["name"], one["ObservedProperty"]["name"]) for one in get(f"Datastreams?{expand}")["value"]}
alone = get(f"Datastreams('{made['second']}')?{expand}")
alone = (alone["Thing"]["name"], alone["ObservedProperty"]["name"])
try:
    get("Observations?$orderby=phenomenonTime")
    status = 200
except urllib.error.HTTPError as error:
    status = error.code
print("in the list:      ", listed)
print("the second alone: ", alone)
print("$orderby=phenomenonTime:", status)
same = listed == {"first": ("first", "first"), "second": ("first", "first")} and alone == ("second", "second") and status == 500
sys.exit(0 if same else 1)
PY
echo "django-ogc-sensorthings 1.2.0, Django 5.2.19"
env/bin/python ask.py "$port" && echo "as described" || { echo "changed: see above"; exit 1; }
