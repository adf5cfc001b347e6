import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PortInUseError, ProgramFailedError } from './embedded-errors.js';
import { freePort, isPortFree } from './free-port.js';
import { findLeftover } from './leftover.js';
import { processIdentity } from './process-identity.js';
import { readRecord, writeRecord } from './process-record.js';
import { ProgramLog } from './program-log.js';
import type { ProgramSpec } from './program-spec.js';
import { RunningProgram } from './running-program.js';

const PORT_TAKEN = /address already in use|EADDRINUSE/i;
const PORT_TRIES = 5;
const POLL_MS = 20;

/** Adopts what an earlier, killed app left running in the same folder, or starts the program anew. */
export async function startProgram(spec: ProgramSpec, fixedPort?: number): Promise<RunningProgram> {
  mkdirSync(spec.dir, { recursive: true, mode: 0o700 });
  const leftover = await findLeftover(spec);
  if (leftover) {
    const wanted = spec.command(fixedPort ?? leftover.record.port, leftover.record.token);
    const same = wanted.join('\0') === leftover.record.command.join('\0');
    if (leftover.answers && same && (spec.isCurrent?.(leftover.record) ?? true)) {
      spec.log(`${spec.name}: adopted pid ${leftover.record.pid} of an earlier start, port ${leftover.record.port}`);
      return new RunningProgram(spec, leftover.record, { adopted: true });
    }
    const why = leftover.answers ? 'is another program than now' : 'does not answer';
    spec.log(`${spec.name}: stopping pid ${leftover.record.pid} of an earlier start, which ${why}`);
    await new RunningProgram(spec, leftover.record, { adopted: true }).stop();
  }
  return launch(spec, fixedPort);
}

async function launch(spec: ProgramSpec, fixedPort: number | undefined): Promise<RunningProgram> {
  let preferred = readRecord(spec.dir)?.port;
  for (let tries = 1; ; tries++) {
    if (fixedPort !== undefined && !(await isPortFree(fixedPort))) throw new PortInUseError(spec.name, fixedPort);
    const port = fixedPort ?? (await freePort(preferred));
    try {
      return await launchOnce(spec, port);
    } catch (error) {
      if (!(error instanceof ProgramFailedError) || !PORT_TAKEN.test(error.logTail)) throw error;
      if (fixedPort !== undefined) throw new PortInUseError(spec.name, fixedPort);
      if (tries >= PORT_TRIES) throw error;
      preferred = undefined;
    }
  }
}

async function launchOnce(spec: ProgramSpec, port: number): Promise<RunningProgram> {
  const token = randomUUID();
  const command = spec.command(port, token);
  const [program, ...args] = command;
  const output = new ProgramLog(join(spec.dir, `${basename(spec.dir)}.log`));
  const fd = output.open();
  // detached: a session of its own, so the terminal's Ctrl-C does not reach it and the app can stop it in order.
  // The environment is not inherited: the app's holds secrets, and PYTHON*/NODE_OPTIONS would change what runs.
  const child = spawn(program, args, {
    cwd: spec.dir,
    detached: true,
    stdio: ['ignore', fd, fd],
    env: { LANG: 'C.UTF-8', TZ: 'UTC', ...systemVariables() },
    windowsHide: true,
  });
  closeSync(fd);
  if (child.pid === undefined) {
    const [error]: unknown[] = await once(child, 'error');
    throw new ProgramFailedError(`${spec.name} could not be started: ${String(error)}`, '');
  }
  // The record first, with nothing awaited since the start: from here on a killed app leaves nothing unfindable.
  const birth = processIdentity(child.pid)?.birth ?? null;
  const record = { pid: child.pid, birth, port, token, startedAt: new Date().toISOString(), command };
  writeRecord(spec.dir, record);
  child.unref();
  const running = new RunningProgram(spec, record, { child });
  try {
    await untilReady(spec, running, output);
    await spec.afterStart?.(record).catch((error: unknown) => {
      throw new ProgramFailedError(`${spec.name} does not serve: ${String(error)}`, output.tail());
    });
    return running;
  } catch (error) {
    await running.stop();
    throw error;
  }
}

async function untilReady(spec: ProgramSpec, running: RunningProgram, output: ProgramLog): Promise<void> {
  const deadline = Date.now() + spec.readyWithinMs;
  while (!spec.ready(output.read())) {
    if (running.ended !== null) {
      throw new ProgramFailedError(`${spec.name} ended at its start (${running.ended})`, output.tail());
    }
    if (Date.now() > deadline) {
      throw new ProgramFailedError(`${spec.name} was not ready within ${spec.readyWithinMs} ms`, output.tail());
    }
    await sleep(POLL_MS);
  }
}

// Windows programs do not even open a socket without these.
function systemVariables(): NodeJS.ProcessEnv {
  return process.platform === 'win32' ? { SystemRoot: 'C:\\Windows' } : {};
}
