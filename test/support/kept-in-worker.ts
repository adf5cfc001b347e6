/** What takes long to make and no test changes: made once for all test files of a worker, within one run of Jest. */
export function keptInWorker<T>(name: string, make: () => T): T {
  const key = `${process.env['TEST_RUN_ID']} ${name}`;
  const kept = globalThis.keptInWorker;
  if (!kept.has(key)) kept.set(key, make());
  return kept.get(key) as T;
}
