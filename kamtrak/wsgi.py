"""The web server's door: `gunicorn kamtrak.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from kamtrak import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamtrak.settings")
embedded.ensure()
application = get_wsgi_application()
