// Adds to package-lock.json the platform packages (optionalDependencies for other operating systems)
// that the registry at hand did not serve. Without them `npm ci` fails with "Missing: … from lock file",
// and the lock would not install the native binary on another system.
const fs = require('node:fs');
const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(fs.readFileSync(file, 'utf8'));
const OS = ['darwin', 'win32', 'linux', 'android', 'freebsd', 'openharmony', 'sunos', 'aix', 'netbsd', 'openbsd'];
const CPU = ['x64', 'arm64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'];
let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const at = ['node_modules/' + name, `${path}/node_modules/${name}`];
    if (!/^\d/.test(version) || at.some((p) => lock.packages[p]?.version === version)) continue;
    const words = name.split(/[-/]/);
    const os = OS.filter((o) => words.includes(o));
    const cpu = CPU.filter((c) => words.includes(c));
    if (os.length === 0 && cpu.length === 0) continue;
    const libc = /musl/.test(name) ? ['musl'] : /gnu/.test(name) && os[0] === 'linux' ? ['glibc'] : undefined;
    const key = lock.packages[at[0]] === undefined ? at[0] : at[1];
    lock.packages[key] = {
      version,
      ...(cpu[0] && { cpu }),
      ...(entry.dev && { dev: true }),
      ...(libc && { libc }),
      optional: true,
      ...(os[0] && { os }),
    };
    added++;
  }
}
const { '': root, ...rest } = lock.packages;
lock.packages = { '': root, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) };
fs.writeFileSync(file, JSON.stringify(lock, null, 2) + '\n');
console.log(`${file}: ${added} platform packages added`);
