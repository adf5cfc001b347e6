import { load, YAML11_SCHEMA } from 'js-yaml';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { defaultEnv } from '../../src/platform/config/env.js';

// There is no Docker engine here: what the two files say is compared with what is there.
const ROOT = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const SETTINGS = new Set<string>(Object.keys(defaultEnv()));
const settingOf = (variable: string): string => variable.replace(/_FILE$/, '');

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');
  const lines = dockerfile.split('\n').filter((line) => !line.startsWith('#'));
  const copies = lines
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));

  it('copies what is there, and .dockerignore lets through', () => {
    const allowed =
      read('.dockerignore')
        .match(/^!(.*)$/gm)
        ?.map((line) => line.slice(1)) ?? [];
    expect(copies.length).toBeGreaterThan(8);
    for (const source of copies) {
      expect([source, existsSync(join(ROOT, source))]).toEqual([source, true]);
      expect(allowed.some((one) => source === one || source.startsWith(`${one}/`))).toBe(true);
    }
    expect(allowed.toSorted()).toEqual(allowed.filter((one) => existsSync(join(ROOT, one))).toSorted());
  });

  it('builds with all that the build looks at', () => {
    const list = /const CONFIG = \[([^\]]*)\]/.exec(read('scripts/lib/build.js'))?.[1] ?? '';
    const files = [...list.matchAll(/'([^']+)'/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(copies.some((source) => file === source || file.startsWith(`${source}/`))).toBe(true);
    }
  });

  it('sets only what is a setting, and starts as npm start does', () => {
    const env = [...dockerfile.matchAll(/^ENV (.*)$/gm)].flatMap(([, pairs = '']) => pairs.split(' '));
    expect(env.map((pair) => pair.split('=')[0])).toEqual(['NODE_ENV', 'HOST']);
    for (const pair of env) expect(SETTINGS).toContain(pair.split('=')[0]);
    const entrypoint = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '') as string[];
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } };
    expect(['exec', ...entrypoint, 'scripts/start.js'].join(' ')).toBe(scripts.start);
    expect(JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? '')).toEqual(['dist/main.js']);
  });

  it('runs as somebody, on a pinned Node that package.json takes', () => {
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:24\.\d+\.\d+-bookworm-slim$/m);
  });
});

interface Service {
  build?: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  depends_on?: Record<string, unknown>;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  cpus?: number;
  pids_limit?: number;
  healthcheck?: object;
  logging?: { options: Record<string, string> };
  stop_grace_period?: string;
}
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
}

describe('docker-compose.yml', () => {
  const text = read('docker-compose.yml');
  const compose = load(text, { schema: YAML11_SCHEMA }) as Compose; // with merge keys
  const services = Object.entries(compose.services);
  const ours = services.filter(([, { build }]) => build !== undefined);

  it('runs api, worker and a replica set', () => {
    expect(ours.map(([name, { environment }]) => [name, environment?.['ROLE']])).toEqual([
      ['api', 'api'],
      ['worker', 'worker'],
    ]);
    expect(compose.services['mongo']?.command).toEqual(expect.arrayContaining(['--replSet', '--keyFile']));
  });

  it('bounds and hardens every service', () => {
    for (const [name, service] of services) {
      expect({ name, ...service }).toMatchObject({
        ...{ name, read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
        ...{ mem_limit: expect.stringMatching(/^\d+[mg]$/), cpus: expect.any(Number), pids_limit: expect.any(Number) },
        healthcheck: expect.any(Object),
        logging: {
          options: { 'max-size': expect.stringMatching(/^\d+m$/), 'max-file': expect.stringMatching(/^\d$/) },
        },
      });
    }
  });

  it('names only settings that exist', () => {
    for (const [, { environment }] of ours)
      for (const name of Object.keys(environment ?? {})) expect(SETTINGS).toContain(settingOf(name));
  });

  it('sets all that production demands', () => {
    const given = new Set(Object.keys(compose.services['api']?.environment ?? {}).map(settingOf));
    const demanded = ['NODE_ENV', 'MONGODB_URI', 'STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'STOREFRONT_JWT_SECRET'];
    const gateway = ['GATEWAY_JWT_SECRET', 'API_KEY_ENCRYPTION_KEY'];
    for (const name of [...demanded, ...gateway, 'PUBLIC_URL', 'ADMIN_EMAIL', 'ADMIN_PASSWORD'])
      expect(given).toContain(name);
  });

  it('gives each service the secrets that it reads, and declares them all', () => {
    for (const [name, { environment = {}, secrets = [], entrypoint = [], volumes = [] }] of services) {
      const mounted = volumes.filter((one) => one.startsWith('./')).map((one) => read(one.split(':')[0] ?? ''));
      const words = [...Object.values(environment), ...entrypoint].join(' ');
      const used = [...words.matchAll(/\/run\/secrets\/(\w+)/g)].map(([, secret = '']) => secret);
      const inScripts = mounted.flatMap((script) =>
        [...script.matchAll(/secret\('(\w+)'\)/g)].map(([, name = '']) => name),
      );
      expect([name, [...new Set([...used, ...inScripts])].toSorted()]).toEqual([name, secrets.toSorted()]);
    }
    const all = new Set(services.flatMap(([, { secrets = [] }]) => secrets));
    expect([...all].toSorted()).toEqual(Object.keys(compose.secrets).toSorted());
    for (const [name, { file }] of Object.entries(compose.secrets)) expect(file).toBe(`deploy/secrets/${name}`);
    expect(read('.gitignore')).toContain('deploy/secrets/');
  });

  it('refers to services, volumes and files that are there', () => {
    for (const [, { depends_on = {}, volumes = [] }] of services) {
      for (const other of Object.keys(depends_on)) expect(Object.keys(compose.services)).toContain(other);
      for (const volume of volumes) {
        const source = volume.split(':')[0] ?? '';
        const there = source.startsWith('./') ? existsSync(join(ROOT, source)) : source in compose.volumes;
        expect([source, there]).toEqual([source, true]);
      }
    }
  });

  it('gives a stop the time that the app takes', () => {
    const seconds = (text: string) => Number(/^(\d+)s$/.exec(text)?.[1]);
    for (const [, { environment, stop_grace_period, read_only }] of ours) {
      const { SHUTDOWN_TIMEOUT } = defaultEnv();
      const delay = seconds(environment?.['SHUTDOWN_DELAY'] ?? '0s');
      expect(seconds(stop_grace_period ?? '')).toBeGreaterThan(SHUTDOWN_TIMEOUT / 1000 + delay);
      expect(read_only).toBe(true);
    }
  });

  it('every variable and secret that somebody must give is explained', () => {
    const docs = read('docs/deploy.md');
    for (const [, name = ''] of text.matchAll(/\$\{(\w+)[:}]/g)) expect(docs).toContain(`\`${name}\``);
    for (const name of Object.keys(compose.secrets)) expect(docs).toContain(`> ${name}`);
  });
});

describe('scripts/healthcheck.js', () => {
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.statusCode = request.url === '/health/live' ? 200 : 503;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  async function check(port: number, ...args: string[]): Promise<unknown> {
    const env = { PATH: process.env['PATH'], PORT: String(port) };
    const child = spawn(process.execPath, [join(ROOT, 'scripts/healthcheck.js'), ...args], { env });
    return (await once(child, 'exit'))[0] as unknown;
  }

  it('ends with 0 where the app is alive, and with 1 where it is not', async () => {
    const { port } = server.address() as AddressInfo;
    expect(await check(port)).toBe(0);
    expect(await check(port, '/health/ready')).toBe(1);
    expect(await check(1)).toBe(1);
  });
});
