export class WebhookReceived {
  /**
   * Always true: the event is stored.
   * @example true
   */
  received!: boolean;
}
