"""A small Django site in one file: templates, forms, sessions, a database in memory, errors."""

import ctypes
import gc
import os

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="for tests only",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.sessions", "django.contrib.contenttypes"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.template import Context, Template  # noqa: E402
from django.urls import path  # noqa: E402

TABLE = Template("<table>{% for row in rows %}<tr class='{% cycle 'a' 'b' %}'><td>{{ row.name|upper }}</td></tr>{% endfor %}</table>")
catalogue = {i: {"name": f"item {i}", "tags": [str(i % 5)] * 4} for i in range(20000)}


def table(request, count):
    return HttpResponse(TABLE.render(Context({"rows": [catalogue[i] for i in range(count)]})))


def data(request):
    return JsonResponse({str(k): v for k, v in catalogue.items() if k % 40 == 0})


def database(request):
    with connection.schema_editor() as editor:
        if ContentType._meta.db_table not in connection.introspection.table_names():
            editor.create_model(ContentType)
    ContentType.objects.all().delete()
    ContentType.objects.bulk_create(ContentType(app_label="app", model=f"model{i}") for i in range(200))
    found = ContentType.objects.filter(model__contains="9").order_by("model")
    return JsonResponse({"models": list(found.values_list("model", flat=True))})


def visits(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HttpResponse(f"visit {request.session['visits']}")


def collect(request):
    for _ in range(1000):
        cycle = {}
        cycle["itself"] = cycle
    gc.collect()
    return HttpResponse("collected")


def fail(request):
    raise ValueError("expected")


def inside(request):
    """Whether a full collection of the process that answers is Exuvia's."""
    gc.collect()
    with open("/proc/self/maps") as maps:
        host = next((line.split()[5] for line in maps if "libexuvia-cpython" in line), None)
    collects = host is not None and ctypes.PyDLL(host).exuvia_host_is_last_ours() == 1
    return JsonResponse({"pid": os.getpid(), "collects": collects})


urlpatterns = [
    path("table/<int:count>", table),
    path("data", data),
    path("database", database),
    path("visits", visits),
    path("collect", collect),
    path("fail", fail),
    path("inside", inside),
]
application = get_wsgi_application()
