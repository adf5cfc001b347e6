import type Stripe from 'stripe';
import { createIntent, idOf, refused, RETURN_URL, type Running, start } from './support.js';

const DAY = 24 * 3_600_000;

describe('disputes', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const later = (ms: number) => running.sim('POST', 'clock', { advance: ms });
  const disputed = async (card = 'pm_card_createDispute') => {
    const { id } = await createIntent(stripe, { confirm: true, payment_method: card, return_url: RETURN_URL });
    const [dispute] = (await stripe.disputes.list({ payment_intent: id })).data;
    if (dispute === undefined) throw new Error('no dispute');
    return dispute;
  };
  const typesOf = async (object: string) => {
    const events = await stripe.events.list({ type: 'charge.dispute.*', limit: 100 });
    return events.data
      .filter(({ data }) => 'id' in data.object && data.object.id === object)
      .map(({ type }) => type.replace('charge.dispute.', ''))
      .reverse();
  };
  const net = async () => {
    const { available, pending } = await stripe.balance.retrieve();
    return [...available, ...pending].reduce((sum, { amount }) => sum + amount, 0);
  };

  it('open with the payment and take the money with a fee of 15.00', async () => {
    const before = await net();
    const dispute = await disputed();
    expect(dispute).toMatchObject({
      amount: 1999,
      balance_transactions: [
        { amount: -1999, fee: 1500, net: -3499, type: 'adjustment', reporting_category: 'dispute', source: dispute.id },
      ],
      evidence_details: { has_evidence: false, submission_count: 0 },
      is_charge_refundable: false,
      payment_method_details: { card: { case_type: 'chargeback', network_reason_code: '10.4' } },
      reason: 'fraudulent',
      status: 'needs_response',
    });
    expect(await net()).toBe(before + 1999 - 88 - 3499);
    expect(await stripe.charges.retrieve(idOf(dispute.charge))).toMatchObject({ disputed: true });
    expect(await typesOf(dispute.id)).toEqual(['created', 'funds_withdrawn']);
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ id: dispute.id });
    const reason = (await disputed('pm_card_createDisputeProductNotReceived')).reason;
    expect(reason).toBe('product_not_received');
  });

  it('stage evidence without submitting it', async () => {
    const { id } = await disputed();
    const staged = await stripe.disputes.update(id, {
      evidence: { customer_name: 'Ada', shipping_tracking_number: '1Z' },
      submit: false,
    });
    expect(staged).toMatchObject({
      evidence: { customer_name: 'Ada', shipping_tracking_number: '1Z', uncategorized_text: null },
      evidence_details: { has_evidence: true, submission_count: 0, submission_method: 'not_submitted' },
      status: 'needs_response',
    });
    const sent = await stripe.disputes.update(id, { submit: true });
    expect(sent).toMatchObject({
      evidence: { customer_name: 'Ada' },
      evidence_details: { submission_count: 1, submission_method: 'manual' },
      status: 'under_review',
    });
    await later(DAY);
    expect((await stripe.disputes.retrieve(id)).status).toBe('under_review');
    const late = await refused(stripe.disputes.update(id, { evidence: { customer_name: 'Bob' } }));
    expect(late.message).toContain('has a status of under_review');
  });

  it('are won with winning_evidence: money and fee come back', async () => {
    const before = await net();
    const { id } = await disputed();
    const submitted = await stripe.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' } });
    expect(submitted.status).toBe('under_review');
    await later(3_000);
    const won = await stripe.disputes.retrieve(id);
    expect(won).toMatchObject({
      balance_transactions: [
        { net: -3499 },
        { amount: 1999, fee: -1500, net: 3499, reporting_category: 'dispute_reversal' },
      ],
      status: 'won',
    });
    expect(await net()).toBe(before + 1999 - 88);
    expect(await typesOf(id)).toEqual(['created', 'funds_withdrawn', 'updated', 'closed', 'funds_reinstated']);
    const [updated] = (await stripe.events.list({ type: 'charge.dispute.updated', limit: 1 })).data;
    expect(updated?.data.previous_attributes).toMatchObject({ status: 'needs_response' });
    expect(await stripe.refunds.create({ charge: idOf(won.charge) })).toMatchObject({ status: 'succeeded' });
  });

  it('are lost with losing_evidence', async () => {
    const { id, charge } = await disputed();
    await stripe.disputes.update(id, { evidence: { uncategorized_text: 'losing_evidence' } });
    const before = await net();
    await later(3_000);
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'lost',
      balance_transactions: [{ net: -3499 }],
    });
    expect(await net()).toBe(before);
    expect((await typesOf(id)).at(-1)).toBe('closed');
    const refund = await refused(stripe.refunds.create({ charge: idOf(charge) }));
    expect(refund).toMatchObject({
      code: 'charge_disputed',
      message: `Charge ${idOf(charge)} has been charged back; cannot issue a refund.`,
    });
  });

  it('are lost when nobody answers in time', async () => {
    const { id, evidence_details } = await disputed();
    const { now } = await running.sim('GET', 'clock');
    await later(Number(evidence_details.due_by) * 1000 - now - 60_000);
    expect((await stripe.disputes.retrieve(id)).status).toBe('needs_response');
    await later(120_000);
    expect((await stripe.disputes.retrieve(id)).status).toBe('lost');
    expect((await typesOf(id)).at(-1)).toBe('closed');
  });

  it('are closed by giving in, once', async () => {
    const { id } = await disputed();
    expect((await stripe.disputes.close(id)).status).toBe('lost');
    expect((await refused(stripe.disputes.close(id))).message).toContain('already closed');
    expect((await refused(stripe.disputes.close('du_nothing'))).statusCode).toBe(404);
  });

  it('take metadata at any time without answering the bank', async () => {
    const { id } = await disputed();
    const marked = await stripe.disputes.update(id, { metadata: { foo: 'bar' } });
    expect(marked).toMatchObject({ metadata: { foo: 'bar' }, status: 'needs_response' });
    await stripe.disputes.close(id);
    expect(await stripe.disputes.update(id, { metadata: { foo: '' } })).toMatchObject({ metadata: {}, status: 'lost' });
  });

  it('know no files', async () => {
    const { id } = await disputed();
    const error = await refused(stripe.disputes.update(id, { evidence: { receipt: 'file_1' } }));
    expect(error).toMatchObject({ code: 'resource_missing', param: 'evidence[receipt]' });
  });

  it('take enhanced evidence', async () => {
    const { id } = await disputed();
    const { evidence } = await stripe.disputes.update(id, {
      evidence: {
        enhanced_evidence: {
          visa_compelling_evidence_3: {
            disputed_transaction: { customer_email_address: 'ada@shop.test', merchandise_or_services: 'services' },
            prior_undisputed_transactions: [{ charge: 'ch_1', shipping_address: { line1: '1 Main St' } }],
          },
          visa_compliance: { fee_acknowledged: true },
        },
      },
      submit: false,
    });
    expect(evidence.enhanced_evidence).toMatchObject({
      visa_compelling_evidence_3: {
        disputed_transaction: { customer_email_address: 'ada@shop.test', customer_device_id: null },
        prior_undisputed_transactions: [{ charge: 'ch_1', shipping_address: { line1: '1 Main St', city: null } }],
      },
      visa_compliance: { fee_acknowledged: true },
    });
    const cleared = await stripe.disputes.update(id, { evidence: { enhanced_evidence: '' }, submit: false });
    expect(cleared.evidence.enhanced_evidence).toEqual({});
    expect(cleared.evidence_details.has_evidence).toBe(false);
  });

  describe('inquiries', () => {
    it('take no money, and may be refunded, which closes them', async () => {
      const before = await net();
      const inquiry = await disputed('pm_card_createDisputeInquiry');
      expect(inquiry).toMatchObject({
        balance_transactions: [],
        is_charge_refundable: true,
        payment_method_details: { card: { case_type: 'inquiry' } },
        status: 'warning_needs_response',
      });
      expect(await net()).toBe(before + 1999 - 88);
      await stripe.refunds.create({ charge: idOf(inquiry.charge), amount: 999 });
      expect((await stripe.disputes.retrieve(inquiry.id)).status).toBe('warning_needs_response');
      await stripe.refunds.create({ charge: idOf(inquiry.charge) });
      expect((await stripe.disputes.retrieve(inquiry.id)).status).toBe('warning_closed');
      expect(await typesOf(inquiry.id)).toEqual(['created', 'closed']);
    });

    it('are closed by giving in or by evidence', async () => {
      const { id } = await disputed('pm_card_createDisputeInquiry');
      expect((await stripe.disputes.close(id)).status).toBe('warning_closed');
      const answered = await disputed('pm_card_createDisputeInquiry');
      const evidence = { uncategorized_text: 'winning_evidence' };
      expect((await stripe.disputes.update(answered.id, { evidence })).status).toBe('warning_under_review');
      await later(3_000);
      const closed = await stripe.disputes.retrieve(answered.id);
      expect(closed).toMatchObject({ status: 'warning_closed', balance_transactions: [] });
    });

    it('become disputes with escalate_inquiry_evidence', async () => {
      const { id } = await disputed('pm_card_createDisputeInquiry');
      await stripe.disputes.update(id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' } });
      await later(3_000);
      expect(await stripe.disputes.retrieve(id)).toMatchObject({
        balance_transactions: [{ net: -3499 }],
        is_charge_refundable: false,
        payment_method_details: { card: { case_type: 'chargeback' } },
        status: 'needs_response',
      });
      expect(await typesOf(id)).toEqual(['created', 'updated', 'updated', 'funds_withdrawn']);
      await stripe.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' } });
      await later(3_000);
      expect((await stripe.disputes.retrieve(id)).status).toBe('won');
    });

    it('close by themselves after 120 days', async () => {
      const { id } = await disputed('pm_card_createDisputeInquiry');
      await later(119 * DAY);
      expect((await stripe.disputes.retrieve(id)).status).toBe('warning_needs_response');
      await later(2 * DAY);
      expect((await stripe.disputes.retrieve(id)).status).toBe('warning_closed');
    });
  });

  it('follow a capture, for what was captured', async () => {
    const held = await createIntent(stripe, {
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_createDispute',
      return_url: RETURN_URL,
    });
    expect((await stripe.disputes.list({ payment_intent: held.id })).data).toEqual([]);
    await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 });
    expect((await stripe.disputes.list({ payment_intent: held.id })).data).toMatchObject([{ amount: 1000 }]);
  });

  it('are listed by charge and time', async () => {
    const first = await disputed();
    const second = await disputed();
    const ids = (page: Stripe.ApiList<Stripe.Dispute>) => page.data.map(({ id }) => id);
    expect(ids(await stripe.disputes.list({ charge: idOf(first.charge) }))).toEqual([first.id]);
    expect(ids(await stripe.disputes.list({ limit: 2 }))).toEqual([second.id, first.id]);
    expect(ids(await stripe.disputes.list({ created: { gt: second.created } }))).toEqual([]);
    expect(ids(await stripe.disputes.list({ charge: idOf(first.charge), payment_intent: 'pi_other' }))).toEqual([]);
  });
});
