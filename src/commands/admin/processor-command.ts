import type { INestApplicationContext } from '@nestjs/common';
import { IsString, MaxLength } from 'class-validator';
import { accountOf } from './account-key-command.js';
import { checked } from './checked.js';
import { type CommandOptions, flagOf } from './command-options.js';
import { commandLineActor } from '../../modules/audit/actors.js';
import { MAX_FIGURE_MINOR } from '../../modules/calculator/money.js';
import { RATE_PATTERN, rateOf } from '../../modules/calculator/rate.js';
import { type ProcessorChanges, ProcessorService } from '../../modules/merchant/processor.service.js';
import {
  DEFAULT_BANNED_STATES,
  type Processor,
  PROCESSOR_METHODS,
  type ProcessorFee,
  type ProcessorMethod,
} from '../../modules/merchant/processor.types.js';
import { invalidRequest } from '../../platform/common/app-error.js';
import { NoInvisible, StorableText } from '../../surfaces/shared/field-rules.js';

class ProcessorName {
  @NoInvisible()
  @StorableText()
  @MaxLength(50)
  @IsString()
  name!: string;
}

/** Options of `set-processor` beside `--account` and `--id`. */
export const PROCESSOR_OPTIONS = [
  'surcharge',
  'surcharge-banned-states',
  'surcharge-exempt-bins',
  'service-fee',
  'payment-adjustment',
  'cash-discount',
  'default-tax',
  'default-tax-include',
  'dual-pricing',
  'methods',
  'cvc-required',
] as const;

const METHOD = new RegExp(`^(${PROCESSOR_METHODS.join('|')})$`);
const HUNDRED_PERCENT = 100_000n;

const processorsOf = (app: INestApplicationContext) => app.get(ProcessorService, { strict: false });

/** `npm run admin -- list-processors [--account A]`. */
export async function listProcessors(app: INestApplicationContext, { account }: CommandOptions): Promise<object> {
  const { id } = await accountOf(app, account);
  return { processors: (await processorsOf(app).list(id)).map(shown) };
}

/** `npm run admin -- create-processor --name N [--account A]`: another one, without fees. */
export async function createProcessor(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const { name } = await checked({ name: options['name'] }, ProcessorName);
  const { id } = await accountOf(app, options['account']);
  return shown(await processorsOf(app).create(commandLineActor(), id, name));
}

/** `npm run admin -- set-processor …`: fees of the account's default processor, or of the one that `--id` names. */
export async function setProcessor(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const { id: accountId } = await accountOf(app, options['account']);
  const processors = processorsOf(app);
  const seen = (await processors.list(accountId)).find(({ id, isDefault }) =>
    options['id'] === undefined ? isDefault : id === options['id'],
  );
  if (seen === undefined) throw invalidRequest('id is no processor of the account');
  const changes = changesOf(options, seen);
  if (Object.keys(changes).length === 0) throw invalidRequest(`say what changes: --${PROCESSOR_OPTIONS.join(', --')}`);
  return shown(await processors.update(commandLineActor(), accountId, seen.id, changes));
}

function changesOf(options: CommandOptions, seen: Processor): ProcessorChanges {
  const fee = (name: string, then: (fee: ProcessorFee | null) => ProcessorChanges): ProcessorChanges => {
    const told = options[name];
    return told === undefined ? {} : then(feeOf(name, told));
  };
  const dualPricing = flagOf(options, 'dual-pricing');
  const cvcRequired = flagOf(options, 'cvc-required');
  const methods = listOf('methods', options['methods'], METHOD);
  return {
    ...surchargeOf(options, seen),
    ...fee('service-fee', (serviceFee) => ({ serviceFee })),
    ...fee('payment-adjustment', (paymentAdjustment) => ({ paymentAdjustment })),
    ...fee('cash-discount', (cashDiscount) => ({ cashDiscount })),
    ...defaultTaxOf(options, seen),
    ...(dualPricing === undefined ? {} : { dualPricing }),
    ...(methods === undefined ? {} : { methods: methods as ProcessorMethod[] }),
    ...(cvcRequired === undefined ? {} : { cvcRequired }),
  };
}

function surchargeOf(options: CommandOptions, seen: Processor): ProcessorChanges {
  const { surcharge: told, 'surcharge-banned-states': states, 'surcharge-exempt-bins': bins } = options;
  if (told === undefined && states === undefined && bins === undefined) return {};
  const fee = told === undefined ? seen.surcharge : feeOf('surcharge', told);
  if (fee === null && (states !== undefined || bins !== undefined))
    throw invalidRequest('surcharge-banned-states and surcharge-exempt-bins need a surcharge');
  if (fee === null) return { surcharge: null };
  const { type, value } = fee;
  const { bannedStates = DEFAULT_BANNED_STATES, exemptBins = [] } = seen.surcharge ?? {};
  return {
    surcharge: {
      type,
      value,
      bannedStates: listOf('surcharge-banned-states', states?.toUpperCase(), /^[A-Z0-9]{1,3}$/) ?? bannedStates,
      exemptBins: listOf('surcharge-exempt-bins', bins, /^\d{1,19}$/) ?? exemptBins,
    },
  };
}

function defaultTaxOf(options: CommandOptions, seen: Processor): ProcessorChanges {
  const told = options['default-tax'];
  const include = flagOf(options, 'default-tax-include');
  if (told === undefined && include === undefined) return {};
  const fee = told === undefined ? seen.defaultTax : feeOf('default-tax', told);
  if (fee === null && include !== undefined) throw invalidRequest('default-tax-include needs a default-tax');
  if (fee === null) return { defaultTax: null };
  const { type, value } = fee;
  return { defaultTax: { type, value, include: include ?? seen.defaultTax?.include ?? true } };
}

/** `2.9%` or, in minor units, `350`; `none` for no fee. */
function feeOf(name: string, told: string): ProcessorFee | null {
  if (told === 'none') return null;
  const rate = told.endsWith('%') ? told.slice(0, -1) : undefined;
  if (rate !== undefined && RATE_PATTERN.test(rate) && rateOf(rate) <= HUNDRED_PERCENT)
    return { type: 'percentage', value: Number(rateOf(rate)) };
  if (/^\d{1,8}$/.test(told) && Number(told) <= MAX_FIGURE_MINOR) return { type: 'flat', value: Number(told) };
  throw invalidRequest(`${name} must be a percentage such as 2.9%, minor units such as 350, or none`);
}

/** Undefined: not told. `none` is an empty list. */
function listOf(name: string, told: string | undefined, pattern: RegExp): readonly string[] | undefined {
  if (told === undefined) return undefined;
  if (/^none$/i.test(told)) return [];
  const parts = told.split(',').map((part) => part.trim());
  if (parts.every((part) => pattern.test(part))) return parts;
  throw invalidRequest(`${name} must be codes separated by commas, or none`);
}

/** In the words of the contract; fees as they are told. */
function shown(processor: Processor): object {
  const { id, accountId, name, isDefault, surcharge, defaultTax } = processor;
  return {
    id,
    account_id: accountId,
    name,
    is_default: isDefault,
    surcharge: asTold(surcharge),
    surcharge_banned_states: surcharge?.bannedStates.join(',') ?? '',
    surcharge_exempt_bins: surcharge?.exemptBins.join(',') ?? '',
    service_fee: asTold(processor.serviceFee),
    payment_adjustment: asTold(processor.paymentAdjustment),
    cash_discount: asTold(processor.cashDiscount),
    default_tax: asTold(defaultTax),
    default_tax_include: defaultTax?.include ?? false,
    dual_pricing: processor.dualPricing,
    methods: processor.methods.join(','),
    cvc_required: processor.cvcRequired,
  };
}

function asTold(fee: ProcessorFee | null): string {
  if (fee === null) return 'none';
  if (fee.type === 'flat') return String(fee.value);
  const digits = String(fee.value).padStart(4, '0');
  return `${digits.slice(0, -3)}.${digits.slice(-3)}%`;
}
