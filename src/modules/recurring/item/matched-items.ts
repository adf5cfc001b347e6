/** An item that is asked for, beside the one that is there already, if there is one. */
export interface MatchedItem<Asked, Held> {
  readonly asked: Asked;
  readonly held: Held | undefined;
}

/** Pairs what is asked for with what is there: the nth of an id with the nth of that id (ruling RC19). Pure. */
export function matchedItems<Asked, Held extends { readonly id: string }>(
  asked: readonly Asked[],
  idOf: (one: Asked) => string,
  held: readonly Held[],
): MatchedItem<Asked, Held>[] {
  const left = [...held];
  return asked.map((one) => {
    const at = left.findIndex(({ id }) => id === idOf(one));
    return { asked: one, held: at < 0 ? undefined : left.splice(at, 1)[0] };
  });
}
