/** Ids in order of arrival, read newest first, with O(1) add, remove and "start after this id". */
export class OrderedIds {
  private ids: (string | undefined)[] = [];
  private readonly positions = new Map<string, number>();

  get size(): number {
    return this.positions.size;
  }

  add(id: string): void {
    if (this.positions.has(id)) return;
    this.positions.set(id, this.ids.push(id) - 1);
  }

  remove(id: string): void {
    const position = this.positions.get(id);
    if (position === undefined) return;
    this.positions.delete(id);
    this.ids[position] = undefined;
    // Holes would make a long-lived list slow to walk: close them once they outnumber the ids.
    if (this.ids.length > 64 && this.ids.length > this.positions.size * 2) this.closeHoles();
  }

  has(id: string): boolean {
    return this.positions.has(id);
  }

  /** The ids among these that are here, newest first. */
  sorted(ids: Iterable<string>): string[] {
    const found: [position: number, id: string][] = [];
    for (const id of ids) {
      const position = this.positions.get(id);
      if (position !== undefined) found.push([position, id]);
    }
    return found.sort(([a], [b]) => b - a).map(([, id]) => id);
  }

  /** Newest to oldest, beginning behind (older than) `after` when it is given. */
  *newestFirst(after?: string): Generator<string> {
    const start = after === undefined ? this.ids.length : (this.positions.get(after) ?? 0);
    for (let position = start - 1; position >= 0; position--) {
      const id = this.ids[position];
      if (id !== undefined) yield id;
    }
  }

  /** Oldest to newest, beginning behind (newer than) `after` when it is given. */
  *oldestFirst(after?: string): Generator<string> {
    const start = after === undefined ? -1 : (this.positions.get(after) ?? this.ids.length);
    for (let position = start + 1; position < this.ids.length; position++) {
      const id = this.ids[position];
      if (id !== undefined) yield id;
    }
  }

  /** Oldest first, with holes. */
  copy(): readonly (string | undefined)[] {
    return this.ids.slice();
  }

  private closeHoles(): void {
    this.ids = this.ids.filter((id) => id !== undefined);
    this.positions.clear();
    for (const [position, id] of this.ids.entries()) this.positions.set(id ?? '', position);
  }
}
