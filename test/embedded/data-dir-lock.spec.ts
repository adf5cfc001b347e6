import { mkdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { lockDataDir } from '../../src/embedded/data-dir-lock.js';
import { DataDirLockedError } from '../../src/embedded/embedded-errors.js';
import { Workshop } from './fixtures/owner-process.js';

const workshop = new Workshop();
// Longer than a socket's path may be.
const dataDir = join(workshop.dir, 'd'.repeat(120), '.data');

/** Also leaves no socket behind. */
async function takeAndRelease(folder: string): Promise<void> {
  const lock = await lockDataDir(folder);
  await lock.release();
}

afterAll(() => workshop.close());

it('makes the folder for its owner only, and takes it once', async () => {
  const lock = await lockDataDir(dataDir);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  await expect(lockDataDir(dataDir)).rejects.toThrow(DataDirLockedError);
  await lock.release();
  await takeAndRelease(dataDir);
});

it('tells who has it and where that one listens; another name of the folder is no other folder', async () => {
  const owner = await workshop.owner('lock', { dataDir });
  const alias = join(workshop.dir, 'alias');
  symlinkSync(dataDir, alias);
  const error = await lockDataDir(alias).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'DataDirLockedError', url: 'http://127.0.0.1:3000', exitCode: 75 });
  expect(String(error)).toMatch(/pid \d+, listening at http:\/\/127\.0\.0\.1:3000/);
  await owner.kill();
  await takeAndRelease(dataDir);
});

it('is free when its holder was killed, for exactly one of those who want it', async () => {
  const contested = join(workshop.dir, 'contested');
  mkdirSync(contested);
  for (let round = 0; round < 3; round++) {
    const owner = await workshop.owner('lock', { dataDir: contested });
    await owner.kill();
    const owners = await Promise.all([1, 2, 3].map(() => workshop.owner('lock', { dataDir: contested })));
    expect(owners.filter(({ told }) => told['error'] === undefined)).toHaveLength(1);
    expect(owners.filter(({ told }) => told['error'] === 'DataDirLockedError')).toHaveLength(2);
    await Promise.all(owners.map((one) => one.kill()));
  }
  await takeAndRelease(contested);
});
