# One image, four commands: api (default), worker, migrate, latchkey.
# Node runs the TypeScript of the repository as it is, so the image has the repository's own layout.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/api/package.json apps/api/
COPY apps/worker/package.json apps/worker/
COPY apps/cli/package.json apps/cli/
COPY apps/sandbox/package.json apps/sandbox/
COPY apps/web/package.json apps/web/
COPY packages/connect/package.json packages/connect/
COPY packages/core/package.json packages/core/
COPY packages/texts/package.json packages/texts/
COPY test/package.json test/
# Neither the root's packages (a second Node, the embedded PostgreSQL) nor those of the sandbox and the tests.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
    --workspace apps/api --workspace apps/worker --workspace apps/cli \
  && rm -rf apps/sandbox apps/web packages/connect test /root/.npm
# A list of what is installed goes into the image (CycloneDX); npm refuses to make it where anything named is missing.
RUN npm pkg set --json workspaces='["apps/*", "packages/*"]' && npm pkg delete dependencies devDependencies \
  && npm pkg delete devDependencies --workspaces \
  && npm sbom --sbom-format=cyclonedx --sbom-type=application --omit=optional > sbom.cdx.json

# The console and the connect page: files for browsers, of which nothing but the build is in the image.
FROM node:24-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.base.json ./
COPY apps/web/package.json apps/web/
COPY packages/texts packages/texts
# Of the API the pages take types alone, which a build has no use for.
RUN npm pkg set --json workspaces='["apps/web", "packages/texts"]' && npm pkg delete dependencies devDependencies \
  && npm pkg delete devDependencies.@latchkey/api --workspace apps/web \
  && npm install --ignore-scripts --no-audit --no-fund && rm -rf /root/.npm
COPY apps/web apps/web
RUN npm run build --workspace apps/web

# Node, the libraries that it is linked to, and nothing else: no shell, no package manager.
FROM node:24-slim AS system
WORKDIR /system
RUN mkdir --parents etc tmp usr/local/bin var/lib/latchkey \
  && node="$(readlink --canonicalize "$(command -v node)")" \
  && cp "$node" usr/local/bin/node \
  && ldd "$node" | grep --only-matching --extended-regexp '/[^ ]+' | sort --unique \
    | xargs --replace cp --dereference --parents {} . \
  && printf 'latchkey:x:1000:1000::/var/lib/latchkey:/nologin\n' > etc/passwd \
  && printf 'latchkey:x:1000:\n' > etc/group \
  && printf 'hosts: files dns\n' > etc/nsswitch.conf \
  && chmod 1777 tmp \
  # A new volume takes the owner over.
  && chown 1000:1000 var/lib/latchkey && chmod 700 var/lib/latchkey \
  && for command in api:api/src/server worker:worker/src/worker migrate:api/src/migrate latchkey:cli/src/latchkey; do \
    printf '#!/usr/local/bin/node\nimport("/app/apps/%s.ts");\n' "${command#*:}" > "usr/local/bin/${command%%:*}" \
    && chmod 755 "usr/local/bin/${command%%:*}"; \
  done

FROM scratch
ENV PATH=/usr/local/bin NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/latchkey \
  LATCHKEY_URL=http://127.0.0.1:3000
WORKDIR /app
COPY --from=system /system /
COPY --from=dependencies /app ./
COPY LICENSE ./
COPY --from=pages /app/apps/web/dist apps/web/dist
COPY packages/core packages/core
COPY packages/texts packages/texts
COPY apps/api apps/api
COPY apps/worker apps/worker
COPY apps/cli apps/cli
USER 1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["api"]
