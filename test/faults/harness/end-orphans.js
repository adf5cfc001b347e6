// Ends what the harness started once the harness is gone, however it died: its end of this process's stdin closes then.
// Told in lines: `+PID` started, `-PID` ended by itself, `=PATH` a folder of the run,
// `!` all has ended in order.
const { rmSync } = require('node:fs');
const { createInterface } = require('node:readline');

const pids = new Set();
const folders = new Set();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [what, rest] = [line[0], line.slice(1)];
    if (what === '+') pids.add(Number(rest));
    if (what === '-') pids.delete(Number(rest));
    if (what === '=') folders.add(rest);
    if (what === '!') folders.clear();
  })
  .on('close', () => {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended in this moment.
      }
    }
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
