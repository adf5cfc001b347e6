# Three stages: what builds, what runs, and the image of the latter two's results. docs/deploy.md says how to use it.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/stripe-simulator/package.json packages/stripe-simulator/package.json
COPY packages/ghost-client/package.json packages/ghost-client/package.json
RUN npm ci --ignore-scripts --no-audit
COPY tsconfig.json tsconfig.build.json nest-cli.json .swcrc ./
COPY scripts scripts
COPY src src
RUN npm run build

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/stripe-simulator/package.json packages/stripe-simulator/package.json
COPY packages/ghost-client/package.json packages/ghost-client/package.json
RUN npm ci --omit=dev --ignore-scripts --no-audit

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY scripts/healthcheck.js scripts/healthcheck.js
# The image's user `node`; by number, so that an orchestrator sees that it is not root.
USER 1000:1000
EXPOSE 3000
# Live, not ready: who is not ready is to get no traffic, who is not live is to be restarted.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["node", "scripts/healthcheck.js"]
# No shell and no npm in between: the app is process 1 and gets SIGTERM itself.
ENTRYPOINT ["node", "--enable-source-maps", "--disable-proto=delete"]
CMD ["dist/main.js"]
