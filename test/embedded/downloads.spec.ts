import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadMongod } from '../../src/embedded/mongod-binary.js';
import { SECANTUS_VERSION } from '../../src/embedded/secantus-install.js';

const FOLDER = join(__dirname, '../../src/embedded');

describe('the Python packages of the embedded store', () => {
  const text = readFileSync(join(FOLDER, 'secantus-requirements.txt'), 'utf8');
  const requirements = text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  it('are each pinned by version and by the hashes of their wheels', () => {
    expect(requirements.length).toBeGreaterThan(8);
    for (const line of requirements) {
      expect(line).toMatch(
        /^[\w.-]+==[\w.]+ (?:; python_full_version [<>=!]+ '[\d.*]+' )?\s*(?:--hash=sha256:[0-9a-f]{64}\s*)+$/,
      );
    }
  });

  it('hold the version that is asked for', () => {
    expect(requirements.filter((line) => line.startsWith(`secantusdb==${SECANTUS_VERSION} `))).toHaveLength(1);
  });

  it('are installed by hash, and no other way', () => {
    const source = readFileSync(join(FOLDER, 'secantus-install.ts'), 'utf8');
    expect(source.match(/'pip', 'install'/g)).toHaveLength(1);
    expect(source).toContain("'--require-hashes', '--requirement', REQUIREMENTS");
  });
});

describe('a mongod that is downloaded', () => {
  const cache = mkdtempSync(join(tmpdir(), 'payments-download-'));
  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  /** The library downloads over TLS only. */
  function selfSigned(): { key: Buffer; cert: Buffer } {
    const [key, cert] = [join(cache, 'key.pem'), join(cache, 'cert.pem')];
    const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert];
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...names, ...made], { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  }

  it('is refused when its checksum is not the published one, also where the environment says not to look', async () => {
    const asked: string[] = [];
    const mirror = createServer(selfSigned(), (request, response) => {
      asked.push(request.url ?? '');
      response.end(request.url?.endsWith('.md5') ? `${'0'.repeat(32)}  mongodb.tgz\n` : 'not what was published');
    }).listen(0, '127.0.0.1');
    await once(mirror, 'listening');
    const env = {
      ...process.env,
      MONGOMS_DOWNLOAD_MIRROR: `https://127.0.0.1:${(mirror.address() as AddressInfo).port}`,
      NODE_EXTRA_CA_CERTS: join(cache, 'cert.pem'),
      MONGOMS_MD5_CHECK: 'false',
    };
    try {
      await expect(downloadMongod(cache, () => undefined, env)).rejects.toThrow('MD5 check failed');
    } finally {
      mirror.close();
    }
    expect(asked.some((url) => url.endsWith('.md5'))).toBe(true);
    const folder = join(cache, 'mongodb-binaries');
    expect(existsSync(folder) ? readdirSync(folder).filter((name) => /^mongod-/.test(name)) : []).toEqual([]);
  });
});
