import type { Stripe } from 'stripe';
import { mergeMetadata } from '../../api/common-params.js';
import { missing } from '../../api/errors.js';
import { indexOf, list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { Dispute } from '../../objects/dispute.js';
import type { World } from '../../world.js';
import { hasEvidence, mergeEvidence } from './dispute.evidence.js';
import { checkAnswerable, closeDispute, submitted } from './dispute.finish.js';
import { emit } from '../events/events.js';

function inPath(world: World, id = ''): Dispute {
  const dispute = world.tables.dispute.get(id);
  if (dispute === undefined) throw missing('dispute', id, 'dispute');
  return dispute;
}

const retrieve = operation<Stripe.DisputeRetrieveParams>({
  method: 'GET',
  path: '/v1/disputes/:dispute',
  run: ({ world, path }) => inPath(world, path['dispute']),
});

/** Evidence goes to the bank at once unless `submit` is false; without any, only an explicit `submit` answers. */
const update = operation<Stripe.DisputeUpdateParams>({
  method: 'POST',
  path: '/v1/disputes/:dispute',
  run({ world, path, params }) {
    const before = inPath(world, path['dispute']);
    const { evidence, submit = evidence !== undefined } = params;
    if (evidence !== undefined || submit) checkAnswerable(before);
    const merged = evidence === undefined ? before.evidence : mergeEvidence(before.evidence, evidence);
    const changed: Dispute = {
      ...before,
      evidence: merged,
      evidence_details: { ...before.evidence_details, has_evidence: hasEvidence(merged) },
      intended_submission_method: params.intended_submission_method ?? before.intended_submission_method,
      metadata: mergeMetadata(before.metadata, params.metadata),
    };
    const dispute = world.store.put(world.tables.dispute, submit ? submitted(world, changed) : changed);
    emit(world, 'charge.dispute.updated', dispute, before);
    return dispute;
  },
});

const close = operation<Stripe.DisputeCloseParams>({
  method: 'POST',
  path: '/v1/disputes/:dispute/close',
  run: ({ world, path }) => closeDispute(world, inPath(world, path['dispute'])),
});

const listAll = operation<Stripe.DisputeListParams>({
  method: 'GET',
  path: '/v1/disputes',
  run({ world, params }) {
    const { charge, payment_intent: intent } = params;
    return list(
      {
        table: world.tables.dispute,
        what: 'dispute',
        url: '/v1/disputes',
        index: indexOf({ charge, payment_intent: intent }),
        keep: (dispute) => intent === undefined || dispute.payment_intent === intent,
      },
      params,
    );
  },
});

export const disputeOperations = [retrieve, update, close, listAll];
