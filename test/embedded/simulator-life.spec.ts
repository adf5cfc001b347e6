import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, utimesSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PortInUseError, ProgramFailedError } from '../../src/embedded/embedded-errors.js';
import { startEmbeddedSimulator, type EmbeddedSimulator } from '../../src/embedded/embedded-simulator.js';
import { freePort } from '../../src/embedded/free-port.js';
import { processIdentity } from '../../src/embedded/process-identity.js';
import { readRecord, writeRecord } from '../../src/embedded/process-record.js';
import { Workshop } from './fixtures/owner-process.js';

const workshop = new Workshop();
const program = join(workshop.dir, 'fake-simulator.js');
const lines: string[] = [];
const log = (line: string) => void lines.push(line);
let count = 0;
let dataDir = '';
let current: EmbeddedSimulator | null = null;

beforeAll(() => {
  copyFileSync(join(__dirname, 'fixtures/fake-simulator.js'), program);
  utimesSync(program, 0, 0);
});
beforeEach(() => {
  lines.length = 0;
  dataDir = join(workshop.dir, `data-${++count}`);
});
afterEach(async () => {
  await current?.stop();
  current = null;
});
afterAll(() => workshop.close());

const start = async (port = 0) => (current = await startEmbeddedSimulator({ dataDir, port, program, log }));
const recordDir = () => join(dataDir, 'simulator');

it('starts it, and stops it', async () => {
  const simulator = await start();
  const identity = await (await fetch(`${simulator.url}/_sim/identity`)).json();
  expect(identity).toMatchObject({ program: 'stripe-simulator', pid: simulator.pid });
  await simulator.stop();
  expect(processIdentity(simulator.pid)).toBeNull();
  expect(readRecord(recordDir())).toMatchObject({ pid: null, port: simulator.port });
});

it('takes the port of the last start again', async () => {
  const simulator = await start();
  await simulator.stop();
  expect((await start()).port).toBe(simulator.port);
});

it('adopts the one that a killed app left running, and stops it as its own', async () => {
  const owner = await workshop.owner('simulator', { dataDir, port: 0, program });
  await owner.kill();
  expect(processIdentity(Number(owner.told['pid']))).not.toBeNull();

  const simulator = await start();
  expect(simulator).toMatchObject({ adopted: true, pid: owner.told['pid'], url: owner.told['url'] });
  await simulator.stop();
  expect(processIdentity(simulator.pid)).toBeNull();
});

it('stops a leftover that was started with another port', async () => {
  const owner = await workshop.owner('simulator', { dataDir, port: 0, program });
  await owner.kill();
  const simulator = await start(Number(owner.told['port']) + 1);
  expect(simulator).toMatchObject({ adopted: false, port: Number(owner.told['port']) + 1 });
  expect(processIdentity(Number(owner.told['pid']))).toBeNull();
});

it('stops a leftover of a program that was built anew since', async () => {
  const owner = await workshop.owner('simulator', { dataDir, port: 0, program });
  await owner.kill();
  utimesSync(program, new Date(), new Date(Date.now() + 5_000));
  const simulator = await start();
  utimesSync(program, 0, 0);
  expect(simulator).toMatchObject({ adopted: false });
  expect(simulator.pid).not.toBe(owner.told['pid']);
});

it('stops a leftover that is ours but hangs', async () => {
  const owner = await workshop.owner('simulator', { dataDir, port: 0, program });
  await owner.kill();
  const pid = Number(owner.told['pid']);
  process.kill(pid, 'SIGSTOP');
  const simulator = await start();
  expect(simulator.adopted).toBe(false);
  expect(processIdentity(pid)).toBeNull();
}, 15_000);

it('leaves a process alone that only has the recorded pid', async () => {
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
  const pid = bystander.pid ?? 0;
  const simulator = await start();
  const record = readRecord(recordDir());
  await simulator.stop();
  if (!record) throw new Error('no record');
  writeRecord(recordDir(), { ...record, pid });

  expect((await start()).adopted).toBe(false);
  expect(lines.join('\n')).toContain(`pid ${pid} of an earlier start is not shown to be ours`);
  expect(processIdentity(pid)).not.toBeNull();
  bystander.kill();
});

it('leaves a process alone even when it mimics the command line, if it was born at another time', async () => {
  const simulator = await start();
  const record = readRecord(recordDir());
  await simulator.stop();
  if (!record) throw new Error('no record');
  const mimic = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', recordDir()], { stdio: 'ignore' });
  const pid = mimic.pid ?? 0;
  await sleep(50);
  writeRecord(recordDir(), { ...record, pid });
  await start();
  expect(processIdentity(pid)).not.toBeNull();
  mimic.kill();
});

it('starts it again on the same port when it ends by itself', async () => {
  const simulator = await start();
  const { pid, url } = simulator;
  await fetch(`${url}/_sim/exit`).catch(() => null);
  for (let i = 0; i < 100 && simulator.pid === pid; i++) await sleep(50);
  expect(simulator.pid).not.toBe(pid);
  expect((await fetch(`${url}/_sim/identity`)).status).toBe(200);
  expect(lines.join('\n')).toContain('ended by itself (code 3)');
});

it('says so when the port that was asked for is taken', async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  await expect(start(port)).rejects.toThrow(PortInUseError);
  other.close();
});

it('shows the last words of one that ends at its start', async () => {
  const broken = join(__dirname, 'fixtures/no-such-program.js');
  const starting = startEmbeddedSimulator({ dataDir, port: 0, program: broken, log });
  await expect(starting).rejects.toThrow(ProgramFailedError);
  await expect(starting).rejects.toThrow('Cannot find module');
  expect(readFileSync(join(recordDir(), 'simulator.log'), 'utf8')).toContain('Cannot find module');
});
