import type { Operation } from './operation.js';

interface Branch {
  literal: Map<string, Branch>;
  named: { name: string; branch: Branch } | undefined;
  operations: Map<string, Operation>;
}

export interface Route {
  operation: Operation;
  path: Record<string, string>;
}

/** Finds an operation by method and path; a literal segment wins over a named one. */
export class Router {
  private readonly root = branch();

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) this.add(operation);
  }

  find(method: string, path: string): Route | undefined {
    const ids: Record<string, string> = {};
    let at: Branch | undefined = this.root;
    for (const segment of path.split('/').slice(1)) {
      const literal: Branch | undefined = at.literal.get(segment);
      if (literal === undefined && at.named !== undefined && segment !== '') ids[at.named.name] = decode(segment);
      at = literal ?? (segment === '' ? undefined : at.named?.branch);
      if (at === undefined) return undefined;
    }
    const operation = at.operations.get(method);
    return operation === undefined ? undefined : { operation, path: ids };
  }

  private add(operation: Operation): void {
    let at = this.root;
    for (const segment of operation.path.split('/').slice(1)) {
      if (segment.startsWith(':')) {
        // The first name of a segment holds for all operations behind it.
        at.named ??= { name: segment.slice(1), branch: branch() };
        at = at.named.branch;
      } else {
        const next = at.literal.get(segment) ?? branch();
        at.literal.set(segment, next);
        at = next;
      }
    }
    at.operations.set(operation.method, operation);
  }
}

function branch(): Branch {
  return { literal: new Map(), named: undefined, operations: new Map() };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
