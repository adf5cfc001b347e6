// One of the two programs that are compared: a process of its own, loaded with inside.js.
const { fork } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;
const INSIDE = path.join(__dirname, 'inside.js');

class Subject {
  constructor(name, child, url) {
    this.name = name;
    this.child = child;
    this.url = url;
  }

  /**
   * @param {{name: string, program: string, flags?: string[], env: Record<string, string>, dir: string, cpuProf?: string,
   *   url: (child: import('node:child_process').ChildProcess) => Promise<string>}} spec
   *   `url` resolves with where it listens. What it writes goes to a file of `dir`, as logs do.
   */
  static async start({ name, program, flags = [], env, dir, cpuProf, url }) {
    fs.mkdirSync(dir, { recursive: true });
    const log = path.join(dir, `${name}.log`);
    const out = fs.openSync(log, 'a');
    const profile = cpuProf === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${cpuProf}`];
    const child = fork(program, [], {
      cwd: dir,
      execArgv: ['--enable-source-maps', '--disable-proto=delete', '--require', INSIDE, ...profile, ...flags],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', out, out, 'ipc'],
    });
    fs.closeSync(out);
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${name} ended with ${code}:\n${fs.readFileSync(log, 'utf8').slice(-2_000)}`);
    });
    ended.catch(() => undefined);
    return new Subject(name, child, await Promise.race([url(child), ended, tooLate(name)]));
  }

  /** @returns CPU microseconds so far, resident bytes, and store commands so far. */
  async usage() {
    const answer = new Promise((resolve) => {
      const listen = (message) => {
        if (message.usage === undefined) return;
        this.child.off('message', listen);
        resolve(message.usage);
      };
      this.child.on('message', listen);
    });
    this.child.send({ ask: 'usage' });
    return answer;
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const hard = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(hard);
  }
}

function tooLate(name) {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`${name} did not start within ${START_WITHIN_MS} ms`)), START_WITHIN_MS).unref();
  });
}

module.exports = { Subject };
