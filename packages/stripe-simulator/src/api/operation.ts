import type { World } from '../world.js';
import type { Caller } from './auth.js';
import { withBrowserParams } from './browser-params.js';
import type { RawMap } from './form.js';
import { readParams } from './params.js';
import type { Read } from './read-types.js';
import { parametersOf } from './stripe-schema.js';

/** One request to one operation, its parameters read. */
export interface Call<P> {
  world: World;
  params: P;
  /** Ids from the URL by the name in the operation's path. */
  path: Record<string, string>;
  caller: Caller;
}

/** One method and path of Stripe's API. `path` has named segments such as `:intent`. */
export interface Operation {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  /** A publishable key may call it. */
  publishable: boolean;
  /** Stripe's own pages and tools call it; the SDK has no method for it. */
  internal: boolean;
  /** Decodes and checks the parameters, or throws Stripe's 400. */
  read(raw: RawMap, caller: Caller): Record<string, unknown>;
  run(call: Call<Record<string, unknown>>): unknown;
}

interface Definition<P> {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  publishable?: boolean;
  internal?: boolean;
  run(call: Call<Omit<Read<P>, 'expand'>>): unknown;
}

/**
 * Describes an operation. `P` is the SDK's type of its parameters; what is taken is exactly what the SDK's method for this
 * method and path takes. Parameters of an `internal` operation are taken unread, as text and maps of text.
 */
export function operation<P>(definition: Definition<P>): Operation {
  const { method, path, publishable = false, internal = false } = definition;
  return {
    method,
    path,
    publishable,
    internal,
    read(raw, caller) {
      if (internal) return { ...raw };
      const node = parametersOf(method, path);
      return readParams(publishable ? withBrowserParams(node, path, caller) : node, raw);
    },
    // The parameters were read by the very type that P names; packages/stripe-simulator/test/sdk-types.spec.ts compares the two.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    run: (call) => definition.run(call as unknown as Call<Omit<Read<P>, 'expand'>>),
  };
}
