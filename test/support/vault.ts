import type { HttpAnswer } from './http-client.js';

/** The customer record as the gateway answers it. */
export interface VaultRecord {
  id: string;
  owner_id: string;
  data: {
    customer: {
      addresses: Record<string, string>[];
      defaults: Record<string, string>;
      description: string;
      notes: string;
      flags: string[];
      payments: { ach: Record<string, unknown>[]; cards: Record<string, unknown>[] };
    };
  };
  created_at: string;
  updated_at: string;
}

/** Throws when the answer is not a success with a customer. */
export function recordOf(answer: HttpAnswer): VaultRecord {
  if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.text}`);
  return answer.body['data'] as VaultRecord;
}
