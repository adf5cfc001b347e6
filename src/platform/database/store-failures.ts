type Listener = (outcome: 'not_applied' | 'unknown') => void;

/**
 * Tells whoever counts that a store operation got no good answer. Of this process, as HungOperations is: operations do not
 * know their app.
 */
class StoreFailures {
  private readonly listeners = new Set<Listener>();

  on(listener: Listener): void {
    this.listeners.add(listener);
  }

  off(listener: Listener): void {
    this.listeners.delete(listener);
  }

  tell(outcome: 'not_applied' | 'unknown'): void {
    for (const listener of this.listeners) listener(outcome);
  }
}

export const storeFailures = new StoreFailures();
