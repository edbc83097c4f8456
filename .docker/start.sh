#!/bin/sh
# Bring the index in step with what is mounted at /notes, then serve the app.
# Arguments are a command of quoteback to run instead: `docker run … quoteback ask "…"`.
set -eu

if [ "$#" -gt 0 ]; then
    exec quoteback "$@"
fi
if [ -d /notes ] && [ -n "$(ls -A /notes)" ]; then
    quoteback index /notes
fi
exec quoteback serve --port 8000
