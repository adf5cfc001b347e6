import bcrypt from 'bcrypt';
import SharedPackagesEnvironment from '../support/jest/shared-packages-environment.js';

it('nothing that a test file leaves on the globals, the process or a package reaches the next one', async () => {
  const state = () => ({
    global: 'leftByTest' in globalThis,
    env: [process.env['LEFT_BY_TEST'], process.env['PATH']],
    listeners: process.listenerCount('SIGUSR2'),
    // oxlint-disable-next-line typescript/unbound-method -- compared, not called
    functions: [process.exit, bcrypt.hash, fetch, setTimeout],
  });
  const before = state();
  const environment = new SharedPackagesEnvironment({ projectConfig: { fakeTimers: {} } as never });

  Object.assign(globalThis, { leftByTest: true, fetch: null });
  Object.assign(process.env, { LEFT_BY_TEST: 'yes', PATH: '/nowhere' });
  process.on('SIGUSR2', () => {});
  process.exit = (() => {}) as never;
  environment.moduleMocker.spyOn(bcrypt, 'hash').mockResolvedValue('mocked' as never);
  environment.fakeTimersModern.useFakeTimers();
  const dirty = state();
  await environment.teardown();

  expect(state()).toEqual(before);
  for (const part of ['global', 'env', 'listeners', 'functions'] as const)
    expect(dirty[part]).not.toEqual(before[part]);
});
