# Builds what App Runner built from apprunner.yaml: runtime python311, revised build.
# To continue with a Dockerfile of your own, commit this one, and add .git to .dockerignore.

FROM public.ecr.aws/docker/library/python:3.11 AS base
# The user that the application runs as; its home is that of the commands below, too.
RUN echo 'app:x:10001:10001:app:/home/app:/bin/bash' >> /etc/passwd && \
    echo 'app:x:10001:' >> /etc/group && \
    mkdir -p /home/app && chown app:app /home/app
ENV HOME=/home/app
WORKDIR /app

# Runs the commands of a phase in one shell, so that cd and export carry over. The first that fails ends the build.
# build.env is for the phases alone: it is in no layer of the image.
FROM base AS phase
RUN ["/bin/bash", "-c", "mkdir /phase && printf '%s\\n' \"$@\" > /phase/run", "phase", \
     "export PIP_INDEX_URL='https://pypi.example/it'\\''s'", \
     "set -e", \
     "trap '_code=$?; [ $_code = 0 ] || echo \"exit code $_code from: $_command\" >&2' EXIT", \
     "for _command; do", \
     "  printf '+ %s\\n' \"$_command\"", \
     "  eval \"$_command\"", \
     "done"]

FROM base AS build
COPY --from=phase /phase /phase
COPY . .
RUN rm -rf /app/.git
# pre-build
RUN ["/bin/bash", "/phase/run", \
     "scripts/prepare.sh"]
# build
RUN ["/bin/bash", "/phase/run", \
     "pip install -r requirements.txt", \
     "python manage.py collectstatic --noinput"]

# Runs after the build; what it leaves behind is not shipped.
FROM build AS post-build
RUN ["/bin/bash", "/phase/run", \
     "python -m pytest"]

FROM base AS prepared
COPY --from=phase /phase /phase
COPY --from=build --chown=app:app /app /app
# pre-run
RUN ["/bin/bash", "/phase/run", \
     "pip install -r requirements.txt"]
RUN rm -r /phase

# A copy, so that no layer of the image holds what only the commands were to see.
FROM base AS run
COPY --from=prepared / /
RUN chown -R --from=root app:app /app /home/app
USER app
EXPOSE 8000
ENTRYPOINT []
CMD ["/bin/bash", "-c", "python manage.py migrate && exec gunicorn site.wsgi"]
