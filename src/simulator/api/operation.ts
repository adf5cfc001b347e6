import type { World } from '../world.js';
import type { Fields, HashOf } from './params.js';

/** Who asks: a secret or restricted key sees all, a publishable one what a browser may see. */
export type Caller = 'secret' | 'publishable';

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
  fields: Fields;
  /** A publishable key may call it. */
  publishable: boolean;
  run(call: Call<Record<string, unknown>>): unknown;
}

/** Describes an operation; what `run` gets is typed by `fields`. */
export function operation<F extends Fields>(definition: {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  fields: F;
  publishable?: boolean;
  run(call: Call<HashOf<F>>): unknown;
}): Operation {
  return {
    method: definition.method,
    path: definition.path,
    fields: definition.fields,
    publishable: definition.publishable ?? false,
    // The pipeline read the parameters with these very fields.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    run: (call) => definition.run(call as Call<HashOf<F>>),
  };
}
