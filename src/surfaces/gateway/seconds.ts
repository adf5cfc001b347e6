/** Contract 1.7: times in lists are whole seconds. */
export function secondsOf(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
