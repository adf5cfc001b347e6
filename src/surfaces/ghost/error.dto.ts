/** Answer of every failure. */
export class GhostError {
  /** @example "Invalid id" */
  message!: string;

  /**
   * The HTTP status again.
   * @example 400
   */
  status!: number;

  /**
   * The status in words.
   * @example "Bad Request"
   */
  error!: string;
}
