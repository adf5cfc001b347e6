/** One thing that happened, in order; `about` names payments, cuids or PaymentIntents for the timeline of one. */
export interface Happening {
  readonly at: number;
  readonly what: string;
  readonly about: readonly string[];
}

/** What the harness did and saw. */
export class Journal {
  readonly happenings: Happening[] = [];
  private readonly began = Date.now();
  readonly counts = new Map<string, number>();

  note(what: string, ...about: (string | undefined)[]): void {
    this.happenings.push({ at: Date.now(), what, about: about.filter((one) => one !== undefined) });
  }

  /** Something that strikes everybody, and is in everybody's timeline. */
  count(kind: string, what = kind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.note(what, '*');
  }

  get(kind: string): number {
    return this.counts.get(kind) ?? 0;
  }

  /** How many of all whose kind begins with it. */
  sum(prefix: string): number {
    return [...this.counts].reduce((sum, [kind, n]) => (kind.startsWith(prefix) ? sum + n : sum), 0);
  }

  /** What concerns one of these names, and what struck everybody meanwhile. */
  timeline(names: readonly string[], others: readonly Happening[] = []): string[] {
    const all = [...this.happenings, ...others].toSorted((a, b) => a.at - b.at);
    const own = all.filter(({ about }) => about.some((one) => names.includes(one)));
    const [first, last] = [own[0]?.at ?? 0, own.at(-1)?.at ?? 0];
    return all
      .filter(
        ({ at, about }) => about.some((one) => names.includes(one)) || (about[0] === '*' && at >= first && at <= last),
      )
      .map(({ at, what }) => `${((at - this.began) / 1000).toFixed(3).padStart(9)}  ${what}`);
  }
}
