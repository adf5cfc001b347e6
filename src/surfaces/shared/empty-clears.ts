const CLEARED = Symbol('cleared by an empty text');
const CLEARED_BY_NULL = Symbol('cleared by null');

/**
 * Ruling 32: in this property of a body `""` is sent, and clears what is stored.
 * @param andNull so is `null`, which is read as `""`
 */
export function EmptyClears({ andNull = false } = {}): PropertyDecorator {
  return (target, name) => {
    Reflect.defineMetadata(CLEARED, [...clearedByEmpty(target), name], target);
    if (andNull) Reflect.defineMetadata(CLEARED_BY_NULL, [...clearedByNull(target), name], target);
  };
}

/** The properties of a body's class that `""` clears. */
export function clearedByEmpty(prototype: object): readonly (string | symbol)[] {
  return (Reflect.getMetadata(CLEARED, prototype) ?? []) as (string | symbol)[];
}

/** The properties of a body's class that `null` clears. */
export function clearedByNull(prototype: object): readonly (string | symbol)[] {
  return (Reflect.getMetadata(CLEARED_BY_NULL, prototype) ?? []) as (string | symbol)[];
}
