/** Every line the apps of this test file wrote; Nest's logger is one per process, so the capture is too. */
const written: string[] = [];

export const logs = {
  /** What a logger writes to. */
  destination: { write: (line: string): void => void written.push(line) },
  get text(): string {
    return written.join('');
  },
  get lines(): Record<string, unknown>[] {
    return written.map((line) => JSON.parse(line) as Record<string, unknown>);
  },
  clear: (): void => void (written.length = 0),
};
