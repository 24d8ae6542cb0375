# Builds what App Runner built from apprunner.yaml: runtime python311, revised build.
# To continue with a Dockerfile of your own, commit this one, and add .git to .dockerignore.

FROM public.ecr.aws/amazonlinux/amazonlinux:2023 AS base
# The commands use yum or dnf, which the official image for python311 does not have.
RUN dnf install --assumeyes findutils gcc gcc-c++ git gzip make tar unzip which python3.11 python3.11-pip python3.11-devel && dnf clean all
RUN ln -s /usr/bin/python3.11 /usr/local/bin/python3 && ln -s /usr/bin/python3.11 /usr/local/bin/python && ln -s /usr/bin/pip3.11 /usr/local/bin/pip3 && ln -s /usr/bin/pip3.11 /usr/local/bin/pip
# The user that the application runs as; its home is that of the commands below, too.
RUN echo 'app:x:10001:10001:app:/home/app:/bin/bash' >> /etc/passwd && \
    echo 'app:x:10001:' >> /etc/group && \
    mkdir -p /home/app && chown app:app /home/app
ENV HOME=/home/app
WORKDIR /app

# Runs the commands of a phase in one shell, so that cd and export carry over. The first that fails ends the build.
FROM base AS phase
RUN ["/bin/bash", "-c", "mkdir /phase && printf '%s\\n' \"$@\" > /phase/run", "phase", \
     "set -e", \
     "trap '_code=$?; [ $_code = 0 ] || echo \"exit code $_code from: $_command\" >&2' EXIT", \
     "for _command; do", \
     "  printf '+ %s\\n' \"$_command\"", \
     "  eval \"$_command\"", \
     "done"]

FROM base AS build
COPY . .
# build
RUN --mount=type=bind,from=phase,source=/phase,target=/mnt \
    ["/bin/bash", "/mnt/run", \
     "yum install -y cairo"]

FROM base AS run
COPY --from=build --chown=app:app /app /app
RUN chown -R --from=root app:app /app /home/app
USER app
EXPOSE 8080
ENTRYPOINT []
CMD ["/bin/bash", "-c", "exec gunicorn app:app"]
