import { AuditSeal } from '../../src/modules/audit/audit-seal.js';
import { KeyCipher } from '../../src/modules/auth/api-key/key-cipher.js';
import type { Config } from '../../src/platform/config/config.js';
import { VersionedKeys } from '../../src/platform/common/versioned-keys.js';

const OLD = 'a-secret-for-golden-vectors-only-1';
const NEW = 'b-secret-for-golden-vectors-only-2';
const withSecrets = (...encryptionKeys: string[]) => ({ gateway: { encryptionKeys } }) as unknown as Config;

// Golden: made by the first version of both. What they stored is read as long as its secret is configured.
const HASHES = {
  [OLD]: 'hash:ff3dfeeb:14604a7063d1d3da4af7c630ede04f06',
  [NEW]: 'hash:e04469e4:ef6d1485247d4b1a3b52a3edd8c1d960',
};
const SEALED = {
  [OLD]: 'v1.4401d70eda65.BwcHBwcHBwcHBwcHfTr1Bg_RD9tv6fv1_pgCfG6lpEJ7ASfVhDk',
  [NEW]: 'v1.e5a211f638a9.BwcHBwcHBwcHBwcHwKxJPq-vO7eAKPYrfy0C9SDMs8v9N3R23Do',
};

it('the audit trail hashes under the newest secret, and finds what each of them hashed', () => {
  const seal = new AuditSeal(withSecrets(NEW, OLD));
  expect(seal.hash('Ada@Example.com')).toBe(HASHES[NEW]);
  expect(seal.hashes('ada@example.com')).toEqual([HASHES[NEW], HASHES[OLD]]);
});

it('API keys are encrypted under the newest secret, and read whichever encrypted them', () => {
  const cipher = new KeyCipher(withSecrets(NEW, OLD));
  for (const stored of Object.values(SEALED)) expect(cipher.decrypt(stored, 'record1')).toBe('api_golden');
  expect(Object.values(SEALED).map((stored) => cipher.isCurrent(stored))).toEqual([false, true]);
  const made = cipher.encrypt('api_golden', 'record1');
  expect(made.split('.').slice(0, 2)).toEqual(SEALED[NEW]?.split('.').slice(0, 2));
  expect(new KeyCipher(withSecrets(OLD)).decrypt(made, 'record1')).toBeNull();
  expect(() => cipher.decrypt(SEALED[OLD] ?? '', 'another record')).toThrow('unable to authenticate data');
});

it('without a secret nothing is made, and the setting is named', () => {
  const keys = new VersionedKeys('SOME_SETTING', [], { label: 'a', idLabel: 'b', idLength: 8 });
  expect(() => keys.newest).toThrow('SOME_SETTING is not set');
  expect([keys.all, keys.named('x')]).toEqual([[], undefined]);
});
