const CLEARED = Symbol('cleared by an empty text');

/** Ruling 32: in this property of a body `""` is sent, and clears what is stored. */
export function EmptyClears(): PropertyDecorator {
  return (target, name) => {
    Reflect.defineMetadata(CLEARED, [...clearedByEmpty(target), name], target);
  };
}

/** The properties of a body's class that `""` clears. */
export function clearedByEmpty(prototype: object): readonly (string | symbol)[] {
  return (Reflect.getMetadata(CLEARED, prototype) ?? []) as (string | symbol)[];
}
