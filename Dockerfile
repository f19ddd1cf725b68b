# One image for the web server, the worker and the clock: they differ by their command (docker-compose.yml).
FROM python:3.11-slim

# Pango and its fonts' tools draw the PDF documents; Noto has the signs of Japanese, Chinese and Korean.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --create-home kamtrak && install --directory --owner kamtrak /data
WORKDIR /app

ENV PYTHONUNBUFFERED=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/kamtrak \
    PATH=/opt/kamtrak/bin:$PATH \
    KAMTRAK_DATA=/data

COPY pyproject.toml uv.lock ./
RUN pip install --no-cache-dir "uv==0.13.*" \
    && uv sync --locked --no-dev --all-extras --no-cache

COPY . .
# The key of this one command; an installation has its own (SECRET_KEY, or made once in /data).
RUN SECRET_KEY="$(head -c 48 /dev/urandom | base64)" python manage.py collectstatic --no-input

USER kamtrak
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "kamtrak.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--no-control-socket"]
