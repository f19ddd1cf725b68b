"""The product's settings on servers and data of the tests' own.

The environment is set here, before the product's settings read it, and is inherited by every process that a
test starts. Nothing embedded is used where DATABASE_URL and REDIS_URL are set.
"""

import os
from pathlib import Path

os.environ.setdefault("KAMTRAK_DATA", str(Path(__file__).parents[1] / ".data" / "test"))
os.environ.setdefault("KAMTRAK_FSYNC", "off")

from kamtrak.settings import *
from kamtrak.settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# The manifest is made by collectstatic, which tests do not need.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
