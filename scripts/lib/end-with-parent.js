// Ends this process in order when the npm that started it is gone. A signal that npm can pass on arrives by itself
// (`exec` in package.json leaves no shell in between); one that ends npm alone, such as SIGKILL, tells nobody, and the app
// would go on running, hold its port and its data, and have no terminal.
const CHECK_MS = 250;
/** As a shell reports SIGHUP. */
const EXIT_CODE = 129;

/** Only below `npm run`: a process that somebody put into the background on purpose outlives its shell. */
function endWithParent() {
  const script = process.env.npm_lifecycle_event;
  if (script === undefined || script === 'npx') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (isThere(parent)) return;
    clearInterval(timer);
    // Nobody to hear us any more is what SIGHUP means; not sent as a signal, which Windows cannot.
    if (!process.emit('SIGHUP', 'SIGHUP')) process.exit(EXIT_CODE);
  }, CHECK_MS);
  timer.unref();
}

function isThere(parent) {
  // An orphan gets another parent, except on Windows, where the number stays.
  if (process.ppid !== parent) return false;
  if (process.platform !== 'win32') return true;
  try {
    process.kill(parent, 0);
    return true;
  } catch {
    return false;
  }
}

module.exports = { endWithParent };
