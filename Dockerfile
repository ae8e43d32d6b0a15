# The service as an image. docs/deploy.md says how to build and run it.
FROM node:24-bookworm-slim AS build
WORKDIR /opt/reelproof
COPY package.json package-lock.json .npmrc ./
COPY bin ./bin
RUN npm ci
COPY . .
# Nothing is built at a start, so that nothing has to be writable then. Compilers and test tools stay behind.
RUN npm run build && npm prune --omit=dev && rm -rf cache node_modules/.cache

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=3000
WORKDIR /opt/reelproof
COPY --from=build /opt/reelproof ./
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
# With PROBE_ADDRESS, replace this by --health-cmd: the probes are elsewhere then.
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/opt/reelproof/bin/reelproof-service"]
