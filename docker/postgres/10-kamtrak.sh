#!/bin/sh
# Run once by the postgres image, for an empty volume. The image's own user is a superuser, and a superuser
# passes by row-level security: the product gets a role that is bound by it.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set password="$KAMTRAK_DB_PASSWORD" <<'SQL'
create role kamtrak login nosuperuser nobypassrls nocreaterole nocreatedb password :'password';
create database kamtrak owner kamtrak;
SQL
