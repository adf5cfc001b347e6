import type { JestEnvironment, JestEnvironmentConfig } from '@jest/environment';
import { LegacyFakeTimers, ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';
import type { Context } from 'node:vm';

declare global {
  var keptInWorker: Map<string, unknown>;
}

globalThis.keptInWorker ??= new Map();

/**
 * The environment of a test file: the realm of its worker, because the packages that shared-packages-runtime.js loads once
 * belong to it. Takes back, at the end of the file, what the file left on globals, process and mocked methods.
 */
export default class SharedPackagesEnvironment implements Omit<JestEnvironment, 'global'> {
  readonly global = globalThis;
  readonly moduleMocker = new ModuleMocker(globalThis);
  readonly fakeTimers: LegacyFakeTimers;
  readonly fakeTimersModern: ModernFakeTimers;
  private readonly before = stateOfProcess();

  constructor({ projectConfig: config }: Pick<JestEnvironmentConfig, 'projectConfig'>) {
    const { global, moduleMocker } = this;
    const timerConfig = { idToRef: (id: number) => id, refToId: (id: unknown) => Number(id) };
    this.fakeTimers = new LegacyFakeTimers({ config, global, moduleMocker, timerConfig });
    this.fakeTimersModern = new ModernFakeTimers({ config, global });
  }

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {
    this.moduleMocker.restoreAllMocks();
    this.fakeTimers.dispose();
    this.fakeTimersModern.dispose();
    restoreProcess(this.before);
  }

  exportConditions(): string[] {
    return ['node', 'node-addons'];
  }

  getVmContext(): Context {
    return globalThis;
  }
}

type ProcessState = ReturnType<typeof stateOfProcess>;

function stateOfProcess() {
  return {
    globals: Object.getOwnPropertyDescriptors(globalThis) as Record<PropertyKey, PropertyDescriptor>,
    env: { ...process.env },
    exit: Object.getOwnPropertyDescriptor(process, 'exit') ?? {},
    listeners: new Map(process.eventNames().map((name) => [name, process.rawListeners(name)])),
  };
}

function restoreProcess({ globals, env, exit, listeners }: ProcessState): void {
  Object.defineProperty(process, 'exit', exit);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  for (const name of process.eventNames()) {
    const known = listeners.get(name) ?? [];
    for (const listener of process.rawListeners(name)) {
      if (!known.includes(listener)) process.removeListener(name, listener as () => void);
    }
  }
  for (const key of Reflect.ownKeys(globalThis)) {
    const [was, is] = [globals[key], Reflect.getOwnPropertyDescriptor(globalThis, key)];
    if (was === undefined) {
      if (is?.configurable === true) Reflect.deleteProperty(globalThis, key);
    } else if ('value' in was && was.value !== is?.value) {
      Object.defineProperty(globalThis, key, was);
    }
  }
}
