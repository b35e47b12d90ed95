# One image, four commands: api (default), worker, migrate, latchkey.
# Node runs the TypeScript of the repository as it is, so the image has the repository's own layout.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/api/package.json apps/api/
COPY apps/worker/package.json apps/worker/
COPY apps/cli/package.json apps/cli/
COPY apps/sandbox/package.json apps/sandbox/
COPY packages/core/package.json packages/core/
COPY test/package.json test/
# Neither the root's packages (a second Node, the embedded PostgreSQL) nor those of the sandbox and the tests.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund --workspace apps/api --workspace apps/worker --workspace apps/cli \
  && rm -rf apps/sandbox test /root/.npm

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/latchkey
WORKDIR /app
# A new volume takes the owner over.
RUN install --directory --owner=1000 --group=1000 --mode=700 /var/lib/latchkey
RUN for command in api:api/src/server worker:worker/src/worker migrate:api/src/migrate latchkey:cli/src/latchkey; do \
    printf '#!/bin/sh\nexec node /app/apps/%s.ts "$@"\n' "${command#*:}" > "/usr/local/bin/${command%%:*}" \
    && chmod 755 "/usr/local/bin/${command%%:*}"; \
  done
COPY --from=dependencies /app ./
COPY LICENSE ./
COPY packages/core packages/core
COPY apps/api apps/api
COPY apps/worker apps/worker
COPY apps/cli apps/cli
USER 1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["api"]
